/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_VRAM_H
#define VIRTGPU_VRAM_H

#include <linux/mutex.h>
#include <linux/types.h>

#include <drm/virtgpu_drm.h>

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
 * From @range to @users, all is guarded by the lock of the window.
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
	/**
	 * @tables: that page tables get what they need, and @range its @reserved,
	 * one fault at a time. Taken inside the mmap lock; memory is allocated
	 * under it, so the way down does not take it.
	 */
	struct mutex tables;
	/**
	 * @insert: guards what follows, and that no page comes that is revoked.
	 * Taken inside @tables and the lock of the window; nobody waits for memory
	 * with it, which may be waiting for the way down.
	 */
	struct mutex insert;
	/** @huge: huge pages of @range get the caching that they should. */
	bool huge;
	/**
	 * @reserved: the kernel's own mapping of @range, or NULL. It is never
	 * read: it makes the kernel's books say how @range is cached, and from
	 * them a huge page gets its caching. Gone when the range is given back.
	 */
	void *reserved;
	/** @revoked: the device was about to be reset; nobody gets a page any more. */
	bool revoked;
};

#define to_virtgpu_vram(obj) container_of((obj), struct virtgpu_vram, base)

static inline bool virtgpu_vram_is_mappable(const struct virtgpu_object *obj)
{
	return obj->blob_flags & VIRTGPU_BLOB_FLAG_USE_MAPPABLE;
}

/* virtgpu_vram_pin.c: when does the host show it? */
struct virtgpu_window *virtgpu_vram_window(const struct virtgpu_vram *vram);
void virtgpu_vram_show_ahead(struct virtgpu_object *obj, struct virtgpu_quota *quota);
int virtgpu_vram_pin(struct virtgpu_vram *vram);
int virtgpu_vram_pin_shown(struct virtgpu_vram *vram);
void virtgpu_vram_pin_again(struct virtgpu_vram *vram);
void virtgpu_vram_unpin(struct virtgpu_vram *vram);
phys_addr_t virtgpu_vram_address(const struct virtgpu_vram *vram);
void *virtgpu_vram_ioremap(const struct virtgpu_vram *vram);
void virtgpu_vram_reserve_cache(struct virtgpu_vram *vram, pgprot_t prot);
void virtgpu_vram_unreserve_cache(struct virtgpu_vram *vram, bool revoke);
void virtgpu_vram_evict(struct virtgpu_range *range);
void virtgpu_vram_invalidate(struct virtgpu_object *obj);

/* virtgpu_vram_mmap.c: how do processes see it? */
extern const struct vm_operations_struct virtgpu_vram_vm_ops;
int virtgpu_vram_mmap(struct drm_gem_object *gem, struct vm_area_struct *vma);
void virtgpu_vram_revoke(struct virtgpu_object *obj);

/* virtgpu_vram.c */
extern const struct virtgpu_object_ops virtgpu_vram_ops;

int virtgpu_vram_fill_table(struct sg_table *sgt, dma_addr_t addr, u64 size);

#endif
