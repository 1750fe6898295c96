// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is the next device like, and what is each part of that called?
 */
#include "vsim_api.h"

struct vsim_config vsim_next;

#define FIELD(field)	{ #field, &vsim_next.field, sizeof(vsim_next.field) }
#define BITS(field)	{ #field, &vsim_next.field, sizeof(vsim_next.field), true }

/* The files of config/; one without a name is the last. */
const struct vsim_config_field vsim_config_fields[] = {
	BITS(features),
	BITS(capsets),
	FIELD(window_size),
	FIELD(num_capsets),
	FIELD(num_scanouts),
	FIELD(blob_alignment),
	FIELD(queue_size),
	FIELD(cursor_size),
	FIELD(map_info),
	BITS(dma_offset),
	FIELD(latency_us),
	FIELD(host_memory),
	BITS(quirks),
	FIELD(width),
	FIELD(height),
	FIELD(no_queues),
	FIELD(no_features_ok),
	FIELD(reset_ms),
	FIELD(reset_writes),
	FIELD(deaf),
	FIELD(adopt),
	{}
};
