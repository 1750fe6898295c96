/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_IOCTL_H
#define VIRTGPU_IOCTL_H

#include <drm/drm_ioctl.h>

struct file;

/* The eleven ioctls of virtgpu_drm.h, at their numbers; entry 0 is empty. */
#define VIRTGPU_NUM_IOCTLS	12

extern const struct drm_ioctl_desc virtgpu_ioctl_table[VIRTGPU_NUM_IOCTLS];

long virtgpu_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);

#endif
