/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_PLANE_CURSOR_H
#define VIRTGPU_PLANE_CURSOR_H

struct drm_plane;
struct virtgpu_output;

struct drm_plane *virtgpu_plane_create_cursor(struct virtgpu_output *output);

#endif
