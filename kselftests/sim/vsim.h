/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What makes up a software virtio-gpu device? Only types.
 */
#ifndef VSIM_H
#define VSIM_H

#include "vsim_env.h"
#include "vsim_config.h"

/* The smallest command and the smallest answer, in bytes */
#define VSIM_HDR	sizeof(struct virtio_gpu_ctrl_hdr)

#define VSIM_QUEUES		2
#define VSIM_CTRLQ		0
#define VSIM_CURSORQ		1
#define VSIM_MAX_SCANOUTS	16
#define VSIM_CAPSET_SIZE	1024

/* What hosts take: QEMU's limits. */
#define VSIM_MAX_CHAIN		1024
#define VSIM_MAX_ENTRIES	16384
#define VSIM_MAX_SUBMIT		(4 << 20)

/* struct vsim_queue - a virtqueue as its device sees it */
struct vsim_queue {
	struct vsim *sim;
	unsigned int index;
	bool enabled;		/* it has a ring since the last reset */
	struct vsim_queue_link link;

	/* Guards what follows, and every access to the ring. Taken before vsim.lock. */
	struct mutex lock;
	u16 last_avail;
	u16 used;
	u16 signalled;
	struct list_head waiting;	/* taken, run, and not yet answered */
	struct list_head lost;		/* taken, and never to be answered */
	u32 kicks;
	u32 interrupts;
	u64 interrupt_ns;	/* that the driver spent in them */
};

/* struct vsim_request - one command: what came, and what goes back */
struct vsim_request {
	struct list_head node;
	u16 head;
	u8 *cmd;
	u32 cmd_size;
	u64 room_addr[4];	/* where the answer goes: physical addresses */
	u32 room_size[4];
	unsigned int rooms;
	u32 room;
	u8 *resp;
	u32 resp_size;

	bool fenced;
	u64 timeline;		/* context and ring; ~0: the one without ring */
	unsigned long due;	/* jiffies */
	bool held;
	u32 tag;
	bool lost;		/* never answered */
	u32 used_len;		/* what the ring is told; ~0: the truth */
	u32 used_id;		/* likewise */
	bool twice;
};

/* struct vsim_entry - guest memory behind a resource */
struct vsim_entry {
	u64 addr;
	u64 length;
};

struct vsim_resource {
	u32 id;
	u32 blob_mem;		/* 0: classic */
	u32 blob_flags;
	u32 width, height, depth, levels;
	u32 bpp;
	bool is_3d;
	u64 size;		/* of the host's storage */
	struct xarray pages;	/* the host's storage; what is missing is zero */
	struct vsim_entry *backing;
	u32 num_backing;
	u64 backing_size;
	u64 mapped;		/* offset in the window, ~0: not mapped */
	u32 attached;		/* contexts */
	u32 scanouts;		/* a bit for each */
	u32 excused;		/* VSIM_EXCUSE_*: what of it is no longer judged */
	bool stuck;		/* a command that names it is never answered */
};

struct vsim_context {
	u32 id;
	u32 capset;
	struct xarray attached;	/* resource ids */
	struct xarray doubtful;	/* those of which it is not judged whether it has them */
	struct xarray storage;	/* blob ids that wait to be claimed */
	bool excused;		/* it is not judged whether it is there */
	bool stuck;		/* a command of it is never answered */
};

struct vsim_output {
	u32 x, y, width, height;
	bool enabled;
	u32 resource;
	u32 format;		/* of a blob */
	u32 cursor, image;	/* the pointer's resource or 0, and a sum of its bytes: FNV-1a */
};

struct vsim {
	struct vsim_link link;
	struct vsim_config config;
	struct vsim_queue queues[VSIM_QUEUES];
	u8 status;
	int slept;		/* the last freeze, restore, reset or shutdown */
	u32 generation;
	bool mute;		/* nothing is done until the next reset */

	/* Guards what follows: the state that the host keeps. */
	struct mutex lock;
	u32 events;
	struct xarray resources;
	struct xarray contexts;
	struct xarray ghosts;		/* resource ids whose creation was made to fail */
	struct xarray ghost_contexts;
	struct xarray folios;		/* of the guest: how many references the device has */
	struct vsim_output outputs[VSIM_MAX_SCANOUTS];
	u32 last_fence;
	u32 mapped;
	u32 resets;	/* of the device while it ran */
	u64 copied;		/* bytes, by TRANSFER_TO_HOST_2D */
};

#endif
