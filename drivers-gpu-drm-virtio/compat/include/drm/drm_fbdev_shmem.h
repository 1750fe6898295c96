/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * drm_fbdev_shmem_setup(): in 6.11 and 6.12; the older setup serves all drivers.
 * Where VIRTGPU_COMPAT_FBDEV_SETUP is defined, fbdev emulation is set up by that
 * call; elsewhere, since 6.13, by drm_client_setup(): see the header of that name.
 */
#ifdef HAVE_HEADER_FBDEV_SHMEM
#include_next <drm/drm_fbdev_shmem.h>
#ifdef HAVE_FBDEV_SHMEM_SETUP
#define VIRTGPU_COMPAT_FBDEV_SETUP
#endif
#else
#ifdef HAVE_HEADER_FBDEV_GENERIC
#include <drm/drm_fbdev_generic.h>
#else
#include <drm/drm_fb_helper.h>
#endif

#define drm_fbdev_shmem_setup	drm_fbdev_generic_setup
#define VIRTGPU_COMPAT_FBDEV_SETUP
#endif

/* A member that every kernel has, for its default. */
#ifndef DRM_FBDEV_SHMEM_DRIVER_OPS
#define DRM_FBDEV_SHMEM_DRIVER_OPS	.dumb_map_offset = NULL
#endif
