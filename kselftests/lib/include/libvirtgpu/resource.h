/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a test get a buffer, and look at it?
 */
#ifndef LIBVIRTGPU_RESOURCE_H
#define LIBVIRTGPU_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <drm/virtgpu_drm.h>

struct vg_bo {
	__u32 handle;
	__u32 res;
	__u64 size;
};

/* Gallium's and virgl's numbers that the tests use */
#define VG_TARGET_BUFFER	0
#define VG_TARGET_2D		2
#define VG_FORMAT_BGRA		1	/* also the virtio 2D format */
#define VG_FORMAT_R8		64
#define VG_BIND_RENDER_TARGET	(1u << 1)
#define VG_BIND_SAMPLER		(1u << 3)
#define VG_BIND_VERTEX		(1u << 4)

/* Arguments of a plain picture of BGRA texels that every host takes. */
struct drm_virtgpu_resource_create vg_picture_args(__u32 width, __u32 height);

/* A classic resource: a picture of 32 x 32 texels, 4096 bytes. */
struct vg_bo vg_picture(int fd);

/* Arguments of a blob; @size in bytes. */
struct drm_virtgpu_resource_create_blob vg_blob_args(__u32 mem, __u32 flags,
						     __u64 size);
int __vg_blob(int fd, struct drm_virtgpu_resource_create_blob *args,
	      struct vg_bo *bo);
struct vg_bo vg_blob(int fd, __u32 mem, __u32 flags, __u64 size);

/* Storage on the host that it is asked to show at the first mmap, not before. */
struct vg_bo vg_deferred_blob(int fd, __u32 flags, __u64 size);

/*
 * virgl's command that makes a host buffer of @size bytes and lets a following
 * CREATE_BLOB claim it as @blob_id.
 */
#define VG_VIRGL_BLOB_DWORDS 12
void vg_virgl_blob_cmd(__u32 cmd[VG_VIRGL_BLOB_DWORDS], __u32 size,
		       __u32 blob_id);

/* GEM_CLOSE */
int __vg_close_handle(int fd, __u32 handle);
void vg_close_handle(int fd, __u32 handle);

/* MAP, and mmap() of what it says */
int __vg_map(int fd, __u32 handle, __u64 *offset);
/* MAP_FAILED with errno when the mmap() is refused */
void *__vg_mmap(int fd, __u32 handle, size_t length);
void *vg_mmap(int fd, __u32 handle, size_t length);

/* Bytes that depend on @seed, and the question whether they are still there */
void vg_fill(void *map, size_t size, unsigned int seed);
bool vg_holds(const void *map, size_t size, unsigned int seed);

/* RESOURCE_INFO */
int __vg_info(int fd, __u32 handle, struct drm_virtgpu_resource_info *info);
struct drm_virtgpu_resource_info vg_info(int fd, __u32 handle);

/* WAIT */
int __vg_wait(int fd, __u32 handle, __u32 flags);

/* PRIME */
int __vg_export(int fd, __u32 handle, int *dmabuf);
int vg_export(int fd, __u32 handle);
int __vg_import(int fd, int dmabuf, __u32 *handle);
__u32 vg_import(int fd, int dmabuf);

#endif
