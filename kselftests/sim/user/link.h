/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ties the device to a driver that is in another machine?
 */
#ifndef VSIM_USER_LINK_H
#define VSIM_USER_LINK_H

/* struct vsim_link - of a device */
struct vsim_link {
	u64 features;	/* that the driver accepted */
};

/* struct vsim_queue_link - of a queue; all guarded by its lock, but the first two */
struct vsim_queue_link {
	pthread_t thread;
	int wake;		/* an event that ends the thread's sleep */
	int kick, call;		/* the front-end's events, -1: none */
	struct vring vring;
	u64 desc, avail, used;	/* where the front-end has its parts */
	bool mapped;		/* and so has this process, in vring */
	bool enabled;
};

/* vsim_vring - the ring of a queue, NULL: it has none; with the queue's lock */
static inline const struct vring *vsim_vring(const struct vsim_queue_link *link)
{
	return link->mapped && link->enabled ? &link->vring : NULL;
}

/* vsim_link_features - what the driver accepted */
static inline u64 vsim_link_features(const struct vsim_link *link)
{
	return link->features;
}

#endif
