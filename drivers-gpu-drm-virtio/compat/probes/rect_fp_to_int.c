// SPDX-License-Identifier: GPL-2.0-only
/* drm_rect_fp_to_int(): since 5.12. */
#include <drm/drm_rect.h>

void probe(struct drm_rect *dst, const struct drm_rect *src)
{
	drm_rect_fp_to_int(dst, src);
}
