// SPDX-License-Identifier: GPL-2.0-only
/* The atomic hooks of planes are told of the whole commit: since 5.13. */
#include <drm/drm_modeset_helper_vtables.h>

struct drm_plane_helper_funcs funcs;
void (*older)(struct drm_plane *plane, struct drm_plane_state *state);

static_assert(!__builtin_types_compatible_p(typeof(funcs.atomic_update), typeof(older)));
