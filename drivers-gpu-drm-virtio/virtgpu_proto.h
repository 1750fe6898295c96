/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_PROTO_H
#define VIRTGPU_PROTO_H

#include <linux/types.h>

struct drm_rect;
struct drm_virtgpu_3d_box;
struct virtio_gpu_box;
struct virtio_gpu_rect;

const char *virtgpu_proto_name(u32 type);
int virtgpu_proto_errno(u32 type);
void virtgpu_proto_rect(struct virtio_gpu_rect *wire, u32 x, u32 y, u32 width,
			u32 height);
void virtgpu_proto_box(struct virtio_gpu_box *wire,
		       const struct drm_virtgpu_3d_box *box);

#endif
