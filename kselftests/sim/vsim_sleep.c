// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the transport do when the machine sleeps, wakes up, or goes down?
 */
#include <linux/device.h>

#include "vsim_api.h"

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

/* vsim_sleep_shutdown - buses before 6.16 have no hook for that */
void vsim_sleep_shutdown(struct vsim *sim, const u32 *args)
{
	void (*shutdown)(struct device *dev) = sim->link.vdev.dev.bus->shutdown;

	sim->slept = shutdown ? 0 : -EOPNOTSUPP;
	device_lock(&sim->link.vdev.dev);
	if (shutdown)
		shutdown(&sim->link.vdev.dev);
	device_unlock(&sim->link.vdev.dev);
}
