// SPDX-License-Identifier: GPL-2.0-only
/* drm_gem_plane_helper_prepare_fb(): in this place, by this name, since 5.13. */
#include <drm/drm_gem_atomic_helper.h>

int probe(struct drm_plane *plane, struct drm_plane_state *state)
{
	return drm_gem_plane_helper_prepare_fb(plane, state);
}
