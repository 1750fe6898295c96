// SPDX-License-Identifier: GPL-2.0-only
/* Planes have hooks for the panic screen: since 6.10. */
#include <drm/drm_modeset_helper_vtables.h>

struct drm_plane_helper_funcs funcs = { .get_scanout_buffer = NULL, .panic_flush = NULL };
