// SPDX-License-Identifier: MIT
/*
 * Which events do polled rings send, when, and to whom?
 */
#include "igt.h"
#include "igt_virtgpu.h"
#include "igt_virtgpu_kms.h"
#include "sw_sync.h"

IGT_TEST_DESCRIPTION("Fence events of virtio-gpu contexts with polled rings");

#define MANY 200
#define CLIENTS 8
/* Events of 8 bytes that fit in the 4096 bytes which a file may have unread. */
#define FULL 512

/* Events read in at most @ms; all of them must be fence events. */
static int read_events(int fd, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct drm_event events[64];
	ssize_t size;

	if (poll(&pfd, 1, ms) != 1)
		return 0;
	size = read(fd, events, sizeof(events));
	igt_assert_lt(0, size);
	igt_assert_eq(size % sizeof(events[0]), 0);
	for (size_t i = 0; i < size / sizeof(events[0]); i++) {
		igt_assert_eq_u32(events[i].type, VIRTGPU_EVENT_FENCE_SIGNALED);
		igt_assert_eq(events[i].length, sizeof(events[i]));
	}
	return size / sizeof(events[0]);
}

static void expect_events(int fd, int count)
{
	int got = 0, more;

	while (got < count) {
		more = read_events(fd, IGT_VIRTGPU_SOON);
		igt_assert_f(more, "%d of %d events came\n", got, count);
		got += more;
	}
	igt_assert_eq(got, count);
	igt_assert_eq(read_events(fd, 100), 0);
}

static int polled_file(void)
{
	int fd = drm_open_driver_render(DRIVER_VIRTIO);

	igt_virtgpu_context(fd, 1, 1);
	return fd;
}

static void submit(int fd, int count)
{
	struct drm_virtgpu_execbuffer args = { .flags = VIRTGPU_EXECBUF_RING_IDX };

	for (int i = 0; i < count; i++)
		igt_assert_eq(__igt_virtgpu_execbuffer(fd, &args), 0);
}

static void one_each(void)
{
	int fd = polled_file();

	submit(fd, MANY);
	expect_events(fd, MANY);
	close(fd);
}

/* Whoever has read n events finds the first n fences signalled. */
static void after_fences(void)
{
	int fd = polled_file(), fences[MANY], got = 0;

	for (int i = 0; i < MANY; i++)
		fences[i] = igt_virtgpu_submit(fd, VIRTGPU_EXECBUF_RING_IDX, -1);
	while (got < MANY) {
		int more = read_events(fd, IGT_VIRTGPU_SOON);

		igt_assert_f(more, "%d of %d events came\n", got, MANY);
		for (; more; more--, got++) {
			igt_assert_lt(got, MANY);
			igt_assert_eq(sync_fence_status(fences[got]), 1);
			close(fences[got]);
		}
	}
	close(fd);
}

static void own_only(void)
{
	igt_fork(child, CLIENTS) {
		int fd = polled_file();

		submit(fd, 20 + child);
		expect_events(fd, 20 + child);
		close(fd);
	}
	igt_waitchildren();
}

/* Neither other rings nor work without a ring. */
static void polled_only(int fd)
{
	int own = drm_reopen_driver(fd);

	igt_virtgpu_context(own, 2, 2);
	submit(own, 20);
	igt_virtgpu_expect_done(igt_virtgpu_submit(own, VIRTGPU_EXECBUF_RING_IDX, -1));
	igt_virtgpu_expect_done(igt_virtgpu_submit(own, 0, -1));
	igt_assert_eq(read_events(own, 200), 0);
	close(own);
}

static void full(void)
{
	struct drm_virtgpu_execbuffer args = { .flags = VIRTGPU_EXECBUF_RING_IDX };
	int fd = polled_file();

	submit(fd, FULL);
	igt_assert_eq(__igt_virtgpu_execbuffer(fd, &args), -ENOMEM);
	igt_virtgpu_expect_done(igt_virtgpu_submit(fd, 0, -1));
	expect_events(fd, FULL);
	submit(fd, 1);
	expect_events(fd, 1);
	close(fd);
}

/* Closing a file with unread events and some that are still to come. */
static void unread(void)
{
	for (int i = 0; i < 50; i++) {
		int fd = polled_file();

		submit(fd, 10);
		close(fd);
	}
	one_each();
}

/* A compositor reads flips and fences from one file. */
static void with_flips(void)
{
	int fd = drm_open_driver_master(DRIVER_VIRTIO);
	struct igt_virtgpu_output out;
	struct igt_virtgpu_fb fb[2];
	int flips = 0, fences = 0;

	igt_virtgpu_context(fd, 1, 1);
	igt_virtgpu_output_init(&out, fd);
	for (int i = 0; i < 2; i++)
		igt_virtgpu_fb_init(&fb[i], fd, out.mode.hdisplay, out.mode.vdisplay);
	igt_virtgpu_show(&out, fb[0].id);
	for (int i = 1; i <= 10; i++) {
		submit(fd, 5);
		igt_assert_eq(__igt_virtgpu_flip(&out, fb[i & 1].id, -1, NULL), 0);
		while (flips < i || fences < 5 * i) {
			struct pollfd pfd = { .fd = fd, .events = POLLIN };
			char bytes[1024];
			ssize_t size, at;

			igt_assert_eq(poll(&pfd, 1, IGT_VIRTGPU_SOON), 1);
			size = read(fd, bytes, sizeof(bytes));
			for (at = 0; at < size; at += ((struct drm_event *)&bytes[at])->length) {
				uint32_t type = ((struct drm_event *)&bytes[at])->type;

				igt_assert(type == DRM_EVENT_FLIP_COMPLETE ||
					   type == VIRTGPU_EVENT_FENCE_SIGNALED);
				*(type == DRM_EVENT_FLIP_COMPLETE ? &flips : &fences) += 1;
			}
			igt_assert_eq(at, size);
		}
		igt_assert_eq(flips, i);
		igt_assert_eq(fences, 5 * i);
	}
	for (int i = 0; i < 2; i++)
		igt_virtgpu_fb_fini(&fb[i], fd);
	close(fd);
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		fd = drm_open_driver_render(DRIVER_VIRTIO);
		igt_virtgpu_require(fd, 3D_FEATURES);
		igt_virtgpu_require(fd, CONTEXT_INIT);
	}

	igt_describe("Every submission to a polled ring sends one event");
	igt_subtest("one-event-each")
		one_each();

	igt_describe("An event is not seen before its fence has signalled, nor before earlier ones");
	igt_subtest("events-follow-fences")
		after_fences();

	igt_describe("Clients get the events of their own work, and all of them");
	igt_subtest("events-of-many-clients")
		own_only();

	igt_describe("Rings that are not polled send no events");
	igt_subtest("polled-rings-only")
		polled_only(fd);

	igt_describe("A client that does not read is refused, and served again when it has read");
	igt_subtest("full-queue")
		full();

	igt_describe("Files may be closed with unread and with outstanding events");
	igt_subtest("close-unread")
		unread();

	igt_describe("Flip events and fence events arrive through one file, none is lost");
	igt_subtest("events-with-flips")
		with_flips();

	igt_fixture()
		drm_close_driver(fd);
}
