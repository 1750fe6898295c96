// SPDX-License-Identifier: MIT
/*
 * Who may have how much of the window for host memory, and is it given back?
 */
#include <signal.h>

#include "igt.h"
#include "igt_virtgpu.h"

IGT_TEST_DESCRIPTION("Blob resources of virtio-gpu: limits, sharing and leaks");

#define HOST VIRTGPU_BLOB_MEM_HOST3D
#define GUEST VIRTGPU_BLOB_MEM_GUEST
#define MAPPABLE VIRTGPU_BLOB_FLAG_USE_MAPPABLE
#define SHAREABLE VIRTGPU_BLOB_FLAG_USE_SHAREABLE
#define PIECES 16
#define MIB (1u << 20)

struct piece {
	uint32_t handle;
	void *map;
};

/* A context whose blobs without an id are plain shared memory of the host. */
static int venus_file(void)
{
	int fd = drm_open_driver_render(DRIVER_VIRTIO);

	igt_virtgpu_require(fd, 3D_FEATURES);
	igt_virtgpu_require(fd, HOST_VISIBLE);
	igt_virtgpu_require(fd, CONTEXT_INIT);
	igt_require_f(igt_virtgpu_param(fd, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs) &
		      1 << VIRTGPU_DRM_CAPSET_VENUS,
		      "device lacks bit 4 (Venus) in VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs\n");
	igt_virtgpu_context(fd, 1, 0);
	return fd;
}

/* A part of the window of which PIECES fit, less some that other clients have. */
static uint64_t piece_size(int fd)
{
	return igt_virtgpu_window_size(fd) / PIECES & ~(2ull * MIB - 1);
}

/* -ENOSPC, or 0 with a buffer and its mapping */
static int try_to_take(int fd, uint64_t size, struct piece *piece)
{
	int ret = __igt_virtgpu_blob(fd, HOST, MAPPABLE, size, &piece->handle);

	if (ret)
		return ret;
	piece->map = __igt_virtgpu_mmap(fd, piece->handle, size);
	if (piece->map != MAP_FAILED)
		return 0;
	ret = -errno;
	gem_close(fd, piece->handle);
	return ret;
}

/* Room that was given back may come free when the host has heard of it. */
static bool take(int fd, uint64_t size, struct piece *piece)
{
	int ret;

	for (int i = 0; i < 10; i++) {
		ret = try_to_take(fd, size, piece);
		if (!ret)
			return true;
		igt_assert_eq(ret, -ENOSPC);
		usleep(50000);
	}
	return false;
}

static void give(int fd, uint64_t size, struct piece *piece)
{
	igt_assert_eq(munmap(piece->map, size), 0);
	gem_close(fd, piece->handle);
}

static int fill(int fd, uint64_t size, struct piece *pieces)
{
	int count = 0;

	while (count < 2 * PIECES && take(fd, size, &pieces[count]))
		count++;
	igt_assert_lt(count, 2 * PIECES);
	igt_assert_lte(PIECES - 1, count);
	return count;
}

static void fill_and_free(int fd)
{
	struct piece pieces[2 * PIECES];
	uint64_t size = piece_size(fd);
	int first = 0;

	for (int round = 0; round < 3; round++) {
		int count = fill(fd, size, pieces);

		if (!round)
			first = count;
		igt_assert_eq(count, first);
		for (int i = 0; i < count; i++)
			give(fd, size, &pieces[i]);
	}
}

/* Both ends of a file: close() with its mappings gone, and SIGKILL with all. */
static void given_back(int fd, bool killed)
{
	struct piece pieces[2 * PIECES];
	uint64_t size = piece_size(fd);
	int count = fill(fd, size, pieces);
	int pipes[2], status;
	pid_t child;
	char byte;

	for (int i = 0; i < count; i++)
		give(fd, size, &pieces[i]);
	igt_assert_eq(pipe(pipes), 0);
	child = fork();
	igt_assert_lte(0, child);
	if (!child) {
		int own = venus_file();
		int held = fill(own, size, pieces);

		if (write(pipes[1], held == count ? "y" : "n", 1) != 1)
			_exit(1);
		if (killed)
			pause();
		for (int i = 0; i < held; i++)
			munmap(pieces[i].map, size);
		close(own);
		_exit(0);
	}
	close(pipes[1]);
	igt_assert_eq(read(pipes[0], &byte, 1), 1);
	igt_assert_eq(byte, 'y');
	if (killed)
		kill(child, SIGKILL);
	igt_assert_eq(waitpid(child, &status, 0), child);
	igt_assert_eq(killed, WIFSIGNALED(status));
	igt_assert_eq(fill(fd, size, pieces), count);
	for (int i = 0; i < count; i++)
		give(fd, size, &pieces[i]);
	close(pipes[0]);
}

/* Holes are used again, and what is next to each other becomes one. */
static void fragments(int fd)
{
	struct piece pieces[2 * PIECES], large;
	uint64_t size = piece_size(fd);
	int count = fill(fd, size, pieces);

	for (int i = 0; i < count; i += 2)
		give(fd, size, &pieces[i]);
	igt_assert(!take(fd, 3 * size, &large));
	for (int i = 0; i < count; i += 2)
		igt_assert_f(take(fd, size, &pieces[i]), "hole %d is lost\n", i);
	for (int i = 0; i < count; i++)
		give(fd, size, &pieces[i]);
	igt_assert_f(take(fd, size * (PIECES - 1), &large), "holes do not become one\n");
	give(fd, size * (PIECES - 1), &large);
}

/*
 * Room is for who looks at the memory: buffers that nobody maps give way to
 * others, and are as they were when they are mapped again.
 */
static void gives_way(int fd)
{
	struct piece pieces[2 * PIECES], other;
	uint64_t size = piece_size(fd);
	int count = fill(fd, size, pieces);

	for (int i = 0; i < count; i++) {
		memset(pieces[i].map, i + 1, 4096);
		igt_assert_eq(munmap(pieces[i].map, size), 0);
	}
	igt_assert_f(take(fd, size, &other), "buffers that nobody maps fill the window\n");
	give(fd, size, &other);
	for (int i = 0; i < count; i++) {
		uint8_t *map = igt_virtgpu_mmap(fd, pieces[i].handle, size);

		igt_assert_eq(map[0], i + 1);
		igt_assert_eq(map[4095], i + 1);
		munmap(map, size);
		gem_close(fd, pieces[i].handle);
	}
}

/* Too large for the window, for memory, or for any number. */
static void too_large(int fd)
{
	static const uint64_t sizes[] = {
		1ull << 44, 1ull << 62, UINT64_MAX - 4095, UINT64_MAX,
	};
	struct piece piece;
	uint32_t handle;

	for (int i = 0; i < ARRAY_SIZE(sizes); i++) {
		int ret = __igt_virtgpu_blob(fd, HOST, MAPPABLE, sizes[i], &handle);

		igt_assert(ret == -ENOSPC || ret == -EINVAL || ret == -ENOMEM);
		ret = __igt_virtgpu_blob(fd, GUEST, MAPPABLE, sizes[i], &handle);
		igt_assert(ret == -ENOSPC || ret == -EINVAL || ret == -ENOMEM);
	}
	igt_assert(take(fd, MIB, &piece));
	memset(piece.map, 1, MIB);
	give(fd, MIB, &piece);
}

static void outlives_handle(int fd)
{
	uint32_t handle = igt_virtgpu_blob(fd, HOST, MAPPABLE, MIB);
	uint8_t *map = igt_virtgpu_mmap(fd, handle, MIB);
	struct piece others[8];

	memset(map, 0xa5, MIB);
	gem_close(fd, handle);
	/* Were the range given away, one of these would be in it. */
	for (int i = 0; i < ARRAY_SIZE(others); i++) {
		igt_assert(take(fd, MIB, &others[i]));
		memset(others[i].map, i, MIB);
	}
	for (int i = 0; i < MIB; i++)
		igt_assert_eq(map[i], 0xa5);
	munmap(map, MIB);
	for (int i = 0; i < ARRAY_SIZE(others); i++)
		give(fd, MIB, &others[i]);
}

/* Host memory is the same memory for every client that has it. */
static void coherent(int fd, uint32_t mem, uint32_t flags)
{
	uint32_t handle = igt_virtgpu_blob(fd, mem, flags, MIB);
	uint32_t *map = igt_virtgpu_mmap(fd, handle, MIB);
	int dmabuf = prime_handle_to_fd_for_mmap(fd, handle);

	igt_fork(child, 4) {
		int own = drm_open_driver_render(DRIVER_VIRTIO);
		uint32_t theirs = prime_fd_to_handle(own, dmabuf);
		uint32_t *view = igt_virtgpu_mmap(own, theirs, MIB);

		for (uint32_t i = child; i < MIB / 4; i += 4)
			view[i] = i * 3;
		close(own);
	}
	igt_waitchildren();
	for (uint32_t i = 0; i < MIB / 4; i++)
		igt_assert_eq_u32(map[i], i * 3);
	munmap(map, MIB);
	close(dmabuf);
	gem_close(fd, handle);
}

/* Numbers that the host knows resources by are not used twice at a time. */
static void many(int fd)
{
	enum { COUNT = 1000 };
	static uint32_t handles[COUNT], ids[COUNT];

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < COUNT; i++) {
			handles[i] = igt_virtgpu_blob(fd, GUEST, MAPPABLE, 4096);
			ids[i] = igt_virtgpu_resource_id(fd, handles[i]);
			igt_assert_neq(ids[i], 0);
			if (i)
				igt_assert_neq(ids[i], ids[i - 1]);
		}
		for (int i = 0; i < COUNT; i++)
			for (int j = i + 1; j < COUNT; j++)
				if (ids[i] == ids[j])
					igt_assert_f(false, "resource %u is there twice\n", ids[i]);
		for (int i = 0; i < COUNT; i++)
			gem_close(fd, handles[i]);
	}
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		fd = drm_open_driver_render(DRIVER_VIRTIO);
		igt_virtgpu_require(fd, RESOURCE_BLOB);
		drm_close_driver(fd);
	}

	igt_describe("A full window is as large as before once it has been emptied");
	igt_subtest("window-fill-and-free") {
		fd = venus_file();
		fill_and_free(fd);
		close(fd);
	}

	igt_describe("A client that closes its file gives its part of the window back");
	igt_subtest("window-free-on-close") {
		fd = venus_file();
		given_back(fd, false);
		close(fd);
	}

	igt_describe("A client that is killed gives its part of the window back");
	igt_subtest("window-free-on-kill") {
		fd = venus_file();
		given_back(fd, true);
		close(fd);
	}

	igt_describe("Holes in the window are used again and join");
	igt_subtest("window-fragments") {
		fd = venus_file();
		fragments(fd);
		close(fd);
	}

	igt_describe("Buffers that nobody maps give way to those that somebody maps");
	igt_subtest("window-unmapped-gives-way") {
		fd = venus_file();
		gives_way(fd);
		close(fd);
	}

	igt_describe("Sizes that nobody has are refused and do no harm");
	igt_subtest("too-large") {
		fd = venus_file();
		too_large(fd);
		close(fd);
	}

	igt_describe("A mapping keeps its memory although the handle is closed");
	igt_subtest("mapping-outlives-handle") {
		fd = venus_file();
		outlives_handle(fd);
		close(fd);
	}

	igt_describe("Clients see each other's writes to shared host memory");
	igt_subtest("shared-host-memory") {
		fd = venus_file();
		coherent(fd, HOST, MAPPABLE);
		close(fd);
	}

	igt_describe("Clients see each other's writes to shared guest memory");
	igt_subtest("shared-guest-memory") {
		fd = drm_open_driver_render(DRIVER_VIRTIO);
		coherent(fd, GUEST, MAPPABLE | SHAREABLE);
		close(fd);
	}

	igt_describe("A thousand blobs have a thousand resource numbers");
	igt_subtest("many") {
		fd = drm_open_driver_render(DRIVER_VIRTIO);
		many(fd);
		close(fd);
	}
}
