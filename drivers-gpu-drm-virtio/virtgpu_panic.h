/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_PANIC_H
#define VIRTGPU_PANIC_H

struct drm_plane;
struct drm_scanout_buffer;
struct virtgpu_output;

int virtgpu_panic_init(struct virtgpu_output *output);
int virtgpu_panic_get_scanout_buffer(struct drm_plane *plane,
				     struct drm_scanout_buffer *sb);
void virtgpu_panic_flush(struct drm_plane *plane);

#endif
