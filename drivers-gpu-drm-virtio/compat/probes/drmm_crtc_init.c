// SPDX-License-Identifier: GPL-2.0-only
/* drmm_crtc_init_with_planes(): since 6.0. */
#include <drm/drm_crtc.h>

int probe(struct drm_device *drm, struct drm_crtc *crtc)
{
	return drmm_crtc_init_with_planes(drm, crtc, NULL, NULL, NULL, NULL);
}
