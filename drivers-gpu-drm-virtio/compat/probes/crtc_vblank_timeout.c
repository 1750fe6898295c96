// SPDX-License-Identifier: GPL-2.0-only
/* CRTCs are told of the timer that stands for vblanks: since 6.19. */
#include <drm/drm_modeset_helper_vtables.h>

bool probe(struct drm_crtc *crtc);

const struct drm_crtc_helper_funcs funcs = { .handle_vblank_timeout = probe };
