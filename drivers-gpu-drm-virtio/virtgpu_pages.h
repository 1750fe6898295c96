/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_PAGES_H
#define VIRTGPU_PAGES_H

#include <linux/list.h>
#include <linux/scatterlist.h>

#include "virtgpu_object.h"

struct drm_gem_object;
struct iosys_map;

/**
 * struct virtgpu_pages - an object with pages of ours
 *
 * What others need as well is in @base: one more field there, and storage on the host
 * takes more than a KiB for each buffer, of which the kernel makes two.
 */
struct virtgpu_pages {
	/** @base: the object. */
	struct virtgpu_object base;
	/** @table: &drm_gem_shmem_object.sgt of @base. */
	struct sg_table table;
	/** @piece: all of @table, where the pages are one piece. */
	struct scatterlist piece;
	/** @mapped: in the list of those whose @table the device has (virtgpu_dma.c). */
	struct list_head mapped;
	/** @vmaps: how often the kernel has mapped the pages. */
	unsigned int vmaps;
};

#define to_virtgpu_pages(obj) container_of((obj), struct virtgpu_pages, base)

struct virtgpu_object *virtgpu_pages_alloc(struct virtgpu_device *vgdev,
					   const struct virtgpu_object_params *params);
void virtgpu_pages_release(struct virtgpu_object *obj);
int virtgpu_pages_vmap(struct drm_gem_object *gem, struct iosys_map *map);
void virtgpu_pages_vunmap(struct drm_gem_object *gem, struct iosys_map *map);

#endif
