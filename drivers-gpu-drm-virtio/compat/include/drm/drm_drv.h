/* SPDX-License-Identifier: GPL-2.0-only */
/* VIRTGPU_DRIVER_DATE: the member of that name, where it exists. */
#include_next <drm/drm_drv.h>

#ifndef VIRTGPU_DRIVER_DATE
#ifdef HAVE_DRM_DRIVER_DATE
#define VIRTGPU_DRIVER_DATE	.date = "0",
#else
#define VIRTGPU_DRIVER_DATE
#endif
#endif
