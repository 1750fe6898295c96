// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does the device come and go?
 *
 * There is one device, or none. It hangs on a platform device, as devices of the
 * MMIO transport do; what it will be is read when it is plugged in.
 */
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

static bool vsim_plugged = true;
module_param_named(plugged, vsim_plugged, bool, 0400);
MODULE_PARM_DESC(plugged, "Plug a device in when the module is loaded");

struct vsim_config vsim_next;

/* Guards what follows, and keeps two from plugging at a time. */
static DEFINE_MUTEX(vsim_plug_lock);
static struct vsim *vsim_device;
static struct vsim *vsim_leaving;	/* its driver has been told, and has not let go yet */

static DECLARE_WAIT_QUEUE_HEAD(vsim_left);

static void vsim_release(struct device *dev)
{
	kfree(container_of(dev_to_virtio(dev), struct vsim, vdev));
}

static void vsim_init(struct vsim *sim)
{
	sim->config = vsim_next;
	mutex_init(&sim->lock);
	xa_init(&sim->resources);
	xa_init(&sim->contexts);
	xa_init(&sim->ghosts);
	xa_init(&sim->ghost_contexts);
	xa_init(&sim->folios);
	vsim_transport_init(sim);
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		struct vsim_queue *q = &sim->queues[i];

		q->sim = sim;
		q->index = i;
		mutex_init(&q->lock);
		init_waitqueue_head(&q->wait);
		INIT_LIST_HEAD(&q->waiting);
		INIT_LIST_HEAD(&q->lost);
	}
	vsim_display_init(sim);
	sim->vdev.id.device = VIRTIO_ID_GPU;
	sim->vdev.id.vendor = 0x51;
	sim->vdev.config = &vsim_transport_ops;
	sim->vdev.dev.release = vsim_release;
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

	return virtio_device_freeze(&sim->vdev);
}

static int vsim_restore(struct device *dev)
{
	struct vsim *sim = dev_get_drvdata(dev);

	return virtio_device_restore(&sim->vdev);
}

static struct dev_pm_domain vsim_sleep = {
	.ops = { SYSTEM_SLEEP_PM_OPS(vsim_freeze, vsim_restore) },
};

static void vsim_finish(struct vsim *sim)
{
	struct platform_device *parent = sim->parent;

	dev_pm_domain_set(&parent->dev, NULL);
	vsim_host_stop(sim);
	irq_work_sync(&sim->config_irq);
	vsim_context_free_all(sim);
	vsim_resource_free_all(sim);
	put_device(&sim->vdev.dev);
	platform_device_unregister(parent);
}

static int vsim_plug_locked(void)
{
	struct vsim *sim;
	int ret;

	if (vsim_device)
		return -EEXIST;
	if (vsim_next.window_size > vsim_window_size())
		return -ENOSPC;
	sim = kzalloc(sizeof(*sim), GFP_KERNEL);
	if (!sim)
		return -ENOMEM;
	vsim_init(sim);
	sim->parent = vsim_make_parent();
	if (IS_ERR(sim->parent)) {
		ret = PTR_ERR(sim->parent);
		kfree(sim);
		return ret;
	}
	sim->vdev.dev.parent = &sim->parent->dev;
	ret = vsim_host_start(sim);
	if (ret) {
		vsim_host_stop(sim);
		platform_device_unregister(sim->parent);
		kfree(sim);
		return ret;
	}
	ret = register_virtio_device(&sim->vdev);
	if (ret) {
		vsim_finish(sim);
		return ret;
	}
	/* For vsim_finish(): unregistering drops the first reference. */
	get_device(&sim->vdev.dev);
	platform_set_drvdata(sim->parent, sim);
	dev_pm_domain_set(&sim->parent->dev, &vsim_sleep);
	vsim_device = sim;
	return 0;
}

/* Wait until the device that goes has gone, with the lock; killable, as a driver may keep it for ever. */
static int vsim_lock_when_left(void)
{
	int ret;

	for (;;) {
		ret = wait_event_killable(vsim_left, !READ_ONCE(vsim_leaving));
		if (ret)
			return ret;
		mutex_lock(&vsim_plug_lock);
		if (!vsim_leaving)
			return 0;
		mutex_unlock(&vsim_plug_lock);
	}
}

/* vsim_plug - plug a device in, as vsim_next says; 0 or a negative errno */
int vsim_plug(void)
{
	int ret = vsim_lock_when_left();

	if (ret)
		return ret;
	ret = vsim_plug_locked();
	mutex_unlock(&vsim_plug_lock);
	return ret;
}

/* vsim_unplug - take the device away, whatever it does and whoever uses it */
int vsim_unplug(void)
{
	int ret = vsim_lock_when_left();
	struct vsim *sim;

	if (ret)
		return ret;
	sim = vsim_device;
	vsim_device = NULL;
	vsim_leaving = sim;
	mutex_unlock(&vsim_plug_lock);
	if (!sim)
		return 0;
	unregister_virtio_device(&sim->vdev);
	vsim_finish(sim);
	mutex_lock(&vsim_plug_lock);
	if (vsim_leaving == sim)
		WRITE_ONCE(vsim_leaving, NULL);
	mutex_unlock(&vsim_plug_lock);
	wake_up_all(&vsim_left);
	return 0;
}

/* vsim_abandon - wait no longer for a driver that does not let go of the device that goes */
void vsim_abandon(void)
{
	mutex_lock(&vsim_plug_lock);
	WRITE_ONCE(vsim_leaving, NULL);
	mutex_unlock(&vsim_plug_lock);
	wake_up_all(&vsim_left);
}

/* vsim_is_plugged - is there a device, or one that goes? */
bool vsim_is_plugged(void)
{
	return READ_ONCE(vsim_device) || READ_ONCE(vsim_leaving);
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

/* vsim_with_device - call something with the device, if there is one; it may go meanwhile */
void vsim_with_device(void (*call)(struct vsim *sim, const u32 *args), const u32 *args)
{
	struct vsim *sim;

	mutex_lock(&vsim_plug_lock);
	sim = vsim_device;
	if (sim)
		get_device(&sim->vdev.dev);
	mutex_unlock(&vsim_plug_lock);
	if (!sim)
		return;
	call(sim, args);
	put_device(&sim->vdev.dev);
}

static int __init vsim_module_init(void)
{
	int ret;

	ret = vsim_window_init();
	if (ret)
		return ret;
	vsim_control_init();
	if (vsim_plugged)
		ret = vsim_plug();
	if (ret)
		vsim_control_fini();
	return ret;
}

static void __exit vsim_module_exit(void)
{
	vsim_control_fini();
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
