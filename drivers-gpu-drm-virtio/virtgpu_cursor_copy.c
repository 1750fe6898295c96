// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the host show for the pointer, if the framebuffer is not of its size?
 *
 * The device takes an image of one size, whole, and knows no pitch; QEMU shows nothing
 * where a resource is of another. So a smaller image, or a part of a larger buffer, is
 * copied to a buffer of the driver's own, what is left of that being transparent. Only
 * what is in guest pages can be copied.
 */
#include <linux/string.h>

#include <drm/drm_framebuffer.h>
#include <drm/drm_gem.h>
#include <drm/drm_plane.h>

#include "virtgpu_cursor_copy.h"
#include "virtgpu_display_types.h"
#include "virtgpu_dumb.h"
#include "virtgpu_format.h"
#include "virtgpu_frame.h"
#include "virtgpu_framebuffer.h"
#include "virtgpu_object.h"
#include "virtgpu_pages.h"
#include "virtgpu_vq.h"

/* Hosts take the whole resource for the pointer's image, where it has a shape. */
static bool virtgpu_cursor_copy_fits(const struct drm_framebuffer *fb)
{
	const struct virtgpu_object *obj = virtgpu_framebuffer_object(fb);

	if (fb->width != VIRTGPU_CURSOR_SIZE || fb->height != VIRTGPU_CURSOR_SIZE ||
	    fb->pitches[0] != VIRTGPU_CURSOR_SIZE * VIRTGPU_FORMAT_CPP || fb->offsets[0])
		return false;
	return obj->blob_mem || (obj->params.texture.width == VIRTGPU_CURSOR_SIZE &&
				 obj->params.texture.height == VIRTGPU_CURSOR_SIZE);
}

/**
 * virtgpu_cursor_copy_is_needed - is the image not what the host would take?
 * @state: of a cursor plane with a framebuffer
 *
 * Return: false if the framebuffer's buffer can be shown itself.
 */
bool virtgpu_cursor_copy_is_needed(const struct drm_plane_state *state)
{
	return state->src_x || state->src_y || state->src_w >> 16 != VIRTGPU_CURSOR_SIZE ||
	       state->src_h >> 16 != VIRTGPU_CURSOR_SIZE ||
	       !virtgpu_cursor_copy_fits(state->fb);
}

/**
 * virtgpu_cursor_copy_is_possible - can the image be copied?
 * @state: of a cursor plane with a framebuffer; the core sees that it is inside
 *
 * Return: true if virtgpu_cursor_copy_init() may be tried.
 */
bool virtgpu_cursor_copy_is_possible(const struct drm_plane_state *state)
{
	return state->src_w >> 16 <= VIRTGPU_CURSOR_SIZE &&
	       state->src_h >> 16 <= VIRTGPU_CURSOR_SIZE &&
	       virtgpu_mapping_is_possible(state->fb);
}

/**
 * virtgpu_cursor_copy_init - make room for a copy; may sleep
 * @copy: with nothing in it
 * @fb: what is to be copied
 *
 * While the device is being reset, that waits until it works again; and while the line
 * is long, for moves of the pointer are paced by nothing. What it has made before an
 * error is for virtgpu_cursor_copy_fini(), too.
 *
 * Return: 0 or a negative errno.
 */
int virtgpu_cursor_copy_init(struct virtgpu_cursor_copy *copy,
			     const struct drm_framebuffer *fb)
{
	struct virtgpu_object_params params = {
		.size = VIRTGPU_CURSOR_SIZE * VIRTGPU_CURSOR_SIZE * VIRTGPU_FORMAT_CPP,
	};
	int ret;

	ret = virtgpu_vq_throttle(to_virtgpu_device(fb->dev)->ctrlq) ?:
	      virtgpu_mapping_init(&copy->from, fb);
	if (ret)
		return ret;
	ret = virtgpu_dumb_alloc(fb->dev, VIRTGPU_CURSOR_SIZE, VIRTGPU_CURSOR_SIZE, &params,
				 &copy->obj);
	if (ret)
		return ret;
	return virtgpu_pages_vmap(&copy->obj->base.base, &copy->to);
}

/**
 * virtgpu_cursor_copy_draw - copy the image; never sleeps
 * @copy: made for the framebuffer of @state
 * @state: of the cursor plane; what draws to the framebuffer has ended
 */
void virtgpu_cursor_copy_draw(struct virtgpu_cursor_copy *copy,
			      const struct drm_plane_state *state)
{
	const struct drm_framebuffer *fb = state->fb;
	const u8 *from = copy->from.map.vaddr + fb->offsets[0] +
			 (size_t)(state->src_y >> 16) * fb->pitches[0] +
			 (size_t)(state->src_x >> 16) * VIRTGPU_FORMAT_CPP;
	size_t line = (state->src_w >> 16) * VIRTGPU_FORMAT_CPP;
	u8 *to = copy->to.vaddr;

	for (u32 y = 0; y < state->src_h >> 16; y++) {
		memcpy(to, from, line);
		from += fb->pitches[0];
		to += VIRTGPU_CURSOR_SIZE * VIRTGPU_FORMAT_CPP;
	}
}

/**
 * virtgpu_cursor_copy_fini - let go of a copy, which the host may go on to show; may sleep
 * @copy: is empty afterwards
 */
void virtgpu_cursor_copy_fini(struct virtgpu_cursor_copy *copy)
{
	virtgpu_mapping_fini(&copy->from);
	if (!copy->obj)
		return;
	if (copy->to.vaddr)
		virtgpu_pages_vunmap(&copy->obj->base.base, &copy->to);
	drm_gem_object_put(&copy->obj->base.base);
	memset(copy, 0, sizeof(*copy));
}
