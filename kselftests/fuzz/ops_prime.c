// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buffers: closed, named, shared as dma-bufs with other files and other drivers
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/dma-buf.h>

#include "fuzz.h"

static int gem_close(struct fuzz_call *c)
{
	struct drm_gem_close args = { .handle = fuzz_take(c->file, FUZZ_HANDLE, c->values[0]).id };

	return fuzz_ioctl(c->fd, c->op->request, &args);
}

static void done_export(struct fuzz_call *c)
{
	fuzz_put(NULL, FUZZ_DMABUF, ((struct drm_prime_handle *)c->arg)->fd, c->item.size);
}

/* One buffer has one handle of a file, however often it is imported: it is kept once. */
static void done_import(struct fuzz_call *c)
{
	struct drm_prime_handle *args = (void *)c->arg;
	unsigned int i;

	for (i = 0; i < FUZZ_LIST; i++)
		if (fuzz_pick(c->file, FUZZ_HANDLE, i).id == args->handle)
			return;
	fuzz_put(c->file, FUZZ_HANDLE, args->handle, c->item.size);
}

static int close_dmabuf(struct fuzz_call *c)
{
	struct fuzz_item item = fuzz_take(NULL, FUZZ_DMABUF, c->values[0]);

	return !item.id ? -ENOENT : close(item.id) ? -errno : 0;
}

static int dmabuf_sync(struct fuzz_call *c)
{
	struct dma_buf_sync args = { .flags = c->values[1] };

	return fuzz_ioctl(c->values[0], DMA_BUF_IOCTL_SYNC, &args);
}

static int export_fence(struct fuzz_call *c)
{
	struct dma_buf_export_sync_file args = { .flags = c->values[1], .fd = -1 };
	int ret = fuzz_ioctl(c->values[0], DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &args);

	if (!ret)
		fuzz_put(NULL, FUZZ_FENCE, args.fd, 0);
	return ret;
}

static int import_fence(struct fuzz_call *c)
{
	struct dma_buf_import_sync_file args = { .flags = c->values[1], .fd = c->values[2] };

	return fuzz_ioctl(c->values[0], DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &args);
}

static int map_dmabuf(struct fuzz_call *c)
{
	return fuzz_map_try(c->values[1], PROT_READ | PROT_WRITE, c->values[0], 0, c->item.size ?: FUZZ_PAGE);
}

/* A buffer of another driver */
static int foreign(struct fuzz_call *c)
{
	int fd = __vg_foreign_dmabuf(c->values[0]);

	if (fd < 0)
		return fd;
	fuzz_put(NULL, FUZZ_DMABUF, fd, c->values[0]);
	return 0;
}

/* A name for all files, and back */
static int flink(struct fuzz_call *c)
{
	struct drm_gem_flink name = { .handle = c->values[0] };
	struct drm_gem_open open_args = {};
	int ret = fuzz_ioctl(c->fd, DRM_IOCTL_GEM_FLINK, &name);

	if (ret)
		return ret;
	open_args.name = name.name;
	ret = fuzz_ioctl(fuzz_files[c->values[1]].fd, DRM_IOCTL_GEM_OPEN, &open_args);
	if (!ret)
		fuzz_put(&fuzz_files[c->values[1]], FUZZ_HANDLE, open_args.handle, open_args.size);
	return ret;
}

/* Another driver of the kernel uses it: see kselftests/README.rst, "share". */
static int share(struct fuzz_call *c)
{
	/* As a virtio device, which has no DMA of its own, nobody may map it. */
	static const char *const ways[] = { "%d", "%d pages" };
	char line[32];

	snprintf(line, sizeof(line), ways[c->values[1] % 2], (int)c->values[0]);
	return __vg_sim_share(line);
}

const struct fuzz_op fuzz_ops_prime[] = {
	{ .name = "GEM_CLOSE", .request = DRM_IOCTL_GEM_CLOSE, .weight = 50, .call = gem_close,
	  FUZZ_FIELDS(FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, 4095))) },
	{ .name = "PRIME_HANDLE_TO_FD", .request = DRM_IOCTL_PRIME_HANDLE_TO_FD, .weight = 15,
	  .done = done_export,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_prime_handle, handle, HANDLE),
		      FUZZ_FIELD(drm_prime_handle, flags, ONEOF, FUZZ_AMONG(0, O_CLOEXEC, O_RDWR | O_CLOEXEC))) },
	{ .name = "PRIME_FD_TO_HANDLE", .request = DRM_IOCTL_PRIME_FD_TO_HANDLE, .weight = 15,
	  .done = done_import, FUZZ_FIELDS(FUZZ_FIELD(drm_prime_handle, fd, DMABUF)) },
	{ .name = "FOREIGN_DMABUF", .weight = 3, .node = FUZZ_NO_FILE, .call = foreign,
	  FUZZ_FIELDS(FUZZ_DRAW("size", PAGES, FUZZ_RANGE(1, 64))) },
	{ .name = "DMABUF_CLOSE", .weight = 10, .node = FUZZ_NO_FILE, .call = close_dmabuf,
	  FUZZ_FIELDS(FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, 4095))) },
	{ .name = "DMABUF_SYNC", .weight = 5, .call = dmabuf_sync,
	  FUZZ_FIELDS(FUZZ_DRAW("dmabuf", DMABUF), FUZZ_DRAW("flags", ONEOF, FUZZ_AMONG(1, 2, 3, 5, 6, 7))) },
	{ .name = "DMABUF_EXPORT_FENCE", .weight = 5, .call = export_fence,
	  FUZZ_FIELDS(FUZZ_DRAW("dmabuf", DMABUF), FUZZ_DRAW("flags", NUM, FUZZ_RANGE(1, 3))) },
	{ .name = "DMABUF_IMPORT_FENCE", .weight = 5, .call = import_fence,
	  FUZZ_FIELDS(FUZZ_DRAW("dmabuf", DMABUF), FUZZ_DRAW("flags", NUM, FUZZ_RANGE(1, 3)),
		      FUZZ_DRAW("fence", FENCE)) },
	{ .name = "DMABUF_MAP", .weight = 6, .call = map_dmabuf,
	  FUZZ_FIELDS(FUZZ_DRAW("dmabuf", DMABUF), FUZZ_DRAW("where", NUM, FUZZ_RANGE(0, 4095))) },
	{ .name = "DMABUF_SHARE", .weight = 3, .call = share,
	  FUZZ_FIELDS(FUZZ_DRAW("dmabuf", DMABUF), FUZZ_DRAW("as", NUM, FUZZ_RANGE(0, 1))) },
	{ .name = "GEM_FLINK", .weight = 3, .node = FUZZ_PRIMARY, .call = flink,
	  FUZZ_FIELDS(FUZZ_DRAW("handle", HANDLE), FUZZ_DRAW("to", NUM, FUZZ_RANGE(0, 1))) },
	{}
};
