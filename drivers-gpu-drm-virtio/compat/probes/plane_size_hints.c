// SPDX-License-Identifier: GPL-2.0-only
/* A plane may say which sizes suit it: 6.12 has that, 6.1 not. */
#include <drm/drm_plane.h>

int probe(struct drm_plane *plane, const struct drm_plane_size_hint *hint)
{
	return drm_plane_add_size_hints_property(plane, hint, 1);
}
