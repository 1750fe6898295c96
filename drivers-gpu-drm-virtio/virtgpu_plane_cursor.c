// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does the cursor plane of KMS become the pointer of the host?
 *
 * The host takes an image of one size; where the framebuffer is none, it gets a copy
 * of it (virtgpu_cursor_copy.c). How image and place reach the host is the question
 * of virtgpu_cursor.c: here is decided what changes.
 */
#include <linux/dma-resv.h>
#include <linux/minmax.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_blend.h>
#include <drm/drm_damage_helper.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_plane.h>

#include "virtgpu_crc.h"
#include "virtgpu_cursor.h"
#include "virtgpu_cursor_copy.h"
#include "virtgpu_display_types.h"
#include "virtgpu_format.h"
#include "virtgpu_framebuffer.h"
#include "virtgpu_object.h"
#include "virtgpu_object_check.h"
#include "virtgpu_plane.h"
#include "virtgpu_plane_cursor.h"

/*
 * An image that is larger than the host's is refused, so that userspace draws the
 * pointer itself.
 */
static int virtgpu_plane_cursor_check(struct drm_plane *plane,
				      struct drm_atomic_commit *commit)
{
	struct drm_plane_state *state = drm_atomic_get_new_plane_state(commit, plane);

	if (state->fb && virtgpu_cursor_copy_is_needed(state) &&
	    !virtgpu_cursor_copy_is_possible(state))
		return -EINVAL;
	return virtgpu_plane_check(commit, state, true);
}

/* What becomes of the pointer with a new state */
enum virtgpu_pointer {
	VIRTGPU_POINTER_STAYS,
	VIRTGPU_POINTER_MOVES,
	VIRTGPU_POINTER_SHOWN,
	VIRTGPU_POINTER_HIDDEN,
};

/*
 * Has the host to look at the image again? Compositors name the pointer in each
 * commit, and that alone is no reason. Drawn into the same framebuffer, it comes
 * with damage (virtgpu_framebuffer.c); the cursor ioctl makes a new framebuffer.
 */
static bool virtgpu_plane_cursor_is_new(const struct drm_plane_state *old,
					const struct drm_plane_state *new)
{
	return new->fb != old->fb || new->fb_damage_clips ||
	       new->src_x != old->src_x || new->src_y != old->src_y ||
	       new->src_w != old->src_w || new->src_h != old->src_h ||
	       virtgpu_compat_hotspot_x(new) != virtgpu_compat_hotspot_x(old) ||
	       virtgpu_compat_hotspot_y(new) != virtgpu_compat_hotspot_y(old);
}

static enum virtgpu_pointer virtgpu_plane_pointer(struct drm_atomic_commit *commit,
						  const struct drm_plane_state *old,
						  const struct drm_plane_state *new)
{
	const struct drm_crtc_state *crtc_state = NULL;

	if (!new->fb)
		return VIRTGPU_POINTER_HIDDEN;
	if (new->crtc)
		crtc_state = drm_atomic_get_new_crtc_state(commit, new->crtc);
	/* After a sleep or a reset the host shows nothing: see virtgpu_plane_is_shown(). */
	if (commit->duplicated || (crtc_state && drm_atomic_crtc_needs_modeset(crtc_state)) ||
	    virtgpu_plane_cursor_is_new(old, new))
		return VIRTGPU_POINTER_SHOWN;
	if (old->crtc_x != new->crtc_x || old->crtc_y != new->crtc_y)
		return VIRTGPU_POINTER_MOVES;
	return VIRTGPU_POINTER_STAYS;
}

static int virtgpu_plane_cursor_prepare_image(struct virtgpu_plane_state *vstate)
{
	int ret = virtgpu_cursor_reserve_show(&vstate->pointer);

	if (ret || !virtgpu_cursor_copy_is_needed(&vstate->base))
		return ret;
	return virtgpu_cursor_copy_init(&vstate->copy, vstate->base.fb);
}

/* What was reserved before an error goes with the state. */
static int virtgpu_plane_cursor_prepare(struct drm_plane *plane,
					struct drm_plane_state *state)
{
	struct virtgpu_plane_state *vstate = to_virtgpu_plane_state(state);
	int ret = 0;

	switch (virtgpu_plane_pointer(state->state, plane->state, state)) {
	case VIRTGPU_POINTER_SHOWN:
		ret = virtgpu_plane_cursor_prepare_image(vstate);
		break;
	case VIRTGPU_POINTER_MOVES:
	case VIRTGPU_POINTER_HIDDEN:
		ret = virtgpu_cursor_reserve_move(&vstate->pointer);
		break;
	case VIRTGPU_POINTER_STAYS:
		break;
	}
	if (ret || !state->fb)
		return ret;
	return virtgpu_plane_wait_for_fb(plane, state);
}

static void virtgpu_plane_cursor_show(struct virtgpu_cursor *cursor,
				      struct virtgpu_plane_state *vstate)
{
	const struct drm_plane_state *new = &vstate->base;
	struct virtgpu_object *obj = virtgpu_framebuffer_object(new->fb);

	if (virtgpu_object_check(obj)) {
		virtgpu_cursor_hide(cursor, &vstate->pointer);
		return;
	}
	if (vstate->copy.obj) {
		virtgpu_cursor_copy_draw(&vstate->copy, new);
		obj = vstate->copy.obj;
	}
	virtgpu_cursor_show(cursor, obj, virtgpu_compat_hotspot_x(new),
			    virtgpu_compat_hotspot_y(new), new->crtc_x, new->crtc_y,
			    &vstate->pointer);
}

static void virtgpu_plane_cursor_apply(struct drm_plane *plane,
				       struct drm_atomic_commit *commit,
				       const struct drm_plane_state *old,
				       struct drm_plane_state *new)
{
	struct virtgpu_cursor *cursor = virtgpu_plane_output(plane)->cursor;
	struct virtgpu_plane_state *vstate = to_virtgpu_plane_state(new);

	switch (virtgpu_plane_pointer(commit, old, new)) {
	case VIRTGPU_POINTER_HIDDEN:
		virtgpu_cursor_hide(cursor, &vstate->pointer);
		break;
	case VIRTGPU_POINTER_SHOWN:
		virtgpu_plane_cursor_show(cursor, vstate);
		break;
	case VIRTGPU_POINTER_MOVES:
		virtgpu_cursor_move(cursor, new->crtc_x, new->crtc_y, &vstate->pointer);
		break;
	case VIRTGPU_POINTER_STAYS:
		break;
	}
}

/* What the commit does not need any more goes with the state that it replaces. */
static void virtgpu_plane_cursor_update(struct drm_plane *plane,
					struct drm_atomic_commit *commit)
{
	struct drm_plane_state *old = drm_atomic_get_old_plane_state(commit, plane);
	struct drm_plane_state *new = drm_atomic_get_new_plane_state(commit, plane);

	virtgpu_plane_cursor_apply(plane, commit, old, new);
	virtgpu_cursor_reserve_retire(&to_virtgpu_plane_state(new)->pointer,
				      &to_virtgpu_plane_state(old)->pointer);
	swap(to_virtgpu_plane_state(new)->copy, to_virtgpu_plane_state(old)->copy);
}

/*
 * May the pointer overtake the frames? The legacy cursor ioctls come often and want
 * no part in the order of frames. An image that the GPU has still to draw takes the
 * long way, which waits for it; so does what DRM_MODE_PAGE_FLIP_ASYNC asks for, and
 * what a checksum is wanted of: it needs a commit of its own.
 */
static int virtgpu_plane_cursor_async_check(struct drm_plane *plane,
					    struct drm_atomic_commit *commit, bool flip)
{
	struct drm_plane_state *state = drm_atomic_get_new_plane_state(commit, plane);
	struct drm_crtc_state *crtc_state = NULL;

	if (state->crtc)
		crtc_state = drm_atomic_get_new_crtc_state(commit, state->crtc);
	if (flip || !plane->state->fb || !state->fb || !crtc_state || !crtc_state->active)
		return -EINVAL;
	if (virtgpu_crc_is_wanted(virtgpu_plane_output(plane)))
		return -EINVAL;
	if (!dma_resv_test_signaled(state->fb->obj[0]->resv, DMA_RESV_USAGE_WRITE))
		return -EINVAL;
	return 0;
}

static void virtgpu_plane_cursor_async_update(struct drm_plane *plane,
					      struct drm_atomic_commit *commit)
{
	struct drm_plane_state *new = drm_atomic_get_new_plane_state(commit, plane);
	struct drm_plane_state *old = plane->state;

	virtgpu_plane_cursor_apply(plane, commit, old, new);
	old->crtc_x = new->crtc_x;
	old->crtc_y = new->crtc_y;
	old->crtc_w = new->crtc_w;
	old->crtc_h = new->crtc_h;
	old->src_x = new->src_x;
	old->src_y = new->src_y;
	old->src_w = new->src_w;
	old->src_h = new->src_h;
	old->src = new->src;
	old->dst = new->dst;
	old->visible = new->visible;
	virtgpu_compat_hotspot_copy(old, new);
	swap(old->fb, new->fb);
}

VIRTGPU_ADAPT_ASYNC_CHECK(virtgpu_plane_cursor_async_check)

static const struct drm_plane_helper_funcs virtgpu_plane_cursor_helper_funcs = {
	.prepare_fb = virtgpu_plane_cursor_prepare,
	.atomic_check = virtgpu_plane_cursor_check,
	.atomic_update = virtgpu_plane_cursor_update,
	.atomic_async_check = VIRTGPU_CB_ASYNC_CHECK(virtgpu_plane_cursor_async_check),
	.atomic_async_update = virtgpu_plane_cursor_async_update,
};

/**
 * virtgpu_plane_create_cursor - make the plane that is the pointer
 * @output: the output
 *
 * Return: the plane, or an error pointer.
 */
struct drm_plane *virtgpu_plane_create_cursor(struct virtgpu_output *output)
{
	/* Others that are smaller can be had, for a copy. */
	static const struct drm_plane_size_hint size = {
		.width = VIRTGPU_CURSOR_SIZE,
		.height = VIRTGPU_CURSOR_SIZE,
	};
	struct drm_plane *plane;
	int ret;

	plane = virtgpu_plane_create(output, DRM_PLANE_TYPE_CURSOR,
				     virtgpu_format_cursor,
				     VIRTGPU_FORMAT_CURSOR_COUNT,
				     &virtgpu_plane_cursor_helper_funcs);
	if (IS_ERR(plane))
		return plane;
	drm_plane_enable_fb_damage_clips(plane);
	ret = drm_plane_create_blend_mode_property(plane, BIT(DRM_MODE_BLEND_PREMULTI)) ?:
	      drm_plane_add_size_hints_property(plane, &size, 1);
	return ret ? ERR_PTR(ret) : plane;
}
