/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_DMA_H
#define VIRTGPU_DMA_H

#include <linux/types.h>

struct virtgpu_device;
struct virtgpu_object;
struct virtgpu_object_params;

int virtgpu_dma_init(struct virtgpu_device *vgdev);
int virtgpu_dma_map(struct virtgpu_object *obj);
void virtgpu_dma_unmap(struct virtgpu_object *obj);
void virtgpu_dma_unmap_all(struct virtgpu_device *vgdev);
int virtgpu_dma_get_pages(struct virtgpu_object *obj, const struct virtgpu_object_params *params);
void virtgpu_dma_put_pages(struct virtgpu_object *obj);

#endif
