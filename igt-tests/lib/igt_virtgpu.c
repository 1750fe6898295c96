// SPDX-License-Identifier: MIT
/*
 * How does a test ask a virtio GPU for buffers, work and fences?
 */
#include <dirent.h>
#include <linux/sync_file.h>

#include "dmabuf_sync_file.h"
#include "igt.h"
#include "igt_vgem.h"
#include "igt_virtgpu.h"
#include "sw_sync.h"

/* What virgl and Gallium call these */
#define TARGET_2D 2
#define FORMAT_BGRA 1
#define BIND_RENDER_TARGET (1 << 1)
#define BIND_SAMPLER (1 << 3)

uint64_t igt_virtgpu_param(int fd, uint64_t param)
{
	uint64_t value = 0;
	struct drm_virtgpu_getparam args = {
		.param = param,
		.value = to_user_pointer(&value),
	};

	return drmIoctl(fd, DRM_IOCTL_VIRTGPU_GETPARAM, &args) ? 0 : value;
}

uint64_t igt_virtgpu_window_size(int fd)
{
	uint64_t low = 0, high = 1ull << 40, middle;
	uint32_t handle = 0;

	if (!igt_virtgpu_param(fd, VIRTGPU_PARAM_HOST_VISIBLE))
		return 0;
	/* The largest mappable blob that has room, in steps of 1 MiB. */
	while (high - low > 1 << 20) {
		middle = (low + (high - low) / 2) & ~((1ull << 20) - 1);
		if (__igt_virtgpu_blob(fd, VIRTGPU_BLOB_MEM_HOST3D,
				       VIRTGPU_BLOB_FLAG_USE_MAPPABLE, middle,
				       &handle)) {
			high = middle;
		} else {
			gem_close(fd, handle);
			low = middle;
		}
	}
	return low;
}

uint32_t igt_virtgpu_texture(int fd, uint32_t width, uint32_t height)
{
	struct drm_virtgpu_resource_create args = {
		.target = TARGET_2D,
		.format = FORMAT_BGRA,
		.bind = BIND_RENDER_TARGET | BIND_SAMPLER,
		.width = width,
		.height = height,
		.depth = 1,
		.array_size = 1,
		.size = width * height * 4,
	};

	do_ioctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args);
	return args.bo_handle;
}

int __igt_virtgpu_blob(int fd, uint32_t mem, uint32_t flags, uint64_t size,
		       uint32_t *handle)
{
	struct drm_virtgpu_resource_create_blob args = {
		.blob_mem = mem,
		.blob_flags = flags,
		.size = size,
	};

	if (drmIoctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB, &args))
		return -errno;
	*handle = args.bo_handle;
	return 0;
}

uint32_t igt_virtgpu_blob(int fd, uint32_t mem, uint32_t flags, uint64_t size)
{
	uint32_t handle = 0;

	igt_assert_eq(__igt_virtgpu_blob(fd, mem, flags, size, &handle), 0);
	return handle;
}

uint32_t igt_virtgpu_resource_id(int fd, uint32_t handle)
{
	struct drm_virtgpu_resource_info args = { .bo_handle = handle };

	do_ioctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_INFO, &args);
	return args.res_handle;
}

void *__igt_virtgpu_mmap(int fd, uint32_t handle, size_t size)
{
	struct drm_virtgpu_map args = { .handle = handle };

	if (drmIoctl(fd, DRM_IOCTL_VIRTGPU_MAP, &args))
		return MAP_FAILED;
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, args.offset);
}

void *igt_virtgpu_mmap(int fd, uint32_t handle, size_t size)
{
	void *map = __igt_virtgpu_mmap(fd, handle, size);

	igt_assert_f(map != MAP_FAILED, "mmap: %s\n", strerror(errno));
	return map;
}

/* Both directions have the same argument. */
static void transfer(int fd, unsigned long request, uint32_t handle,
		     uint32_t pitch, struct igt_virtgpu_box box)
{
	struct drm_virtgpu_3d_transfer_to_host args = {
		.bo_handle = handle,
		.box = { .x = box.x, .y = box.y, .w = box.w, .h = box.h, .d = 1 },
		.offset = box.y * pitch + box.x * 4,
	};

	do_ioctl(fd, request, &args);
}

void igt_virtgpu_to_host(int fd, uint32_t handle, uint32_t pitch,
			 struct igt_virtgpu_box box)
{
	transfer(fd, DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST, handle, pitch, box);
}

void igt_virtgpu_from_host(int fd, uint32_t handle, uint32_t pitch,
			   struct igt_virtgpu_box box)
{
	transfer(fd, DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST, handle, pitch, box);
}

int __igt_virtgpu_wait(int fd, uint32_t handle, uint32_t flags)
{
	struct drm_virtgpu_3d_wait args = { .handle = handle, .flags = flags };

	return drmIoctl(fd, DRM_IOCTL_VIRTGPU_WAIT, &args) ? -errno : 0;
}

void igt_virtgpu_wait(int fd, uint32_t handle)
{
	igt_assert_eq(__igt_virtgpu_wait(fd, handle, 0), 0);
}

int __igt_virtgpu_context(int fd, unsigned int rings, uint64_t poll_mask)
{
	uint64_t sets = igt_virtgpu_param(fd, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs);
	bool venus = sets & 1 << VIRTGPU_DRM_CAPSET_VENUS;
	struct drm_virtgpu_context_set_param params[] = {
		{ VIRTGPU_CONTEXT_PARAM_CAPSET_ID,
		  venus ? VIRTGPU_DRM_CAPSET_VENUS : VIRTGPU_DRM_CAPSET_VIRGL2 },
		{ VIRTGPU_CONTEXT_PARAM_NUM_RINGS, rings },
		{ VIRTGPU_CONTEXT_PARAM_POLL_RINGS_MASK, poll_mask },
	};
	struct drm_virtgpu_context_init args = {
		.num_params = !rings ? 1 : !poll_mask ? 2 : 3,
		.ctx_set_params = to_user_pointer(params),
	};

	return drmIoctl(fd, DRM_IOCTL_VIRTGPU_CONTEXT_INIT, &args) ? -errno : 0;
}

void igt_virtgpu_context(int fd, unsigned int rings, uint64_t poll_mask)
{
	igt_assert_eq(__igt_virtgpu_context(fd, rings, poll_mask), 0);
}

int __igt_virtgpu_execbuffer(int fd, struct drm_virtgpu_execbuffer *args)
{
	return drmIoctl(fd, DRM_IOCTL_VIRTGPU_EXECBUFFER, args) ? -errno : 0;
}

int igt_virtgpu_submit(int fd, uint32_t flags, int in)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = flags | VIRTGPU_EXECBUF_FENCE_FD_OUT,
		.fence_fd = in,
	};

	if (in >= 0)
		args.flags |= VIRTGPU_EXECBUF_FENCE_FD_IN;
	igt_assert_eq(__igt_virtgpu_execbuffer(fd, &args), 0);
	igt_assert_fd(args.fence_fd);
	return args.fence_fd;
}

void igt_virtgpu_submit_bo(int fd, uint32_t handle)
{
	struct drm_virtgpu_execbuffer args = {
		.bo_handles = to_user_pointer(&handle),
		.num_bo_handles = 1,
	};

	igt_assert_eq(__igt_virtgpu_execbuffer(fd, &args), 0);
}

void igt_virtgpu_expect_done(int fence)
{
	igt_assert_eq(sync_fence_wait(fence, IGT_VIRTGPU_SOON), 0);
	igt_assert_eq(sync_fence_status(fence), 1);
	close(fence);
}

uint64_t igt_virtgpu_fence_time(int fence)
{
	struct sync_fence_info info = { 0 };
	struct sync_file_info args = {
		.num_fences = 1,
		.sync_fence_info = to_user_pointer(&info),
	};

	do_ioctl(fence, SYNC_IOC_FILE_INFO, &args);
	return info.timestamp_ns;
}

void igt_virtgpu_gate_init(struct igt_virtgpu_gate *gate)
{
	struct vgem_bo bo = { .width = 1, .height = 1, .bpp = 32 };

	gate->vgem = __drm_open_driver(DRIVER_VGEM);
	igt_require_f(gate->vgem >= 0 && vgem_has_fences(gate->vgem),
		      "needs fences of vgem\n");
	igt_require_f(has_dmabuf_export_sync_file(gate->vgem),
		      "needs DMA_BUF_IOCTL_EXPORT_SYNC_FILE\n");
	vgem_create(gate->vgem, &bo);
	gate->id = vgem_fence_attach(gate->vgem, &bo, VGEM_FENCE_WRITE);
	gate->dmabuf = prime_handle_to_fd(gate->vgem, bo.handle);
	gate->fence = dmabuf_export_sync_file(gate->dmabuf, DMA_BUF_SYNC_RW);
}

void igt_virtgpu_gate_open(struct igt_virtgpu_gate *gate)
{
	vgem_fence_signal(gate->vgem, gate->id);
}

void igt_virtgpu_gate_fini(struct igt_virtgpu_gate *gate)
{
	close(gate->fence);
	close(gate->dmabuf);
	close(gate->vgem);
}

int igt_virtgpu_count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	igt_assert(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}
