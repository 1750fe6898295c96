// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who notices that the host has stopped answering?
 *
 * A watchdog looks at the control queue from time to time. Commands with a fence
 * may take as long as the host's GPU needs; every living host answers all others
 * at once, in their order. Where the oldest of those is the same as at the last
 * look, or there is none, a ping is sent: so a long computation, or an answer that
 * was lost, is told from a dead host. The host may also not have heard of what stands
 * in the ring, so it is notified once more. When a ping is not answered for
 * &virtgpu_device.hang_timeout_ms, the device is lost. Looks are counted, not time:
 * a guest that was stopped, or whose clock jumps, has looked once.
 *
 * A device is lost at once when it says that it has failed (DEVICE_NEEDS_RESET),
 * or when its ring makes no sense any more.
 *
 * Memory may be waiting for fences that a lost device owes, and there may be none for a
 * new worker: the watchdog has one of its own.
 */
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <linux/virtio_gpu.h>
#include <linux/workqueue.h>

#include <drm/drm_managed.h>

#include "virtgpu_cmd_display.h"
#include "virtgpu_device_types.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"
#include "virtgpu_watchdog.h"

/* How often the watchdog looks: several times within the hang timeout. */
#define VIRTGPU_WATCHDOG_MS		5000u
#define VIRTGPU_WATCHDOG_MIN_MS		20u
#define VIRTGPU_WATCHDOG_LOOKS		8u

/**
 * struct virtgpu_watchdog - notices a silent host
 */
struct virtgpu_watchdog {
	/** @vgdev: the device. */
	struct virtgpu_device *vgdev;
	/** @lost: told of the loss. */
	virtgpu_watchdog_lost_t lost;
	/** @wq: runs @work and @check. */
	struct workqueue_struct *wq;
	/** @work: looks, and comes again. The only user of @oldest to @ping. */
	struct delayed_work work;
	/** @oldest: the command that was to be answered first at the last look, or 0. */
	u32 oldest;
	/** @silent: looks that found @ping unanswered. */
	unsigned int silent;
	/** @ping: the question under way, or NULL. */
	struct virtgpu_vbuf *ping;
	/** @check: asks whether the device has failed. That is no look: events come in storms. */
	struct work_struct check;
	/** @lock: guards @watching, and that works are started only while it is true. */
	spinlock_t lock;
	/** @watching: between virtgpu_watchdog_start() and a stop, or the loss. */
	bool watching;
};

static void virtgpu_watchdog_set(struct virtgpu_watchdog *watchdog, bool watching)
{
	unsigned long flags;

	spin_lock_irqsave(&watchdog->lock, flags);
	WRITE_ONCE(watchdog->watching, watching);
	spin_unlock_irqrestore(&watchdog->lock, flags);
}

/* Look after @ms. Any context. */
static void virtgpu_watchdog_rearm(struct virtgpu_watchdog *watchdog, unsigned int ms)
{
	unsigned long flags;

	spin_lock_irqsave(&watchdog->lock, flags);
	if (watchdog->watching)
		mod_delayed_work(watchdog->wq, &watchdog->work, msecs_to_jiffies(ms));
	spin_unlock_irqrestore(&watchdog->lock, flags);
}

static unsigned int virtgpu_watchdog_interval(const struct virtgpu_device *vgdev)
{
	return clamp(READ_ONCE(vgdev->hang_timeout_ms) / VIRTGPU_WATCHDOG_LOOKS,
		     VIRTGPU_WATCHDOG_MIN_MS, VIRTGPU_WATCHDOG_MS);
}

/* Look again, after a while or as soon as somebody has asked for meanwhile. */
static void virtgpu_watchdog_come_again(struct virtgpu_watchdog *watchdog)
{
	unsigned int ms = virtgpu_watchdog_interval(watchdog->vgdev);
	unsigned long flags;

	spin_lock_irqsave(&watchdog->lock, flags);
	if (watchdog->watching)
		queue_delayed_work(watchdog->wq, &watchdog->work, msecs_to_jiffies(ms));
	spin_unlock_irqrestore(&watchdog->lock, flags);
}

static void virtgpu_watchdog_drop_ping(struct virtgpu_watchdog *watchdog)
{
	virtgpu_vbuf_put(watchdog->ping);
	watchdog->ping = NULL;
}

/* Without memory, the next look tries again. */
static void virtgpu_watchdog_send_ping(struct virtgpu_watchdog *watchdog)
{
	struct virtgpu_vq *queue = watchdog->vgdev->ctrlq;
	struct virtgpu_vbuf *vbuf;

	if (watchdog->ping)
		return;
	vbuf = virtgpu_cmd_get_display_info();
	if (!vbuf)
		return;
	vbuf->quiet = true;
	watchdog->ping = virtgpu_vbuf_get(vbuf);
	virtgpu_vq_queue_first(queue, vbuf);
	virtgpu_vq_kick(queue);
}

/* Has a ping been unanswered for so many looks that there is no hope any more? */
static bool virtgpu_watchdog_is_silent(struct virtgpu_watchdog *watchdog)
{
	struct virtgpu_device *vgdev = watchdog->vgdev;
	bool owes, moved;
	u32 oldest;

	/* A command may stand in the ring without the host having been told. */
	virtgpu_vq_kick(vgdev->ctrlq);
	owes = virtgpu_vq_owes(vgdev->ctrlq, &oldest);
	moved = oldest && oldest != watchdog->oldest;
	watchdog->oldest = oldest;
	/* Or it may have been told, and not have heard. */
	if (owes && !moved)
		virtgpu_vq_remind(vgdev->ctrlq);
	virtgpu_vq_remind(vgdev->cursorq);
	if (watchdog->ping && (!owes || completion_done(&watchdog->ping->ended)))
		virtgpu_watchdog_drop_ping(watchdog);
	if (watchdog->ping)
		return ++watchdog->silent >= max(READ_ONCE(vgdev->hang_timeout_ms) /
						 virtgpu_watchdog_interval(vgdev), 2u);
	watchdog->silent = 0;
	if (owes && !moved)
		virtgpu_watchdog_send_ping(watchdog);
	return false;
}

static const char *virtgpu_watchdog_look(struct virtgpu_watchdog *watchdog)
{
	const char *failure = virtgpu_vq_failure(watchdog->vgdev->ctrlq);

	if (!failure && virtgpu_watchdog_is_silent(watchdog))
		return "the host does not answer";
	return failure;
}

static void virtgpu_watchdog_work(struct work_struct *work)
{
	struct virtgpu_watchdog *watchdog =
		container_of(to_delayed_work(work), struct virtgpu_watchdog, work);
	const char *why;

	if (!READ_ONCE(watchdog->watching))
		return;
	why = virtgpu_watchdog_look(watchdog);
	if (why) {
		virtgpu_watchdog_drop_ping(watchdog);
		watchdog->oldest = 0;
		watchdog->lost(watchdog->vgdev, why);
	}
	virtgpu_watchdog_come_again(watchdog);
}

static void virtgpu_watchdog_check_work(struct work_struct *work)
{
	struct virtgpu_watchdog *watchdog =
		container_of(work, struct virtgpu_watchdog, check);

	if (virtgpu_vq_failure(watchdog->vgdev->ctrlq))
		virtgpu_watchdog_rearm(watchdog, 0);
}

/* Who waits has found that the device has failed. Does this reset it? */
static bool virtgpu_watchdog_report(struct virtgpu_device *vgdev)
{
	virtgpu_watchdog_rearm(vgdev->watchdog, 0);
	return READ_ONCE(vgdev->watchdog->watching);
}

static void virtgpu_watchdog_release(struct drm_device *drm, void *data)
{
	struct virtgpu_watchdog *watchdog = data;

	virtgpu_watchdog_drop_ping(watchdog);
	destroy_workqueue(watchdog->wq);
}

/**
 * virtgpu_watchdog_init - prepare to watch
 * @vgdev: the device
 * @lost: told when the device is of no use any more
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_watchdog_init(struct virtgpu_device *vgdev, virtgpu_watchdog_lost_t lost)
{
	struct virtgpu_watchdog *watchdog;

	watchdog = drmm_kzalloc(vgdev->drm, sizeof(*watchdog), GFP_KERNEL);
	if (!watchdog)
		return -ENOMEM;
	watchdog->wq = alloc_workqueue("virtio-gpu-watch", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!watchdog->wq)
		return -ENOMEM;
	watchdog->vgdev = vgdev;
	watchdog->lost = lost;
	spin_lock_init(&watchdog->lock);
	INIT_DELAYED_WORK(&watchdog->work, virtgpu_watchdog_work);
	INIT_WORK(&watchdog->check, virtgpu_watchdog_check_work);
	vgdev->hang_timeout_ms = VIRTGPU_HANG_TIMEOUT_MS;
	vgdev->watchdog = watchdog;
	vgdev->report = virtgpu_watchdog_report;
	return drmm_add_action_or_reset(vgdev->drm, virtgpu_watchdog_release, watchdog);
}

/**
 * virtgpu_watchdog_start - watch
 * @vgdev: the device, ready to talk
 */
void virtgpu_watchdog_start(struct virtgpu_device *vgdev)
{
	virtgpu_watchdog_set(vgdev->watchdog, true);
	virtgpu_watchdog_rearm(vgdev->watchdog, virtgpu_watchdog_interval(vgdev));
}

/**
 * virtgpu_watchdog_stop - watch no longer; a look may be under way yet
 * @vgdev: the device
 */
void virtgpu_watchdog_stop(struct virtgpu_device *vgdev)
{
	virtgpu_watchdog_set(vgdev->watchdog, false);
}

/**
 * virtgpu_watchdog_stop_sync - watch no longer, and wait for the last look
 * @vgdev: the device; nothing is held that &virtgpu_watchdog.lost takes
 */
void virtgpu_watchdog_stop_sync(struct virtgpu_device *vgdev)
{
	virtgpu_watchdog_stop(vgdev);
	cancel_work_sync(&vgdev->watchdog->check);
	cancel_delayed_work_sync(&vgdev->watchdog->work);
}

/**
 * virtgpu_watchdog_set_timeout - take a silent host for lost later, or sooner
 * @vgdev: the device
 * @ms: milliseconds; VIRTGPU_HANG_TIMEOUT_MS until this is called
 */
void virtgpu_watchdog_set_timeout(struct virtgpu_device *vgdev, u32 ms)
{
	WRITE_ONCE(vgdev->hang_timeout_ms, ms);
	virtgpu_watchdog_rearm(vgdev->watchdog, 0);
}

/**
 * virtgpu_watchdog_config_changed - perhaps the device says that it has failed
 * @vgdev: the device
 *
 * Any context, any time after virtgpu_watchdog_init(). To read the device's
 * status may sleep, so the watchdog does it.
 */
void virtgpu_watchdog_config_changed(struct virtgpu_device *vgdev)
{
	struct virtgpu_watchdog *watchdog = vgdev->watchdog;
	unsigned long flags;

	spin_lock_irqsave(&watchdog->lock, flags);
	if (watchdog->watching)
		queue_work(watchdog->wq, &watchdog->check);
	spin_unlock_irqrestore(&watchdog->lock, flags);
}
