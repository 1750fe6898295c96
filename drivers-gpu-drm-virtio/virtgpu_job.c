// SPDX-License-Identifier: GPL-2.0-only
/*
 * In which order does parked work run, and who is told? How much may be parked is
 * virtgpu_job_wait.c's to say.
 *
 * A submission whose in-fences are not yet signalled does not hold up the thread:
 * it is parked on its timeline, and all that is submitted to the same timeline
 * later is parked behind it. Other timelines go on. Commands that take something
 * away (a detach, the end of the context) are barriers: each follows everything
 * that was parked in the queue before it.
 *
 * Fences signal in any context, and their callbacks may not take locks that are
 * held around fence calls; so a callback only starts the queue's worker, and the
 * worker moves what is ready. Other fences wait for that worker: it allocates
 * nothing and drops no last reference, which are left to the reclaim queue.
 *
 * There is no drm_gpu_scheduler here, because nothing is scheduled: the host
 * decides what runs when, takes any number of commands, and its answers are the
 * fences. What is left is a wait in front of a queue, without a thread, a job
 * slot or a timeout for each ring of each client.
 */
#include <linux/dma-fence.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include <drm/drm_gem.h>

#include "virtgpu_device_types.h"
#include "virtgpu_fence.h"
#include "virtgpu_job.h"
#include "virtgpu_job_order.h"
#include "virtgpu_payload.h"
#include "virtgpu_quota.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"
#include "virtgpu_vq_types.h"

/**
 * virtgpu_job_alloc - note what a command has to wait for
 * @jobq: its queue
 * @deps: the fences; taken over
 * @order: fences of what has to be queued before; taken over; may be NULL
 * @objs: objects that the command names; taken over, with the array
 * @num_objs: how many
 *
 * Return: the job, or NULL without memory: then nothing was taken over.
 */
struct virtgpu_job *virtgpu_job_alloc(struct virtgpu_jobq *jobq, struct virtgpu_deps *deps,
				      struct virtgpu_deps *order,
				      struct drm_gem_object **objs, unsigned int num_objs)
{
	struct virtgpu_job *job = kzalloc(sizeof(*job), GFP_KERNEL_ACCOUNT);

	if (!job)
		return NULL;
	job->jobq = jobq;
	swap(job->deps, *deps);
	if (order)
		swap(job->order, *order);
	job->objs = objs;
	job->num_objs = num_objs;
	return job;
}

/* No fence calls the worker any more. Any context. */
static void virtgpu_job_disarm(struct virtgpu_job *job)
{
	if (job->armed)
		dma_fence_remove_callback(job->deps.fences[job->next], &job->cb);
	job->armed = false;
}

/**
 * virtgpu_job_free - drop what a command waited for; may sleep
 * @job: the job, or NULL
 */
void virtgpu_job_free(struct virtgpu_job *job)
{
	if (!job)
		return;
	virtgpu_job_disarm(job);
	for (unsigned int i = 0; i < job->num_objs; i++)
		drm_gem_object_put(job->objs[i]);
	kvfree(job->objs);
	virtgpu_deps_fini(&job->deps);
	virtgpu_deps_fini(&job->order);
	kfree(job);
}

static void virtgpu_job_reclaim_work(struct work_struct *work)
{
	virtgpu_job_free(container_of(work, struct virtgpu_job, dead));
}

/*
 * Free a job where sleeping is allowed: here a fence may be waiting for us. What was
 * its queue may be gone by then.
 */
static void virtgpu_job_reclaim(struct virtgpu_job *job)
{
	if (!job)
		return;
	virtgpu_job_disarm(job);
	INIT_WORK(&job->dead, virtgpu_job_reclaim_work);
	queue_work(virtgpu_vbuf_reclaim_workqueue(job->jobq->vq->vgdev), &job->dead);
}

/* Any context. The worker owns a reference, which the caller gives. */
static void virtgpu_jobq_call(struct virtgpu_jobq *jobq)
{
	if (!queue_work(virtgpu_vbuf_workqueue(jobq->vq->vgdev), &jobq->work))
		virtgpu_jobq_put(jobq);
}

/* Any context, with the lock of @fence. */
static void virtgpu_job_wake(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	virtgpu_jobq_call(virtgpu_jobq_get(container_of(cb, struct virtgpu_job, cb)->jobq));
}

/* Is there anything that has to be first? If so, it will have the worker called. */
static bool virtgpu_job_is_blocked(struct virtgpu_job *job)
{
	struct virtgpu_deps *deps = &job->deps;

	for (; job->next < deps->count; job->next++) {
		struct dma_fence *fence = deps->fences[job->next];

		if (job->armed && !dma_fence_is_signaled(fence))
			return true;
		if (job->armed) {
			virtgpu_job_disarm(job);
			continue;
		}
		job->armed = true;
		if (!dma_fence_add_callback(fence, &job->cb, virtgpu_job_wake))
			return true;
		job->armed = false;
	}
	return virtgpu_job_order_is_behind(job);
}

/* What a parked command keeps in memory; buffers only when nobody has a handle. */
static u64 virtgpu_jobq_bytes(const struct virtgpu_vbuf *vbuf)
{
	const struct virtgpu_job *job = vbuf->job;
	u64 bytes = sizeof(*vbuf);

	if (vbuf->payload)
		bytes += vbuf->payload->size;
	if (vbuf->obj)
		bytes += vbuf->obj->size;
	if (job)
		bytes += sizeof(*job) + sizeof(void *) *
			 (job->deps.capacity + job->order.capacity + job->num_objs);
	return bytes;
}

static void virtgpu_jobq_park(struct virtgpu_jobq *jobq, struct virtgpu_vbuf *vbuf,
			      struct list_head *list)
{
	lockdep_assert_held(&jobq->lock);
	vbuf->order = jobq->next_seq++;
	list_add_tail(&vbuf->node, list);
	WRITE_ONCE(jobq->parked, jobq->parked + 1);
	WRITE_ONCE(jobq->parked_bytes, jobq->parked_bytes + virtgpu_jobq_bytes(vbuf));
	atomic_inc(&virtgpu_job_order_parked);
	virtgpu_jobq_get(jobq);
}

/*
 * A command is no longer parked. Whoever reads the counters without the lock may
 * take what was parked for queued, so this comes after the queueing. The caller
 * has one reference to put.
 */
static void virtgpu_jobq_unpark(struct virtgpu_jobq *jobq, u64 bytes)
{
	lockdep_assert_held(&jobq->lock);
	WRITE_ONCE(jobq->parked, jobq->parked - 1);
	WRITE_ONCE(jobq->parked_bytes, jobq->parked_bytes - bytes);
	atomic_dec(&virtgpu_job_order_parked);
}

/* On its way, or to its end if there is no way any more. */
static void virtgpu_jobq_send(struct virtgpu_jobq *jobq, struct virtgpu_vbuf *vbuf)
{
	lockdep_assert_held(&jobq->lock);
	if (unlikely(jobq->cancelled))
		virtgpu_vq_cancel(jobq->vq, vbuf, jobq->cancelled);
	else
		virtgpu_vq_queue(jobq->vq, vbuf);
}

/* The same. Is virtgpu_vq_notify() to follow? */
static bool virtgpu_jobq_send_last(struct virtgpu_jobq *jobq, struct virtgpu_vbuf *vbuf)
{
	lockdep_assert_held(&jobq->lock);
	if (likely(!jobq->cancelled))
		return virtgpu_vq_queue_last(jobq->vq, vbuf);
	virtgpu_vq_cancel(jobq->vq, vbuf, jobq->cancelled);
	return false;
}

/* The oldest command that is parked on a timeline, or U64_MAX. */
static u64 virtgpu_jobq_oldest(struct virtgpu_jobq *jobq)
{
	u64 oldest = U64_MAX;

	lockdep_assert_held(&jobq->lock);
	for (unsigned int i = 0; i < jobq->num_timelines; i++) {
		struct virtgpu_vbuf *vbuf;

		vbuf = list_first_entry_or_null(&jobq->timelines[i].parked,
						struct virtgpu_vbuf, node);
		if (vbuf)
			oldest = min(oldest, vbuf->order);
	}
	return oldest;
}

/**
 * virtgpu_jobq_submit - run a command in its turn
 * @jobq: the queue
 * @timeline: which of its timelines
 * @vbuf: the command, with &virtgpu_vbuf.job if it waits; consumed
 *
 * Can't fail. The fence gets its place here. The host is told.
 */
void virtgpu_jobq_submit(struct virtgpu_jobq *jobq, struct virtgpu_timeline *timeline,
			 struct virtgpu_vbuf *vbuf)
{
	struct virtgpu_job *job = vbuf->job;
	bool ready, notify = false;

	vbuf->quota = jobq->quota;
	spin_lock(&jobq->lock);
	if (vbuf->fence) {
		virtgpu_fence_arm(vbuf->fence, ++timeline->seqno);
		dma_fence_put(timeline->last);
		timeline->last = dma_fence_get(&vbuf->fence->base);
	}
	/* Of a queue that was cancelled, what is parked may be about to be sent to its end. */
	ready = list_empty(&timeline->parked) &&
		(jobq->cancelled || !(job && virtgpu_job_is_blocked(job)));
	if (ready) {
		vbuf->job = NULL;
		notify = virtgpu_jobq_send_last(jobq, vbuf);
	} else {
		virtgpu_jobq_park(jobq, vbuf, &timeline->parked);
	}
	spin_unlock(&jobq->lock);
	if (notify)
		virtgpu_vq_notify(jobq->vq);
	if (ready && job)
		virtgpu_job_free(job);
}

/**
 * virtgpu_jobq_barrier - run a command behind all that is parked now
 * @jobq: the queue
 * @vbuf: the command, without a fence, perhaps with a job; consumed
 * @gem: an object that must not go before the command, or NULL
 *
 * Can't fail. Of a queue that is abandoned it follows nothing any more. The caller
 * kicks the control queue.
 */
void virtgpu_jobq_barrier(struct virtgpu_jobq *jobq, struct virtgpu_vbuf *vbuf,
			  struct drm_gem_object *gem)
{
	struct virtgpu_job *job = vbuf->job;
	bool ready;

	spin_lock(&jobq->lock);
	ready = list_empty(&jobq->barriers) &&
		(jobq->abandoned || virtgpu_jobq_oldest(jobq) == U64_MAX) &&
		(jobq->abandoned || jobq->cancelled || !(job && virtgpu_job_is_blocked(job)));
	if (ready) {
		vbuf->job = NULL;
		virtgpu_jobq_send(jobq, vbuf);
	} else {
		if (gem) {
			drm_gem_object_get(gem);
			vbuf->obj = gem;
		}
		virtgpu_jobq_park(jobq, vbuf, &jobq->barriers);
	}
	spin_unlock(&jobq->lock);
	if (ready)
		virtgpu_job_free(job);
}

/**
 * virtgpu_jobq_finish - run a last command when all fences have signalled
 * @jobq: the queue, to which nothing will be submitted any more
 * @vbuf: the command, without a fence; consumed
 * @job: with room for a fence of each timeline; consumed
 *
 * Hosts drop the fences of a context that is destroyed, so those have to signal
 * first, or somebody who holds one would wait for ever.
 */
void virtgpu_jobq_finish(struct virtgpu_jobq *jobq, struct virtgpu_vbuf *vbuf,
			 struct virtgpu_job *job)
{
	struct virtgpu_deps *deps = &job->deps;

	spin_lock(&jobq->lock);
	for (unsigned int i = 0; i < jobq->num_timelines; i++) {
		struct virtgpu_timeline *timeline = &jobq->timelines[i];

		if (timeline->last)
			deps->fences[deps->count++] = timeline->last;
		timeline->last = NULL;
	}
	spin_unlock(&jobq->lock);
	vbuf->job = job;
	virtgpu_jobq_barrier(jobq, vbuf, NULL);
}

/**
 * virtgpu_jobq_revoke - take back a command that is parked as a barrier
 * @jobq: the queue
 * @type: of the command, one with a struct virtio_gpu_ctx_resource
 * @res_id: which resource it names
 *
 * Return: whether there was one; it will not run.
 */
bool virtgpu_jobq_revoke(struct virtgpu_jobq *jobq, u32 type, u32 res_id)
{
	struct virtgpu_vbuf *vbuf, *found = NULL;
	struct virtgpu_job *job = NULL;

	spin_lock(&jobq->lock);
	list_for_each_entry(vbuf, &jobq->barriers, node) {
		const struct virtio_gpu_ctx_resource *cmd = (const void *)vbuf->cmd;

		if (cmd->hdr.type != cpu_to_le32(type) ||
		    cmd->resource_id != cpu_to_le32(res_id))
			continue;
		found = vbuf;
		list_del(&found->node);
		virtgpu_jobq_unpark(jobq, virtgpu_jobq_bytes(found));
		swap(job, found->job);
		break;
	}
	spin_unlock(&jobq->lock);
	if (!found)
		return false;
	wake_up_all(&jobq->wait);
	virtgpu_job_free(job);
	virtgpu_vbuf_put(found);
	virtgpu_jobq_put(jobq);
	return true;
}

/* Send a parked command, whatever it waits for. */
static void virtgpu_jobq_unblock(struct virtgpu_jobq *jobq, struct virtgpu_vbuf *vbuf)
{
	u64 bytes = virtgpu_jobq_bytes(vbuf);

	list_del(&vbuf->node);
	virtgpu_job_reclaim(vbuf->job);
	vbuf->job = NULL;
	virtgpu_jobq_send(jobq, vbuf);
	virtgpu_jobq_unpark(jobq, bytes);
}

/*
 * Send the first of a list that need not wait any longer, and are no younger than @oldest,
 * at most @max, and count them.
 */
static unsigned int virtgpu_jobq_advance_list(struct virtgpu_jobq *jobq,
					      struct list_head *list, u64 oldest,
					      unsigned int max)
{
	bool waits = !jobq->cancelled && !jobq->abandoned;
	struct virtgpu_vbuf *vbuf, *next;
	unsigned int count = 0;

	list_for_each_entry_safe(vbuf, next, list, node) {
		if (count == max || vbuf->order > oldest ||
		    (waits && vbuf->job && virtgpu_job_is_blocked(vbuf->job)))
			break;
		virtgpu_jobq_unblock(jobq, vbuf);
		count++;
	}
	return count;
}

/*
 * Whoever has closed many buffers has as many detaches parked, and others are not to be
 * kept from running until all have been sent: so many at a time.
 */
#define VIRTGPU_JOBQ_BATCH	64

/* Send what need not wait any longer, a batch at most, and count it. */
static unsigned int virtgpu_jobq_advance(struct virtgpu_jobq *jobq)
{
	bool stay = jobq->abandoned && !jobq->cancelled;
	unsigned int count = 0;
	u64 oldest = U64_MAX;

	lockdep_assert_held(&jobq->lock);
	for (unsigned int i = 0; !stay && i < jobq->num_timelines; i++)
		count += virtgpu_jobq_advance_list(jobq, &jobq->timelines[i].parked, U64_MAX,
						   VIRTGPU_JOBQ_BATCH - count);
	if (!stay)
		oldest = virtgpu_jobq_oldest(jobq);
	return count + virtgpu_jobq_advance_list(jobq, &jobq->barriers, oldest,
						 VIRTGPU_JOBQ_BATCH - count);
}

/* Without the lock: what follows when @count commands are no longer parked. */
static void virtgpu_jobq_advanced(struct virtgpu_jobq *jobq, unsigned int count)
{
	if (!count)
		return;
	virtgpu_vq_kick(jobq->vq);
	wake_up_all(&jobq->wait);
	virtgpu_job_order_wake(virtgpu_jobq_call);
	while (count--)
		virtgpu_jobq_put(jobq);
}

/* Send all that need not wait any longer. The caller has a reference. */
static void virtgpu_jobq_advance_all(struct virtgpu_jobq *jobq)
{
	unsigned int count;

	do {
		spin_lock(&jobq->lock);
		count = virtgpu_jobq_advance(jobq);
		spin_unlock(&jobq->lock);
		virtgpu_jobq_advanced(jobq, count);
		cond_resched();
	} while (count == VIRTGPU_JOBQ_BATCH);
}

static void virtgpu_jobq_work(struct work_struct *work)
{
	struct virtgpu_jobq *jobq = container_of(work, struct virtgpu_jobq, work);
	bool cookie = dma_fence_begin_signalling();

	virtgpu_jobq_advance_all(jobq);
	dma_fence_end_signalling(cookie);
	virtgpu_jobq_put(jobq);
}

/**
 * virtgpu_jobq_cancel - end everything, whatever it waits for; may sleep
 * @jobq: the queue; referenced by the caller
 * @error: with which what is parked, and all that comes later, ends
 *
 * Nothing that was parked ends before what was queued before it.
 */
void virtgpu_jobq_cancel(struct virtgpu_jobq *jobq, int error)
{
	spin_lock(&jobq->lock);
	if (!jobq->cancelled)
		WRITE_ONCE(jobq->cancelled, error);
	spin_unlock(&jobq->lock);
	virtgpu_jobq_advance_all(jobq);
}

/*
 * A command will not be sent any more; only its fence is still owed. Returns what it
 * would have carried, which is the caller's to free.
 */
static struct virtgpu_payload *virtgpu_jobq_strip(struct virtgpu_jobq *jobq,
						  struct virtgpu_vbuf *vbuf)
{
	struct virtgpu_payload *payload = vbuf->payload;
	u64 bytes = virtgpu_jobq_bytes(vbuf);

	lockdep_assert_held(&jobq->lock);
	virtgpu_fence_set_queued(vbuf->fence);
	virtgpu_job_reclaim(vbuf->job);
	vbuf->job = NULL;
	vbuf->payload = NULL;
	WRITE_ONCE(jobq->parked_bytes, jobq->parked_bytes - bytes + virtgpu_jobq_bytes(vbuf));
	return payload;
}

static void virtgpu_jobq_strip_timeline(struct virtgpu_jobq *jobq,
					struct virtgpu_timeline *timeline,
					struct llist_head *payloads)
{
	struct virtgpu_payload *payload;
	struct virtgpu_vbuf *vbuf;

	list_for_each_entry(vbuf, &timeline->parked, node) {
		payload = virtgpu_jobq_strip(jobq, vbuf);
		if (payload)
			llist_add(&payload->free, payloads);
	}
}

/**
 * virtgpu_jobq_abandon - send the barriers, though what they follow stays parked
 * @jobq: the queue, to which nothing will be submitted any more
 *
 * For a client that is gone and whose commands wait for what never comes. They
 * stay until virtgpu_jobq_cancel(), because they may not end before those that
 * the host has.
 */
void virtgpu_jobq_abandon(struct virtgpu_jobq *jobq)
{
	struct virtgpu_payload *payload, *next_payload;
	LLIST_HEAD(payloads);

	spin_lock(&jobq->lock);
	WRITE_ONCE(jobq->abandoned, true);
	for (unsigned int i = 0; i < jobq->num_timelines; i++)
		virtgpu_jobq_strip_timeline(jobq, &jobq->timelines[i], &payloads);
	spin_unlock(&jobq->lock);
	llist_for_each_entry_safe(payload, next_payload, payloads.first, free)
		virtgpu_payload_free(payload);
	virtgpu_jobq_advance_all(jobq);
	virtgpu_job_order_wake(virtgpu_jobq_call);
}

/**
 * virtgpu_jobq_is_abandoned - was virtgpu_jobq_abandon() called?
 * @jobq: the queue
 *
 * Return: whether it was.
 */
bool virtgpu_jobq_is_abandoned(const struct virtgpu_jobq *jobq)
{
	return READ_ONCE(jobq->abandoned);
}

/**
 * virtgpu_jobq_init - make a queue in which nothing is parked
 * @jobq: zeroed, with room for @num_timelines
 * @vq: where its commands go
 * @quota: of the client
 * @num_timelines: how many run beside each other
 * @release: frees what @jobq is part of, when the last reference is gone
 */
void virtgpu_jobq_init(struct virtgpu_jobq *jobq, struct virtgpu_vq *vq,
		       struct virtgpu_quota *quota, unsigned int num_timelines,
		       void (*release)(struct virtgpu_jobq *jobq))
{
	u64 fence_context = dma_fence_context_alloc(num_timelines);

	kref_init(&jobq->refs);
	jobq->release = release;
	jobq->vq = vq;
	jobq->quota = virtgpu_quota_get(quota);
	spin_lock_init(&jobq->lock);
	INIT_LIST_HEAD(&jobq->barriers);
	INIT_LIST_HEAD(&jobq->waiting);
	INIT_WORK(&jobq->work, virtgpu_jobq_work);
	init_waitqueue_head(&jobq->wait);
	jobq->num_timelines = num_timelines;
	for (unsigned int i = 0; i < num_timelines; i++) {
		jobq->timelines[i].fence_context = fence_context + i;
		INIT_LIST_HEAD(&jobq->timelines[i].parked);
	}
}

/**
 * virtgpu_jobq_fini - drop what the queue holds; any context
 * @jobq: the queue, without a reference
 */
void virtgpu_jobq_fini(struct virtgpu_jobq *jobq)
{
	for (unsigned int i = 0; i < jobq->num_timelines; i++)
		dma_fence_put(jobq->timelines[i].last);
	virtgpu_quota_put(jobq->quota);
}

/**
 * virtgpu_jobq_get - keep a queue
 * @jobq: the queue
 *
 * Return: @jobq.
 */
struct virtgpu_jobq *virtgpu_jobq_get(struct virtgpu_jobq *jobq)
{
	kref_get(&jobq->refs);
	return jobq;
}

static void virtgpu_jobq_last_put(struct kref *refs)
{
	struct virtgpu_jobq *jobq = container_of(refs, struct virtgpu_jobq, refs);

	jobq->release(jobq);
}

/**
 * virtgpu_jobq_put - let a queue go; any context
 * @jobq: the queue
 */
void virtgpu_jobq_put(struct virtgpu_jobq *jobq)
{
	kref_put(&jobq->refs, virtgpu_jobq_last_put);
}
