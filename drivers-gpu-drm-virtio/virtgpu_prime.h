/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_PRIME_H
#define VIRTGPU_PRIME_H

struct dma_buf;
struct dma_buf_attachment;
struct drm_device;
struct drm_gem_object;
struct sg_table;

struct dma_buf *virtgpu_prime_export(struct drm_gem_object *gem, int flags);
struct drm_gem_object *virtgpu_prime_import(struct drm_device *drm, struct dma_buf *buf);
struct drm_gem_object *virtgpu_import_sg_table(struct drm_device *drm,
					       struct dma_buf_attachment *attach,
					       struct sg_table *sgt);

#endif
