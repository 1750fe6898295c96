/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_COMPOSER_H
#define VIRTGPU_COMPOSER_H

#include <linux/types.h>

#include <drm/drm_rect.h>

/**
 * struct virtgpu_layer - pixels, and where on the screen they are
 */
struct virtgpu_layer {
	/** @pixels: the upper left of @dst, in guest memory. */
	const u8 *pixels;
	/** @pitch: bytes from one line to the next. */
	u32 pitch;
	/** @fourcc: DRM_FORMAT_*, one that virtgpu_format_wire() knows. */
	u32 fourcc;
	/** @dst: where they are; what is beside the screen is not looked at. */
	struct drm_rect dst;
};

void virtgpu_composer_line(const struct virtgpu_layer *layers, unsigned int count, u32 y,
			   u32 width, __le32 *line);

#endif
