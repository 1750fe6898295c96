/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_RETIRE_H
#define VIRTGPU_RETIRE_H

struct virtgpu_device;
struct virtgpu_object;

int virtgpu_retire_init(struct virtgpu_device *vgdev,
			void (*send)(struct virtgpu_object *obj));
void virtgpu_retire(struct virtgpu_object *obj);
void virtgpu_retire_hurry(struct virtgpu_device *vgdev);
void virtgpu_retire_answered(struct virtgpu_device *vgdev);
void virtgpu_retire_flush(struct virtgpu_device *vgdev);
bool virtgpu_retire_wait(struct virtgpu_device *vgdev);
void virtgpu_retire_fini(struct virtgpu_device *vgdev);

#endif
