/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is used again instead of being freed and allocated?
 *
 * Things of one kind, of which there are at most so many: those stay until the
 * pool is emptied. They are taken and given back anywhere, without a lock.
 */
#ifndef VIRTGPU_POOL_H
#define VIRTGPU_POOL_H

#include <linux/atomic.h>
#include <linux/llist.h>
#include <linux/slab.h>

/**
 * struct virtgpu_pool - things that wait to be used again
 */
struct virtgpu_pool {
	/** @ready: those that are taken next; NULL while somebody takes one. */
	struct llist_node *ready;
	/** @given: those that came back since @ready was filled. */
	struct llist_head given;
	/** @size: how many there are, those in use included. */
	atomic_t size;
	/** @max: how many there may be. */
	int max;
};

/* How many a pool may have, if any. */
#define VIRTGPU_POOL_MOST(most)	(virtgpu_compat_may_reuse() ? (most) : 0)

#define VIRTGPU_POOL_INIT(pool, most) {				\
	.given = LLIST_HEAD_INIT((pool).given),			\
	.size = ATOMIC_INIT(0),					\
	.max = (most),						\
}

/**
 * virtgpu_pool_give_all - some are no longer in use; any context
 * @pool: the pool
 * @first: one of them, on which the others follow
 * @last: the last of those
 */
static inline void virtgpu_pool_give_all(struct virtgpu_pool *pool, struct llist_node *first,
					 struct llist_node *last)
{
	llist_add_batch(first, last, &pool->given);
}

/* Others may have taken what was given meanwhile, and have put back what they left. */
static inline void virtgpu_pool_put_back(struct virtgpu_pool *pool, struct llist_node *first)
{
	struct llist_node *last = first;

	if (likely(!cmpxchg(&pool->ready, NULL, first)))
		return;
	while (last->next)
		last = last->next;
	virtgpu_pool_give_all(pool, first, last);
}

/**
 * virtgpu_pool_take - one that is there; any context
 * @pool: the pool
 *
 * Return: it, or NULL if all are in use, or in the hands of somebody who takes one.
 */
static inline struct llist_node *virtgpu_pool_take(struct virtgpu_pool *pool)
{
	struct llist_node *node = xchg(&pool->ready, NULL);

	if (!node)
		node = llist_del_all(&pool->given);
	if (node && node->next)
		virtgpu_pool_put_back(pool, node->next);
	return node;
}

/**
 * virtgpu_pool_grow - may there be one more?
 * @pool: the pool
 *
 * Return: whether the caller may make one and give it to the pool in the end. If
 * it can't, virtgpu_pool_shrink() has to follow.
 */
static inline bool virtgpu_pool_grow(struct virtgpu_pool *pool)
{
	return atomic_add_unless(&pool->size, 1, pool->max);
}

/**
 * virtgpu_pool_shrink - one has been freed, or was not made
 * @pool: the pool
 */
static inline void virtgpu_pool_shrink(struct virtgpu_pool *pool)
{
	atomic_dec(&pool->size);
}

/**
 * virtgpu_pool_give - one is no longer in use; any context
 * @pool: the pool
 * @node: the thing
 */
static inline void virtgpu_pool_give(struct virtgpu_pool *pool, struct llist_node *node)
{
	llist_add(node, &pool->given);
}

#endif
