/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions of the shmem helper take its own type since 5.17; before, what
 * is now called drm_gem_shmem_object_*() had the shorter name.
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
#define drm_gem_shmem_free(shmem)		drm_gem_shmem_free_object(&(shmem)->base)
#endif

#endif
