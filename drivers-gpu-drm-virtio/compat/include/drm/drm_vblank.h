/* SPDX-License-Identifier: GPL-2.0-only */
/* drm_crtc_vblank_crtc(): added in 6.10. */
#include_next <drm/drm_vblank.h>

#ifndef VIRTGPU_COMPAT_DRM_VBLANK_H
#define VIRTGPU_COMPAT_DRM_VBLANK_H

#ifndef HAVE_VBLANK_CRTC
#include <drm/drm_crtc.h>
#include <drm/drm_device.h>

static inline struct drm_vblank_crtc *drm_crtc_vblank_crtc(struct drm_crtc *crtc)
{
	return &crtc->dev->vblank[drm_crtc_index(crtc)];
}
#endif

#endif
