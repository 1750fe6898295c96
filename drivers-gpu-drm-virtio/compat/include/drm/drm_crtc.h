/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * drmm_crtc_init_with_planes(): added in 6.0. Before, VIRTGPU_CRTC_DESTROY lets
 * the CRTC go with the DRM device.
 */
#include_next <drm/drm_crtc.h>

#ifndef VIRTGPU_CRTC_DESTROY
#ifdef HAVE_DRMM_CRTC_INIT
#define VIRTGPU_CRTC_DESTROY
#else
#define VIRTGPU_CRTC_DESTROY		.destroy = drm_crtc_cleanup,
#define drmm_crtc_init_with_planes	drm_crtc_init_with_planes
#endif
#endif
