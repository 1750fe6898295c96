// SPDX-License-Identifier: GPL-2.0-only
/* atomic_async_check of a plane is told whether it is a page flip: since 6.15. */
#include <drm/drm_modeset_helper_vtables.h>

void probe(const struct drm_plane_helper_funcs *funcs)
{
	funcs->atomic_async_check(NULL, NULL, false);
}
