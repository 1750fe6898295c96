/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can a test say of the next device?
 */
#ifndef VSIM_CONFIG_H
#define VSIM_CONFIG_H

#include "vsim_env.h"

/* struct vsim_config - what the next device will be; written by tests */
struct vsim_config {
	u64 features;		/* bits of the device and of the transport */
	u64 capsets;		/* a bit for each id */
	u64 window_size;	/* bytes; 0: no window */
	u32 num_capsets;	/* what the config space says; ~0: the truth */
	u32 num_scanouts;
	u32 width, height;	/* of the first screen */
	u32 blob_alignment;
	u32 queue_size;
	u32 cursor_size;
	u32 map_info;		/* the answer to MAP_BLOB */
	u64 dma_offset;		/* of what the DMA API says from physical addresses */
	u32 latency_us;		/* of each command on the control queue */
	u32 quirks;		/* enum vsim_quirk */
	u64 host_memory;	/* bytes for 2D images; 0: no end */

	/* Of the present device, too, from the moment on when it is written: */
	u32 no_queues;		/* not 0: the driver finds none */
	u32 no_features_ok;	/* not 0: FEATURES_OK is not kept */
	u32 reset_ms;		/* how long a reset takes */
	u32 reset_writes;	/* not 0: until it is over, what is in flight is still written */
	u32 deaf;		/* not 0: notifications are not heard */
	u32 adopt;		/* not 0: a reset device becomes what is written here */
};

/* struct vsim_config_field - one number of it, as tests call it */
struct vsim_config_field {
	const char *name;
	void *value;
	size_t size;	/* of a u32 or a u64 */
	bool is_bits;	/* to be read in hexadecimal digits */
};

extern struct vsim_config vsim_next;
extern const struct vsim_config_field vsim_config_fields[];

#endif
