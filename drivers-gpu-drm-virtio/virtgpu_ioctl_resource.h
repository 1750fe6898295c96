/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_IOCTL_RESOURCE_H
#define VIRTGPU_IOCTL_RESOURCE_H

struct drm_device;
struct drm_file;

int virtgpu_ioctl_resource_create(struct drm_device *drm, void *data,
				  struct drm_file *file);
int virtgpu_ioctl_create_blob(struct drm_device *drm, void *data, struct drm_file *file);

#endif
