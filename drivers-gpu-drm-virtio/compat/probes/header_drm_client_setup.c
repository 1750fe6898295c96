// SPDX-License-Identifier: GPL-2.0-only
/* drm_client_setup() in this place: in 6.13, and in 6.12 of some vendors. */
#include <drm/drm_client_setup.h>

void probe(struct drm_device *drm)
{
	drm_client_setup(drm, NULL);
}
