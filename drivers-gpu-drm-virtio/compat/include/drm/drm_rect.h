/* SPDX-License-Identifier: GPL-2.0-only */
/* drm_rect_fp_to_int(): added in 5.12. DRM_RECT_INIT(): added in 6.0. */
#include_next <drm/drm_rect.h>

#ifndef VIRTGPU_COMPAT_DRM_RECT_H
#define VIRTGPU_COMPAT_DRM_RECT_H

#ifndef DRM_RECT_INIT
static inline struct drm_rect virtgpu_compat_rect(int x, int y, int width, int height)
{
	return (struct drm_rect){ .x1 = x, .y1 = y, .x2 = x + width, .y2 = y + height };
}

#define DRM_RECT_INIT	virtgpu_compat_rect
#endif

#ifndef HAVE_RECT_FP_TO_INT
static inline void drm_rect_fp_to_int(struct drm_rect *dst, const struct drm_rect *src)
{
	drm_rect_init(dst, src->x1 >> 16, src->y1 >> 16, drm_rect_width(src) >> 16,
		      drm_rect_height(src) >> 16);
}
#endif

#endif
