/* SPDX-License-Identifier: GPL-2.0-only */
/* drm_mode_size_dumb(): added in 6.19. */
#ifdef HAVE_HEADER_DUMB_BUFFERS
#include_next <drm/drm_dumb_buffers.h>
#else
#ifndef VIRTGPU_COMPAT_DRM_DUMB_BUFFERS_H
#define VIRTGPU_COMPAT_DRM_DUMB_BUFFERS_H

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/overflow.h>

#include <drm/drm_mode.h>

struct drm_device;

/* The core has checked that width * height * bpp fits into 32 bits. */
static inline int virtgpu_compat_size_dumb(struct drm_device *drm,
					   struct drm_mode_create_dumb *args,
					   u32 pitch_align, u32 size_align)
{
	u32 cpp = DIV_ROUND_UP(args->bpp, 8), pitch, size;

	if (check_mul_overflow(args->width, cpp, &pitch) ||
	    check_add_overflow(pitch, pitch_align - 1, &pitch))
		return -EINVAL;
	pitch -= pitch % pitch_align;
	if (check_mul_overflow(args->height, pitch, &size))
		return -EINVAL;
	size = PAGE_ALIGN(size);
	if (!size)
		return -EINVAL;
	args->pitch = pitch;
	args->size = size;
	return 0;
}

#define drm_mode_size_dumb	virtgpu_compat_size_dumb

#endif
#endif
