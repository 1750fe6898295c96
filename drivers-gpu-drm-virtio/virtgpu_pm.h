/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_PM_H
#define VIRTGPU_PM_H

struct virtgpu_device;

int virtgpu_pm_freeze(struct virtgpu_device *vgdev);
int virtgpu_pm_restore(struct virtgpu_device *vgdev);

#endif
