/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_DMA_H
#define VIRTGPU_DMA_H

#include <linux/types.h>

struct virtgpu_device;
struct virtgpu_object;
struct virtgpu_object_params;

void virtgpu_dma_init(struct virtgpu_device *vgdev);
struct virtgpu_object *virtgpu_dma_alloc(struct virtgpu_device *vgdev,
					 const struct virtgpu_object_params *params);
bool virtgpu_dma_has_made(const struct virtgpu_object *obj);
void virtgpu_dma_release(struct virtgpu_object *obj);

#endif
