// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who waits for the host, and for how long?
 *
 * Every wait has an end: the answer, the death of the waiter, or a host that has
 * been silent for too long.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/virtio.h>
#include <linux/wait.h>

#include "virtgpu_device_types.h"
#include "virtgpu_vq_types.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/* Has nothing at all come back for so long? */
static bool virtgpu_vq_silent(const struct virtgpu_vq *queue, unsigned long limit)
{
	return time_after(jiffies, READ_ONCE(queue->progress) + limit);
}

/**
 * virtgpu_vq_wait - wait for the end of a queued command
 * @queue: the queue
 * @vbuf: the command; the caller holds a reference
 * @timeout_ms: how long the host may be silent, in milliseconds. While it works
 *              on other things, the wait is longer: &virtgpu_device.hang_timeout_ms.
 *
 * Return: 0, the error of the command, -ETIMEDOUT, or -ERESTARTSYS if the
 * caller was killed. In the last two cases the command is still under way.
 */
int virtgpu_vq_wait(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
		    unsigned int timeout_ms)
{
	unsigned long deadline = jiffies +
				 msecs_to_jiffies(READ_ONCE(queue->vgdev->hang_timeout_ms));
	unsigned long limit = msecs_to_jiffies(timeout_ms);
	long ret;

	do {
		ret = wait_for_completion_killable_timeout(&vbuf->ended, limit);
		if (ret)
			return ret < 0 ? ret : vbuf->error;
	} while (!virtgpu_vq_silent(queue, limit) && time_before(jiffies, deadline));
	return -ETIMEDOUT;
}

/**
 * virtgpu_vq_call - queue a command and wait for its end
 * @queue: the queue
 * @vbuf: the command; the caller keeps its reference, to read the answer
 * @timeout_ms: as for virtgpu_vq_wait()
 *
 * Return: as virtgpu_vq_wait().
 */
int virtgpu_vq_call(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
		    unsigned int timeout_ms)
{
	virtgpu_vq_queue(queue, virtgpu_vbuf_get(vbuf));
	virtgpu_vq_kick(queue);
	return virtgpu_vq_wait(queue, vbuf, timeout_ms);
}

static bool virtgpu_vq_is_full(struct virtgpu_vq *queue)
{
	return READ_ONCE(queue->num_pending) >= VIRTGPU_QUEUE_HIGH;
}

static bool virtgpu_vq_has_space(struct virtgpu_vq *queue)
{
	return READ_ONCE(queue->num_pending) <= VIRTGPU_QUEUE_LOW ||
	       READ_ONCE(queue->error);
}

/**
 * virtgpu_vq_throttle - wait until the line is short; no locks held
 * @queue: the queue
 *
 * Return: 0, -ERESTARTSYS if the caller was killed, or -ETIMEDOUT when the host
 * has gone silent.
 */
int virtgpu_vq_throttle(struct virtgpu_vq *queue)
{
	unsigned long limit = msecs_to_jiffies(VIRTGPU_HOST_TIMEOUT_MS);
	long ret;

	if (likely(!virtgpu_vq_is_full(queue)))
		return 0;
	virtgpu_vq_kick(queue);
	do {
		ret = wait_event_killable_timeout(queue->space,
						  virtgpu_vq_has_space(queue), limit);
		if (ret)
			return ret < 0 ? ret : 0;
	} while (!virtgpu_vq_silent(queue, limit));
	return -ETIMEDOUT;
}

/**
 * virtgpu_vq_is_stuck - has the host gone silent?
 * @queue: the queue
 * @limit: how long it may take, in jiffies
 *
 * Fenced commands may take as long as the host's GPU needs. All others are
 * answered at once by a host that lives, so one of them that stays unanswered
 * while nothing else comes back either tells. A ring that the virtio core has
 * given up (the host named a descriptor that it does not have) stays silent too.
 *
 * Return: whether such a command has stood in the ring for longer than @limit.
 */
bool virtgpu_vq_is_stuck(struct virtgpu_vq *queue, unsigned long limit)
{
	struct virtgpu_vbuf *vbuf;
	unsigned long flags;
	bool stuck = false;

	spin_lock_irqsave(&queue->lock, flags);
	if (!queue->error && virtqueue_is_broken(queue->vq)) {
		stuck = true;
	} else if (!queue->error && virtgpu_vq_silent(queue, limit)) {
		list_for_each_entry(vbuf, &queue->inflight, node) {
			if (vbuf->fence)
				continue;
			stuck = time_after(jiffies, vbuf->queued_at + limit);
			break;
		}
	}
	spin_unlock_irqrestore(&queue->lock, flags);
	return stuck;
}

static bool virtgpu_vq_is_idle(struct virtgpu_vq *queue)
{
	unsigned long flags;
	bool idle;

	spin_lock_irqsave(&queue->lock, flags);
	idle = list_empty(&queue->pending) && list_empty(&queue->inflight);
	spin_unlock_irqrestore(&queue->lock, flags);
	return idle;
}

/**
 * virtgpu_vq_wait_idle - let the host finish what it has been asked; may sleep
 * @queue: the queue, which nobody feeds any more
 * @timeout_ms: how long, in milliseconds
 *
 * Return: whether all commands have ended.
 */
bool virtgpu_vq_wait_idle(struct virtgpu_vq *queue, unsigned int timeout_ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(timeout_ms);

	virtgpu_vq_kick(queue);
	while (!virtgpu_vq_is_idle(queue)) {
		if (time_after(jiffies, end))
			return false;
		usleep_range(500, 1000);
	}
	return true;
}
