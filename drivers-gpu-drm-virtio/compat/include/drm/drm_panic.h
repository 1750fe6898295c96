/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The panic screen: added in 6.10. Before, nobody calls what the driver has for it.
 * virtgpu_compat_panic_set_pages(): whether the panic code draws to pages, and to which.
 */
#ifdef HAVE_HEADER_PANIC
#include_next <drm/drm_panic.h>
#endif

#ifndef VIRTGPU_COMPAT_DRM_PANIC_H
#define VIRTGPU_COMPAT_DRM_PANIC_H

#ifndef HAVE_HEADER_PANIC
#include <linux/iosys-map.h>
#include <linux/types.h>

#include <drm/drm_fourcc.h>

#ifndef DRM_FORMAT_MAX_PLANES
#define DRM_FORMAT_MAX_PLANES	4u
#endif

struct page;

struct drm_scanout_buffer {
	const struct drm_format_info *format;
	struct iosys_map map[DRM_FORMAT_MAX_PLANES];
	unsigned int width;
	unsigned int height;
	unsigned int pitch[DRM_FORMAT_MAX_PLANES];
};
#endif

static inline bool virtgpu_compat_panic_set_pages(struct drm_scanout_buffer *sb,
						  struct page **pages)
{
#ifdef HAVE_PANIC_PAGES
	sb->pages = pages;
	return true;
#else
	return false;
#endif
}

#endif
