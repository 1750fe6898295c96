// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a test get a buffer, and look at it?
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libvirtgpu.h>

struct drm_virtgpu_resource_create vg_picture_args(__u32 width, __u32 height)
{
	struct drm_virtgpu_resource_create args = {
		.target = VG_TARGET_2D,
		.format = VG_FORMAT_BGRA,
		.bind = VG_BIND_RENDER_TARGET | VG_BIND_SAMPLER,
		.width = width,
		.height = height,
		.depth = 1,
		.array_size = 1,
		.size = width * height * 4,
	};

	return args;
}

struct vg_bo vg_picture(int fd)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(32, 32);
	struct vg_bo bo;

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args));
	bo.handle = args.bo_handle;
	bo.res = args.res_handle;
	bo.size = args.size;
	return bo;
}

struct drm_virtgpu_resource_create_blob vg_blob_args(__u32 mem, __u32 flags,
						     __u64 size)
{
	struct drm_virtgpu_resource_create_blob args = {
		.blob_mem = mem,
		.blob_flags = flags,
		.size = size,
	};

	if (mem == VIRTGPU_BLOB_MEM_HOST3D && flags & VIRTGPU_BLOB_FLAG_USE_MAPPABLE)
		vg_sim_need_window();
	return args;
}

int __vg_blob(int fd, struct drm_virtgpu_resource_create_blob *args,
	      struct vg_bo *bo)
{
	int ret;

	ret = __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB, args);
	if (ret)
		return ret;
	bo->handle = args->bo_handle;
	bo->res = args->res_handle;
	bo->size = args->size;
	return 0;
}

struct vg_bo vg_deferred_blob(int fd, __u32 flags, __u64 size)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(VIRTGPU_BLOB_MEM_HOST3D, flags, size);
	struct vg_bo bo;

	args.blob_hints = DRM_VIRTGPU_BLOB_FLAG_HINT_DEFER_MAPPING;
	VG_OK(__vg_blob(fd, &args, &bo));
	return bo;
}

struct vg_bo vg_blob(int fd, __u32 mem, __u32 flags, __u64 size)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(mem, flags, size);
	struct vg_bo bo;

	VG_OK(__vg_blob(fd, &args, &bo));
	return bo;
}

void vg_virgl_blob_cmd(__u32 cmd[VG_VIRGL_BLOB_DWORDS], __u32 size,
		       __u32 blob_id)
{
	const __u32 create = 48, dwords = VG_VIRGL_BLOB_DWORDS - 1;
	const __u32 map_persistent = 1 << 1, map_coherent = 1 << 2;

	memset(cmd, 0, VG_VIRGL_BLOB_DWORDS * sizeof(cmd[0]));
	cmd[0] = create | dwords << 16;
	cmd[1] = VG_TARGET_BUFFER;
	cmd[2] = VG_FORMAT_R8;
	cmd[3] = VG_BIND_VERTEX;
	cmd[4] = size;		/* width */
	cmd[5] = 1;		/* height */
	cmd[6] = 1;		/* depth */
	cmd[7] = 1;		/* layers */
	cmd[10] = map_persistent | map_coherent;
	cmd[11] = blob_id;
}

int __vg_close_handle(int fd, __u32 handle)
{
	struct drm_gem_close args = { .handle = handle };

	return __vg_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &args);
}

void vg_close_handle(int fd, __u32 handle)
{
	VG_OK(__vg_close_handle(fd, handle));
}

int __vg_map(int fd, __u32 handle, __u64 *offset)
{
	struct drm_virtgpu_map args = { .handle = handle };
	int ret;

	ret = __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_MAP, &args);
	if (!ret)
		*offset = args.offset;
	return ret;
}

void *__vg_mmap(int fd, __u32 handle, size_t length)
{
	__u64 offset;
	int ret;

	ret = __vg_map(fd, handle, &offset);
	if (ret) {
		errno = -ret;
		return MAP_FAILED;
	}
	return mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    offset);
}

void *vg_mmap(int fd, __u32 handle, size_t length)
{
	void *map = __vg_mmap(fd, handle, length);

	VG_ASSERT(map != MAP_FAILED);
	return map;
}

static unsigned char pattern(size_t i, unsigned int seed)
{
	return (unsigned char)(i * 7 + (i >> 8) + seed);
}

void vg_fill(void *map, size_t size, unsigned int seed)
{
	unsigned char *bytes = map;
	size_t i;

	for (i = 0; i < size; i++)
		bytes[i] = pattern(i, seed);
}

bool vg_holds(const void *map, size_t size, unsigned int seed)
{
	const unsigned char *bytes = map;
	size_t i;

	for (i = 0; i < size; i++)
		if (bytes[i] != pattern(i, seed))
			return false;
	return true;
}

int __vg_info(int fd, __u32 handle, struct drm_virtgpu_resource_info *info)
{
	memset(info, 0, sizeof(*info));
	info->bo_handle = handle;
	return __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_INFO, info);
}

struct drm_virtgpu_resource_info vg_info(int fd, __u32 handle)
{
	struct drm_virtgpu_resource_info info;

	VG_OK(__vg_info(fd, handle, &info));
	return info;
}

int __vg_wait(int fd, __u32 handle, __u32 flags)
{
	struct drm_virtgpu_3d_wait args = { .handle = handle, .flags = flags };

	return __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_WAIT, &args);
}

int __vg_export(int fd, __u32 handle, int *dmabuf)
{
	struct drm_prime_handle args = {
		.handle = handle,
		.flags = DRM_CLOEXEC | DRM_RDWR,
		.fd = -1,
	};
	int ret;

	ret = __vg_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &args);
	if (!ret)
		*dmabuf = args.fd;
	return ret;
}

int vg_export(int fd, __u32 handle)
{
	int dmabuf = -1;

	VG_OK(__vg_export(fd, handle, &dmabuf));
	return dmabuf;
}

int __vg_import(int fd, int dmabuf, __u32 *handle)
{
	struct drm_prime_handle args = { .fd = dmabuf };
	int ret;

	ret = __vg_ioctl(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &args);
	if (!ret)
		*handle = args.handle;
	return ret;
}

__u32 vg_import(int fd, int dmabuf)
{
	__u32 handle = 0;

	VG_OK(__vg_import(fd, dmabuf, &handle));
	return handle;
}
