/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_VRAM_H
#define VIRTGPU_VRAM_H

#include <linux/types.h>

#include "virtgpu_object.h"
#include "virtgpu_window.h"

/* virtgpu_vram.state */
enum virtgpu_vram_state {
	/* The host has no mapping. */
	VIRTGPU_VRAM_UNMAPPED,
	/* The host was asked; virtgpu_vram.request tells when it answers. */
	VIRTGPU_VRAM_MAPPING,
	/* The host has the storage in the window. */
	VIRTGPU_VRAM_MAPPED,
};

/**
 * struct virtgpu_vram - an object whose storage is on the host
 *
 * All but @base and @revoked is guarded by the lock of the window.
 */
struct virtgpu_vram {
	/** @base: the object; it has no guest pages. */
	struct virtgpu_object base;
	/** @range: its part of the window, if it has one. */
	struct virtgpu_range range;
	/** @state: what the host knows. */
	enum virtgpu_vram_state state;
	/** @request: MAP_BLOB under way, while @state is MAPPING. */
	struct virtgpu_vbuf *request;
	/** @cache: VIRTIO_GPU_MAP_CACHE_*, while @state is MAPPED. */
	u32 cache;
	/** @users: mappings that rely on @range: VMAs, vmaps, dma-buf importers. */
	unsigned int users;
	/** @revoked: the device was about to be reset; no new mapping is made. No lock. */
	bool revoked;
};

#define to_virtgpu_vram(obj) container_of((obj), struct virtgpu_vram, base)

extern const struct virtgpu_object_ops virtgpu_vram_ops;

int virtgpu_vram_fill_table(struct sg_table *sgt, dma_addr_t addr, u64 size);

#endif
