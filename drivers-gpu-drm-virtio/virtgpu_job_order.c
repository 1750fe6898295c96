// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has to be in the control queue before a command that shares a buffer with it?
 *
 * A client may tell another that it has drawn when EXECBUFFER has returned, and what
 * the other submits then follows on the host, because it is queued later. So it has
 * to be when the first is still parked. It waits until that is queued, not until it
 * has ended: what runs beside what is the host's to decide, and the first may be
 * waiting there for the second.
 *
 * Nobody can be called by a fence whose command is queued. Instead, whoever queues
 * parked commands calls all workers that wait for such; there are few, seldom any.
 */
#include <linux/dma-fence-unwrap.h>
#include <linux/dma-resv.h>
#include <linux/list.h>
#include <linux/spinlock.h>

#include "virtgpu_deps.h"
#include "virtgpu_fence.h"
#include "virtgpu_job.h"
#include "virtgpu_job_order.h"

/* Guards the list below. Inside &virtgpu_jobq.lock; works are queued with it. */
static DEFINE_SPINLOCK(virtgpu_job_order_lock);

/* Queues of all devices whose workers are to be called; each holds a reference. */
static LIST_HEAD(virtgpu_job_order_waiting);

atomic_t virtgpu_job_order_parked = ATOMIC_INIT(0);

/*
 * What a timeline has parked is queued in its order, so that the last will be is enough
 * to know: there are as many as timelines, however many buffers and submissions.
 */
static int virtgpu_job_order_add(struct virtgpu_deps *order, struct dma_fence *fence)
{
	int ret;

	for (unsigned int i = 0; i < order->count; i++) {
		if (order->fences[i]->context != fence->context)
			continue;
		if (dma_fence_is_later(fence, order->fences[i])) {
			dma_fence_put(order->fences[i]);
			order->fences[i] = dma_fence_get(fence);
		}
		return 0;
	}
	if (order->count == order->capacity) {
		ret = virtgpu_deps_reserve(order, order->capacity * 2 ?: 4);
		if (ret)
			return ret;
	}
	order->fences[order->count++] = dma_fence_get(fence);
	return 0;
}

/**
 * virtgpu_job_order_find - which parked commands use a buffer?
 * @order: gets their fences; zeroed at first
 * @vgdev: the device
 * @fence_context: of the timeline on which the command will run
 * @resv: of the buffer; locked
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_job_order_find(struct virtgpu_deps *order, const struct virtgpu_device *vgdev,
			   u64 fence_context, struct dma_resv *resv)
{
	struct dma_fence_unwrap unwrap;
	struct dma_fence *fence, *part;
	struct dma_resv_iter cursor;
	int ret = 0;

	dma_resv_for_each_fence(&cursor, resv, DMA_RESV_USAGE_READ, fence) {
		dma_fence_unwrap_for_each(part, &unwrap, fence) {
			const struct virtgpu_fence *ours = virtgpu_fence_from(part);

			if (ret || !ours || ours->vgdev != vgdev ||
			    part->context == fence_context || READ_ONCE(ours->queued))
				continue;
			ret = virtgpu_job_order_add(order, part);
		}
	}
	return ret;
}

/* Is anything not queued that has to be before? */
static bool virtgpu_job_order_blocks(struct virtgpu_job *job)
{
	for (; job->next_order < job->order.count; job->next_order++) {
		struct virtgpu_fence *ours;

		ours = virtgpu_fence_from(job->order.fences[job->next_order]);
		if (ours && !READ_ONCE(ours->queued))
			return true;
	}
	return false;
}

/**
 * virtgpu_job_order_is_behind - is anything not queued that has to be before?
 * @job: of a command that is parked, or will be if so; its queue is locked
 *
 * Return: whether there is. Then the queue will be in virtgpu_job_order_wake().
 */
bool virtgpu_job_order_is_behind(struct virtgpu_job *job)
{
	struct virtgpu_jobq *jobq = job->jobq;
	bool behind;

	if (!virtgpu_job_order_blocks(job))
		return false;
	/* Again with the lock: whoever queues that now finds this queue waiting. */
	spin_lock(&virtgpu_job_order_lock);
	behind = virtgpu_job_order_blocks(job);
	if (behind && list_empty(&jobq->waiting)) {
		kref_get(&jobq->refs);
		list_add_tail(&jobq->waiting, &virtgpu_job_order_waiting);
	}
	spin_unlock(&virtgpu_job_order_lock);
	return behind;
}

/**
 * virtgpu_job_order_wake - call those who may be next
 * @call: has the worker of a queue called; a reference comes with the queue
 *
 * When something that was parked has been queued, or never will be; no lock held. Those of
 * other devices are called under the lock, too: who takes one of these down takes it
 * afterwards, so that its workqueue is there.
 */
void virtgpu_job_order_wake(void (*call)(struct virtgpu_jobq *jobq))
{
	struct virtgpu_jobq *jobq;

	spin_lock(&virtgpu_job_order_lock);
	while ((jobq = list_first_entry_or_null(&virtgpu_job_order_waiting,
						struct virtgpu_jobq, waiting))) {
		list_del_init(&jobq->waiting);
		call(jobq);
	}
	spin_unlock(&virtgpu_job_order_lock);
}
