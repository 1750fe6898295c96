// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a plane of KMS become a picture of the host?
 *
 * What all planes have in common, and the primary plane: drawn in guest pages, it
 * is transferred first, which costs the host a copy, so only what its copy lacks;
 * then the scanout is pointed at the resource, if it is not there already; then a
 * flush shows it. For the pointer see virtgpu_plane_cursor.c. Nothing here waits for
 * the host, and nothing in a commit can fail: what needs memory is prepared before.
 */
#include <linux/slab.h>

#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_damage_helper.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem_atomic_helper.h>
#include <drm/drm_plane.h>
#include <drm/drm_rect.h>

#include "virtgpu_cmd_display.h"
#include "virtgpu_crtc.h"
#include "virtgpu_damage.h"
#include "virtgpu_display_types.h"
#include "virtgpu_fence.h"
#include "virtgpu_format.h"
#include "virtgpu_framebuffer.h"
#include "virtgpu_object.h"
#include "virtgpu_object_check.h"
#include "virtgpu_panic.h"
#include "virtgpu_plane.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/**
 * virtgpu_plane_output - what output has a plane?
 * @plane: a plane of ours
 *
 * Return: the output.
 */
struct virtgpu_output *virtgpu_plane_output(struct drm_plane *plane)
{
	return container_of(plane, struct virtgpu_plane, base)->output;
}

/*
 * The host may have refused a buffer after its framebuffer was made. One that it
 * would not make again after a sleep keeps no other screen dark: see
 * virtgpu_plane_primary_update().
 */
static int virtgpu_plane_check_fb(struct drm_atomic_commit *commit,
				  const struct drm_plane_state *state)
{
	const struct drm_plane_state *old =
		drm_atomic_get_old_plane_state(commit, state->plane);

	if (commit->duplicated || state->fb == old->fb)
		return 0;
	return virtgpu_object_check(virtgpu_framebuffer_object(state->fb));
}

/**
 * virtgpu_plane_check - may a plane become this?
 * @commit: what it is asked in
 * @state: of the plane, new
 * @can_position: it need not cover its screen
 *
 * Return: 0 or a negative errno.
 */
int virtgpu_plane_check(struct drm_atomic_commit *commit, struct drm_plane_state *state,
			bool can_position)
{
	struct drm_crtc_state *crtc_state;
	int ret;

	if (!state->fb || WARN_ON(!state->crtc))
		return 0;
	ret = virtgpu_plane_check_fb(commit, state);
	if (ret)
		return ret;
	crtc_state = drm_atomic_get_crtc_state(commit, state->crtc);
	if (IS_ERR(crtc_state))
		return PTR_ERR(crtc_state);
	return drm_atomic_helper_check_plane_state(state, crtc_state,
						   DRM_PLANE_NO_SCALING,
						   DRM_PLANE_NO_SCALING,
						   can_position, true);
}

static int virtgpu_plane_primary_check(struct drm_plane *plane,
				       struct drm_atomic_commit *commit)
{
	return virtgpu_plane_check(commit, drm_atomic_get_new_plane_state(commit, plane),
				   false);
}

static bool virtgpu_plane_is_copied(const struct virtgpu_object *obj)
{
	return obj->dumb && !obj->blob_mem;
}

/*
 * What is shown already lacks what is drawn now. A framebuffer that was not shown in
 * the last frame or two lacks their damage, too. Where there is more than has been
 * reserved for, one transfer has it all.
 */
static unsigned int virtgpu_plane_count_transfers(const struct drm_plane_state *old,
						  const struct drm_plane_state *new)
{
	unsigned int clips = drm_plane_get_damage_clips_count(new);

	if (old->fb == new->fb)
		return clamp(clips, 1u, VIRTGPU_DAMAGE_RECTS);
	return min(1 + 2 * clips, VIRTGPU_DAMAGE_RECTS);
}

static int virtgpu_plane_reserve_transfers(const struct drm_plane_state *old,
					   struct virtgpu_plane_state *vstate)
{
	unsigned int count = virtgpu_plane_count_transfers(old, &vstate->base);

	for (unsigned int i = 0; i < count; i++) {
		vstate->transfers[i] = virtgpu_cmd_upload_alloc();
		if (!vstate->transfers[i])
			return -ENOMEM;
	}
	return 0;
}

static int virtgpu_plane_reserve_fence(struct virtgpu_output *output,
				       struct virtgpu_plane_state *vstate)
{
	vstate->fence = virtgpu_fence_alloc(output->vgdev, output->fence_context,
					    VIRTGPU_RING_NONE);
	return vstate->fence ? 0 : -ENOMEM;
}

/**
 * virtgpu_plane_wait_for_fb - have the commit wait until the framebuffer is drawn
 * @plane: the plane
 * @state: of the plane, new; with a framebuffer
 *
 * What is shown again, after a sleep or a reset, has been shown before: that is not waited
 * for. Another driver may be at it once more, and may never end.
 *
 * Return: 0 or a negative errno.
 */
int virtgpu_plane_wait_for_fb(struct drm_plane *plane, struct drm_plane_state *state)
{
	return state->state->duplicated ? 0 : drm_gem_plane_helper_prepare_fb(plane, state);
}

/* What was reserved before an error goes with the state. */
static int virtgpu_plane_primary_prepare(struct drm_plane *plane,
					 struct drm_plane_state *state)
{
	struct virtgpu_plane_state *vstate = to_virtgpu_plane_state(state);
	struct virtgpu_output *output = virtgpu_plane_output(plane);
	struct virtgpu_object *obj;
	int ret = 0;

	vstate->scanout = virtgpu_cmd_set_scanout_alloc();
	if (!vstate->scanout)
		return -ENOMEM;
	if (!state->fb)
		return 0;
	vstate->flush = virtgpu_cmd_flush_alloc();
	if (!vstate->flush)
		return -ENOMEM;
	obj = virtgpu_framebuffer_object(state->fb);
	/*
	 * The host reads a blob in place. With a fence its answer comes when it
	 * is through; and QEMU never answers the flush of a blob without one, if
	 * its display has to wait for the host's GPU.
	 */
	if (obj->blob_mem)
		ret = virtgpu_plane_reserve_fence(output, vstate);
	else if (virtgpu_plane_is_copied(obj))
		ret = virtgpu_plane_reserve_transfers(plane->state, vstate);
	return ret ?: virtgpu_plane_wait_for_fb(plane, state);
}

static void virtgpu_plane_transfer(struct virtgpu_output *output, struct virtgpu_vbuf *vbuf,
				   const struct drm_framebuffer *fb,
				   const struct drm_rect *clip)
{
	struct virtgpu_object *obj = virtgpu_framebuffer_object(fb);
	struct drm_rect rect = *clip;
	u64 offset;

	virtgpu_framebuffer_locate(fb, &rect);
	offset = (u64)rect.y1 * fb->pitches[0] + (u64)rect.x1 * fb->format->cpp[0];
	virtgpu_cmd_upload_fill(vbuf, obj->res_id, offset, &rect);
	virtgpu_vq_queue(output->vgdev->ctrlq, vbuf);
}

/* Of what is drawn in guest pages, bring the host what its copy lacks. */
static void virtgpu_plane_transfer_missed(struct virtgpu_output *output,
					  const struct drm_plane_state *old,
					  struct virtgpu_plane_state *vstate)
{
	struct virtgpu_damage_list missed;

	if (!virtgpu_plane_is_copied(virtgpu_framebuffer_object(vstate->base.fb)))
		return;
	virtgpu_damage_missed(output->damage, old, &vstate->base, &missed);
	if (!missed.num)
		return;
	if (!vstate->transfers[missed.num - 1]) {
		virtgpu_damage_list_bounds(&missed, &missed.rects[0]);
		missed.num = 1;
	}
	for (unsigned int i = 0; i < missed.num; i++) {
		virtgpu_plane_transfer(output, vstate->transfers[i], vstate->base.fb,
				       &missed.rects[i]);
		vstate->transfers[i] = NULL;
	}
}

/*
 * An id is never used again. After a sleep or a reset the host shows nothing,
 * whatever a commit has noted that came while it was away.
 */
static bool virtgpu_plane_is_shown(const struct virtgpu_output *output,
				   const struct virtgpu_scanout *scanout,
				   const struct drm_atomic_commit *commit)
{
	return !commit->duplicated && !memcmp(&output->shown, scanout, sizeof(*scanout));
}

static void virtgpu_plane_primary_disable(struct drm_plane *plane,
					  struct drm_atomic_commit *commit)
{
	struct drm_plane_state *new = drm_atomic_get_new_plane_state(commit, plane);

	virtgpu_crtc_blank(virtgpu_plane_output(plane), &to_virtgpu_plane_state(new)->scanout);
}

/*
 * Another scanout is flushed whole: hosts that keep a picture of their own
 * (vhost-user-gpu) begin a new one then. What the host has refused since it was
 * checked, or would not make again after a reset, is not shown: there is nothing
 * to show.
 */
static void virtgpu_plane_primary_update(struct drm_plane *plane,
					 struct drm_atomic_commit *commit)
{
	struct drm_plane_state *new = drm_atomic_get_new_plane_state(commit, plane);
	struct drm_plane_state *old = drm_atomic_get_old_plane_state(commit, plane);
	struct virtgpu_output *output = virtgpu_plane_output(plane);
	struct virtgpu_plane_state *vstate = to_virtgpu_plane_state(new);
	struct virtgpu_fence *fence = vstate->fence;
	struct virtgpu_scanout scanout;
	struct drm_rect src, rect;
	bool shown;
	bool damaged;

	if (!new->visible) {
		virtgpu_plane_primary_disable(plane, commit);
		return;
	}
	damaged = virtgpu_damage_list_bounds(virtgpu_damage_frame(output->damage, old, new),
					     &rect);
	if (virtgpu_object_check(virtgpu_framebuffer_object(new->fb)))
		return;
	drm_rect_fp_to_int(&src, &new->src);
	virtgpu_framebuffer_scanout(new->fb, &src, &scanout);
	shown = virtgpu_plane_is_shown(output, &scanout, commit);
	if (shown && !damaged)
		return;
	virtgpu_plane_transfer_missed(output, old, vstate);
	if (!shown) {
		virtgpu_crtc_show(output, &vstate->scanout, &scanout);
		rect = src;
	}
	virtgpu_framebuffer_locate(new->fb, &rect);
	vstate->fence = NULL;
	virtgpu_crtc_flush(output, &vstate->flush, virtgpu_framebuffer_object(new->fb), &rect,
			   fence);
}

static void virtgpu_plane_destroy_state(struct drm_plane *plane,
					struct drm_plane_state *state)
{
	struct virtgpu_plane_state *vstate = to_virtgpu_plane_state(state);

	virtgpu_fence_free(vstate->fence);
	for (unsigned int i = 0; i < ARRAY_SIZE(vstate->transfers); i++)
		virtgpu_vbuf_put(vstate->transfers[i]);
	virtgpu_vbuf_put(vstate->scanout);
	virtgpu_vbuf_put(vstate->flush);
	virtgpu_cursor_reserve_free(&vstate->pointer);
	virtgpu_cursor_copy_fini(&vstate->copy);
	__drm_atomic_helper_plane_destroy_state(state);
	kfree(vstate);
}

static struct drm_plane_state *virtgpu_plane_duplicate_state(struct drm_plane *plane)
{
	struct virtgpu_plane_state *vstate;

	if (WARN_ON(!plane->state))
		return NULL;
	/* The core writes all of its part, which comes first: only the rest is zeroed. */
	vstate = kmalloc_obj(*vstate);
	if (!vstate)
		return NULL;
	__drm_atomic_helper_plane_duplicate_state(plane, &vstate->base);
	memset((void *)vstate + sizeof(vstate->base), 0, sizeof(*vstate) - sizeof(vstate->base));
	return &vstate->base;
}

static void virtgpu_plane_reset(struct drm_plane *plane)
{
	struct virtgpu_plane_state *vstate;

	if (plane->state)
		virtgpu_plane_destroy_state(plane, plane->state);
	plane->state = NULL;
	vstate = kzalloc_obj(*vstate);
	if (vstate)
		__drm_atomic_helper_plane_reset(plane, &vstate->base);
}

static const struct drm_plane_helper_funcs virtgpu_plane_primary_helper_funcs = {
	.prepare_fb = virtgpu_plane_primary_prepare,
	.atomic_check = virtgpu_plane_primary_check,
	.atomic_update = virtgpu_plane_primary_update,
	.atomic_disable = virtgpu_plane_primary_disable,
	.get_scanout_buffer = virtgpu_panic_get_scanout_buffer,
	.panic_flush = virtgpu_panic_flush,
};

static bool virtgpu_plane_has_modifier(struct drm_plane *plane, u32 format, u64 modifier)
{
	return modifier == DRM_FORMAT_MOD_LINEAR;
}

static const struct drm_plane_funcs virtgpu_plane_funcs = {
	.update_plane = drm_atomic_helper_update_plane,
	.disable_plane = drm_atomic_helper_disable_plane,
	.reset = virtgpu_plane_reset,
	.atomic_duplicate_state = virtgpu_plane_duplicate_state,
	.atomic_destroy_state = virtgpu_plane_destroy_state,
	.format_mod_supported = virtgpu_plane_has_modifier,
};

/**
 * virtgpu_plane_create - make a plane of an output
 * @output: the output
 * @type: which of its planes
 * @formats: that it takes
 * @count: how many these are
 * @funcs: what it does
 *
 * Return: the plane, or an error pointer.
 */
struct drm_plane *virtgpu_plane_create(struct virtgpu_output *output,
				       enum drm_plane_type type,
				       const u32 *formats, unsigned int count,
				       const struct drm_plane_helper_funcs *funcs)
{
	const u64 *modifiers = output->vgdev->features.virgl ? NULL : virtgpu_format_linear;
	struct virtgpu_plane *plane;

	plane = drmm_universal_plane_alloc(output->vgdev->drm, struct virtgpu_plane, base,
					   BIT(output->index), &virtgpu_plane_funcs,
					   formats, count, modifiers, type, NULL);
	if (IS_ERR(plane))
		return ERR_CAST(plane);
	plane->output = output;
	drm_plane_helper_add(&plane->base, funcs);
	return &plane->base;
}

/**
 * virtgpu_plane_create_primary - make the plane that is the picture
 * @output: the output
 *
 * Return: the plane, or an error pointer.
 */
struct drm_plane *virtgpu_plane_create_primary(struct virtgpu_output *output)
{
	const struct virtgpu_features *features = &output->vgdev->features;
	/* Only if dumb buffers are blobs, too: what is offered can be had. */
	bool blobs = features->blob && !features->virgl;
	struct drm_plane *plane;

	plane = virtgpu_plane_create(output, DRM_PLANE_TYPE_PRIMARY,
				     blobs ? virtgpu_format_blob : virtgpu_format_primary,
				     blobs ? VIRTGPU_FORMAT_BLOB_COUNT :
					     VIRTGPU_FORMAT_PRIMARY_COUNT,
				     &virtgpu_plane_primary_helper_funcs);
	if (!IS_ERR(plane))
		drm_plane_enable_fb_damage_clips(plane);
	return plane;
}
