// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the host's copy of a framebuffer lack?
 *
 * Damage clips tell what differs from the frame before, whatever framebuffer that
 * was in. The host has a copy of each, as of the last time that it was on screen,
 * which lacks what has changed in all frames since. So each output remembers what
 * changed in its last few frames, and each object on which output and in which of
 * its frames it was copied last. What was copied for another output, or for a
 * framebuffer with another offset, or too long ago, is copied whole. But what is shown
 * already lacks this frame's changes and no others, whichever outputs show it, too.
 *
 * Frames are remembered in pixels of a framebuffer, and only where something changes. A
 * change of the visible part damages all of it, so all frames since then have the same
 * part. So does the first frame after none, and after a sleep or a reset, which comes
 * without clips: all copies of before are out of date.
 */
#include <linux/spinlock.h>

#include <drm/drm_damage_helper.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_managed.h>
#include <drm/drm_plane.h>

#include "virtgpu_damage.h"
#include "virtgpu_framebuffer.h"
#include "virtgpu_object.h"

/* As many frames are remembered: more than anybody has buffers for. */
#define VIRTGPU_DAMAGE_FRAMES	8

/**
 * struct virtgpu_damage - the last frames of an output
 * @now: what the commit under way changes
 * @frame: number of the last one in which something changed; the first is 1
 * @frames: what changed in each, at its number modulo VIRTGPU_DAMAGE_FRAMES
 *
 * Belongs to the commit that is under way on the output.
 */
struct virtgpu_damage {
	struct virtgpu_damage_list now;
	u64 frame;
	struct virtgpu_damage_list frames[VIRTGPU_DAMAGE_FRAMES];
};

/* Guards virtgpu_object.copy: two outputs may show the same buffer. */
static DEFINE_SPINLOCK(virtgpu_damage_lock);

static bool virtgpu_damage_contains(const struct drm_rect *outer,
				    const struct drm_rect *inner)
{
	return inner->x1 >= outer->x1 && inner->y1 >= outer->y1 &&
	       inner->x2 <= outer->x2 && inner->y2 <= outer->y2;
}

static void virtgpu_damage_unite(struct drm_rect *rect, const struct drm_rect *other)
{
	rect->x1 = min(rect->x1, other->x1);
	rect->y1 = min(rect->y1, other->y1);
	rect->x2 = max(rect->x2, other->x2);
	rect->y2 = max(rect->y2, other->y2);
}

/**
 * virtgpu_damage_list_bounds - find what is around all of a list
 * @list: the list
 * @bounds: set to the smallest rectangle that has all of it
 *
 * Return: whether there is anything in it.
 */
bool virtgpu_damage_list_bounds(const struct virtgpu_damage_list *list,
				struct drm_rect *bounds)
{
	*bounds = list->rects[0];
	for (unsigned int i = 1; i < list->num; i++)
		virtgpu_damage_unite(bounds, &list->rects[i]);
	return list->num;
}

/**
 * virtgpu_damage_list_add - note that something has changed
 * @list: the list
 * @rect: where, not empty
 */
void virtgpu_damage_list_add(struct virtgpu_damage_list *list, const struct drm_rect *rect)
{
	unsigned int i = 0;

	while (i < list->num) {
		if (virtgpu_damage_contains(&list->rects[i], rect))
			return;
		if (virtgpu_damage_contains(rect, &list->rects[i]))
			list->rects[i] = list->rects[--list->num];
		else
			i++;
	}
	if (!list->merged && list->num < VIRTGPU_DAMAGE_RECTS) {
		list->rects[list->num++] = *rect;
		return;
	}
	virtgpu_damage_list_bounds(list, &list->rects[0]);
	virtgpu_damage_unite(&list->rects[0], rect);
	list->num = 1;
	list->merged = true;
}

static bool virtgpu_damage_is_first(const struct drm_plane_state *old)
{
	return !old->fb || !old->visible;
}

static void virtgpu_damage_list_all(struct virtgpu_damage_list *list,
				    const struct drm_plane_state *state)
{
	struct drm_rect all;

	list->num = 0;
	list->merged = false;
	drm_rect_fp_to_int(&all, &state->src);
	virtgpu_damage_list_add(list, &all);
}

/**
 * virtgpu_damage_frame - remember what has changed in a new frame
 * @damage: of the output whose commit is under way
 * @old: the state of its primary plane before
 * @new: and from now on
 *
 * Return: what has changed, valid until the next frame.
 */
const struct virtgpu_damage_list *virtgpu_damage_frame(struct virtgpu_damage *damage,
						       const struct drm_plane_state *old,
						       const struct drm_plane_state *new)
{
	struct virtgpu_damage_list *now = &damage->now;
	struct drm_atomic_helper_damage_iter iter;
	struct drm_rect clip;

	now->num = 0;
	now->merged = false;
	if (virtgpu_damage_is_first(old)) {
		virtgpu_damage_list_all(now, new);
	} else {
		drm_atomic_helper_damage_iter_init(&iter, old, new);
		drm_atomic_for_each_plane_damage(&iter, &clip)
			virtgpu_damage_list_add(now, &clip);
	}
	if (now->num)
		damage->frames[++damage->frame % VIRTGPU_DAMAGE_FRAMES] = *now;
	return now;
}

/* Of a framebuffer that was not on screen: all that has changed since it was. */
static void virtgpu_damage_since(struct virtgpu_damage *damage, struct virtgpu_copy last,
				 const struct drm_plane_state *state,
				 struct virtgpu_damage_list *missed)
{
	const struct virtgpu_damage_list *list;

	if (last.damage != damage || last.offset != state->fb->offsets[0] ||
	    damage->frame - last.frame > VIRTGPU_DAMAGE_FRAMES) {
		virtgpu_damage_list_all(missed, state);
		return;
	}
	missed->num = 0;
	missed->merged = false;
	while (last.frame++ < damage->frame) {
		list = &damage->frames[last.frame % VIRTGPU_DAMAGE_FRAMES];
		for (unsigned int i = 0; i < list->num; i++)
			virtgpu_damage_list_add(missed, &list->rects[i]);
	}
}

/**
 * virtgpu_damage_missed - find what has to be copied for the new frame
 * @damage: of the output; virtgpu_damage_frame() has been told of the frame
 * @old: the state of its primary plane before
 * @new: and from now on, visible
 * @missed: set to what the host's copy of the framebuffer lacks
 *
 * The caller has it copied, all of it: that is taken for granted from now on.
 */
void virtgpu_damage_missed(struct virtgpu_damage *damage, const struct drm_plane_state *old,
			   const struct drm_plane_state *new,
			   struct virtgpu_damage_list *missed)
{
	struct virtgpu_object *obj = virtgpu_framebuffer_object(new->fb);
	struct virtgpu_copy copy = {
		.damage = damage,
		.frame = damage->frame,
		.offset = new->fb->offsets[0],
	};
	struct virtgpu_copy last;

	spin_lock(&virtgpu_damage_lock);
	last = obj->copy;
	obj->copy = copy;
	spin_unlock(&virtgpu_damage_lock);

	if (old->fb == new->fb && !virtgpu_damage_is_first(old))
		*missed = damage->now;
	else
		virtgpu_damage_since(damage, last, new, missed);
}

/**
 * virtgpu_damage_create - make what remembers the frames of an output
 * @drm: the DRM device, with which it goes
 *
 * Return: without memory NULL.
 */
struct virtgpu_damage *virtgpu_damage_create(struct drm_device *drm)
{
	return drmm_kzalloc(drm, sizeof(struct virtgpu_damage), GFP_KERNEL);
}
