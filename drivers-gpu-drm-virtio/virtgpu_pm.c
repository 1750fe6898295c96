// SPDX-License-Identifier: GPL-2.0-only
/*
 * What survives when the machine sleeps?
 *
 * The host forgets everything: the device is reset on the way back, from suspend
 * to RAM as from hibernation. (A device that keeps its state while it sleeps says
 * so, and then the bus does not come here.) What has its contents in guest pages
 * is made again on the host: dumb buffers, 2D resources, guest blobs. Classic 3D
 * resources are made again without their contents. Contexts, and blobs with
 * storage on the host, are lost: who uses them gets -EIO, and has to open the
 * device anew.
 *
 * Userspace is frozen meanwhile, so there are no ioctls; what kernel threads do
 * (the console, an object's last reference) finds stopped queues.
 */
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include <drm/drm_drv.h>
#include <drm/drm_print.h>

#include "virtgpu_device_types.h"
#include "virtgpu_display.h"
#include "virtgpu_loss.h"
#include "virtgpu_pm.h"
#include "virtgpu_vq.h"
#include "virtgpu_watchdog.h"
#include "virtgpu_work.h"

/* How long the host may take to finish its work before it is taken away. */
#define VIRTGPU_PM_SETTLE_MS	5000

/**
 * virtgpu_pm_freeze - the machine is about to sleep
 * @vgdev: the device
 *
 * Return: 0 or a negative errno; then the device works on.
 */
int virtgpu_pm_freeze(struct virtgpu_device *vgdev)
{
	int ret;

	virtgpu_watchdog_stop_sync(vgdev);
	virtgpu_loss_settle(vgdev);
	if (drm_dev_is_unplugged(vgdev->drm))
		return 0;
	ret = virtgpu_display_suspend(vgdev);
	if (ret) {
		virtgpu_watchdog_start(vgdev);
		return ret;
	}
	if (!virtgpu_vq_wait_idle(vgdev->ctrlq, VIRTGPU_PM_SETTLE_MS))
		drm_warn(vgdev->drm, "the host's GPU is still busy, its work is given up\n");
	virtgpu_loss_sleep(vgdev);
	virtgpu_display_drain(vgdev);
	return 0;
}

static int virtgpu_pm_wake(struct virtgpu_device *vgdev)
{
	int ret;

	ret = virtgpu_loss_wake(vgdev);
	if (!ret)
		virtgpu_watchdog_start(vgdev);
	/* Even without a device: what was kept for this would be leaked. */
	virtgpu_display_resume(vgdev);
	return ret;
}

/**
 * virtgpu_pm_restore - the machine is awake
 * @vgdev: the device; reset, its features negotiated again
 *
 * Return: 0 or a negative errno; then the device is lost.
 */
int virtgpu_pm_restore(struct virtgpu_device *vgdev)
{
	if (drm_dev_is_unplugged(vgdev->drm))
		return 0;
	return virtgpu_work_call(virtgpu_pm_wake, vgdev);
}
