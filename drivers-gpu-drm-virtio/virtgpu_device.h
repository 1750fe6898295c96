/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_DEVICE_H
#define VIRTGPU_DEVICE_H

#include <drm/drm_device.h>

#include "virtgpu_device_types.h"

struct virtio_device;

/**
 * to_virtgpu_device - from the DRM device to ours
 * @drm: the DRM device of this driver
 *
 * Return: the device.
 */
static inline struct virtgpu_device *to_virtgpu_device(const struct drm_device *drm)
{
	return drm->dev_private;
}

int virtgpu_device_probe(struct virtgpu_device *vgdev);
void virtgpu_device_remove(struct virtgpu_device *vgdev);
void virtgpu_device_shutdown(struct virtgpu_device *vgdev);
void virtgpu_device_release(struct virtgpu_device *vgdev);

#endif
