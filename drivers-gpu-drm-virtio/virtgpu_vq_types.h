/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is a virtqueue and the line in front of it? For virtgpu_vq*.c, and nobody else.
 */
#ifndef VIRTGPU_VQ_TYPES_H
#define VIRTGPU_VQ_TYPES_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "virtgpu_device_types.h"
#include "virtgpu_quota_types.h"

struct virtgpu_vbuf;
struct virtqueue;

/* Commands in line, and bytes of the same, before users are made to wait, and before they go on. */
#define VIRTGPU_VQ_HIGH		1024
#define VIRTGPU_VQ_LOW		512
#define VIRTGPU_VQ_HIGH_BYTES	(32 * 1024 * 1024)
#define VIRTGPU_VQ_LOW_BYTES	(16 * 1024 * 1024)

/**
 * enum virtgpu_vq_interrupts - which answer raises an interrupt
 * @VIRTGPU_VQ_INTERRUPTS_OFF: none; they are looked for when more is queued
 * @VIRTGPU_VQ_INTERRUPTS_LATE: one when most of what was in the ring is answered, to
 *	make room, or for whoever waits for the newest of that
 * @VIRTGPU_VQ_INTERRUPTS_SOON: the next
 */
enum virtgpu_vq_interrupts {
	VIRTGPU_VQ_INTERRUPTS_OFF,
	VIRTGPU_VQ_INTERRUPTS_LATE,
	VIRTGPU_VQ_INTERRUPTS_SOON,
};

/**
 * struct virtgpu_vq - a virtqueue and the line in front of it
 */
struct virtgpu_vq {
	/** @vgdev: the device. */
	struct virtgpu_device *vgdev;
	/** @end_work: ends @refused, and @pending while the device is stopped. */
	struct work_struct end_work;
	/** @small: the ring has no room for the longest commands without tables. */
	bool small;
	/** @space: woken when the line has become short. */
	wait_queue_head_t space;
	/** @notifiers: calls of virtqueue_notify() under way. */
	atomic_t notifiers;
	/** @handlers: of those who have taken answers, and not ended them yet. */
	atomic_t handlers;
	/** @retry: looks at ring and line where no answer will raise an interrupt. */
	struct delayed_work retry;
	/** @lock: guards @vq to @answers, and calls on @vq but notify; innermost of ours. */
	spinlock_t lock;
	/** @vq: the virtqueue, or NULL while the device has none. */
	struct virtqueue *vq;
	/** @pending: in line, oldest first. */
	struct list_head pending;
	/** @held: behind @pending, until the device is restored. */
	struct list_head held;
	/** @withdrawn: neither in line nor to be sent, until virtgpu_vq_cancel_context(). */
	struct list_head withdrawn;
	/** @inflight: in the ring, oldest first. */
	struct list_head inflight;
	/** @refused: to be ended without being sent. */
	struct list_head refused;
	/** @num_pending: entries of @pending and @held; read without the lock too. */
	unsigned int num_pending;
	/** @pending_bytes: their payloads; read without the lock too. */
	size_t pending_bytes;
	/** @stuck: since when the first in line has found an empty ring full, or 0. */
	unsigned long stuck;
	/** @kept: since when contexts that are no more leave too little of the ring, or 0. */
	unsigned long kept;
	/** @num_fenced: entries of @inflight that carry a fence. */
	unsigned int num_fenced;
	/** @num_awaited: entries of @inflight whose end somebody wants to know of soon. */
	unsigned int num_awaited;
	/** @disordered: the host has answered others before one without a fence. */
	bool disordered;
	/** @interrupts: on from LATE while there is a line, and while @num_awaited. */
	enum virtgpu_vq_interrupts interrupts;
	/** @tables: a command takes one descriptor, however long it is. */
	bool tables;
	/** @reserved: descriptors that are kept for a command that jumps the line. */
	unsigned int reserved;
	/** @look_at: with so few free descriptors, who queues next looks for answers. */
	unsigned int look_at;
	/** @quotas: what the clients have here; read without the lock too. */
	struct virtgpu_quotas quotas;
	/** @fence_id: the fence id that was used last on the wire. */
	u64 fence_id;
	/** @seqno: the number of commands that entered the ring. */
	u32 seqno;
	/** @answers: how many came back, pings apart; read without the lock too. */
	u32 answers;
	/** @silent_at: @answers when somebody last waited in vain; no lock. */
	u32 silent_at;
	/** @silent: @silent_at tells of such a wait; no lock. */
	bool silent;
};

/* Is the line so short that those who wait for space go on? */
static inline bool virtgpu_vq_is_short(const struct virtgpu_vq *queue)
{
	return READ_ONCE(queue->num_pending) <= VIRTGPU_VQ_LOW &&
	       READ_ONCE(queue->pending_bytes) <= VIRTGPU_VQ_LOW_BYTES;
}

/* Takes the device commands from the line, and do its answers count? */
static inline bool virtgpu_vq_takes_commands(const struct virtgpu_vq *queue)
{
	enum virtgpu_state state = queue->vgdev->state;

	lockdep_assert_held(&queue->lock);
	return state == VIRTGPU_RUNNING || state == VIRTGPU_RESTORING;
}

/* virtgpu_vq_answer.c */
void virtgpu_vq_end(struct virtgpu_vbuf *vbuf, int error);
void virtgpu_vq_end_all(struct list_head *ended);
void virtgpu_vq_take_answers(struct virtgpu_vq *queue, struct list_head *ended);
void virtgpu_vq_reap_unawaited(struct virtgpu_vq *queue, struct list_head *ended);
enum virtgpu_vq_interrupts virtgpu_vq_wanted(const struct virtgpu_vq *queue);
bool virtgpu_vq_set_interrupts(struct virtgpu_vq *queue, enum virtgpu_vq_interrupts interrupts);
void virtgpu_vq_interrupt_from(struct virtgpu_vq *queue, struct list_head *ended,
			       enum virtgpu_vq_interrupts interrupts);

/* Have the next answer raise one; @ended as for virtgpu_vq_interrupt_from(). */
static inline void virtgpu_vq_interrupt_soon(struct virtgpu_vq *queue, struct list_head *ended)
{
	if (queue->interrupts != VIRTGPU_VQ_INTERRUPTS_SOON)
		virtgpu_vq_interrupt_from(queue, ended, VIRTGPU_VQ_INTERRUPTS_SOON);
}

/* virtgpu_vq.c */
void virtgpu_vq_interrupt(struct virtgpu_vq *queue);
void virtgpu_vq_line_up(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
			struct list_head *line);
void virtgpu_vq_leave_line(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf);
bool virtgpu_vq_pump(struct virtgpu_vq *queue);
void virtgpu_vq_retry(struct work_struct *work);

/* virtgpu_vq_stop.c */
void virtgpu_vq_end_work(struct work_struct *work);
#endif
