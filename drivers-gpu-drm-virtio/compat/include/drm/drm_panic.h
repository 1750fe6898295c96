/* SPDX-License-Identifier: GPL-2.0-only */
/* virtgpu_compat_panic_set_pages(): whether the panic code draws to pages, and to which. */
#include_next <drm/drm_panic.h>

#ifndef VIRTGPU_COMPAT_DRM_PANIC_H
#define VIRTGPU_COMPAT_DRM_PANIC_H

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
