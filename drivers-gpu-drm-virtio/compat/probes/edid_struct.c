// SPDX-License-Identifier: GPL-2.0-only
/* EDIDs with their size, struct drm_edid: since 6.0. */
#include <drm/drm_edid.h>

const struct drm_edid *probe(const void *data, size_t size)
{
	return drm_edid_alloc(data, size);
}
