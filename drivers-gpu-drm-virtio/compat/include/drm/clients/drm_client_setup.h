/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * drm_client_setup(): in this place since 6.14, in another in 6.13. A kernel that
 * has the older call as well (6.12, to which vendors brought this one) may lack
 * the shmem helper's part of it, so there the older call does the job.
 */
#ifdef HAVE_HEADER_CLIENT_SETUP
#include_next <drm/clients/drm_client_setup.h>
#else
#ifndef VIRTGPU_COMPAT_DRM_CLIENT_SETUP_H
#define VIRTGPU_COMPAT_DRM_CLIENT_SETUP_H

#include <drm/drm_fbdev_shmem.h>

struct drm_device;
struct drm_format_info;

#if defined(HAVE_HEADER_DRM_CLIENT_SETUP) && !defined(VIRTGPU_COMPAT_FBDEV_SETUP)
#include <drm/drm_client_setup.h>
#else
static inline void virtgpu_compat_client_setup(struct drm_device *drm,
					       const struct drm_format_info *format)
{
	drm_fbdev_shmem_setup(drm, 32);
}

#define drm_client_setup	virtgpu_compat_client_setup
#endif

#endif
#endif
