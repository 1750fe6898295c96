// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a buffer cost, from its creation to its end?
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"

#define HOST3D VIRTGPU_BLOB_MEM_HOST3D
#define GUEST VIRTGPU_BLOB_MEM_GUEST
#define MAPPABLE VIRTGPU_BLOB_FLAG_USE_MAPPABLE
#define PAGE 4096

#define K 1024ull
#define M (1024 * K)

static void guest_run(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		vg_close_handle(b->fd, vg_blob(b->fd, GUEST, MAPPABLE, b->op->size).handle);
	bench_settle(b);
}

static void classic_run(struct bench *b)
{
	struct drm_virtgpu_resource_create args;
	unsigned int i;

	for (i = 0; i < b->count; i++) {
		args = vg_picture_args(b->op->size / 4 < 1024 ? b->op->size / 4 : 1024,
				       b->op->size / 4 < 1024 ? 1 : b->op->size / 4096);
		VG_OK(__vg_ioctl(b->fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args));
		vg_close_handle(b->fd, args.bo_handle);
	}
	bench_settle(b);
}

static void dumb_run(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		vg_close_handle(b->card, vg_dumb(b->card, 1024, b->op->size / 4096));
	bench_settle(b);
}

/* Steps of a blob of the host's memory: each is an operation, the others are its frame. */

static void host_create(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		b->bos[i] = vg_blob(b->ring_fd, HOST3D, MAPPABLE, b->op->size);
	bench_settle(b);
}

static void host_map(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		b->maps[i] = vg_mmap(b->ring_fd, b->bos[i].handle, b->op->size);
}

static void host_touch(struct bench *b)
{
	unsigned int i;
	__u64 at;

	for (i = 0; i < b->count; i++)
		for (at = 0; at < b->op->size; at += PAGE)
			((volatile char *)b->maps[i])[at] = 1;
}

static void host_unmap(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		munmap(b->maps[i], b->op->size);
}

static void host_close(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		vg_close_handle(b->ring_fd, b->bos[i].handle);
	bench_settle(b);
}

static void host_prepare_map(struct bench *b)
{
	host_create(b);
}

static void host_prepare_touch(struct bench *b)
{
	host_create(b);
	host_map(b);
}

static void host_prepare_close(struct bench *b)
{
	host_create(b);
	host_map(b);
	host_unmap(b);
}

static void host_clean_map(struct bench *b)
{
	host_unmap(b);
	host_close(b);
}

/* All of it, one buffer after the other */
static void host_life(struct bench *b)
{
	unsigned int count = b->count, i;

	b->count = 1;
	for (i = 0; i < count; i++) {
		b->bos[0] = vg_blob(b->ring_fd, HOST3D, MAPPABLE, b->op->size);
		host_map(b);
		host_touch(b);
		host_unmap(b);
		vg_close_handle(b->ring_fd, b->bos[0].handle);
	}
	b->count = count;
	bench_settle(b);
}

static void host_mapping(struct bench *b)
{
	unsigned int count = b->count, i;

	b->count = 1;
	for (i = 0; i < count; i++) {
		host_map(b);
		host_unmap(b);
	}
	b->count = count;
}

static void host_prepare_one(struct bench *b)
{
	b->bos[0] = vg_blob(b->ring_fd, HOST3D, MAPPABLE, b->op->size);
	b->maps[1] = vg_mmap(b->ring_fd, b->bos[0].handle, b->op->size);
	bench_settle(b);
}

static void host_clean_one(struct bench *b)
{
	munmap(b->maps[1], b->op->size);
	vg_close_handle(b->ring_fd, b->bos[0].handle);
	bench_settle(b);
}

static void guest_fill(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		b->bos[i] = vg_blob(b->fd, GUEST, MAPPABLE, b->op->size);
	bench_settle(b);
}

static void guest_close(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		vg_close_handle(b->fd, b->bos[i].handle);
	bench_settle(b);
}

#define LIFE(name_, needs_, size_, batch_, run_)				\
	{ .name = name_, .needs = needs_, .batch = batch_, .size = size_, .run = run_ }

#define HOST(name_, size_, batch_, prepare_, run_, clean_)		\
	{ .name = name_, .needs = VG_HOST_VISIBLE | VG_CONTEXT_INIT, .batch = batch_,	\
	  .size = size_, .prepare = prepare_, .run = run_, .clean = clean_ }

#define HOST_STEPS(text, size, batch)					\
	HOST("host-" text "-create", size, batch, NULL, host_create, host_close),	\
	HOST("host-" text "-map", size, batch, host_prepare_map, host_map, host_clean_map), \
	HOST("host-" text "-touch", size, batch, host_prepare_touch, host_touch,	\
	     host_clean_map),						\
	HOST("host-" text "-unmap", size, batch, host_prepare_touch, host_unmap, host_close), \
	HOST("host-" text "-close", size, batch, host_prepare_close, host_close, NULL),	\
	HOST("host-" text "-remap", size, batch, host_prepare_one, host_mapping,	\
	     host_clean_one),						\
	HOST("host-" text "-life", size, batch, NULL, host_life, NULL)

const struct bench_op bench_blob_ops[] = {
	LIFE("guest-4K", VG_BLOB, 4 * K, 100, guest_run),
	LIFE("guest-64K", VG_BLOB, 64 * K, 100, guest_run),
	LIFE("guest-1M", VG_BLOB, M, 20, guest_run),
	LIFE("guest-64M", VG_BLOB, 64 * M, 1, guest_run),
	LIFE("guest-256M", VG_BLOB, 256 * M, 1, guest_run),
	{ .name = "guest-4K-create-1000", .needs = VG_BLOB, .batch = 1000, .size = 4 * K,
	  .run = guest_fill, .clean = guest_close },
	{ .name = "guest-4K-close-1000", .needs = VG_BLOB, .batch = 1000, .size = 4 * K,
	  .prepare = guest_fill, .run = guest_close },
	LIFE("classic-4K", VG_3D, 4 * K, 100, classic_run),
	LIFE("classic-1M", VG_3D, M, 20, classic_run),
	LIFE("dumb-4K", 0, 4 * K, 100, dumb_run),
	LIFE("dumb-1M", 0, M, 20, dumb_run),
	HOST_STEPS("4K", 4 * K, 50),
	HOST_STEPS("1M", M, 20),
	HOST_STEPS("64M", 64 * M, 1),
	HOST_STEPS("256M", 256 * M, 1),
	{ }
};
