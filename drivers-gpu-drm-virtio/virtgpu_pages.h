/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_PAGES_H
#define VIRTGPU_PAGES_H

struct drm_gem_object;
struct iosys_map;
struct virtgpu_device;
struct virtgpu_object;
struct virtgpu_object_params;

struct virtgpu_object *virtgpu_pages_alloc(struct virtgpu_device *vgdev,
					   const struct virtgpu_object_params *params);
void virtgpu_pages_release(struct virtgpu_object *obj);
int virtgpu_pages_vmap(struct drm_gem_object *gem, struct iosys_map *map);
void virtgpu_pages_vunmap(struct drm_gem_object *gem, struct iosys_map *map);

#endif
