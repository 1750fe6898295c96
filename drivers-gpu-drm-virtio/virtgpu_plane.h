/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_PLANE_H
#define VIRTGPU_PLANE_H

#include <linux/types.h>

#include <drm/drm_plane.h>

#include "virtgpu_cursor.h"
#include "virtgpu_cursor_copy.h"
#include "virtgpu_damage.h"

struct drm_atomic_commit;
struct virtgpu_fence;
struct virtgpu_output;
struct virtgpu_vbuf;

/**
 * struct virtgpu_plane - a plane of one output
 * @base: the DRM plane
 * @output: the output; planes never change it
 */
struct virtgpu_plane {
	struct drm_plane base;
	struct virtgpu_output *output;
};

/**
 * struct virtgpu_plane_state - what a commit needs of a plane
 * @base: the DRM state
 * @fence: goes with the flush of a blob, or NULL
 * @transfers: commands that copy; how many are enough is an estimate
 * @scanout: the command that has the host show something else
 * @flush: the command that has the host show what has changed
 * @pointer: what the cursor plane needs
 * @copy: the pointer's image, where it is not the framebuffer
 *
 * What is reserved when the framebuffer is prepared, and not used, goes with it.
 */
struct virtgpu_plane_state {
	struct drm_plane_state base;
	struct virtgpu_fence *fence;
	struct virtgpu_vbuf *transfers[VIRTGPU_DAMAGE_RECTS];
	struct virtgpu_vbuf *scanout;
	struct virtgpu_vbuf *flush;
	struct virtgpu_cursor_reserve pointer;
	struct virtgpu_cursor_copy copy;
};

#define to_virtgpu_plane_state(s) \
	container_of((s), struct virtgpu_plane_state, base)

struct virtgpu_output *virtgpu_plane_output(struct drm_plane *plane);
int virtgpu_plane_check(struct drm_atomic_commit *commit, struct drm_plane_state *state,
			bool can_position);
int virtgpu_plane_wait_for_fb(struct drm_plane *plane, struct drm_plane_state *state);
struct drm_plane *virtgpu_plane_create(struct virtgpu_output *output,
				       enum drm_plane_type type,
				       const u32 *formats, unsigned int count,
				       const struct drm_plane_helper_funcs *funcs);
struct drm_plane *virtgpu_plane_create_primary(struct virtgpu_output *output);

#endif
