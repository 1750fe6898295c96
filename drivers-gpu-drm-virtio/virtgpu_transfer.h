/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_TRANSFER_H
#define VIRTGPU_TRANSFER_H

struct drm_device;
struct drm_file;

int virtgpu_transfer_to_host_ioctl(struct drm_device *drm, void *data,
				   struct drm_file *file);
int virtgpu_transfer_from_host_ioctl(struct drm_device *drm, void *data,
				     struct drm_file *file);
int virtgpu_transfer_wait_ioctl(struct drm_device *drm, void *data,
				struct drm_file *file);

#endif
