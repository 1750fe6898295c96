/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_CAPSET_H
#define VIRTGPU_CAPSET_H

#include <linux/types.h>

struct virtgpu_device;

int virtgpu_capset_init(struct virtgpu_device *vgdev);
u64 virtgpu_capset_mask(const struct virtgpu_device *vgdev);
bool virtgpu_capset_any(const struct virtgpu_device *vgdev);
int virtgpu_capset_get(struct virtgpu_device *vgdev, u32 id, u32 version,
		       const void **data, u32 *size);

#endif
