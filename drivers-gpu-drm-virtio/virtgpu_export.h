/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_EXPORT_H
#define VIRTGPU_EXPORT_H

#include <linux/types.h>

struct dma_buf;
struct drm_device;
struct drm_gem_object;
struct virtgpu_object;

struct dma_buf *virtgpu_export_dma_buf(struct drm_gem_object *gem, int flags);
struct drm_gem_object *virtgpu_export_find(struct drm_device *drm, struct dma_buf *buf);
bool virtgpu_export_has_uuid(const struct virtgpu_object *obj);

#endif
