// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the transport do when the machine sleeps, wakes up, stands still, or goes down?
 * And when the device is reset by the bus?
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/kallsyms.h>
#include <linux/notifier.h>
#include <linux/reboot.h>
#include <linux/stop_machine.h>

#include "vsim_api.h"
#include "vsim_kernel.h"

/* vsim_sleep_freeze - with the lock, as the PM core has it */
void vsim_sleep_freeze(struct vsim *sim, const u32 *args)
{
	device_lock(&sim->link.vdev.dev);
	sim->slept = virtio_device_freeze(&sim->link.vdev);
	device_unlock(&sim->link.vdev.dev);
}

/* vsim_sleep_restore - likewise */
void vsim_sleep_restore(struct vsim *sim, const u32 *args)
{
	device_lock(&sim->link.vdev.dev);
	sim->slept = virtio_device_restore(&sim->link.vdev);
	device_unlock(&sim->link.vdev.dev);
}

/* vsim_sleep_reset_prepare - the device is about to be reset; the bus has a lock of its own */
void vsim_sleep_reset_prepare(struct vsim *sim, const u32 *args)
{
	sim->slept = virtio_device_reset_prepare(&sim->link.vdev);
}

/* vsim_sleep_reset_done - it has been reset */
void vsim_sleep_reset_done(struct vsim *sim, const u32 *args)
{
	sim->slept = virtio_device_reset_done(&sim->link.vdev);
}

static int vsim_sleep_first(struct notifier_block *nb, unsigned long action, void *data)
{
	return NOTIFY_DONE;
}

/*
 * Tells the driver, and nobody else, that the machine is about to restart, if it wants
 * to know of that: whoever is told has a place in a list, behind one who is first.
 */
static bool vsim_sleep_notify(void)
{
	struct notifier_block first = {
		.notifier_call = vsim_sleep_first,
		.priority = INT_MAX,
	};
	struct notifier_block *nb;
	char name[KSYM_SYMBOL_LEN];
	bool told = false;

	if (register_reboot_notifier(&first))
		return false;
	for (nb = rcu_dereference_raw(first.next); nb; nb = rcu_dereference_raw(nb->next)) {
		snprintf(name, sizeof(name), "%ps", nb->notifier_call);
		if (!strstr(name, "[virtio_gpu]"))
			continue;
		nb->notifier_call(nb, SYS_RESTART, NULL);
		told = true;
	}
	unregister_reboot_notifier(&first);
	return told;
}

/*
 * vsim_sleep_shutdown - in the kernel's order: who has asked, then the bus. Which
 * has no hook for that, or not for its drivers, before 6.16.
 */
void vsim_sleep_shutdown(struct vsim *sim, const u32 *args)
{
	void (*shutdown)(struct device *dev) = sim->link.vdev.dev.bus->shutdown;
	bool told = vsim_sleep_notify();

	sim->slept = told || shutdown ? 0 : -EOPNOTSUPP;
	if (!shutdown)
		return;
	device_lock(&sim->link.vdev.dev);
	shutdown(&sim->link.vdev.dev);
	device_unlock(&sim->link.vdev.dev);
}

static int vsim_sleep_stopped(void *data)
{
	mdelay(*(const u32 *)data);
	return 0;
}

/* vsim_sleep_stand_still - nothing runs for @args[0] milliseconds but the clock */
void vsim_sleep_stand_still(struct vsim *sim, const u32 *args)
{
	u32 ms = args[0];

	stop_machine(vsim_sleep_stopped, &ms, NULL);
}
