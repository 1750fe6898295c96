/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VIRTGPU_CB_GEM_VMAP(), VIRTGPU_CB_GEM_VUNMAP(): a driver's vmap and vunmap, filling
 * in a struct since 5.11. Before, they deal in plain addresses: the functions that do
 * are made by VIRTGPU_ADAPT_GEM_VMAP(), which stands behind the driver's own.
 *
 * VIRTGPU_GEM_FOPS(): DRM_GEM_FOPS with an ioctl of the driver's own, but for what
 * VIRTGPU_HUGE_FOPS of linux/mm.h has.
 */
#include_next <drm/drm_gem.h>

#ifndef VIRTGPU_CB_GEM_VMAP
#include <linux/iosys-map.h>

#ifdef HAVE_GEM_VMAP_MAP
#define VIRTGPU_CB_GEM_VMAP(fn)		fn
#define VIRTGPU_CB_GEM_VUNMAP(fn)	fn
#define VIRTGPU_ADAPT_GEM_VMAP(vmap, vunmap)
#else
#define VIRTGPU_ADAPT_GEM_VMAP(vmap, vunmap) \
static void *vmap##_compat(struct drm_gem_object *gem) \
{ \
	struct iosys_map map; \
	int ret = vmap(gem, &map); \
\
	return ret ? ERR_PTR(ret) : (__force void *)map.vaddr_iomem; \
} \
\
static void vunmap##_compat(struct drm_gem_object *gem, void *vaddr) \
{ \
	struct iosys_map map; \
\
	iosys_map_set_vaddr_iomem(&map, (__force void __iomem *)vaddr); \
	vunmap(gem, &map); \
}

#define VIRTGPU_CB_GEM_VMAP(fn)		fn##_compat
#define VIRTGPU_CB_GEM_VUNMAP(fn)	fn##_compat
#endif

#include <linux/fs.h>
#include <linux/mm.h>

#ifdef FOP_UNSIGNED_OFFSET
#define VIRTGPU_GEM_FOP_FLAGS	.fop_flags = FOP_UNSIGNED_OFFSET,
#else
#define VIRTGPU_GEM_FOP_FLAGS
#endif

#if defined(HAVE_GEM_UNMAPPED_AREA) && !VIRTGPU_PMD_PFNMAP
#define VIRTGPU_GEM_UNMAPPED	.get_unmapped_area = drm_gem_get_unmapped_area,
#else
#define VIRTGPU_GEM_UNMAPPED
#endif

#define VIRTGPU_GEM_FOPS(ioctl)			\
	VIRTGPU_GEM_FOP_FLAGS			\
	VIRTGPU_GEM_UNMAPPED			\
	.open = drm_open,			\
	.release = drm_release,			\
	.unlocked_ioctl = ioctl,		\
	.compat_ioctl = drm_compat_ioctl,	\
	.poll = drm_poll,			\
	.read = drm_read,			\
	.llseek = noop_llseek,			\
	.mmap = drm_gem_mmap
#endif
