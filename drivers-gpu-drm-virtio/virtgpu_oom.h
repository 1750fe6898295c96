/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_OOM_H
#define VIRTGPU_OOM_H

struct virtgpu_device;

void virtgpu_oom_init(struct virtgpu_device *vgdev);
void virtgpu_oom_fini(struct virtgpu_device *vgdev);

#endif
