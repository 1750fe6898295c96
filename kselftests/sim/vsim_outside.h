/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does the device need of the kernel that it is in? It is in the files named here;
 * those that say what a device keeps and does call nothing else.
 */
#ifndef VSIM_OUTSIDE_H
#define VSIM_OUTSIDE_H

#include "vsim.h"

/* What a test may ask for where the device can do that */
enum vsim_ability {
	VSIM_CAN_ANSWER,	/* run a queue, well or badly */
	VSIM_CAN_FAIL,		/* set NEEDS_RESET in its status */
	VSIM_CAN_NOTIFY,	/* raise an interrupt of its configuration */
	VSIM_CAN_LEAVE,		/* go by itself */
	VSIM_CAN_SLEEP,		/* be told what transports are when the machine sleeps */
};

/* vsim_guest */
void *vsim_guest_map(u64 addr, u32 len);
void vsim_guest_copy(u64 addr, void *data, size_t size, bool to_guest);

/* vsim_thread */
void vsim_thread_kick(struct vsim_queue *q);
void vsim_thread_unkick(struct vsim_queue *q);

/* vsim_transport */
void vsim_transport_signal(struct vsim_queue *q);
void vsim_transport_interrupt_all(struct vsim *sim, const u32 *args);
void vsim_transport_config_changed(struct vsim *sim, u32 events);
void vsim_transport_needs_reset(struct vsim *sim);
void vsim_transport_lose_status(struct vsim *sim);

/* vsim_sleep */
void vsim_sleep_freeze(struct vsim *sim, const u32 *args);
void vsim_sleep_restore(struct vsim *sim, const u32 *args);
void vsim_sleep_reset_prepare(struct vsim *sim, const u32 *args);
void vsim_sleep_reset_done(struct vsim *sim, const u32 *args);
void vsim_sleep_shutdown(struct vsim *sim, const u32 *args);
void vsim_sleep_stand_still(struct vsim *sim, const u32 *args);

/* vsim_main */
int vsim_default(void);
bool vsim_can(enum vsim_ability ability);
int vsim_plug(void);
int vsim_unplug(void);
void vsim_unplug_soon(void);
void vsim_abandon(void);
bool vsim_is_plugged(void);
void vsim_with_device(void (*call)(struct vsim *sim, const u32 *args), const u32 *args);

/* vsim_negotiated - did the driver accept the feature? */
static inline bool vsim_negotiated(const struct vsim *sim, unsigned int feature)
{
	return vsim_link_features(&sim->link) & BIT_ULL(feature);
}

#endif
