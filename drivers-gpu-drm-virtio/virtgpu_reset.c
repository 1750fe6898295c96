// SPDX-License-Identifier: GPL-2.0-only
/*
 * What if the host stops answering?
 *
 * A watchdog looks at the control queue from time to time. When commands that
 * every living host answers at once have stood there for longer than
 * &virtgpu_device.hang_timeout_ms, and nothing else came back either, the device is
 * declared lost: it is unplugged from DRM, all that was waited for ends with
 * -ENODEV, and later calls get -ENODEV from the DRM core. The same happens at
 * once when the device says that it has failed (DEVICE_NEEDS_RESET), or when its
 * ring makes no sense any more. Unloading and loading the module starts anew.
 */
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/workqueue.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "virtgpu_context.h"
#include "virtgpu_device_types.h"
#include "virtgpu_reset.h"
#include "virtgpu_vq.h"

/* How often the watchdog looks: within a quarter of the hang timeout, but not always. */
#define VIRTGPU_WATCH_MS	5000u
#define VIRTGPU_WATCH_MIN_MS	100u

/**
 * struct virtgpu_watchdog - notices a silent host
 * @vgdev: the device
 * @work: looks, and comes again
 * @lock: guards @watching, and that @work is started only while it is true
 * @watching: between virtgpu_reset_start() and virtgpu_reset_stop(), or the loss
 */
struct virtgpu_watchdog {
	struct virtgpu_device *vgdev;
	struct delayed_work work;
	/* Guards what follows. */
	spinlock_t lock;
	bool watching;
};

static void virtgpu_reset_watch(struct virtgpu_watchdog *watchdog, bool watching)
{
	unsigned long flags;

	spin_lock_irqsave(&watchdog->lock, flags);
	WRITE_ONCE(watchdog->watching, watching);
	spin_unlock_irqrestore(&watchdog->lock, flags);
}

/* Look after @ms. Any context. */
static void virtgpu_reset_look_in(struct virtgpu_watchdog *watchdog, unsigned int ms)
{
	unsigned long flags;

	spin_lock_irqsave(&watchdog->lock, flags);
	if (watchdog->watching) {
		cancel_delayed_work(&watchdog->work);
		schedule_delayed_work(&watchdog->work, msecs_to_jiffies(ms));
	}
	spin_unlock_irqrestore(&watchdog->lock, flags);
}

static bool virtgpu_reset_is_asked_for(const struct virtgpu_device *vgdev)
{
	return vgdev->vdev->config->get_status(vgdev->vdev) & VIRTIO_CONFIG_S_NEEDS_RESET;
}

/**
 * virtgpu_reset_quiesce - stop talking, and reset the device; may sleep
 * @vgdev: the device
 * @error: what all that waits, or comes later, ends with: a negative errno
 *
 * Takes back what the host holds.
 */
void virtgpu_reset_quiesce(struct virtgpu_device *vgdev, int error)
{
	virtgpu_vq_stop(vgdev, error);
	virtgpu_context_cancel_all(vgdev);
	virtio_reset_device(vgdev->vdev);
	virtgpu_vq_drain(vgdev);
}

static void virtgpu_reset_declare_lost(struct virtgpu_device *vgdev, const char *why)
{
	drm_err(vgdev->drm,
		"%s: device lost; see the host's log, then reload the module or restart the guest\n",
		why);
	virtgpu_reset_watch(vgdev->watchdog, false);
	drm_dev_unplug(vgdev->drm);
	virtgpu_reset_quiesce(vgdev, -ENODEV);
}

static void virtgpu_reset_look(struct work_struct *work)
{
	struct virtgpu_watchdog *watchdog =
		container_of(to_delayed_work(work), struct virtgpu_watchdog, work);
	struct virtgpu_device *vgdev = watchdog->vgdev;
	u32 timeout = READ_ONCE(vgdev->hang_timeout_ms);

	if (!READ_ONCE(watchdog->watching))
		return;
	if (virtgpu_reset_is_asked_for(vgdev)) {
		virtgpu_reset_declare_lost(vgdev, "the device says that it has failed");
		return;
	}
	/* A command may stand in the ring without the host having been told. */
	virtgpu_vq_kick(vgdev->ctrlq);
	if (virtgpu_vq_is_stuck(vgdev->ctrlq, msecs_to_jiffies(timeout))) {
		virtgpu_reset_declare_lost(vgdev, "the host does not answer, or nonsense");
		return;
	}
	virtgpu_reset_look_in(watchdog, clamp(timeout / 4, VIRTGPU_WATCH_MIN_MS,
					      VIRTGPU_WATCH_MS));
}

/**
 * virtgpu_reset_init - prepare to watch
 * @vgdev: the device
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_reset_init(struct virtgpu_device *vgdev)
{
	struct virtgpu_watchdog *watchdog;

	watchdog = drmm_kzalloc(vgdev->drm, sizeof(*watchdog), GFP_KERNEL);
	if (!watchdog)
		return -ENOMEM;
	watchdog->vgdev = vgdev;
	spin_lock_init(&watchdog->lock);
	vgdev->hang_timeout_ms = VIRTGPU_HANG_TIMEOUT_MS;
	INIT_DELAYED_WORK(&watchdog->work, virtgpu_reset_look);
	vgdev->watchdog = watchdog;
	return 0;
}

/**
 * virtgpu_reset_start - watch
 * @vgdev: the device, ready to talk
 */
void virtgpu_reset_start(struct virtgpu_device *vgdev)
{
	virtgpu_reset_watch(vgdev->watchdog, true);
	virtgpu_reset_look_in(vgdev->watchdog, VIRTGPU_WATCH_MS);
}

/**
 * virtgpu_reset_stop - watch no longer; may sleep
 * @vgdev: the device
 */
void virtgpu_reset_stop(struct virtgpu_device *vgdev)
{
	virtgpu_reset_watch(vgdev->watchdog, false);
	cancel_delayed_work_sync(&vgdev->watchdog->work);
}

/**
 * virtgpu_reset_set_hang_timeout - believe in a silent host for longer, or shorter
 * @vgdev: the device
 * @ms: milliseconds; VIRTGPU_HANG_TIMEOUT_MS until this is called
 */
void virtgpu_reset_set_hang_timeout(struct virtgpu_device *vgdev, u32 ms)
{
	WRITE_ONCE(vgdev->hang_timeout_ms, ms);
	virtgpu_reset_look_in(vgdev->watchdog, 0);
}

/**
 * virtgpu_reset_config_changed - perhaps the device says that it has failed
 * @vgdev: the device
 *
 * Any context, any time after virtgpu_reset_init().
 */
void virtgpu_reset_config_changed(struct virtgpu_device *vgdev)
{
	if (virtgpu_reset_is_asked_for(vgdev))
		virtgpu_reset_look_in(vgdev->watchdog, 0);
}
