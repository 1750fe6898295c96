// SPDX-License-Identifier: GPL-2.0-only
/* drm_client_setup() in this place: since 6.14. */
#include <drm/clients/drm_client_setup.h>

void probe(struct drm_device *drm)
{
	drm_client_setup(drm, NULL);
}
