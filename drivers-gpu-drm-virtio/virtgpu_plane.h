/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_PLANE_H
#define VIRTGPU_PLANE_H

#include <linux/types.h>

struct drm_plane;
struct virtgpu_output;

struct drm_plane *virtgpu_plane_create_primary(struct virtgpu_output *output);
struct drm_plane *virtgpu_plane_create_cursor(struct virtgpu_output *output);

#endif
