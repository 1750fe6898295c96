/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is a virtqueue and the line in front of it? For virtgpu_vq.c, which moves
 * commands through it, and virtgpu_vq_wait.c, which watches; for nobody else.
 */
#ifndef VIRTGPU_VQ_TYPES_H
#define VIRTGPU_VQ_TYPES_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct virtgpu_device;
struct virtqueue;

/* Commands in line before users are made to wait, and before they go on. */
#define VIRTGPU_QUEUE_HIGH	1024
#define VIRTGPU_QUEUE_LOW	512

/**
 * struct virtgpu_vq - a virtqueue and the line in front of it
 * @vgdev: the device
 * @vq: the virtqueue, or NULL while the device has none
 * @lock: guards all that follows, and every call on @vq but notify
 * @pending: in line, oldest first
 * @inflight: in the ring, oldest first
 * @num_pending: entries of @pending
 * @num_fenced: entries of @inflight that carry a fence
 * @fence_id: the fence id that was used last on the wire
 * @seqno: the number of commands that entered the ring
 * @error: 0, or why the queue takes no more commands
 * @progress: jiffies of the last answer
 * @notifiers: calls of virtqueue_notify() under way
 * @space: woken when @num_pending falls to VIRTGPU_QUEUE_LOW
 */
struct virtgpu_vq {
	struct virtgpu_device *vgdev;
	struct virtqueue *vq;
	/* Guards what follows. */
	spinlock_t lock;
	struct list_head pending;
	struct list_head inflight;
	unsigned int num_pending;
	unsigned int num_fenced;
	u64 fence_id;
	u32 seqno;
	int error;
	unsigned long progress;
	atomic_t notifiers;
	wait_queue_head_t space;
};

#endif
