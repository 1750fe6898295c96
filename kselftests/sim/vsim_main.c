// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does the device come and go?
 *
 * There is one device, or none. It hangs on a platform device, as devices of the
 * MMIO transport do; what it will be is read when it is plugged in.
 */
#include <linux/dma-direct.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/pm_domain.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_ring.h>
#include <linux/workqueue.h>

#include "vsim_fault.h"
#include "vsim_module.h"
#include "vsim_profile.h"

static bool vsim_plugged = true;
module_param_named(plugged, vsim_plugged, bool, 0400);
MODULE_PARM_DESC(plugged, "Plug a device in when the module is loaded");

static char *vsim_profile_text = "full";
module_param_named(profile, vsim_profile_text, charp, 0400);
MODULE_PARM_DESC(profile, "The host that the device stands for: a name from vsim_profile.c");

/* Guards what follows, and keeps two from plugging at a time. */
static DEFINE_MUTEX(vsim_plug_lock);
static struct vsim *vsim_device;
static struct vsim *vsim_moving;	/* comes or goes, and its driver is not done with that */

static DECLARE_WAIT_QUEUE_HEAD(vsim_still);

static void vsim_free(struct kref *ref)
{
	kfree(container_of(ref, struct vsim, link.ref));
}

static void vsim_release(struct device *dev)
{
	kref_put(&container_of(dev_to_virtio(dev), struct vsim, link.vdev)->link.ref, vsim_free);
}

static void vsim_init(struct vsim *sim)
{
	kref_init(&sim->link.ref);
	vsim_device_init(sim);
	vsim_transport_init(sim);
	vsim_thread_init(sim);
	sim->link.vdev.id.device = VIRTIO_ID_GPU;
	sim->link.vdev.id.vendor = 0x51;
	sim->link.vdev.config = &vsim_transport_ops;
	sim->link.vdev.dev.release = vsim_release;
}

/*
 * As behind an IOMMU, what the DMA API says is no physical address. The kernel
 * frees the map with the device, after an entry of no size.
 */
static int vsim_shift_addresses(struct device *dev, u64 offset)
{
	struct bus_dma_region *map = kcalloc(2, sizeof(*map), GFP_KERNEL);

	if (!map)
		return -ENOMEM;
	map->dma_start = offset;
	map->size = offset;
	/* Older kernels have the difference, too, as the last field. */
	if (sizeof(*map) > 3 * sizeof(u64))
		((u64 *)map)[3] = map->cpu_start - map->dma_start;
	dev->dma_range_map = map;
	return 0;
}

static struct platform_device *vsim_make_parent(void)
{
	const struct platform_device_info info = {
		.name = "virtgpu_sim",
		.id = PLATFORM_DEVID_AUTO,
		.dma_mask = DMA_BIT_MASK(64),
	};

	return platform_device_register_full(&info);
}

/* As transports do when the machine sleeps: the device forgets everything meanwhile. */
static int vsim_freeze(struct device *dev)
{
	struct vsim *sim = dev_get_drvdata(dev);

	return virtio_device_freeze(&sim->link.vdev);
}

static int vsim_restore(struct device *dev)
{
	struct vsim *sim = dev_get_drvdata(dev);

	return virtio_device_restore(&sim->link.vdev);
}

static struct dev_pm_domain vsim_sleep = {
	.ops = { SYSTEM_SLEEP_PM_OPS(vsim_freeze, vsim_restore) },
};

static void vsim_finish(struct vsim *sim)
{
	struct platform_device *parent = sim->link.parent;

	dev_pm_domain_set(&parent->dev, NULL);
	vsim_thread_stop(sim);
	irq_work_sync(&sim->link.config_irq);
	vsim_device_fini(sim);
	put_device(&sim->link.vdev.dev);
	platform_device_unregister(parent);
}

/* 0 or a negative errno; then nothing of it is left but the memory. */
static int vsim_register(struct vsim *sim)
{
	int ret;

	sim->link.parent = vsim_make_parent();
	if (IS_ERR(sim->link.parent)) {
		kref_put(&sim->link.ref, vsim_free);
		return PTR_ERR(sim->link.parent);
	}
	sim->link.vdev.dev.parent = &sim->link.parent->dev;
	ret = vsim_thread_start(sim);
	if (!ret && sim->config.dma_offset)
		ret = vsim_shift_addresses(&sim->link.parent->dev, sim->config.dma_offset);
	if (ret) {
		vsim_thread_stop(sim);
		platform_device_unregister(sim->link.parent);
		kref_put(&sim->link.ref, vsim_free);
		return ret;
	}
	ret = register_virtio_device(&sim->link.vdev);
	if (ret) {
		vsim_finish(sim);
		return ret;
	}
	/* For vsim_finish(): unregistering drops the first reference. */
	get_device(&sim->link.vdev.dev);
	platform_set_drvdata(sim->link.parent, sim);
	dev_pm_domain_set(&sim->link.parent->dev, &vsim_sleep);
	return 0;
}

static void vsim_unregister(struct vsim *sim)
{
	unregister_virtio_device(&sim->link.vdev);
	vsim_finish(sim);
}

/* Wait until no device comes or goes, with the lock; killable, as a driver may take for ever. */
static int vsim_lock_when_still(void)
{
	int ret;

	for (;;) {
		ret = wait_event_killable(vsim_still, !READ_ONCE(vsim_moving));
		if (ret)
			return ret;
		mutex_lock(&vsim_plug_lock);
		if (!vsim_moving)
			return 0;
		mutex_unlock(&vsim_plug_lock);
	}
}

/* A device has come or gone; false if nobody waited for that any more. */
static bool vsim_settle(struct vsim *sim, bool is_there)
{
	bool waited;

	mutex_lock(&vsim_plug_lock);
	waited = vsim_moving == sim;
	if (waited) {
		WRITE_ONCE(vsim_device, is_there ? sim : NULL);
		WRITE_ONCE(vsim_moving, NULL);
	}
	mutex_unlock(&vsim_plug_lock);
	wake_up_all(&vsim_still);
	return waited;
}

/* vsim_plug - plug a device in, as vsim_next says; 0 or a negative errno */
int vsim_plug(void)
{
	int ret = vsim_lock_when_still();
	struct vsim *sim = NULL;

	if (ret)
		return ret;
	if (vsim_device)
		ret = -EEXIST;
	else if (vsim_next.window_size > vsim_window_size())
		ret = -ENOSPC;
	else
		sim = kzalloc(sizeof(*sim), GFP_KERNEL);
	if (sim) {
		vsim_init(sim);
		kref_get(&sim->link.ref);
		WRITE_ONCE(vsim_device, sim);
		WRITE_ONCE(vsim_moving, sim);
	}
	mutex_unlock(&vsim_plug_lock);
	if (!sim)
		return ret ?: -ENOMEM;
	ret = vsim_register(sim);
	if (!vsim_settle(sim, !ret) && !ret)
		vsim_unregister(sim);
	kref_put(&sim->link.ref, vsim_free);
	return ret;
}

/* vsim_unplug - take the device away, whatever it does and whoever uses it */
int vsim_unplug(void)
{
	int ret = vsim_lock_when_still();
	struct vsim *sim;

	if (ret)
		return ret;
	sim = vsim_device;
	if (sim)
		kref_get(&sim->link.ref);
	WRITE_ONCE(vsim_moving, sim);
	mutex_unlock(&vsim_plug_lock);
	if (!sim)
		return 0;
	vsim_unregister(sim);
	vsim_settle(sim, false);
	kref_put(&sim->link.ref, vsim_free);
	return 0;
}

/* vsim_abandon - wait no longer for a driver that does not get done with a device */
void vsim_abandon(void)
{
	mutex_lock(&vsim_plug_lock);
	if (vsim_moving) {
		WRITE_ONCE(vsim_device, NULL);
		WRITE_ONCE(vsim_moving, NULL);
	}
	mutex_unlock(&vsim_plug_lock);
	wake_up_all(&vsim_still);
}

/* vsim_is_plugged - is there a device? */
bool vsim_is_plugged(void)
{
	return READ_ONCE(vsim_device);
}

static void vsim_unplug_work(struct work_struct *work)
{
	vsim_unplug();
}

static DECLARE_WORK(vsim_unplug_worker, vsim_unplug_work);

/* vsim_unplug_soon - the same, from the device's own thread */
void vsim_unplug_soon(void)
{
	schedule_work(&vsim_unplug_worker);
}

/* vsim_with_device - call something with the device, if there is one; it may come or go */
void vsim_with_device(void (*call)(struct vsim *sim, const u32 *args), const u32 *args)
{
	struct vsim *sim;

	mutex_lock(&vsim_plug_lock);
	sim = vsim_device;
	if (sim)
		kref_get(&sim->link.ref);
	mutex_unlock(&vsim_plug_lock);
	if (!sim)
		return;
	call(sim, args);
	kref_put(&sim->link.ref, vsim_free);
}

/* vsim_default - the next device is like the first; 0 or -EINVAL */
int vsim_default(void)
{
	return vsim_profile_take(vsim_profile_text);
}

/* vsim_can - all that a test may ask for */
bool vsim_can(enum vsim_ability ability)
{
	return true;
}

static int __init vsim_module_init(void)
{
	int ret;

	ret = vsim_window_init() ?: vsim_default();
	if (ret)
		return ret;
	vsim_files_init();
	if (vsim_plugged)
		ret = vsim_plug();
	if (ret)
		vsim_files_fini();
	return ret;
}

static void __exit vsim_module_exit(void)
{
	vsim_files_fini();
	flush_work(&vsim_unplug_worker);
	vsim_unplug();
	vsim_script_clear();
	vsim_log_clear();
}

module_init(vsim_module_init);
module_exit(vsim_module_exit);

MODULE_DESCRIPTION("A virtio-gpu device in software, for tests");
MODULE_AUTHOR("The virtio-gpu guest driver maintainers");
MODULE_LICENSE("GPL");
