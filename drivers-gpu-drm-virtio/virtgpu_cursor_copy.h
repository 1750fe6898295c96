/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_CURSOR_COPY_H
#define VIRTGPU_CURSOR_COPY_H

#include <linux/iosys-map.h>
#include <linux/types.h>

#include "virtgpu_frame.h"

struct drm_framebuffer;
struct drm_plane_state;
struct virtgpu_object;

/**
 * struct virtgpu_cursor_copy - an image of the pointer, made of a framebuffer
 *
 * All zero: none.
 */
struct virtgpu_cursor_copy {
	/** @obj: the image, with a reference. */
	struct virtgpu_object *obj;
	/** @to: where the kernel sees its pages. */
	struct iosys_map to;
	/** @from: the framebuffer's. */
	struct virtgpu_mapping from;
};

bool virtgpu_cursor_copy_is_needed(const struct drm_plane_state *state);
bool virtgpu_cursor_copy_is_possible(const struct drm_plane_state *state);
int virtgpu_cursor_copy_init(struct virtgpu_cursor_copy *copy,
			     const struct drm_framebuffer *fb);
void virtgpu_cursor_copy_draw(struct virtgpu_cursor_copy *copy,
			      const struct drm_plane_state *state);
void virtgpu_cursor_copy_fini(struct virtgpu_cursor_copy *copy);

#endif
