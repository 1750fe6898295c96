// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a device go down, and come up again?
 *
 * One way down, whatever the reason: removal, shutdown, sleep, a reset by the bus, a
 * host that is silent, or a device that has failed.
 *
 *	RUNNING --> STOPPING --> (reset) --> STOPPED --> RESTORING --> RUNNING
 *
 * STOPPING: no command is sent, none ends, no memory of one is freed, nothing new
 * is parked, for the host may still write. Page tables that lead to the window are
 * zapped. After the reset the host touches nothing: what it had ends first, then
 * the line, in order, and memory is freed.
 *
 * And one way up, where there is one: after sleep, and after a loss. The device is
 * set up anew and has to answer a ping; then what has its contents in guest pages
 * is made again, and what was on screen is shown again. Contexts and storage on
 * the host are lost: who uses them gets -EIO.
 *
 * A device that fails again on its way up is lost again. One that is lost for the
 * fourth time in ten minutes, or that stays silent, is given up: it is unplugged
 * from DRM, and everything says -ENODEV.
 */
#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/workqueue.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "virtgpu_cmd_display.h"
#include "virtgpu_context.h"
#include "virtgpu_device_types.h"
#include "virtgpu_display.h"
#include "virtgpu_loss.h"
#include "virtgpu_object.h"
#include "virtgpu_retire.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"
#include "virtgpu_watchdog.h"

/* So many resets in so long a time, and no more. */
#define VIRTGPU_LOSS_MAX_RESETS		3
#define VIRTGPU_LOSS_PERIOD		(600 * HZ)

/**
 * struct virtgpu_loss - the way down and up of one device
 */
struct virtgpu_loss {
	/**
	 * @lock: serialises removal, sleep and recovery; outermost. Recovery only
	 * tries to take it, so that the others may wait for the watchdog.
	 */
	struct mutex lock;
	/** @resets: when the device was last reset, in jiffies; the oldest is next. */
	unsigned long resets[VIRTGPU_LOSS_MAX_RESETS];
	/** @num_resets: how many there were. */
	unsigned int num_resets;
	/** @vgdev: the device. */
	struct virtgpu_device *vgdev;
	/** @unplug: takes a device that is given up from DRM. */
	struct work_struct unplug;
};

/*
 * Down. Nothing is waited for that only the host can do; and before all fences have
 * ended, for nobody who may be waiting for memory, which may be waiting for them.
 */
static void virtgpu_loss_down(struct virtgpu_device *vgdev, int error)
{
	if (vgdev->state != VIRTGPU_STOPPED)
		virtgpu_vq_set_state(vgdev, VIRTGPU_STOPPING);
	virtgpu_context_cancel_all(vgdev, error);
	virtgpu_object_revoke_all(vgdev);
	virtio_reset_device(vgdev->vdev);
	virtgpu_vq_drain(vgdev, error);
	virtgpu_vq_wait_made(vgdev);
	/* Those that were being made then. */
	virtgpu_context_cancel_all(vgdev, error);
	virtgpu_retire_flush(vgdev);
	virtgpu_vbuf_reclaim(vgdev);
}

/* The host forgets everything; so do we of what it knew, and give the queues back. */
static void virtgpu_loss_down_to_come_back(struct virtgpu_device *vgdev)
{
	virtgpu_loss_down(vgdev, -EIO);
	virtgpu_object_invalidate_all(vgdev);
	virtgpu_display_pre_reset(vgdev);
	virtgpu_vq_fini(vgdev);
}

/* What the bus does before a probe (virtio 1.3, 3.1.1), with the same features. */
static int virtgpu_loss_handshake(struct virtio_device *vdev)
{
	int ret;

	virtio_add_status(vdev, VIRTIO_CONFIG_S_ACKNOWLEDGE);
	virtio_add_status(vdev, VIRTIO_CONFIG_S_DRIVER);
	ret = vdev->config->finalize_features(vdev);
	if (ret)
		return ret;
	virtio_add_status(vdev, VIRTIO_CONFIG_S_FEATURES_OK);
	if (!(vdev->config->get_status(vdev) & VIRTIO_CONFIG_S_FEATURES_OK))
		return -ENODEV;
	return 0;
}

static int virtgpu_loss_start(struct virtgpu_device *vgdev)
{
	int ret = virtgpu_vq_start(vgdev);

	if (ret != -EAGAIN)
		return ret;
	return virtgpu_loss_handshake(vgdev->vdev) ?: virtgpu_vq_start(vgdev);
}

/* Does anybody answer? An error is an answer too. */
static int virtgpu_loss_ping(struct virtgpu_device *vgdev)
{
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_get_display_info();
	int ret;

	if (!vbuf)
		return -ENOMEM;
	vbuf->quiet = true;
	ret = virtgpu_vq_call(vgdev->ctrlq, vbuf,
			      min(VIRTGPU_HOST_TIMEOUT_MS, READ_ONCE(vgdev->hang_timeout_ms)));
	virtgpu_vbuf_put(vbuf);
	return ret == -ETIMEDOUT || ret == -ERESTARTSYS ? ret : 0;
}

/* Up, from negotiated features. */
static int virtgpu_loss_up(struct virtgpu_device *vgdev)
{
	int ret;

	ret = virtgpu_loss_start(vgdev);
	if (ret)
		return ret;
	virtio_device_ready(vgdev->vdev);
	virtgpu_vq_set_state(vgdev, VIRTGPU_RESTORING);
	ret = virtgpu_loss_ping(vgdev);
	if (ret)
		return ret;
	virtgpu_object_restore_all(vgdev);
	/* It answers in order: who shows something now knows what it has refused. */
	virtgpu_loss_ping(vgdev);
	if (virtgpu_vq_failure(vgdev->ctrlq))
		return -EIO;
	virtgpu_vq_set_state(vgdev, VIRTGPU_RUNNING);
	return 0;
}

/* Desktops and their tools listen for this (the DRM core's device-wedged event). */
static void virtgpu_loss_tell(struct drm_device *drm, char *event)
{
	char *envp[2] = { event, NULL };

	kobject_uevent_env(&drm->primary->kdev->kobj, KOBJ_CHANGE, envp);
}

/* For this others' workers are waited for, which may be waiting for memory. */
static void virtgpu_loss_unplug(struct work_struct *work)
{
	struct virtgpu_loss *loss = container_of(work, struct virtgpu_loss, unplug);

	virtgpu_loss_tell(loss->vgdev->drm, "WEDGED=rebind");
	drm_dev_unplug(loss->vgdev->drm);
}

/**
 * virtgpu_loss_announce - what was reset under its users works again
 * @vgdev: the device
 */
void virtgpu_loss_announce(struct virtgpu_device *vgdev)
{
	virtgpu_display_post_reset(vgdev);
	virtgpu_loss_tell(vgdev->drm, "WEDGED=none");
	drm_info(vgdev->drm, "the device works again; 3D contexts are lost\n");
}

static void virtgpu_loss_give_up(struct virtgpu_device *vgdev)
{
	drm_err(vgdev->drm,
		"device lost; see the host's log, then reload the module or restart the guest\n");
	virtgpu_watchdog_stop(vgdev);
	virtgpu_loss_down(vgdev, -ENODEV);
	schedule_work(&vgdev->loss->unplug);
}

/* Note a reset, unless there were too many of late. */
static bool virtgpu_loss_may_reset(struct virtgpu_loss *loss)
{
	unsigned long *slot = &loss->resets[loss->num_resets % VIRTGPU_LOSS_MAX_RESETS];

	if (loss->num_resets >= VIRTGPU_LOSS_MAX_RESETS &&
	    time_before(jiffies, *slot + VIRTGPU_LOSS_PERIOD))
		return false;
	*slot = jiffies;
	loss->num_resets++;
	return true;
}

/* Has it failed (again) in that time, rather than just not come up? */
static const char *virtgpu_loss_why(struct virtgpu_device *vgdev, int ret)
{
	return ret ? virtgpu_vq_failure(vgdev->ctrlq) : NULL;
}

/* Reset the device until it works, or too often. */
static int virtgpu_loss_reset(struct virtgpu_device *vgdev, const char *why)
{
	int ret;

	do {
		if (!virtgpu_loss_may_reset(vgdev->loss)) {
			drm_err(vgdev->drm, "%s, again\n", why);
			return -ENODEV;
		}
		drm_warn(vgdev->drm, "%s: resetting the device\n", why);
		virtgpu_loss_down_to_come_back(vgdev);
		ret = virtgpu_loss_handshake(vgdev->vdev) ?: virtgpu_loss_up(vgdev);
		why = virtgpu_loss_why(vgdev, ret);
	} while (why);
	if (ret)
		drm_err(vgdev->drm, "the device does not come back (%d)\n", ret);
	return ret;
}

static void virtgpu_loss_recover(struct virtgpu_device *vgdev, const char *why)
{
	if (virtgpu_loss_reset(vgdev, why)) {
		virtgpu_loss_give_up(vgdev);
		return;
	}
	virtgpu_loss_announce(vgdev);
}

static void virtgpu_loss_lost(struct virtgpu_device *vgdev, const char *why)
{
	/* Whoever has the lock is taking the device down. */
	if (!mutex_trylock(&vgdev->loss->lock))
		return;
	if (vgdev->state == VIRTGPU_RUNNING)
		virtgpu_loss_recover(vgdev, why);
	mutex_unlock(&vgdev->loss->lock);
}

/**
 * virtgpu_loss_init - prepare for the worst
 * @vgdev: the device
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_loss_init(struct virtgpu_device *vgdev)
{
	struct virtgpu_loss *loss;
	int ret;

	loss = drmm_kzalloc(vgdev->drm, sizeof(*loss), GFP_KERNEL);
	if (!loss)
		return -ENOMEM;
	ret = drmm_mutex_init(vgdev->drm, &loss->lock);
	if (ret)
		return ret;
	loss->vgdev = vgdev;
	INIT_WORK(&loss->unplug, virtgpu_loss_unplug);
	vgdev->loss = loss;
	return virtgpu_watchdog_init(vgdev, virtgpu_loss_lost);
}

/**
 * virtgpu_loss_probe - bring the device up for the first time
 * @vgdev: the device; features are negotiated
 *
 * Return: 0 or a negative errno; then nothing is to be undone.
 */
int virtgpu_loss_probe(struct virtgpu_device *vgdev)
{
	int ret;

	ret = virtgpu_loss_start(vgdev);
	if (ret)
		return ret;
	virtio_device_ready(vgdev->vdev);
	virtgpu_vq_set_state(vgdev, VIRTGPU_RUNNING);
	return 0;
}

/**
 * virtgpu_loss_settle - a device that is given up is unplugged when this returns
 * @vgdev: the device; the watchdog is stopped, and the lock not held
 */
void virtgpu_loss_settle(struct virtgpu_device *vgdev)
{
	flush_work(&vgdev->loss->unplug);
}

/**
 * virtgpu_loss_remove - take the device down for good; may sleep
 * @vgdev: the device
 *
 * Whatever waits ends with -ENODEV, and so does what comes. The queues are still
 * there, for virtgpu_vq_fini().
 */
void virtgpu_loss_remove(struct virtgpu_device *vgdev)
{
	virtgpu_watchdog_stop_sync(vgdev);
	cancel_work_sync(&vgdev->loss->unplug);
	mutex_lock(&vgdev->loss->lock);
	virtgpu_loss_down(vgdev, -ENODEV);
	mutex_unlock(&vgdev->loss->lock);
}

/**
 * virtgpu_loss_sleep - take the device down until the machine wakes up, or the bus
 *                      has reset the device
 * @vgdev: the device; the watchdog is stopped
 */
void virtgpu_loss_sleep(struct virtgpu_device *vgdev)
{
	mutex_lock(&vgdev->loss->lock);
	virtgpu_loss_down_to_come_back(vgdev);
	mutex_unlock(&vgdev->loss->lock);
}

/**
 * virtgpu_loss_wake - bring it up again
 * @vgdev: the device; reset, its features negotiated again by the bus
 *
 * Return: 0 or a negative errno; then the device is given up.
 */
int virtgpu_loss_wake(struct virtgpu_device *vgdev)
{
	const char *why;
	int ret;

	mutex_lock(&vgdev->loss->lock);
	ret = virtgpu_loss_up(vgdev);
	why = virtgpu_loss_why(vgdev, ret);
	if (why)
		ret = virtgpu_loss_reset(vgdev, why);
	if (ret) {
		drm_err(vgdev->drm, "the device does not wake up (%d)\n", ret);
		virtgpu_loss_give_up(vgdev);
	}
	mutex_unlock(&vgdev->loss->lock);
	virtgpu_loss_settle(vgdev);
	return ret;
}
