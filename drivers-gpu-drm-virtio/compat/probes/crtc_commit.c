// SPDX-License-Identifier: GPL-2.0-only
/* The atomic hooks of CRTCs are told of the whole commit: since 5.11. */
#include <drm/drm_modeset_helper_vtables.h>

struct drm_crtc_helper_funcs funcs;
void (*older)(struct drm_crtc *crtc, struct drm_crtc_state *state);

static_assert(!__builtin_types_compatible_p(typeof(funcs.atomic_flush), typeof(older)));
