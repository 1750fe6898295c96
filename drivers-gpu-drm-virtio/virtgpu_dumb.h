/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_DUMB_H
#define VIRTGPU_DUMB_H

struct drm_device;
struct drm_file;
struct drm_mode_create_dumb;

int virtgpu_dumb_create(struct drm_file *file, struct drm_device *drm,
			struct drm_mode_create_dumb *args);

#endif
