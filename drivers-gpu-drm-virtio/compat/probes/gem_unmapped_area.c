// SPDX-License-Identifier: GPL-2.0-only
/* drm_gem_get_unmapped_area(), which DRM_GEM_FOPS has then: since 7.x. */
#include <drm/drm_gem.h>

void *probe(void)
{
	return drm_gem_get_unmapped_area;
}
