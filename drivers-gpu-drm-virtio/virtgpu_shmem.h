/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_SHMEM_H
#define VIRTGPU_SHMEM_H

#include <linux/types.h>

struct drm_device;
struct drm_gem_object;
struct virtgpu_device;
struct virtgpu_object;
struct virtgpu_payload;

struct drm_gem_object *virtgpu_shmem_gem_create(struct drm_device *drm, size_t size);
struct virtgpu_object *virtgpu_shmem_create(struct virtgpu_device *vgdev, size_t size);
void virtgpu_shmem_release(struct virtgpu_object *obj);

int virtgpu_shmem_entries(struct virtgpu_object *obj, struct virtgpu_payload **payload);
void virtgpu_shmem_sync_for_device(struct virtgpu_object *obj);
void virtgpu_shmem_sync_for_cpu(struct virtgpu_object *obj);

#endif
