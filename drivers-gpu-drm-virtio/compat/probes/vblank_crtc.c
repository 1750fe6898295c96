// SPDX-License-Identifier: GPL-2.0-only
/* drm_crtc_vblank_crtc(): since 6.10. */
#include <drm/drm_vblank.h>

struct drm_vblank_crtc *probe(struct drm_crtc *crtc)
{
	return drm_crtc_vblank_crtc(crtc);
}
