// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does an operation cost while there is much else: other objects, another
 * client, much memory to move?
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define HOST3D VIRTGPU_BLOB_MEM_HOST3D
#define GUEST VIRTGPU_BLOB_MEM_GUEST
#define MAPPABLE VIRTGPU_BLOB_FLAG_USE_MAPPABLE
#define PAGE 4096
#define M (1 << 20)

/* A share of the machine's, in the lab */
#define SHARE "/out"
#define MAGIC_9P 0x01021997

static int flooder;
static char *copy;

/* The objects die with their file. */
static int crowd;

static void crowd_start(struct bench *b)
{
	unsigned int i;

	crowd = vg_open();
	vg_ring_context(crowd, 1, 0);
	for (i = 0; i < b->op->objects; i++) {
		vg_blob(crowd, b->op->flags, MAPPABLE, PAGE);
		if (i % 256 == 0)
			bench_drain(b);
	}
	bench_settle(b);
}

static void crowd_end(struct bench *b)
{
	close(crowd);
	bench_settle(b);
}

static void crowd_run(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		vg_close_handle(b->ring_fd, vg_blob(b->ring_fd, b->op->flags, MAPPABLE,
						    PAGE).handle);
	bench_settle(b);
}

static void close_file_prepare(struct bench *b)
{
	crowd_start(b);
}

static void close_file_run(struct bench *b)
{
	crowd_end(b);
}

static void flood_start(struct bench *b)
{
	struct drm_virtgpu_execbuffer args = {
		.command = VG_PTR(b->stream),
		.size = b->op->size,
	};
	int fd;

	flooder = fork();
	VG_ASSERT(flooder >= 0);
	if (flooder)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = vg_open();
	for (;;)
		VG_OK(__vg_submit(fd, &args));
}

static void flood_end(struct bench *b)
{
	kill(flooder, SIGKILL);
	waitpid(flooder, NULL, 0);
	bench_settle(b);
}

static void flood_run(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		bench_drain(b);
}

/* What any driver pays for a question to a virtio device, and its answer */
static bool floor_is_there(void)
{
	struct statfs info;

	return !statfs(SHARE, &info) && info.f_type == MAGIC_9P;
}

static void floor_run(struct bench *b)
{
	struct statfs info;
	unsigned int i;

	for (i = 0; i < b->count; i++)
		VG_ASSERT(!statfs(SHARE, &info));
}

/* One operation is a mebibyte. */
static void memory_start(struct bench *b)
{
	b->bos[0] = vg_blob(b->ring_fd, b->op->flags, MAPPABLE, b->op->size);
	b->maps[0] = vg_mmap(b->ring_fd, b->bos[0].handle, b->op->size);
	copy = malloc(M);
	VG_ASSERT(copy);
	memset(copy, 1, M);
}

static void memory_end(struct bench *b)
{
	munmap(b->maps[0], b->op->size);
	vg_close_handle(b->ring_fd, b->bos[0].handle);
	free(copy);
}

static void memory_write(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		memcpy((char *)b->maps[0] + (__u64)i * M, copy, M);
}

static void memory_read(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		memcpy(copy, (char *)b->maps[0] + (__u64)i * M, M);
}

#define WINDOW (VG_HOST_VISIBLE | VG_CONTEXT_INIT)

#define CROWD(name_, needs_, mem_, objects_)				\
	{ .name = name_, .needs = needs_ | VG_CONTEXT_INIT, .batch = 50, .objects = objects_, \
	  .flags = mem_, .start = crowd_start, .run = crowd_run, .end = crowd_end }

#define CLOSE(name_, needs_, mem_)					\
	{ .name = name_, .needs = needs_ | VG_CONTEXT_INIT, .batch = 1, .objects = 1000,	\
	  .flags = mem_, .prepare = close_file_prepare, .run = close_file_run }

#define MEMORY(name_, needs_, mem_, run_)				\
	{ .name = name_, .needs = needs_ | VG_CONTEXT_INIT, .batch = 16, .size = 16 * M,	\
	  .flags = mem_, .start = memory_start, .run = run_, .end = memory_end }

const struct bench_op bench_load_ops[] = {
	CROWD("guest-4K-among-10", VG_BLOB, GUEST, 10),
	CROWD("guest-4K-among-1k", VG_BLOB, GUEST, 1000),
	CROWD("host-4K-among-10", WINDOW, HOST3D, 10),
	CROWD("host-4K-among-1k", WINDOW, HOST3D, 1000),
	CROWD("host-4K-among-30k", WINDOW, HOST3D, 30000),
	CLOSE("guest-4K-file-of-1000", VG_BLOB, GUEST),
	CLOSE("host-4K-file-of-1000", WINDOW, HOST3D),
	{ .name = "floor-9p-statfs", .batch = 50, .is_there = floor_is_there, .run = floor_run },
	{ .name = "round-trip-beside-flood", .needs = VG_3D, .batch = 50, .size = 16,
	  .start = flood_start, .run = flood_run, .end = flood_end },
	MEMORY("guest-write-1M", VG_BLOB, GUEST, memory_write),
	MEMORY("guest-read-1M", VG_BLOB, GUEST, memory_read),
	MEMORY("host-write-1M", WINDOW, HOST3D, memory_write),
	MEMORY("host-read-1M", WINDOW, HOST3D, memory_read),
	{ }
};
