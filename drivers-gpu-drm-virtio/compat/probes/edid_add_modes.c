// SPDX-License-Identifier: GPL-2.0-only
/* drm_edid_connector_add_modes(), apart from drm_edid_connector_update(): since 6.3. */
#include <drm/drm_edid.h>

int probe(struct drm_connector *connector)
{
	return drm_edid_connector_add_modes(connector);
}
