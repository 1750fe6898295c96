/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does the host say of a scanout? Only types: any file may include this.
 */
#ifndef VIRTGPU_HOST_OUTPUT_H
#define VIRTGPU_HOST_OUTPUT_H

#include <linux/types.h>

/* The largest framebuffer and mode; QEMU and the others take no larger ones. */
#define VIRTGPU_MAX_SIZE	16384

/* The smallest mode: QEMU shows nothing of a smaller scanout. */
#define VIRTGPU_MIN_SIZE	16

/* The size of what hosts show that don't say what they would like. */
#define VIRTGPU_DEFAULT_WIDTH	1024u
#define VIRTGPU_DEFAULT_HEIGHT	768u

/* An answer to GET_EDID has room for this many bytes. */
#define VIRTGPU_EDID_SIZE	1024

/**
 * struct virtgpu_host_output - what the host says of a scanout
 */
struct virtgpu_host_output {
	/** @enabled: somebody looks at it. */
	bool enabled;
	/** @x: its left edge on the host's desktop. */
	u32 x;
	/** @y: its upper edge on the host's desktop. */
	u32 y;
	/** @width: the size that suits it, or 0 if the host does not care. */
	u32 width;
	/** @height: the size that suits it, or 0 if the host does not care. */
	u32 height;
	/** @edid_size: bytes of @edid; 0 if there is none or it is broken. */
	u32 edid_size;
	/** @edid: whole blocks, the first of which is valid. */
	u8 edid[VIRTGPU_EDID_SIZE];
};

#endif
