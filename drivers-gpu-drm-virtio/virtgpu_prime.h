/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_PRIME_H
#define VIRTGPU_PRIME_H

struct dma_buf;
struct drm_device;
struct drm_gem_object;

struct drm_gem_object *virtgpu_prime_import(struct drm_device *drm, struct dma_buf *buf);

#endif
