/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_LOSS_H
#define VIRTGPU_LOSS_H

struct virtgpu_device;

int virtgpu_loss_init(struct virtgpu_device *vgdev);
int virtgpu_loss_probe(struct virtgpu_device *vgdev);
void virtgpu_loss_settle(struct virtgpu_device *vgdev);
void virtgpu_loss_remove(struct virtgpu_device *vgdev);
void virtgpu_loss_sleep(struct virtgpu_device *vgdev);
int virtgpu_loss_wake(struct virtgpu_device *vgdev);
void virtgpu_loss_announce(struct virtgpu_device *vgdev);

#endif
