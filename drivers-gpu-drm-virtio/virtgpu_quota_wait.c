// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long does a client wait that has its share of the control queue?
 *
 * While several processes use the queue, one that does not wait for its fences would
 * still have the others wait for as many commands as there are in its share. It may
 * then be ahead of the host by some time only. How many commands that are is
 * measured when it has to wait, so who waits for its own work, or is alone, pays
 * nothing for it. Commands with a fence don't count there: they are answered when
 * their work is done, and hold nobody up until then.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sched/signal.h>

#include "virtgpu_device_types.h"
#include "virtgpu_quota.h"
#include "virtgpu_vq.h"
#include "virtgpu_vq_types.h"

/* For so long after two processes took turns, the queue counts as shared. */
#define VIRTGPU_QUOTA_SHARED		(HZ / 10)

/* By how much a client may then be ahead of the host, in nanoseconds: about a round trip. */
#define VIRTGPU_QUOTA_AHEAD_NS		(100 * NSEC_PER_USEC)

/* How long a client waits that gets no answer at all, and how often it looks. */
#define VIRTGPU_QUOTA_TIMEOUT		(60 * HZ)
#define VIRTGPU_QUOTA_LOOK		(HZ / 10)

/* Did processes take turns lately? */
static bool virtgpu_quota_is_shared(const struct virtgpu_vq *queue)
{
	return time_before(jiffies, queue->quotas.last_change + VIRTGPU_QUOTA_SHARED);
}

/* Of one wait */
struct virtgpu_quota_wait {
	/** @newcomer: the client had nothing, and waits with others like it. */
	bool newcomer;
	/** @unfenced: &virtgpu_quota.unfenced at the beginning, */
	unsigned int unfenced;
	/** @since: and when that was, in nanoseconds. */
	u64 since;
};

/*
 * Answers may be there that have raised no interrupt. If they don't suffice, one
 * has to come. Returns whether the client has to wait, and then counts it.
 */
static bool virtgpu_quota_begin(struct virtgpu_quota *quota, struct virtgpu_quota_wait *wait)
{
	struct virtgpu_vq *queue = quota->vq;
	LIST_HEAD(ended);
	unsigned long flags;
	bool full;

	spin_lock_irqsave(&queue->lock, flags);
	virtgpu_vq_reap_unawaited(queue, &ended);
	if (!virtgpu_quota_is_shared(queue))
		WRITE_ONCE(quota->max_unfenced, UINT_MAX);
	full = virtgpu_quota_is_full(quota);
	wait->newcomer = !quota->slots;
	wait->unfenced = quota->unfenced;
	wait->since = ktime_get_ns();
	if (full) {
		quota->waiters++;
		queue->quotas.waiters++;
		queue->quotas.newcomers += wait->newcomer;
		if (virtgpu_vq_takes_commands(queue) &&
		    queue->interrupts == VIRTGPU_VQ_INTERRUPTS_OFF)
			virtgpu_vq_interrupt_from(queue, &ended, virtgpu_vq_wanted(queue));
	}
	spin_unlock_irqrestore(&queue->lock, flags);
	virtgpu_vq_end_all(&ended);
	return full;
}

/*
 * @done commands took @ns, and @left are still there: how many may there be? If none
 * is left, the host may have run dry before the client woke up, and is faster than
 * it looks.
 */
static unsigned int virtgpu_quota_measured(const struct virtgpu_quota *quota, u64 ns,
					   unsigned int done, unsigned int left)
{
	u64 count = div64_u64((u64)done * VIRTGPU_QUOTA_AHEAD_NS, max_t(u64, ns, 1));

	if (!left)
		count *= 2;
	return clamp_t(u64, count, 1, quota->vq->quotas.capacity);
}

static void virtgpu_quota_end(struct virtgpu_quota *quota, const struct virtgpu_quota_wait *wait)
{
	u64 ns = ktime_get_ns() - wait->since;
	struct virtgpu_vq *queue = quota->vq;
	unsigned long flags;
	unsigned int left;

	spin_lock_irqsave(&queue->lock, flags);
	quota->waiters--;
	queue->quotas.waiters--;
	queue->quotas.newcomers -= wait->newcomer;
	left = quota->unfenced;
	if (left < wait->unfenced && virtgpu_quota_is_shared(queue))
		WRITE_ONCE(quota->max_unfenced,
			   virtgpu_quota_measured(quota, ns, wait->unfenced - left, left));
	spin_unlock_irqrestore(&queue->lock, flags);
}

/* How does the wait stand? */
struct virtgpu_quota_progress {
	/** @lowest: fewest descriptors that the client has had, */
	unsigned int lowest;
	/** @since_lowest: and since when. */
	unsigned long since_lowest;
	/** @oldest: the command that the host, if it lives, answers first, or 0, */
	u32 oldest;
	/** @since_oldest: and since when. */
	unsigned long since_oldest;
};

/* 0, or why there is no more sense in waiting. */
static int virtgpu_quota_look(struct virtgpu_quota *quota,
			      struct virtgpu_quota_progress *progress)
{
	unsigned int slots = READ_ONCE(quota->slots);
	u32 oldest;

	virtgpu_vq_owes(quota->vq, &oldest);
	if (!oldest || oldest != progress->oldest) {
		progress->oldest = oldest;
		progress->since_oldest = jiffies;
	}
	if (slots < progress->lowest) {
		progress->lowest = slots;
		progress->since_lowest = jiffies;
	}
	if (time_after(jiffies, progress->since_oldest +
				msecs_to_jiffies(VIRTGPU_HOST_TIMEOUT_MS)))
		return -ETIMEDOUT;
	return time_after(jiffies, progress->since_lowest + VIRTGPU_QUOTA_TIMEOUT) ? -EBUSY : 0;
}

/**
 * virtgpu_quota_wait - wait because the client has its share, and more; no lock of ours held
 * @quota: the client's
 *
 * Return: as virtgpu_quota_throttle().
 */
int virtgpu_quota_wait(struct virtgpu_quota *quota)
{
	struct virtgpu_quota_progress progress = { .lowest = UINT_MAX };
	struct virtgpu_quota_wait wait;
	wait_queue_head_t *head;
	int error = 0;
	long ret;

	might_sleep();
	if (!virtgpu_quota_begin(quota, &wait))
		return 0;
	head = wait.newcomer ? &quota->vq->quotas.wait : &quota->wait;
	/* The host need not have heard of what it is waited for. */
	virtgpu_vq_kick(quota->vq);
	do {
		ret = wait_event_interruptible_timeout(*head,
						       virtgpu_quota_has_room(quota),
						       VIRTGPU_QUOTA_LOOK);
		if (!ret) {
			virtgpu_vq_look(quota->vq);
			error = virtgpu_quota_look(quota, &progress);
		}
	} while (!ret && !error);
	virtgpu_quota_end(quota, &wait);
	return ret < 0 ? ret : error;
}
