/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_DUMB_H
#define VIRTGPU_DUMB_H

#include <linux/types.h>

struct drm_device;
struct drm_file;
struct drm_mode_create_dumb;
struct virtgpu_object;
struct virtgpu_object_params;

int virtgpu_dumb_alloc(struct drm_device *drm, u32 width, u32 height,
		       struct virtgpu_object_params *params, struct virtgpu_object **obj);
int virtgpu_dumb_create(struct drm_file *file, struct drm_device *drm,
			struct drm_mode_create_dumb *args);

#endif
