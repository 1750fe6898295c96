/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_DEVICE_H
#define VIRTGPU_DEVICE_H

struct virtgpu_device;

int virtgpu_device_probe(struct virtgpu_device *vgdev);
void virtgpu_device_remove(struct virtgpu_device *vgdev);
void virtgpu_device_shutdown(struct virtgpu_device *vgdev);
int virtgpu_device_reset_prepare(struct virtgpu_device *vgdev);
int virtgpu_device_reset_done(struct virtgpu_device *vgdev);
void virtgpu_device_release(struct virtgpu_device *vgdev);

#endif
