/* SPDX-License-Identifier: GPL-2.0-only */
/* Before 6.13 fbdev emulation is set up by a call: see drm_client_setup.h here. */
#include_next <drm/drm_fbdev_shmem.h>

#ifndef DRM_FBDEV_SHMEM_DRIVER_OPS
#define DRM_FBDEV_SHMEM_DRIVER_OPS	.fbdev_probe = NULL
#endif
