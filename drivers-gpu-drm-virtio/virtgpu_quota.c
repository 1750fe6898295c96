// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much of the control queue may a client have?
 *
 * The host works on one command after the other, and the ring has room for some:
 * what a client has there, the others wait for. So each has a share of the ring,
 * counted in descriptors, which bounds the bytes as well. That keeps a client whose
 * commands are never answered from taking the room of all.
 */
#include <linux/sched.h>
#include <linux/slab.h>

#include "virtgpu_quota.h"

/**
 * virtgpu_quota_alloc - a client has come
 * @queue: the control queue
 *
 * Return: its quota, with one reference, or NULL without memory.
 */
struct virtgpu_quota *virtgpu_quota_alloc(struct virtgpu_vq *queue)
{
	struct virtgpu_quota *quota = kzalloc(sizeof(*quota), GFP_KERNEL_ACCOUNT);

	if (!quota)
		return NULL;
	refcount_set(&quota->refs, 1);
	quota->vq = queue;
	quota->owner = task_tgid_nr(current);
	init_waitqueue_head(&quota->wait);
	quota->max_unfenced = UINT_MAX;
	return quota;
}

/**
 * virtgpu_quota_get - keep a quota
 * @quota: the quota
 *
 * Return: @quota.
 */
struct virtgpu_quota *virtgpu_quota_get(struct virtgpu_quota *quota)
{
	refcount_inc(&quota->refs);
	return quota;
}

/**
 * virtgpu_quota_put - let a quota go; any context
 * @quota: the quota
 */
void virtgpu_quota_put(struct virtgpu_quota *quota)
{
	if (refcount_dec_and_test(&quota->refs))
		kfree(quota);
}

/**
 * virtgpu_quota_has_room - is it worth going on for who has waited?
 * @quota: the client's
 *
 * With half of what it may have: to wait costs more than many commands, and the host has
 * the other half to go on with.
 *
 * Return: whether it is.
 */
bool virtgpu_quota_has_room(const struct virtgpu_quota *quota)
{
	const struct virtgpu_quotas *all = &quota->vq->quotas;
	unsigned int slots = READ_ONCE(quota->slots), taken = READ_ONCE(all->slots);
	unsigned int capacity = READ_ONCE(all->capacity);

	return READ_ONCE(quota->unfenced) <= READ_ONCE(quota->max_unfenced) / 2 &&
	       (5 * slots + 3 * taken < 3 * capacity || !slots) &&
	       !virtgpu_quota_is_taken(taken, capacity);
}

/**
 * virtgpu_quota_wake - a client has less in the queue, and somebody waits
 * @quota: its quota; the queue is locked
 */
void virtgpu_quota_wake(struct virtgpu_quota *quota)
{
	struct virtgpu_quotas *all = &quota->vq->quotas;

	if (quota->waiters && virtgpu_quota_has_room(quota))
		wake_up_all(&quota->wait);
	if (all->newcomers && !virtgpu_quota_is_taken(all->slots, all->capacity))
		wake_up_all(&all->wait);
}
