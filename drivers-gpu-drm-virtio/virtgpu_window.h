/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_WINDOW_H
#define VIRTGPU_WINDOW_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>

#include <drm/drm_mm.h>

struct drm_printer;
struct virtgpu_device;

/**
 * struct virtgpu_window - the memory through which host storage is seen
 *
 * The device's shared memory region 1 (virtio 1.3, 5.7.6.10).
 */
struct virtgpu_window {
	/** @base: guest physical address. */
	phys_addr_t base;
	/** @size: bytes, a multiple of the page size. */
	u64 size;
	/** @align: of every range's start and length: what host and guest map. */
	u64 align;
	/**
	 * @lock: guards all that follows, and what is mapped where: the whole
	 * of struct virtgpu_range and the mapping state in struct virtgpu_vram.
	 * Taken inside the mmap lock and reservation locks; no wait for the
	 * host happens under it.
	 */
	struct mutex lock;
	/** @mm: which ranges are taken. */
	struct drm_mm mm;
	/** @idle: ranges in no use, that may be taken back, oldest first. */
	struct list_head idle;
};

/**
 * struct virtgpu_range - an object's part of the window
 */
struct virtgpu_range {
	/** @node: the range, if drm_mm_node_allocated(). */
	struct drm_mm_node node;
	/** @idle: in &virtgpu_window.idle, or empty. */
	struct list_head idle;
	/** @evict: makes the host forget the range; called with the lock. */
	void (*evict)(struct virtgpu_range *range);
};

int virtgpu_window_init(struct virtgpu_device *vgdev);
u64 virtgpu_window_alignment(u64 size, u32 told);
void virtgpu_window_fini(struct virtgpu_device *vgdev);

int virtgpu_window_take(struct virtgpu_window *window, struct virtgpu_range *range,
			u64 size);
void virtgpu_window_give(struct virtgpu_window *window, struct virtgpu_range *range);
void virtgpu_window_print(struct virtgpu_window *window, struct drm_printer *p);

#endif
