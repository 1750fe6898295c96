/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VIRTGPU_DRIVER_DATE, VIRTGPU_DRIVER_*_FD: members of struct drm_driver that only
 * older kernels have, and that a driver has to fill in there.
 * drm_firmware_drivers_only(): added in 5.17.
 * DRIVER_CURSOR_HOTSPOT: added in 6.8.
 */
#include_next <drm/drm_drv.h>

#ifndef VIRTGPU_DRIVER_DATE
#include <drm/drm_plane.h>

#ifdef HAVE_DRM_DRIVER_DATE
#define VIRTGPU_DRIVER_DATE	.date = "0",
#else
#define VIRTGPU_DRIVER_DATE
#endif

#ifdef HAVE_DRM_DRIVER_PRIME_MMAP
#include <drm/drm_prime.h>

#define VIRTGPU_DRIVER_TO_FD	.prime_handle_to_fd = drm_gem_prime_handle_to_fd,
#define VIRTGPU_DRIVER_FROM_FD	.prime_fd_to_handle = drm_gem_prime_fd_to_handle,
#define VIRTGPU_DRIVER_MMAP_FD	.gem_prime_mmap = drm_gem_prime_mmap,
#else
#define VIRTGPU_DRIVER_TO_FD
#define VIRTGPU_DRIVER_FROM_FD
#define VIRTGPU_DRIVER_MMAP_FD
#endif

#ifdef VIRTGPU_COMPAT_NO_HOTSPOT
#define DRIVER_CURSOR_HOTSPOT	0
#endif

/* The core does not write to it. */
#ifndef HAVE_DRM_DRIVER_CONST
#define drm_dev_alloc(driver, parent) \
	drm_dev_alloc((struct drm_driver *)(driver), parent)
#endif

#ifndef HAVE_FIRMWARE_DRIVERS_ONLY
#include <linux/console.h>

#define drm_firmware_drivers_only	vgacon_text_force
#endif
#endif
