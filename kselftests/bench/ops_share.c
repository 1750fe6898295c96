// SPDX-License-Identifier: GPL-2.0-only
/*
 * What do sharing, and copying to and from the host, cost?
 */
#include <unistd.h>

#include "bench.h"

static void picture_start(struct bench *b)
{
	b->bos[0] = vg_picture(b->fd);
	bench_drain(b);
}

static void picture_end(struct bench *b)
{
	vg_close_handle(b->fd, b->bos[0].handle);
}

static void export_run(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		close(vg_export(b->fd, b->bos[0].handle));
}

static void import_run(struct bench *b)
{
	int dmabuf = vg_export(b->fd, b->bos[0].handle);
	int fd = vg_open();
	unsigned int i;

	vg_close_handle(fd, vg_picture(fd).handle);
	for (i = 0; i < b->count; i++)
		vg_close_handle(fd, vg_import(fd, dmabuf));
	close(fd);
	close(dmabuf);
	bench_settle(b);
}

static void to_host_run(struct bench *b)
{
	struct drm_virtgpu_3d_transfer_to_host args = {
		.bo_handle = b->bos[0].handle,
		.box = { .w = 32, .h = 32, .d = 1 },
		.stride = 128,
	};
	unsigned int i;

	for (i = 0; i < b->count; i++)
		VG_OK(__vg_ioctl(b->fd, DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST, &args));
	VG_OK(__vg_wait(b->fd, b->bos[0].handle, 0));
}

static void from_host_run(struct bench *b)
{
	struct drm_virtgpu_3d_transfer_from_host args = {
		.bo_handle = b->bos[0].handle,
		.box = { .w = 32, .h = 32, .d = 1 },
		.stride = 128,
	};
	unsigned int i;

	for (i = 0; i < b->count; i++) {
		VG_OK(__vg_ioctl(b->fd, DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST, &args));
		VG_OK(__vg_wait(b->fd, b->bos[0].handle, 0));
	}
}

#define SHARE(name_, batch_, run_)					\
	{ .name = name_, .needs = VG_3D, .batch = batch_, .start = picture_start,	\
	  .run = run_, .end = picture_end }

const struct bench_op bench_share_ops[] = {
	SHARE("export", 100, export_run),
	SHARE("import-close", 100, import_run),
	SHARE("transfer-to-host", 100, to_host_run),
	SHARE("transfer-from-host-wait", 100, from_host_run),
	{ }
};
