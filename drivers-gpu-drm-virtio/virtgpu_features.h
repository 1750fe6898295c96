/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_FEATURES_H
#define VIRTGPU_FEATURES_H

#include <linux/types.h>

struct virtgpu_device;
struct virtio_device;

int virtgpu_features_validate(struct virtio_device *vdev);
void virtgpu_features_init(struct virtgpu_device *vgdev);
void virtgpu_features_report(struct virtgpu_device *vgdev);
void virtgpu_features_advise(struct virtgpu_device *vgdev, u64 capsets);

#endif
