/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_DISPLAY_H
#define VIRTGPU_DISPLAY_H

struct virtgpu_device;

int virtgpu_display_init(struct virtgpu_device *vgdev);
void virtgpu_display_start(struct virtgpu_device *vgdev);
void virtgpu_display_config_changed(struct virtgpu_device *vgdev);
int virtgpu_display_suspend(struct virtgpu_device *vgdev);
void virtgpu_display_drain(struct virtgpu_device *vgdev);
void virtgpu_display_resume(struct virtgpu_device *vgdev);
void virtgpu_display_pre_reset(struct virtgpu_device *vgdev);
void virtgpu_display_post_reset(struct virtgpu_device *vgdev);
void virtgpu_display_fini(struct virtgpu_device *vgdev);

#endif
