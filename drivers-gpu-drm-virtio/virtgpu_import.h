/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_IMPORT_H
#define VIRTGPU_IMPORT_H

#include <linux/types.h>

struct dma_buf_attachment;
struct drm_device;
struct drm_gem_object;
struct sg_table;
struct virtgpu_object;
struct virtgpu_texture;

struct drm_gem_object *virtgpu_import_gem_create(struct drm_device *drm, size_t size);
struct drm_gem_object *virtgpu_import_sg_table(struct drm_device *drm,
					       struct dma_buf_attachment *attach,
					       struct sg_table *sgt);
int virtgpu_import_get_picture(struct virtgpu_object *obj, u32 pitch,
			       struct virtgpu_texture *texture);
int virtgpu_import_make_picture(struct virtgpu_object *obj, u32 pitch);

#endif
