/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VIRTGPU_CB_GEM_VMAP(), VIRTGPU_CB_GEM_VUNMAP(): our vmap and vunmap, filling in
 * a struct since 5.11. Before, they deal in plain addresses.
 */
#include_next <drm/drm_gem.h>

#ifndef VIRTGPU_CB_GEM_VMAP
#include <linux/iosys-map.h>

#ifdef HAVE_GEM_VMAP_MAP
#define VIRTGPU_CB_GEM_VMAP(fn)		fn
#define VIRTGPU_CB_GEM_VUNMAP(fn)	fn
#else
int virtgpu_vram_vmap(struct drm_gem_object *gem, struct iosys_map *map);
void virtgpu_vram_vunmap(struct drm_gem_object *gem, struct iosys_map *map);

static inline void *virtgpu_vram_vmap_compat(struct drm_gem_object *gem)
{
	struct iosys_map map;
	int ret = virtgpu_vram_vmap(gem, &map);

	return ret ? ERR_PTR(ret) : (__force void *)map.vaddr_iomem;
}

static inline void virtgpu_vram_vunmap_compat(struct drm_gem_object *gem, void *vaddr)
{
	struct iosys_map map;

	iosys_map_set_vaddr_iomem(&map, (__force void __iomem *)vaddr);
	virtgpu_vram_vunmap(gem, &map);
}

#define VIRTGPU_CB_GEM_VMAP(fn)		fn##_compat
#define VIRTGPU_CB_GEM_VUNMAP(fn)	fn##_compat
#endif
#endif
