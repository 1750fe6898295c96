// SPDX-License-Identifier: GPL-2.0-only
/* The pointer's hotspot is part of a plane's state: since 6.8. */
#include <drm/drm_plane.h>

int probe(struct drm_plane_state *state)
{
	return state->hotspot_x;
}
