/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * drm_fbdev_shmem_setup(): added in 6.11; the older setup serves all drivers.
 * Before 6.13 fbdev emulation is set up by a call: see drm_client_setup.h here.
 */
#ifdef HAVE_HEADER_FBDEV_SHMEM
#include_next <drm/drm_fbdev_shmem.h>
#else
#ifdef HAVE_HEADER_FBDEV_GENERIC
#include <drm/drm_fbdev_generic.h>
#else
#include <drm/drm_fb_helper.h>
#endif

#define drm_fbdev_shmem_setup	drm_fbdev_generic_setup
#endif

/* A member that every kernel has, for its default. */
#ifndef DRM_FBDEV_SHMEM_DRIVER_OPS
#define DRM_FBDEV_SHMEM_DRIVER_OPS	.dumb_map_offset = NULL
#endif
