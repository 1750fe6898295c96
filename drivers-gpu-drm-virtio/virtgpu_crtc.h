/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_CRTC_H
#define VIRTGPU_CRTC_H

#include <linux/types.h>

struct drm_atomic_commit;
struct drm_plane;
struct drm_rect;
struct virtgpu_fence;
struct virtgpu_object;
struct virtgpu_output;
struct virtgpu_scanout;
struct virtgpu_vbuf;

int virtgpu_crtc_init(struct virtgpu_output *output, struct drm_plane *primary,
		      struct drm_plane *cursor);
void virtgpu_crtc_fini(struct virtgpu_output *output);
int virtgpu_crtc_reserve(struct drm_atomic_commit *commit);
void virtgpu_crtc_flush(struct virtgpu_output *output, struct virtgpu_vbuf **reserved,
			struct virtgpu_object *obj, const struct drm_rect *rect,
			struct virtgpu_fence *fence);
void virtgpu_crtc_show(struct virtgpu_output *output, struct virtgpu_vbuf **reserved,
		       const struct virtgpu_scanout *scanout);
void virtgpu_crtc_blank(struct virtgpu_output *output, struct virtgpu_vbuf **reserved);
void virtgpu_crtc_invalidate(struct virtgpu_output *output);

#endif
