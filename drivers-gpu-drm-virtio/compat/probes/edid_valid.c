// SPDX-License-Identifier: GPL-2.0-only
/* drm_edid_valid(): since 6.2. */
#include <drm/drm_edid.h>

bool probe(const struct drm_edid *edid)
{
	return drm_edid_valid(edid);
}
