// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much may a client have parked, and how long does it wait for less?
 *
 * A signal ends each wait, and the call is made again: what waits here for a minute
 * does not keep the machine from going to sleep.
 */
#include <linux/jiffies.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "virtgpu_job.h"
#include "virtgpu_vq.h"

/* How long a client waits for room, in milliseconds. */
#define VIRTGPU_JOBQ_TIMEOUT_MS		60000

static bool virtgpu_jobq_is_empty(struct virtgpu_jobq *jobq,
				  const struct virtgpu_timeline *timeline)
{
	bool empty;

	spin_lock(&jobq->lock);
	empty = list_empty(&timeline->parked);
	spin_unlock(&jobq->lock);
	return empty;
}

/**
 * virtgpu_jobq_flush - wait until nothing is parked on a timeline
 * @jobq: the queue
 * @timeline: which of its timelines
 *
 * Return: 0, -ERESTARTSYS for a signal, or -EBUSY after 30 seconds.
 */
int virtgpu_jobq_flush(struct virtgpu_jobq *jobq, struct virtgpu_timeline *timeline)
{
	long ret;

	/* Most clients park nothing, ever. */
	if (likely(!READ_ONCE(jobq->parked)) || virtgpu_jobq_is_empty(jobq, timeline))
		return 0;
	ret = wait_event_interruptible_timeout(jobq->wait,
					       virtgpu_jobq_is_empty(jobq, timeline),
					       msecs_to_jiffies(VIRTGPU_HOST_TIMEOUT_MS));
	if (ret < 0)
		return ret;
	return ret ? 0 : -EBUSY;
}

/**
 * virtgpu_jobq_wait - wait until little is parked; no lock of ours held
 * @jobq: the queue
 *
 * Return: 0, -ERESTARTSYS for a signal, or -EBUSY after a minute.
 */
int virtgpu_jobq_wait(struct virtgpu_jobq *jobq)
{
	long ret;

	ret = wait_event_interruptible_timeout(jobq->wait, !virtgpu_jobq_is_full(jobq),
					       msecs_to_jiffies(VIRTGPU_JOBQ_TIMEOUT_MS));
	if (ret < 0)
		return ret;
	return ret ? 0 : -EBUSY;
}
