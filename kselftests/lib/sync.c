// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a test look at fences and syncobjs, and hold one back?
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/sync_file.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libvirtgpu.h>

bool vg_fence_signals(int fence, int ms)
{
	struct pollfd pfd = { .fd = fence, .events = POLLIN };
	int ret;

	do {
		ret = poll(&pfd, 1, ms);
	} while (ret < 0 && errno == EINTR);
	VG_ASSERT(ret >= 0 && !(pfd.revents & (POLLERR | POLLNVAL)));
	return ret == 1;
}

int vg_fence_merge(int a, int b)
{
	struct sync_merge_data args = { .name = "virtgpu-test", .fd2 = b };

	VG_OK(__vg_ioctl(a, SYNC_IOC_MERGE, &args));
	return args.fence;
}

int vg_fence_status(int fence)
{
	struct sync_file_info info = { 0 };

	VG_OK(__vg_ioctl(fence, SYNC_IOC_FILE_INFO, &info));
	return info.status;
}

static __u32 syncobj_create(int fd, __u32 flags)
{
	struct drm_syncobj_create args = { .flags = flags };

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_SYNCOBJ_CREATE, &args));
	return args.handle;
}

__u32 vg_syncobj(int fd)
{
	return syncobj_create(fd, 0);
}

__u32 vg_syncobj_signaled(int fd)
{
	return syncobj_create(fd, DRM_SYNCOBJ_CREATE_SIGNALED);
}

void vg_syncobj_destroy(int fd, __u32 handle)
{
	struct drm_syncobj_destroy args = { .handle = handle };

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_SYNCOBJ_DESTROY, &args));
}

static int syncobj_wait(int fd, __u32 handle, __u64 point, int ms,
			__u32 flags)
{
	struct drm_syncobj_timeline_wait args = {
		.handles = VG_PTR(&handle),
		.points = VG_PTR(&point),
		.count_handles = 1,
		.flags = flags,
	};
	struct timespec now;

	VG_ASSERT(!clock_gettime(CLOCK_MONOTONIC, &now));
	args.timeout_nsec = now.tv_sec * 1000000000ll + now.tv_nsec +
			    ms * 1000000ll;
	return __vg_ioctl(fd, DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT, &args);
}

int __vg_syncobj_wait(int fd, __u32 handle, __u64 point, int ms)
{
	return syncobj_wait(fd, handle, point, ms, 0);
}

int __vg_syncobj_wait_any_fence(int fd, __u32 handle, int ms)
{
	return syncobj_wait(fd, handle, 0, ms,
			    DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT);
}

__u64 vg_syncobj_query(int fd, __u32 handle)
{
	__u64 point = 0;
	struct drm_syncobj_timeline_array args = {
		.handles = VG_PTR(&handle),
		.points = VG_PTR(&point),
		.count_handles = 1,
	};

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_SYNCOBJ_QUERY, &args));
	return point;
}

void vg_syncobj_set(int fd, __u32 handle, int fence)
{
	struct drm_syncobj_handle args = {
		.handle = handle,
		.fd = fence,
		.flags = DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE,
	};

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &args));
}

/* vgem's own requests; its header is not installed everywhere. */
struct vgem_fence_attach {
	__u32 handle;
	__u32 flags;
	__u32 out_fence;
	__u32 pad;
};

struct vgem_fence_signal {
	__u32 fence;
	__u32 flags;
};

#define VGEM_FENCE_WRITE	1
#define VGEM_FENCE_ATTACH \
	DRM_IOWR(DRM_COMMAND_BASE + 1, struct vgem_fence_attach)
#define VGEM_FENCE_SIGNAL \
	DRM_IOW(DRM_COMMAND_BASE + 2, struct vgem_fence_signal)

static __u32 vgem_buffer(int vgem, __u64 size)
{
	struct drm_mode_create_dumb args = {
		.width = 1024,
		.height = (size + 4095) / 4096,
		.bpp = 32,
	};

	VG_OK(__vg_ioctl(vgem, DRM_IOCTL_MODE_CREATE_DUMB, &args));
	return args.handle;
}

int __vg_foreign_dmabuf(__u64 size)
{
	int vgem = __vg_open_driver("vgem", false);
	int dmabuf;

	if (vgem < 0)
		return vgem;
	dmabuf = vg_export(vgem, vgem_buffer(vgem, size));
	close(vgem);
	return dmabuf;
}

static int vgem_gate_init(struct vg_gate *gate)
{
	struct dma_buf_export_sync_file sync = { .flags = DMA_BUF_SYNC_RW };
	struct vgem_fence_attach attach = { .flags = VGEM_FENCE_WRITE };
	int dmabuf, ret;

	gate->owner = __vg_open_driver("vgem", false);
	if (gate->owner < 0)
		return gate->owner;
	attach.handle = vgem_buffer(gate->owner, 4096);
	dmabuf = vg_export(gate->owner, attach.handle);
	VG_OK(__vg_ioctl(gate->owner, VGEM_FENCE_ATTACH, &attach));
	ret = __vg_ioctl(dmabuf, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &sync);
	close(dmabuf);
	if (ret) {
		close(gate->owner);
		return ret;
	}
	gate->id = attach.out_fence;
	gate->fence = sync.fd;
	return 0;
}

/* The lab's own fences: each open file is one, and a read gives its sync_file. */
static int lab_gate_init(struct vg_gate *gate)
{
	char words[16] = "";

	gate->owner = open("/sys/kernel/debug/lab_gate", O_RDWR | O_CLOEXEC);
	if (gate->owner < 0)
		return -errno;
	VG_ASSERT(read(gate->owner, words, sizeof(words) - 1) > 0);
	gate->fence = atoi(words);
	gate->id = 0;
	return 0;
}

int __vg_gate_init(struct vg_gate *gate)
{
	int ret = vgem_gate_init(gate);

	return ret == -ENOTTY ? lab_gate_init(gate) : ret;
}

int __vg_gate_read(struct vg_gate *gate, int dmabuf)
{
	struct vgem_fence_attach attach = { .flags = 0 };

	gate->owner = __vg_open_driver("vgem", true);
	if (gate->owner < 0)
		return gate->owner;
	attach.handle = vg_import(gate->owner, dmabuf);
	VG_OK(__vg_ioctl(gate->owner, VGEM_FENCE_ATTACH, &attach));
	gate->id = attach.out_fence;
	gate->fence = -1;
	return 0;
}

void vg_gate_open(struct vg_gate *gate)
{
	struct vgem_fence_signal args = { .fence = gate->id };

	if (!gate->id) {
		VG_ASSERT(write(gate->owner, "open", 4) == 4);
		return;
	}
	VG_OK(__vg_ioctl(gate->owner, VGEM_FENCE_SIGNAL, &args));
}

void vg_gate_fini(struct vg_gate *gate)
{
	close(gate->fence);
	close(gate->owner);
}

int __vg_make_busy(int fd, __u32 handle, const struct vg_gate *gate)
{
	struct dma_buf_import_sync_file args = {
		.flags = DMA_BUF_SYNC_RW,
		.fd = gate->fence,
	};
	int dmabuf = vg_export(fd, handle);
	int ret;

	if (gate->id)
		ret = __vg_ioctl(dmabuf, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &args);
	else
		ret = dprintf(gate->owner, "busy %d", dmabuf) < 0 ? -errno : 0;
	close(dmabuf);
	return ret;
}
