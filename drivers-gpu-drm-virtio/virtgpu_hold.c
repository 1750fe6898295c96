// SPDX-License-Identifier: GPL-2.0-only
/*
 * How do the device and this module outlive what the core lets go of late?
 *
 * Some of what a client has made the core frees when the client has closed its file
 * and the device is unplugged: checksums, pictures that are written back. It holds
 * neither of the two for that.
 */
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <drm/drm_drv.h>

#include "virtgpu_hold.h"

/* In jiffies: the core needs the device, and we our code, for a few instructions more. */
#define VIRTGPU_HOLD_DELAY	HZ

/**
 * struct virtgpu_hold - a reference of the device and of this module
 * @drm: the device
 * @work: drops them
 */
struct virtgpu_hold {
	struct drm_device *drm;
	struct delayed_work work;
};

static void virtgpu_hold_end(struct work_struct *work)
{
	struct virtgpu_hold *hold = container_of(to_delayed_work(work), struct virtgpu_hold, work);

	drm_dev_put(hold->drm);
	kfree(hold);
	module_put(THIS_MODULE);
}

/**
 * virtgpu_hold_begin - hold the device and this module
 * @drm: the device; the caller has both
 *
 * Return: for virtgpu_hold_drop(); NULL without memory.
 */
struct virtgpu_hold *virtgpu_hold_begin(struct drm_device *drm)
{
	struct virtgpu_hold *hold = kzalloc_obj(*hold);

	if (!hold)
		return NULL;
	INIT_DELAYED_WORK(&hold->work, virtgpu_hold_end);
	hold->drm = drm;
	drm_dev_get(drm);
	__module_get(THIS_MODULE);
	return hold;
}

/**
 * virtgpu_hold_drop - they may go soon
 * @hold: from virtgpu_hold_begin()
 */
void virtgpu_hold_drop(struct virtgpu_hold *hold)
{
	if (drm_dev_is_unplugged(hold->drm))
		schedule_delayed_work(&hold->work, VIRTGPU_HOLD_DELAY);
	else
		virtgpu_hold_end(&hold->work.work);
}
