// SPDX-License-Identifier: GPL-2.0-only
/* drmm_universal_plane_alloc(): since 5.12. */
#include <drm/drm_plane.h>

struct probe {
	struct drm_plane plane;
};

struct probe *probe(struct drm_device *drm)
{
	return drmm_universal_plane_alloc(drm, struct probe, plane, 1, NULL, NULL, 0, NULL,
					  DRM_PLANE_TYPE_PRIMARY, NULL);
}
