/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_QUOTA_H
#define VIRTGPU_QUOTA_H

#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "virtgpu_payload.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq_types.h"

/**
 * struct virtgpu_quota - what a client has in the control queue, ring and line
 */
struct virtgpu_quota {
	/** @refs: its file's, its context's, and one while there is anything. */
	refcount_t refs;
	/** @vq: the control queue; it lives as long as the file. */
	struct virtgpu_vq *vq;
	/** @owner: the process that opened the file; what it has with others is its own. */
	pid_t owner;
	/** @wait: woken when the client may have more. */
	wait_queue_head_t wait;

	/* What follows is guarded by &virtgpu_vq.lock; some is read without, too. */

	/** @slots: descriptors of its commands; each is at most VIRTGPU_PAYLOAD_CHUNK bytes. */
	unsigned int slots;
	/** @unfenced: how many of the commands the host answers when it gets to them. */
	unsigned int unfenced;
	/** @max_unfenced: how many of those may be there before the client waits. */
	unsigned int max_unfenced;
	/** @waiters: of @wait. */
	unsigned int waiters;
};

struct virtgpu_quota *virtgpu_quota_alloc(struct virtgpu_vq *queue);
struct virtgpu_quota *virtgpu_quota_get(struct virtgpu_quota *quota);
void virtgpu_quota_put(struct virtgpu_quota *quota);
bool virtgpu_quota_has_room(const struct virtgpu_quota *quota);
void virtgpu_quota_wake(struct virtgpu_quota *quota);

/* virtgpu_quota_wait.c */
int virtgpu_quota_wait(struct virtgpu_quota *quota);

/* How many descriptors has a command? */
static inline unsigned int virtgpu_quota_slots(const struct virtgpu_vbuf *vbuf)
{
	return 1 + (vbuf->payload ? vbuf->payload->nents : 0) + !!vbuf->resp_size;
}

/*
 * Is so much taken that the rest is no client's? The last sixteenth is the driver's, which
 * has screens, and clients to end.
 */
static inline bool virtgpu_quota_is_taken(unsigned int taken, unsigned int capacity)
{
	return taken + capacity / 16 >= capacity;
}

/*
 * There is always a third left of what the largest client has: alone it may have three
 * quarters of the queue, each of two three sevenths, and so on. Who has nothing there
 * may go on, but for the last of it.
 */
static inline bool virtgpu_quota_is_full(const struct virtgpu_quota *quota)
{
	const struct virtgpu_quotas *all = &quota->vq->quotas;
	unsigned int slots = READ_ONCE(quota->slots), taken = READ_ONCE(all->slots);
	unsigned int capacity = READ_ONCE(all->capacity);

	return READ_ONCE(quota->unfenced) >= READ_ONCE(quota->max_unfenced) ||
	       (slots + 3 * taken >= 3 * capacity && slots) ||
	       virtgpu_quota_is_taken(taken, capacity);
}

/**
 * virtgpu_quota_throttle - wait until the client may have more; no lock of ours held
 * @quota: the client's
 *
 * Return: 0, -ERESTARTSYS for a signal, -ETIMEDOUT when the host has gone silent,
 * or -EBUSY if nothing of it has been answered for a minute.
 */
static inline int virtgpu_quota_throttle(struct virtgpu_quota *quota)
{
	return likely(!virtgpu_quota_is_full(quota)) ? 0 : virtgpu_quota_wait(quota);
}

/* A command has come into the queue, which is locked. */
static inline void virtgpu_quota_charge(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf)
{
	unsigned int slots = virtgpu_quota_slots(vbuf);
	struct virtgpu_quota *quota = vbuf->quota;
	bool unfenced = !vbuf->fence;

	if (!quota)
		return;
	vbuf->slots = slots;
	vbuf->unfenced = unfenced;
	if (!quota->slots)
		refcount_inc(&quota->refs);
	WRITE_ONCE(quota->slots, quota->slots + slots);
	WRITE_ONCE(quota->unfenced, quota->unfenced + unfenced);
	WRITE_ONCE(queue->quotas.slots, queue->quotas.slots + slots);
	if (queue->quotas.last_owner != quota->owner) {
		queue->quotas.last_owner = quota->owner;
		queue->quotas.last_change = jiffies;
	}
}

/* A command has left the queue, which is locked. */
static inline void virtgpu_quota_uncharge(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf)
{
	struct virtgpu_quota *quota = vbuf->quota;
	unsigned int slots = vbuf->slots;

	if (!quota)
		return;
	WRITE_ONCE(quota->slots, quota->slots - slots);
	WRITE_ONCE(quota->unfenced, quota->unfenced - vbuf->unfenced);
	WRITE_ONCE(queue->quotas.slots, queue->quotas.slots - slots);
	if (unlikely(queue->quotas.waiters))
		virtgpu_quota_wake(quota);
	if (!quota->slots)
		virtgpu_quota_put(quota);
}

#endif
