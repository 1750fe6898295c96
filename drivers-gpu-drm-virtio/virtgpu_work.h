/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_WORK_H
#define VIRTGPU_WORK_H

struct virtgpu_device;

int virtgpu_work_call(int (*function)(struct virtgpu_device *vgdev),
		      struct virtgpu_device *vgdev);

#endif
