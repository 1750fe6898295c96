/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_DAMAGE_H
#define VIRTGPU_DAMAGE_H

#include <linux/types.h>

#include <drm/drm_rect.h>

struct drm_device;
struct drm_plane_state;
struct virtgpu_damage;

/* With more rectangles than this, one of all that is between them is less. */
#define VIRTGPU_DAMAGE_RECTS	8u

/**
 * struct virtgpu_damage_list - what has changed, in pixels of a framebuffer
 * @num: entries of @rects; 0: nothing has
 * @merged: there were more, and @rects has one around them all
 * @rects: where; they may overlap
 */
struct virtgpu_damage_list {
	unsigned int num;
	bool merged;
	struct drm_rect rects[VIRTGPU_DAMAGE_RECTS];
};

void virtgpu_damage_list_add(struct virtgpu_damage_list *list, const struct drm_rect *rect);
bool virtgpu_damage_list_bounds(const struct virtgpu_damage_list *list,
				struct drm_rect *bounds);

const struct virtgpu_damage_list *virtgpu_damage_frame(struct virtgpu_damage *damage,
						       const struct drm_plane_state *old,
						       const struct drm_plane_state *new);
void virtgpu_damage_missed(struct virtgpu_damage *damage, const struct drm_plane_state *old,
			   const struct drm_plane_state *new,
			   struct virtgpu_damage_list *missed);

struct virtgpu_damage *virtgpu_damage_create(struct drm_device *drm);

#endif
