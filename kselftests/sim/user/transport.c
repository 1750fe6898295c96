// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does the driver learn of something? By events and messages that the front-end makes
 * interrupts of.
 */
#include "process.h"

/* vsim_transport_signal - tell the driver of what is new on a queue; with the queue's lock */
void vsim_transport_signal(struct vsim_queue *q)
{
	const u64 one = 1;

	if (q->link.call >= 0 && write(q->link.call, &one, sizeof(one)) < 0)
		perror("vsim: call");
}

/* vsim_transport_interrupt_all - without a reason */
void vsim_transport_interrupt_all(struct vsim *sim, const u32 *args)
{
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		mutex_lock(&sim->queues[i].lock);
		vsim_transport_signal(&sim->queues[i]);
		mutex_unlock(&sim->queues[i].lock);
	}
}

/* vsim_transport_config_changed - raise events, and tell of them */
void vsim_transport_config_changed(struct vsim *sim, u32 events)
{
	WRITE_ONCE(sim->events, sim->events | events);
	vsim_frontend_config_changed();
}
