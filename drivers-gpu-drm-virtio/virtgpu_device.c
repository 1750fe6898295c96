// SPDX-License-Identifier: GPL-2.0-only
/*
 * In which order does a device come up, and go?
 *
 * The memory of everything lives as long as the DRM device, which open files
 * keep alive; the virtio device is only there between probe and remove. What
 * comes too late finds stopped queues.
 */
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include <drm/drm_drv.h>
#include <drm/drm_print.h>

#include "virtgpu_capset.h"
#include "virtgpu_context.h"
#include "virtgpu_device.h"
#include "virtgpu_device_types.h"
#include "virtgpu_display.h"
#include "virtgpu_dma.h"
#include "virtgpu_features.h"
#include "virtgpu_loss.h"
#include "virtgpu_object.h"
#include "virtgpu_oom.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"
#include "virtgpu_watchdog.h"
#include "virtgpu_window.h"
#include "virtgpu_work.h"

/* Where the bus does not say that the machine goes down. */
static int virtgpu_device_notified(struct notifier_block *nb, unsigned long action,
				   void *data)
{
	virtgpu_device_shutdown(container_of(nb, struct virtgpu_device, shutdown));
	return NOTIFY_DONE;
}

/**
 * virtgpu_device_probe - bring the device up
 * @vgdev: zeroed but for its two devices; features are negotiated
 *
 * Return: 0 or a negative errno; then virtgpu_device_release() still has to
 * follow with the last reference to the DRM device.
 */
int virtgpu_device_probe(struct virtgpu_device *vgdev)
{
	int ret;

	virtgpu_context_table_init(vgdev);
	ret = virtgpu_object_table_init(vgdev) ?: virtgpu_vbuf_device_init(vgdev);
	if (ret)
		return ret;
	virtgpu_features_init(vgdev);
	ret = virtgpu_dma_init(vgdev);
	if (ret)
		return ret;
	if (!vgdev->features.num_scanouts)
		vgdev->drm->driver_features &= ~(DRIVER_MODESET | DRIVER_ATOMIC);
	ret = virtgpu_window_init(vgdev);
	if (ret)
		return ret;
	virtgpu_features_report(vgdev);
	ret = virtgpu_vq_init(vgdev) ?: virtgpu_loss_init(vgdev) ?: virtgpu_loss_probe(vgdev);
	if (ret)
		return ret;

	ret = virtgpu_capset_init(vgdev);
	if (ret)
		goto err_down;
	virtgpu_features_advise(vgdev, virtgpu_capset_mask(vgdev));
	ret = virtgpu_display_init(vgdev);
	if (ret)
		goto err_down;
	ret = drm_dev_register(vgdev->drm, 0);
	if (ret) {
		/* The core forgets it when it has no memory for a connector, and warns. */
		vgdev->drm->registered = false;
		goto err_display;
	}
	virtgpu_oom_init(vgdev);
	virtgpu_watchdog_start(vgdev);
	virtgpu_display_start(vgdev);
	vgdev->shutdown.notifier_call = virtgpu_device_notified;
	virtgpu_compat_register_shutdown(&vgdev->shutdown);
	return 0;

err_display:
	virtgpu_display_fini(vgdev);
err_down:
	virtgpu_loss_remove(vgdev);
	virtgpu_vq_fini(vgdev);
	return ret;
}

/**
 * virtgpu_device_remove - take the device down, whoever still has it open
 * @vgdev: the device
 *
 * The host is gone before a lock is waited for that somebody may hold who waits
 * for the host.
 */
void virtgpu_device_remove(struct virtgpu_device *vgdev)
{
	virtgpu_compat_unregister_shutdown(&vgdev->shutdown);
	virtgpu_oom_fini(vgdev);
	virtgpu_loss_remove(vgdev);
	if (!drm_dev_is_unplugged(vgdev->drm))
		drm_dev_unplug(vgdev->drm);
	virtgpu_display_fini(vgdev);
	virtgpu_dma_unmap_all(vgdev);
	virtgpu_vq_fini(vgdev);
}

/**
 * virtgpu_device_shutdown - the machine goes down, or on with another kernel
 * @vgdev: the device
 *
 * The host must not write to memory that the next kernel uses for something else.
 */
void virtgpu_device_shutdown(struct virtgpu_device *vgdev)
{
	virtgpu_loss_remove(vgdev);
	if (!drm_dev_is_unplugged(vgdev->drm))
		drm_dev_unplug(vgdev->drm);
}

/**
 * virtgpu_device_reset_prepare - the bus is about to reset the device
 * @vgdev: the device
 *
 * As if it were lost, but that counts for nothing: nobody touches it until
 * virtgpu_device_reset_done(), and who wants something of it waits.
 *
 * Return: 0; or -EOPNOTSUPP for a device that is given up: there is nothing to prepare.
 */
int virtgpu_device_reset_prepare(struct virtgpu_device *vgdev)
{
	virtgpu_watchdog_stop_sync(vgdev);
	virtgpu_loss_settle(vgdev);
	if (drm_dev_is_unplugged(vgdev->drm))
		return -EOPNOTSUPP;
	drm_info(vgdev->drm, "the bus resets the device\n");
	virtgpu_loss_sleep(vgdev);
	return 0;
}

static int virtgpu_device_come_back(struct virtgpu_device *vgdev)
{
	int ret = virtgpu_loss_wake(vgdev);

	if (ret)
		return ret;
	virtgpu_watchdog_start(vgdev);
	virtgpu_loss_announce(vgdev);
	return 0;
}

/**
 * virtgpu_device_reset_done - the bus has reset the device
 * @vgdev: the device; its features are negotiated again
 *
 * Return: 0 or a negative errno; then the device is lost. -EOPNOTSUPP for one that was
 * not prepared: if it is there, the watchdog finds that it has been reset.
 */
int virtgpu_device_reset_done(struct virtgpu_device *vgdev)
{
	if (drm_dev_is_unplugged(vgdev->drm) || READ_ONCE(vgdev->state) != VIRTGPU_STOPPED)
		return -EOPNOTSUPP;
	return virtgpu_work_call(virtgpu_device_come_back, vgdev);
}

/**
 * virtgpu_device_release - the last reference to the DRM device is gone
 * @vgdev: the device
 */
void virtgpu_device_release(struct virtgpu_device *vgdev)
{
	virtgpu_vbuf_reclaim(vgdev);
	virtgpu_window_fini(vgdev);
	virtgpu_context_table_fini(vgdev);
	virtgpu_object_table_fini(vgdev);
}
