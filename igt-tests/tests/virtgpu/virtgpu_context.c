// SPDX-License-Identifier: MIT
/*
 * How many clients may there be, how fast may they come and go, and what do
 * they leave behind?
 */
#include <signal.h>

#include "igt.h"
#include "igt_virtgpu.h"
#include "sw_sync.h"

IGT_TEST_DESCRIPTION("Contexts of virtio-gpu: their number, their owners and their end");

#define CLIENTS 8

static void many(void)
{
	int files[150];

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < ARRAY_SIZE(files); i++) {
			files[i] = drm_open_driver_render(DRIVER_VIRTIO);
			igt_virtgpu_context(files[i], 0, 0);
		}
		for (int i = 0; i < ARRAY_SIZE(files); i++)
			igt_virtgpu_expect_done(igt_virtgpu_submit(files[i], 0, -1));
		for (int i = 0; i < ARRAY_SIZE(files); i++)
			close(files[i]);
	}
}

/* Clients that come and go at once, with work under way. */
static void storm(void)
{
	igt_fork(child, CLIENTS) {
		for (int i = 0; i < 20; i++) {
			int fd = drm_open_driver_render(DRIVER_VIRTIO);
			uint32_t handle;
			int fence;

			igt_virtgpu_context(fd, 1, 0);
			handle = igt_virtgpu_texture(fd, 16, 16);
			igt_virtgpu_submit_bo(fd, handle);
			fence = igt_virtgpu_submit(fd, 0, -1);
			if (i & 1)
				igt_virtgpu_expect_done(fence);
			else
				close(fence);
			close(fd);
		}
	}
	igt_waitchildren();
}

/* One of many wins, whatever they race for; the others learn that they lost. */
static void race(void)
{
	for (int round = 0; round < 10; round++) {
		int fd = drm_open_driver_render(DRIVER_VIRTIO);
		int start[2], result[2], won = 0;

		igt_assert_eq(pipe(start), 0);
		igt_assert_eq(pipe(result), 0);
		igt_fork(child, CLIENTS) {
			char byte;
			int ret;

			close(start[1]);
			igt_assert_eq(read(start[0], &byte, 1), 0);
			ret = __igt_virtgpu_context(fd, 1 + child, 0);
			igt_assert(!ret || ret == -EEXIST);
			byte = ret ? 'l' : 'w';
			igt_assert_eq(write(result[1], &byte, 1), 1);
		}
		close(start[1]);
		close(start[0]);
		igt_waitchildren();
		for (int i = 0; i < CLIENTS; i++) {
			char byte;

			igt_assert_eq(read(result[0], &byte, 1), 1);
			won += byte == 'w';
		}
		igt_assert_eq(won, 1);
		igt_virtgpu_expect_done(igt_virtgpu_submit(fd, VIRTGPU_EXECBUF_RING_IDX, -1));
		close(result[0]);
		close(result[1]);
		close(fd);
	}
}

/* A child has its parent's context as long as it has the file. */
static void inherited(void)
{
	int fd = drm_open_driver_render(DRIVER_VIRTIO);
	int pipes[2];

	igt_virtgpu_context(fd, 1, 0);
	igt_assert_eq(pipe(pipes), 0);
	igt_fork(child, 1) {
		char byte;

		close(pipes[1]);
		igt_assert_eq(read(pipes[0], &byte, 1), 0);
		for (int i = 0; i < 20; i++)
			igt_virtgpu_expect_done(igt_virtgpu_submit(fd, VIRTGPU_EXECBUF_RING_IDX, -1));
	}
	close(fd);
	close(pipes[1]);
	igt_waitchildren();
	close(pipes[0]);
}

/* Buffers are freed while the host works with them, and so is their owner. */
static void close_busy(int fd)
{
	for (int round = 0; round < 10; round++) {
		int own = drm_reopen_driver(fd);

		for (int i = 0; i < 20; i++) {
			const struct igt_virtgpu_box box = { .w = 64, .h = 64 };
			uint32_t handle = igt_virtgpu_texture(own, 64, 64);

			igt_virtgpu_to_host(own, handle, 256, box);
			igt_virtgpu_submit_bo(own, handle);
			igt_virtgpu_from_host(own, handle, 256, box);
			if (i & 1)
				gem_close(own, handle);
		}
		close(own);
	}
	igt_virtgpu_expect_done(igt_virtgpu_submit(fd, 0, -1));
}

/* A line of /proc/meminfo, in KiB, or -1 */
static long meminfo(const char *name)
{
	FILE *file = fopen("/proc/meminfo", "r");
	size_t length = strlen(name);
	char line[128];
	long value = -1;

	igt_assert(file);
	while (value < 0 && fgets(line, sizeof(line), file))
		if (!strncmp(line, name, length) && line[length] == ':')
			value = atol(line + length + 1);
	fclose(file);
	return value;
}

/* A GPU's; on kernels before 7.x, which don't say, all that is in use, which others have too */
static long gpu_memory(long *noise)
{
	long active = meminfo("GPUActive");

	*noise = active < 0 ? 16384 : 512;
	return active < 0 ? meminfo("MemTotal") - meminfo("MemFree") : active;
}

static void kill_busy_clients(int count)
{
	for (int i = 0; i < count; i++) {
		pid_t child = fork();
		int status;

		igt_assert_lte(0, child);
		if (!child) {
			int fd = __drm_open_driver_render(DRIVER_VIRTIO);

			igt_virtgpu_context(fd, 1, 1);
			for (;;) {
				const struct igt_virtgpu_box box = { .w = 256, .h = 256 };
				uint32_t handle = igt_virtgpu_texture(fd, 256, 256);

				igt_virtgpu_to_host(fd, handle, 1024, box);
				igt_virtgpu_submit_bo(fd, handle);
				igt_virtgpu_wait(fd, handle);
			}
		}
		usleep(100000);
		kill(child, SIGKILL);
		igt_assert_eq(waitpid(child, &status, 0), child);
		igt_assert(WIFSIGNALED(status));
	}
}

/* What killed clients leave behind does not add up. */
static void leaks(int fd)
{
	long slab, pages, noise;

	kill_busy_clients(5);
	igt_virtgpu_expect_done(igt_virtgpu_submit(fd, 0, -1));
	slab = meminfo("SUnreclaim");
	pages = gpu_memory(&noise);
	kill_busy_clients(15);
	igt_virtgpu_expect_done(igt_virtgpu_submit(fd, 0, -1));
	/* Freeing ends behind the host's answers. */
	for (int i = 0; i < 50 && gpu_memory(&noise) > pages + noise; i++)
		usleep(100000);
	igt_assert_lte(gpu_memory(&noise) - pages, noise);
	igt_assert_lte(meminfo("SUnreclaim") - slab, 4096);
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		fd = drm_open_driver_render(DRIVER_VIRTIO);
		igt_virtgpu_require(fd, 3D_FEATURES);
	}

	igt_describe("Many clients have contexts of their own, and as many again after them");
	igt_subtest("many-clients") {
		igt_virtgpu_require(fd, CONTEXT_INIT);
		many();
	}

	igt_describe("Clients may come and go fast, with work under way");
	igt_subtest("open-close-storm") {
		igt_virtgpu_require(fd, CONTEXT_INIT);
		storm();
	}

	igt_describe("Of clients that race for one file's context exactly one makes it");
	igt_subtest("init-race") {
		igt_virtgpu_require(fd, CONTEXT_INIT);
		race();
	}

	igt_describe("A context lives as long as somebody has its file");
	igt_subtest("inherited-file") {
		igt_virtgpu_require(fd, CONTEXT_INIT);
		inherited();
	}

	igt_describe("Buffers and files may be closed while the host works with them");
	igt_subtest("close-busy")
		close_busy(fd);

	igt_describe("Clients that are killed at work leave no memory behind");
	igt_subtest("killed-clients-leak-nothing") {
		igt_virtgpu_require(fd, CONTEXT_INIT);
		leaks(fd);
	}

	igt_fixture()
		drm_close_driver(fd);
}
