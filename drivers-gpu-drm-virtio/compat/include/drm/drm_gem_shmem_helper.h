/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions of the shmem helper take its own type since 5.17; before, what
 * is now called drm_gem_shmem_object_*() had the shorter name.
 * Objects are mapped cached unless they ask for something else since 5.14.
 */
#include_next <drm/drm_gem_shmem_helper.h>

#ifndef VIRTGPU_COMPAT_DRM_GEM_SHMEM_HELPER_H
#define VIRTGPU_COMPAT_DRM_GEM_SHMEM_HELPER_H

#ifndef HAVE_SHMEM_OBJECT_ARG
#define drm_gem_shmem_object_print_info		drm_gem_shmem_print_info
#define drm_gem_shmem_object_pin		drm_gem_shmem_pin
#define drm_gem_shmem_object_unpin		drm_gem_shmem_unpin
#define drm_gem_shmem_object_get_sg_table	drm_gem_shmem_get_sg_table
#define drm_gem_shmem_object_vmap		drm_gem_shmem_vmap
#define drm_gem_shmem_object_vunmap		drm_gem_shmem_vunmap
#define drm_gem_shmem_object_mmap		drm_gem_shmem_mmap
#define drm_gem_shmem_get_pages_sgt(shmem)	drm_gem_shmem_get_pages_sgt(&(shmem)->base)
#define drm_gem_shmem_free(shmem)		drm_gem_shmem_free_object(&(shmem)->base)
#endif

#ifdef HAVE_SHMEM_MAP_CACHED
static inline struct drm_gem_shmem_object *
virtgpu_compat_shmem_create(struct drm_device *drm, size_t size)
{
	struct drm_gem_shmem_object *shmem = drm_gem_shmem_create(drm, size);

	if (!IS_ERR(shmem))
		shmem->map_cached = true;
	return shmem;
}

#define drm_gem_shmem_create	virtgpu_compat_shmem_create
#endif

#endif
