// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who waits for the host, and for how long?
 *
 * Every wait has an end: the answer, the death of the waiter, or a host that has
 * been silent for too long.
 */
#include <linux/delay.h>
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/wait.h>

#include <drm/drm_drv.h>
#include <drm/drm_print.h>

#include "virtgpu_device_types.h"
#include "virtgpu_payload.h"
#include "virtgpu_quota.h"
#include "virtgpu_vq_types.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/* How long somebody waits for a host that another has waited for in vain. */
#define VIRTGPU_SILENT_TIMEOUT_MS	1000u

/* Has nothing at all come back since @answers were counted? */
static bool virtgpu_vq_is_silent(const struct virtgpu_vq *queue, u32 answers)
{
	return READ_ONCE(queue->answers) == answers;
}

/*
 * Nobody waits for the same silence as somebody before: after one has waited in
 * vain, others only make sure.
 */
static unsigned int virtgpu_vq_timeout(const struct virtgpu_vq *queue, unsigned int ms)
{
	if (READ_ONCE(queue->silent) &&
	    virtgpu_vq_is_silent(queue, READ_ONCE(queue->silent_at)))
		return min(ms, VIRTGPU_SILENT_TIMEOUT_MS);
	return ms;
}

static void virtgpu_vq_note_silence(struct virtgpu_vq *queue, u32 answers)
{
	WRITE_ONCE(queue->silent_at, answers);
	WRITE_ONCE(queue->silent, true);
}

/* The virtio core gives a ring up when the host names a descriptor that it does not have. */
static bool virtgpu_vq_is_broken(struct virtgpu_vq *queue)
{
	unsigned long flags;
	bool broken;

	spin_lock_irqsave(&queue->lock, flags);
	broken = queue->vq && virtqueue_is_broken(queue->vq);
	spin_unlock_irqrestore(&queue->lock, flags);
	return broken;
}

/* For so long, in milliseconds, what is left of the ring may be too little. */
#define VIRTGPU_VQ_KEPT_MS		5000u

/*
 * Hosts drop the work of a context that is destroyed, and not all answer it then: what
 * they keep of the ring is had back by a reset only. Is what is left too little, for
 * the longest command or for going on? Others answer it when it has ended, and a reset
 * takes the contexts of all: it has to have been so for a while.
 */
static bool virtgpu_vq_is_kept(struct virtgpu_vq *queue)
{
	unsigned int ms = min(VIRTGPU_VQ_KEPT_MS, READ_ONCE(queue->vgdev->hang_timeout_ms));
	unsigned int kept = 0, size, need;
	struct virtgpu_vbuf *vbuf;
	unsigned long flags, since;

	spin_lock_irqsave(&queue->lock, flags);
	list_for_each_entry(vbuf, &queue->inflight, node) {
		if (vbuf->orphan)
			kept += queue->tables ? 1 : virtgpu_quota_slots(vbuf);
	}
	size = queue->vq ? virtqueue_get_vring_size(queue->vq) : 0;
	need = queue->tables ? 0 : VIRTGPU_PAYLOAD_MAX_DIRECT;
	if (!kept || size - kept >= clamp(need, size / 8, size / 2))
		queue->kept = 0;
	else if (!queue->kept)
		queue->kept = jiffies | 1;
	since = queue->kept;
	spin_unlock_irqrestore(&queue->lock, flags);
	return since && time_after_eq(jiffies, since + msecs_to_jiffies(ms));
}

/*
 * Has somebody else reset the device, or the host started anew? While it is reset by
 * us it does not run. What was read before that is read again.
 */
static bool virtgpu_vq_is_reset(struct virtio_device *vdev, const struct virtgpu_device *vgdev)
{
	for (unsigned int i = 0; i < 2; i++) {
		if (vdev->config->get_status(vdev) & VIRTIO_CONFIG_S_DRIVER_OK ||
		    READ_ONCE(vgdev->state) != VIRTGPU_RUNNING)
			return false;
	}
	return true;
}

/**
 * virtgpu_vq_failure - has the device failed?
 * @queue: one of its queues
 *
 * May sleep: the device's status may have to be asked for. Whoever waits may do so
 * until after the removal, so it is asked only while the DRM device is plugged in.
 *
 * Return: how, in words, or NULL.
 */
const char *virtgpu_vq_failure(struct virtgpu_vq *queue)
{
	struct virtio_device *vdev = queue->vgdev->vdev;
	const char *failure = NULL;
	int idx;

	if (!drm_dev_enter(queue->vgdev->drm, &idx))
		return NULL;
	if (vdev->config->get_status(vdev) & VIRTIO_CONFIG_S_NEEDS_RESET)
		failure = "the device says that it has failed";
	else if (virtgpu_vq_is_reset(vdev, queue->vgdev))
		failure = "the device has been reset";
	else if (virtgpu_vq_is_broken(queue))
		failure = "the host answers nonsense";
	else if (virtgpu_vq_is_kept(queue))
		failure = "the host keeps the ring for contexts that are no more";
	drm_dev_exit(idx);
	return failure;
}

/* Has the device failed, with nobody there who resets it? Who is there is told. */
static bool virtgpu_vq_is_lost(struct virtgpu_vq *queue)
{
	struct virtgpu_device *vgdev = queue->vgdev;

	if (!virtgpu_vq_failure(queue))
		return false;
	return READ_ONCE(vgdev->state) != VIRTGPU_RUNNING ||
	       !vgdev->report || !vgdev->report(vgdev);
}

/*
 * Like wait_for_completion_killable_timeout(), but a device that has failed is not
 * waited for where nobody resets it: while it is probed, or brought up again, no
 * watchdog is there. What has been answered without an interrupt is no silence. A host
 * that says nothing for a second is told again, it may not have heard. Nor does a
 * machine that is to sleep wait for us: the call begins anew when it wakes up.
 */
static long virtgpu_vq_wait_answer(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
				   unsigned long limit)
{
	unsigned long slice;
	long ret;

	do {
		slice = min_t(unsigned long, limit, HZ);
		ret = wait_for_completion_killable_timeout(&vbuf->ended, slice);
		if (ret)
			return ret;
		virtgpu_vq_look(queue);
		if (virtgpu_vq_is_lost(queue))
			return -ETIMEDOUT;
		virtgpu_vq_remind(queue);
		if (freezing(current))
			return -ERESTARTSYS;
		limit -= slice;
	} while (limit);
	return 0;
}

/**
 * virtgpu_vq_wait_once - wait for the end of a queued command, with a deadline
 * @queue: the queue
 * @vbuf: the command; the caller holds a reference from before it was queued
 * @timeout_ms: for how long, in milliseconds, whatever else the host does meanwhile
 *
 * No lock may be held that a commit, an interrupt or a worker of ours takes.
 *
 * Return: 0, the error of the command, -ETIMEDOUT (at once when the device has failed
 * and nobody resets it), or -ERESTARTSYS if the caller was killed. In the last two
 * cases the command is still under way.
 */
int virtgpu_vq_wait_once(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
			 unsigned int timeout_ms)
{
	unsigned long limit = msecs_to_jiffies(virtgpu_vq_timeout(queue, timeout_ms));
	u32 answers = READ_ONCE(queue->answers);
	long ret;

	might_sleep();
	ret = virtgpu_vq_wait_answer(queue, vbuf, limit);
	if (ret > 0)
		return vbuf->error;
	if (ret == -ERESTARTSYS)
		return ret;
	if (virtgpu_vq_is_silent(queue, answers))
		virtgpu_vq_note_silence(queue, answers);
	return -ETIMEDOUT;
}

/**
 * virtgpu_vq_wait - wait for the end of a queued command
 * @queue: the queue
 * @vbuf: the command; the caller holds a reference from before it was queued
 * @timeout_ms: how long the host may be silent, in milliseconds. While it works
 *              on other things, the wait is longer: &virtgpu_device.hang_timeout_ms.
 *
 * Return: as virtgpu_vq_wait_once(), and locks as there.
 */
int virtgpu_vq_wait(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
		    unsigned int timeout_ms)
{
	unsigned long deadline = jiffies +
				 msecs_to_jiffies(READ_ONCE(queue->vgdev->hang_timeout_ms));
	u32 answers;
	int ret;

	do {
		answers = READ_ONCE(queue->answers);
		ret = virtgpu_vq_wait_once(queue, vbuf, timeout_ms);
	} while (ret == -ETIMEDOUT && !virtgpu_vq_is_silent(queue, answers) &&
		 !virtgpu_vq_failure(queue) && time_before(jiffies, deadline));
	return ret;
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

/* Those who come while others wait get behind them. */
static bool virtgpu_vq_is_full(struct virtgpu_vq *queue)
{
	return READ_ONCE(queue->num_pending) >= VIRTGPU_VQ_HIGH ||
	       READ_ONCE(queue->pending_bytes) >= VIRTGPU_VQ_HIGH_BYTES ||
	       (!virtgpu_vq_is_short(queue) && wq_has_sleeper(&queue->space));
}

static bool virtgpu_vq_has_space(struct virtgpu_vq *queue)
{
	return READ_ONCE(queue->vgdev->state) == VIRTGPU_STOPPED ||
	       virtgpu_vq_is_short(queue);
}

/**
 * virtgpu_vq_throttle - wait until the line is short; no lock of ours held
 * @queue: the queue
 *
 * Return: 0, -ERESTARTSYS for a signal, or -ETIMEDOUT when the host has gone silent.
 */
int virtgpu_vq_throttle(struct virtgpu_vq *queue)
{
	unsigned long limit;
	u32 answers;
	long ret;

	if (likely(!virtgpu_vq_is_full(queue)))
		return 0;
	virtgpu_vq_kick(queue);
	limit = msecs_to_jiffies(virtgpu_vq_timeout(queue, VIRTGPU_HOST_TIMEOUT_MS));
	do {
		answers = READ_ONCE(queue->answers);
		ret = wait_event_interruptible_timeout(queue->space,
						       virtgpu_vq_has_space(queue), limit);
		if (ret)
			return ret < 0 ? ret : 0;
		virtgpu_vq_look(queue);
	} while (!virtgpu_vq_is_silent(queue, answers));
	virtgpu_vq_note_silence(queue, answers);
	return -ETIMEDOUT;
}

/**
 * virtgpu_vq_owes - what does the host owe us?
 * @queue: the queue
 * @oldest: set to the number of the oldest command that it has and that every
 *          living host answers at once: one without a fence; 0 if there is none
 *
 * Return: whether it has any command, or is to get one, but for those of contexts that
 * it has destroyed.
 */
bool virtgpu_vq_owes(struct virtgpu_vq *queue, u32 *oldest)
{
	struct virtgpu_vbuf *vbuf;
	LIST_HEAD(ended);
	unsigned long flags;
	bool owes;

	*oldest = 0;
	if (READ_ONCE(queue->num_pending))
		virtgpu_vq_look(queue);
	spin_lock_irqsave(&queue->lock, flags);
	virtgpu_vq_reap_unawaited(queue, &ended);
	owes = !list_empty(&queue->pending);
	list_for_each_entry(vbuf, &queue->inflight, node) {
		owes |= !vbuf->orphan;
		if (vbuf->fence || vbuf->orphan)
			continue;
		*oldest = vbuf->seqno ?: 1;
		break;
	}
	spin_unlock_irqrestore(&queue->lock, flags);
	virtgpu_vq_end_all(&ended);
	return owes;
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
	u32 oldest;

	virtgpu_vq_kick(queue);
	while (virtgpu_vq_owes(queue, &oldest)) {
		if (time_after(jiffies, end))
			return false;
		usleep_range(500, 1000);
	}
	return true;
}

/**
 * virtgpu_vq_print - how the queue stands, for debugfs
 * @queue: the queue
 * @p: where to
 */
void virtgpu_vq_print(struct virtgpu_vq *queue, struct drm_printer *p)
{
	unsigned long flags;
	unsigned int pending, fenced;
	u64 fence_id;

	spin_lock_irqsave(&queue->lock, flags);
	fence_id = queue->fence_id;
	fenced = queue->num_fenced;
	pending = queue->num_pending;
	spin_unlock_irqrestore(&queue->lock, flags);
	drm_printf(p, "fence id %llu last used, %u fences outstanding, %u commands in line\n",
		   fence_id, fenced, pending);
}

/**
 * virtgpu_vq_await - have the answer to a deferrable command raise an interrupt
 * @queue: the queue
 * @vbuf: the command; queued, and the caller holds a reference from before that
 *
 * Before the caller waits; no locks that a fence's callbacks take.
 */
void virtgpu_vq_await(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf)
{
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	/* Should it still be in line, it is awaited when it enters the ring. */
	vbuf->deferrable = false;
	if (virtgpu_vq_takes_commands(queue) && vbuf->seqno && !vbuf->awaited) {
		vbuf->awaited = true;
		queue->num_awaited++;
	}
	spin_unlock_irqrestore(&queue->lock, flags);
	virtgpu_vq_look(queue);
}

/**
 * virtgpu_vq_reap - take the answers that have raised no interrupt
 * @queue: the queue
 *
 * For those who want to know how something went that nobody waits for. Any context.
 */
void virtgpu_vq_reap(struct virtgpu_vq *queue)
{
	LIST_HEAD(ended);
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	virtgpu_vq_reap_unawaited(queue, &ended);
	spin_unlock_irqrestore(&queue->lock, flags);
	virtgpu_vq_end_all(&ended);
}
