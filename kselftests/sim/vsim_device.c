// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is a device at first, what does its configuration say, and what is left of it after a
 * reset?
 */
#include "vsim_fault.h"

/* vsim_device_init - as vsim_next says; the caller makes what ties it to the driver */
void vsim_device_init(struct vsim *sim)
{
	sim->config = vsim_next;
	mutex_init(&sim->lock);
	xa_init(&sim->resources);
	xa_init(&sim->contexts);
	xa_init(&sim->ghosts);
	xa_init(&sim->ghost_contexts);
	xa_init(&sim->folios);
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		struct vsim_queue *q = &sim->queues[i];

		q->sim = sim;
		q->index = i;
		mutex_init(&q->lock);
		INIT_LIST_HEAD(&q->waiting);
		INIT_LIST_HEAD(&q->lost);
	}
	vsim_display_init(sim);
}

/* vsim_device_space - what the driver reads in the device's configuration now */
struct virtio_gpu_config vsim_device_space(const struct vsim *sim)
{
	u32 capsets = hweight64(sim->config.capsets);

	return (struct virtio_gpu_config) {
		.events_read = cpu_to_le32(READ_ONCE(sim->events)),
		.num_scanouts = cpu_to_le32(sim->config.num_scanouts),
		.num_capsets = cpu_to_le32(sim->config.num_capsets == U32_MAX ?
					   capsets : sim->config.num_capsets),
		.blob_alignment = cpu_to_le32(sim->config.blob_alignment),
	};
}

/* vsim_device_reset - as it was when plugged, but for what is counted; @ran: the driver used it */
void vsim_device_reset(struct vsim *sim, bool ran)
{
	mutex_lock(&sim->lock);
	vsim_context_free_all(sim);
	vsim_resource_free_all(sim);
	sim->last_fence = 0;
	sim->resets += ran;
	WRITE_ONCE(sim->mute, false);
	if (READ_ONCE(vsim_next.adopt))
		sim->config = vsim_next;
	mutex_unlock(&sim->lock);
}

/* vsim_device_fini - nothing is left but the memory of @sim itself */
void vsim_device_fini(struct vsim *sim)
{
	mutex_lock(&sim->lock);
	vsim_context_free_all(sim);
	vsim_resource_free_all(sim);
	mutex_unlock(&sim->lock);
}
