// SPDX-License-Identifier: GPL-2.0-only
/* drmm_connector_init(): since 6.0. */
#include <drm/drm_connector.h>

int probe(struct drm_device *drm, struct drm_connector *connector)
{
	return drmm_connector_init(drm, connector, NULL, DRM_MODE_CONNECTOR_VIRTUAL, NULL);
}
