/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_JOB_H
#define VIRTGPU_JOB_H

#include <linux/dma-fence.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "virtgpu_deps.h"

/* What a client may have parked before it waits; in bytes, with buffers detached behind. */
#define VIRTGPU_JOBQ_MAX_PARKED		256
#define VIRTGPU_JOBQ_MAX_BYTES		(64 * 1024 * 1024)

struct drm_gem_object;
struct virtgpu_jobq;
struct virtgpu_quota;
struct virtgpu_vbuf;
struct virtgpu_vq;

/**
 * struct virtgpu_timeline - commands that run one after the other
 *
 * Guarded by &virtgpu_jobq.lock.
 */
struct virtgpu_timeline {
	/** @fence_context: the dma_fence context. */
	u64 fence_context;
	/** @seqno: place of the last fence. */
	u64 seqno;
	/** @last: the last fence, or NULL. */
	struct dma_fence *last;
	/** @parked: commands not yet queued, oldest first. */
	struct list_head parked;
};

/**
 * struct virtgpu_job - what keeps a command from being queued
 */
struct virtgpu_job {
	/** @cb: on the fence that is waited for now. */
	struct dma_fence_cb cb;
	/** @dead: when the wait is over, frees it. */
	struct work_struct dead;
	/** @jobq: whose worker is called when that fence signals. */
	struct virtgpu_jobq *jobq;
	/** @deps: all that has to signal, each in turn. */
	struct virtgpu_deps deps;
	/** @next: the first of them that may still be unsignalled. */
	unsigned int next;
	/** @armed: @cb is on that fence, or was and has been called. */
	bool armed;
	/** @order: fences of commands that have to be queued before (virtgpu_job_order.c). */
	struct virtgpu_deps order;
	/** @next_order: the first of them that may not be. */
	unsigned int next_order;
	/** @objs: kept alive until the command is queued. */
	struct drm_gem_object **objs;
	/** @num_objs: how many. */
	unsigned int num_objs;
};

/**
 * struct virtgpu_jobq - the commands of one client, in their order
 *
 * Part of a larger struct, which @release frees.
 */
struct virtgpu_jobq {
	/** @refs: the owner's, one for each parked command, the worker's. */
	struct kref refs;
	/** @release: called with the last reference; any context. */
	void (*release)(struct virtgpu_jobq *jobq);
	/** @vq: where the commands go. */
	struct virtgpu_vq *vq;
	/** @quota: of the client. */
	struct virtgpu_quota *quota;
	/** @work: queues what need not wait any longer. */
	struct work_struct work;
	/** @waiting: until virtgpu_job_order_wake(); guarded by virtgpu_job_order.c. */
	struct list_head waiting;
	/** @wait: woken when something is no longer parked. */
	wait_queue_head_t wait;
	/**
	 * @lock: guards @cancelled to @timelines, and keeps the order of commands
	 * on a timeline the same as in the control queue. Taken inside
	 * reservation locks and outside the queue's lock; never in an interrupt.
	 */
	spinlock_t lock;
	/** @cancelled: 0, or the error with which all that comes ends. */
	int cancelled;
	/** @abandoned: parked commands stay so until they are cancelled. */
	bool abandoned;
	/** @next_seq: how many commands have ever been parked. */
	u64 next_seq;
	/** @parked: how many are parked; read without the lock too. */
	unsigned int parked;
	/** @parked_bytes: what they keep in memory; read without the lock too. */
	u64 parked_bytes;
	/** @barriers: commands that follow all parked before them. */
	struct list_head barriers;
	/** @num_timelines: entries of @timelines; constant. */
	unsigned int num_timelines;
	/** @timelines: what runs beside each other. */
	struct virtgpu_timeline timelines[] __counted_by(num_timelines);
};

struct virtgpu_job *virtgpu_job_alloc(struct virtgpu_jobq *jobq, struct virtgpu_deps *deps,
				      struct virtgpu_deps *order,
				      struct drm_gem_object **objs, unsigned int num_objs);
void virtgpu_job_free(struct virtgpu_job *job);

void virtgpu_jobq_init(struct virtgpu_jobq *jobq, struct virtgpu_vq *vq,
		       struct virtgpu_quota *quota, unsigned int num_timelines,
		       void (*release)(struct virtgpu_jobq *jobq));
void virtgpu_jobq_fini(struct virtgpu_jobq *jobq);
struct virtgpu_jobq *virtgpu_jobq_get(struct virtgpu_jobq *jobq);
void virtgpu_jobq_put(struct virtgpu_jobq *jobq);

int virtgpu_jobq_wait(struct virtgpu_jobq *jobq);
int virtgpu_jobq_flush(struct virtgpu_jobq *jobq, struct virtgpu_timeline *timeline);
void virtgpu_jobq_submit(struct virtgpu_jobq *jobq, struct virtgpu_timeline *timeline,
			 struct virtgpu_vbuf *vbuf);
void virtgpu_jobq_barrier(struct virtgpu_jobq *jobq, struct virtgpu_vbuf *vbuf,
			  struct drm_gem_object *gem);
bool virtgpu_jobq_revoke(struct virtgpu_jobq *jobq, u32 type, u32 res_id);
void virtgpu_jobq_finish(struct virtgpu_jobq *jobq, struct virtgpu_vbuf *vbuf,
			 struct virtgpu_job *job);
void virtgpu_jobq_cancel(struct virtgpu_jobq *jobq, int error);
void virtgpu_jobq_abandon(struct virtgpu_jobq *jobq);
bool virtgpu_jobq_is_abandoned(const struct virtgpu_jobq *jobq);

static inline bool virtgpu_jobq_is_full(const struct virtgpu_jobq *jobq)
{
	return READ_ONCE(jobq->parked) >= VIRTGPU_JOBQ_MAX_PARKED ||
	       READ_ONCE(jobq->parked_bytes) >= VIRTGPU_JOBQ_MAX_BYTES;
}

/* Wait until little is parked, as virtgpu_jobq_wait(). Mostly it is. */
static inline int virtgpu_jobq_throttle(struct virtgpu_jobq *jobq)
{
	return likely(!virtgpu_jobq_is_full(jobq)) ? 0 : virtgpu_jobq_wait(jobq);
}

#endif
