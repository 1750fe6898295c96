/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_RESET_H
#define VIRTGPU_RESET_H

#include <linux/types.h>

struct virtgpu_device;

int virtgpu_reset_init(struct virtgpu_device *vgdev);
void virtgpu_reset_set_hang_timeout(struct virtgpu_device *vgdev, u32 ms);
void virtgpu_reset_config_changed(struct virtgpu_device *vgdev);
void virtgpu_reset_start(struct virtgpu_device *vgdev);
void virtgpu_reset_stop(struct virtgpu_device *vgdev);
void virtgpu_reset_quiesce(struct virtgpu_device *vgdev, int error);

#endif
