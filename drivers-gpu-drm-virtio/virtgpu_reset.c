// SPDX-License-Identifier: GPL-2.0-only
/*
 * What if the host stops answering?
 *
 * A watchdog looks at the control queue from time to time. When commands that
 * every living host answers at once have stood there for VIRTGPU_HOST_PATIENCE_MS, and
 * nothing else came back either, the device is declared lost: it is unplugged
 * from DRM, all that was waited for ends with -ENODEV, and later calls get
 * -ENODEV from the DRM core. Unloading and loading the module starts anew.
 */
#include <linux/jiffies.h>
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

/* How often the watchdog looks. */
#define VIRTGPU_WATCH_MS	5000

/**
 * struct virtgpu_watchdog - notices a silent host
 * @vgdev: the device
 * @work: looks, and comes again
 */
struct virtgpu_watchdog {
	struct virtgpu_device *vgdev;
	struct delayed_work work;
};

static void virtgpu_reset_declare_lost(struct virtgpu_device *vgdev)
{
	drm_err(vgdev->drm,
		"the host has not answered for %u s: device lost; see the host's log, then reload the module or restart the guest\n",
		VIRTGPU_HOST_PATIENCE_MS / 1000);
	drm_dev_unplug(vgdev->drm);
	virtgpu_vq_stop(vgdev, -ENODEV);
	virtgpu_context_lose_all(vgdev);
	virtio_reset_device(vgdev->vdev);
	virtgpu_vq_drain(vgdev);
}

static void virtgpu_reset_look(struct work_struct *work)
{
	struct virtgpu_watchdog *watchdog =
		container_of(to_delayed_work(work), struct virtgpu_watchdog, work);
	struct virtgpu_device *vgdev = watchdog->vgdev;

	/* A command may stand in the ring without the host having been told. */
	virtgpu_vq_kick(vgdev->ctrlq);
	if (virtgpu_vq_is_stuck(vgdev->ctrlq, msecs_to_jiffies(VIRTGPU_HOST_PATIENCE_MS))) {
		virtgpu_reset_declare_lost(vgdev);
		return;
	}
	schedule_delayed_work(&watchdog->work, msecs_to_jiffies(VIRTGPU_WATCH_MS));
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
	schedule_delayed_work(&vgdev->watchdog->work, msecs_to_jiffies(VIRTGPU_WATCH_MS));
}

/**
 * virtgpu_reset_stop - watch no longer; may sleep
 * @vgdev: the device
 */
void virtgpu_reset_stop(struct virtgpu_device *vgdev)
{
	cancel_delayed_work_sync(&vgdev->watchdog->work);
}
