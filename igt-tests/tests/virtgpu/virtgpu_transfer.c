// SPDX-License-Identifier: MIT
/*
 * Do guest memory and host resource hold the same after a transfer, whoever
 * else transfers at that time?
 */
#include "igt.h"
#include "igt_virtgpu.h"

IGT_TEST_DESCRIPTION("Coherency of guest memory and host resources of virtio-gpu");

#define SIDE 64
#define PITCH (SIDE * 4)
#define SIZE (SIDE * PITCH)
#define CLIENTS 8

static const struct igt_virtgpu_box whole = { .w = SIDE, .h = SIDE };

static uint32_t texel(uint32_t seed, uint32_t i)
{
	return (seed * 2654435761u + i * 40503u) | 0xff000000;
}

static void fill(uint32_t *map, uint32_t seed)
{
	for (uint32_t i = 0; i < SIDE * SIDE; i++)
		map[i] = texel(seed, i);
}

static void expect(const uint32_t *map, uint32_t seed)
{
	for (uint32_t i = 0; i < SIDE * SIDE; i++)
		igt_assert_f(map[i] == texel(seed, i), "texel %u is %#x, not %#x\n", i,
			     map[i], texel(seed, i));
}

/* To the host and back again, the guest's copy overwritten in between. */
static void round_trip(int fd, uint32_t handle, uint32_t *map, uint32_t seed)
{
	fill(map, seed);
	igt_virtgpu_to_host(fd, handle, PITCH, whole);
	igt_virtgpu_wait(fd, handle);
	memset(map, 0x55, SIZE);
	igt_virtgpu_from_host(fd, handle, PITCH, whole);
	igt_virtgpu_wait(fd, handle);
	expect(map, seed);
}

static void alone(int fd)
{
	uint32_t handle = igt_virtgpu_texture(fd, SIDE, SIDE);
	uint32_t *map = igt_virtgpu_mmap(fd, handle, SIZE);

	for (uint32_t seed = 1; seed <= 50; seed++)
		round_trip(fd, handle, map, seed);
	munmap(map, SIZE);
	gem_close(fd, handle);
}

static void many_clients(void)
{
	igt_fork(child, CLIENTS) {
		int fd = drm_open_driver_render(DRIVER_VIRTIO);
		uint32_t handle = igt_virtgpu_texture(fd, SIDE, SIDE);
		uint32_t *map = igt_virtgpu_mmap(fd, handle, SIZE);

		for (uint32_t i = 0; i < 15; i++)
			round_trip(fd, handle, map, child * 1000 + i);
		close(fd);
	}
	igt_waitchildren();
}

/* Many buffers of one client under way at once, looked at in another order. */
static void many_buffers(int fd)
{
	uint32_t handles[32], *maps[32];

	for (int i = 0; i < 32; i++) {
		handles[i] = igt_virtgpu_texture(fd, SIDE, SIDE);
		maps[i] = igt_virtgpu_mmap(fd, handles[i], SIZE);
		fill(maps[i], i);
		igt_virtgpu_to_host(fd, handles[i], PITCH, whole);
	}
	for (int i = 31; i >= 0; i--) {
		igt_virtgpu_wait(fd, handles[i]);
		memset(maps[i], 0, SIZE);
		igt_virtgpu_from_host(fd, handles[i], PITCH, whole);
	}
	for (int i = 0; i < 32; i++) {
		igt_virtgpu_wait(fd, handles[i]);
		expect(maps[i], i);
		munmap(maps[i], SIZE);
		gem_close(fd, handles[i]);
	}
}

/* What is outside of the box keeps what it holds, on both sides. */
static void box(int fd)
{
	const struct igt_virtgpu_box part = { .x = 8, .y = 16, .w = 24, .h = 32 };
	uint32_t handle = igt_virtgpu_texture(fd, SIDE, SIDE);
	uint32_t *map = igt_virtgpu_mmap(fd, handle, SIZE);

	fill(map, 1);
	igt_virtgpu_to_host(fd, handle, PITCH, whole);
	igt_virtgpu_wait(fd, handle);
	fill(map, 2);
	igt_virtgpu_to_host(fd, handle, PITCH, part);
	igt_virtgpu_wait(fd, handle);
	memset(map, 0, SIZE);
	igt_virtgpu_from_host(fd, handle, PITCH, whole);
	igt_virtgpu_wait(fd, handle);
	for (uint32_t i = 0; i < SIDE * SIDE; i++) {
		uint32_t x = i % SIDE, y = i / SIDE;
		bool inside = x >= part.x && x < part.x + part.w &&
			      y >= part.y && y < part.y + part.h;

		igt_assert_f(map[i] == texel(1 + inside, i),
			     "texel %u,%u is %#x\n", x, y, map[i]);
	}
	munmap(map, SIZE);
	gem_close(fd, handle);
}

/* One client draws, another one reads back. */
static void shared(int fd)
{
	int other = drm_reopen_driver(fd), dmabuf;
	uint32_t mine = igt_virtgpu_texture(fd, SIDE, SIDE), theirs;
	uint32_t *map = igt_virtgpu_mmap(fd, mine, SIZE), *their_map;

	/* A context before the import: some drivers attach at import only. */
	close(igt_virtgpu_submit(other, 0, -1));
	dmabuf = prime_handle_to_fd(fd, mine);
	theirs = prime_fd_to_handle(other, dmabuf);
	their_map = igt_virtgpu_mmap(other, theirs, SIZE);
	for (uint32_t seed = 1; seed <= 20; seed++) {
		fill(map, seed);
		igt_virtgpu_to_host(fd, mine, PITCH, whole);
		igt_virtgpu_wait(fd, mine);
		memset(map, 0, SIZE);
		igt_virtgpu_from_host(other, theirs, PITCH, whole);
		igt_virtgpu_wait(other, theirs);
		expect(their_map, seed);
	}
	munmap(map, SIZE);
	munmap(their_map, SIZE);
	close(dmabuf);
	close(other);
}

/* Transfers wait for nobody's pending fence, and WAIT for all of them. */
static void queued(int fd)
{
	uint32_t handle = igt_virtgpu_texture(fd, SIDE, SIDE);
	uint32_t *map = igt_virtgpu_mmap(fd, handle, SIZE);

	for (uint32_t seed = 1; seed <= 20; seed++) {
		fill(map, seed);
		igt_virtgpu_to_host(fd, handle, PITCH, whole);
		igt_virtgpu_submit_bo(fd, handle);
		igt_virtgpu_wait(fd, handle);
		memset(map, 0, SIZE);
		for (int i = 0; i < 10; i++)
			igt_virtgpu_from_host(fd, handle, PITCH, whole);
		igt_virtgpu_wait(fd, handle);
		expect(map, seed);
		igt_assert_eq(__igt_virtgpu_wait(fd, handle, VIRTGPU_WAIT_NOWAIT), 0);
	}
	munmap(map, SIZE);
	gem_close(fd, handle);
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		fd = drm_open_driver_render(DRIVER_VIRTIO);
		igt_virtgpu_require(fd, 3D_FEATURES);
	}

	igt_describe("A buffer comes back from the host as it went there");
	igt_subtest("round-trip")
		alone(fd);

	igt_describe("The same for many clients at once");
	igt_subtest("round-trip-many-clients")
		many_clients();

	igt_describe("The same for many buffers under way at once");
	igt_subtest("round-trip-many-buffers")
		many_buffers(fd);

	igt_describe("A transfer copies its box and nothing else");
	igt_subtest("box-only")
		box(fd);

	igt_describe("What one client sent to the host another one reads from there");
	igt_subtest("shared-between-clients")
		shared(fd);

	igt_describe("WAIT waits for all transfers and submissions that hold the buffer");
	igt_subtest("wait-for-all")
		queued(fd);

	igt_fixture()
		drm_close_driver(fd);
}
