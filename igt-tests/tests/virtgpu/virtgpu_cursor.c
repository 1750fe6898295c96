// SPDX-License-Identifier: MIT
/*
 * Does the pointer of a virtual screen follow, whoever else is busy, and does
 * it say what it points with?
 */
#include <drm_fourcc.h>

#include "igt.h"
#include "igt_virtgpu.h"
#include "igt_virtgpu_kms.h"

IGT_TEST_DESCRIPTION("The cursor plane of virtio-gpu: hotspot, moves, images");

#ifndef DRM_CLIENT_CAP_CURSOR_PLANE_HOTSPOT
#define DRM_CLIENT_CAP_CURSOR_PLANE_HOTSPOT 6
#endif

#define SIDE 64

static struct igt_virtgpu_output out;
static struct igt_virtgpu_fb fbs[2];

static uint32_t image(int fd, uint32_t color)
{
	uint32_t handle, pitch, *map;
	uint64_t size, offset;

	igt_assert_eq(drmModeCreateDumbBuffer(fd, SIDE, SIDE, 32, 0, &handle, &pitch,
					      &size), 0);
	igt_assert_eq(drmModeMapDumbBuffer(fd, handle, &offset), 0);
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
	igt_assert(map != MAP_FAILED);
	for (uint64_t i = 0; i < size / 4; i++)
		map[i] = color;
	munmap(map, size);
	return handle;
}

/* Clients that do not speak of hotspots would point beside the mark. */
static void hotspot(int fd)
{
	struct igt_virtgpu_output plain, aware;
	int own = drm_reopen_driver(fd), ret;

	igt_assert_eq(drmSetClientCap(own, DRM_CLIENT_CAP_ATOMIC, 1), 0);
	ret = drmSetClientCap(own, DRM_CLIENT_CAP_CURSOR_PLANE_HOTSPOT, 1);
	/* A kernel that knows it says EOPNOTSUPP when the driver does not. */
	igt_require_f(!ret || errno != EINVAL,
		      "kernel lacks DRM_CLIENT_CAP_CURSOR_PLANE_HOTSPOT\n");
	igt_assert_eq(ret, 0);
	igt_virtgpu_output_init(&aware, own);
	igt_assert(aware.cursor);
	igt_assert(igt_virtgpu_prop(own, aware.cursor, DRM_MODE_OBJECT_PLANE, "HOTSPOT_X"));
	igt_assert(igt_virtgpu_prop(own, aware.cursor, DRM_MODE_OBJECT_PLANE, "HOTSPOT_Y"));
	igt_virtgpu_output_init(&plain, fd);
	igt_assert_eq(plain.cursor, 0);
	close(own);
}

static void add(drmModeAtomicReq *req, int fd, uint32_t plane, const char *name,
		uint64_t value)
{
	uint32_t prop = igt_virtgpu_prop(fd, plane, DRM_MODE_OBJECT_PLANE, name);

	igt_assert_f(prop, "no property %s\n", name);
	igt_assert_lt(0, drmModeAtomicAddProperty(req, plane, prop, value));
}

/* An atomic client that sets image, place and hotspot in one commit. */
static void atomic_cursor(int fd)
{
	uint32_t handles[4] = { image(fd, 0xff00ff00) }, offsets[4] = { };
	uint32_t pitches[4] = { SIDE * 4 }, id;
	struct igt_virtgpu_output own;

	igt_require_f(!drmSetClientCap(fd, DRM_CLIENT_CAP_ATOMIC, 1) &&
		      !drmSetClientCap(fd, DRM_CLIENT_CAP_CURSOR_PLANE_HOTSPOT, 1),
		      "kernel lacks DRM_CLIENT_CAP_CURSOR_PLANE_HOTSPOT\n");
	igt_virtgpu_output_init(&own, fd);
	igt_virtgpu_show(&own, fbs[0].id);
	igt_assert_eq(drmModeAddFB2(fd, SIDE, SIDE, DRM_FORMAT_ARGB8888, handles, pitches,
				    offsets, &id, 0), 0);
	for (int i = 0; i < 20; i++) {
		drmModeAtomicReq *req = drmModeAtomicAlloc();

		add(req, fd, own.cursor, "FB_ID", id);
		add(req, fd, own.cursor, "CRTC_ID", own.crtc);
		add(req, fd, own.cursor, "CRTC_X", 10 * i);
		add(req, fd, own.cursor, "CRTC_Y", 5 * i);
		add(req, fd, own.cursor, "CRTC_W", SIDE);
		add(req, fd, own.cursor, "CRTC_H", SIDE);
		add(req, fd, own.cursor, "SRC_X", 0);
		add(req, fd, own.cursor, "SRC_Y", 0);
		add(req, fd, own.cursor, "SRC_W", SIDE << 16);
		add(req, fd, own.cursor, "SRC_H", SIDE << 16);
		add(req, fd, own.cursor, "HOTSPOT_X", i);
		add(req, fd, own.cursor, "HOTSPOT_Y", SIDE - 1 - i);
		igt_assert_eq(drmModeAtomicCommit(fd, req, 0, NULL), 0);
		drmModeAtomicFree(req);
	}
	igt_assert_eq(drmModeSetCursor(fd, own.crtc, 0, 0, 0), 0);
	igt_assert_eq(drmModeRmFB(fd, id), 0);
	igt_assert_eq(drmSetClientCap(fd, DRM_CLIENT_CAP_CURSOR_PLANE_HOTSPOT, 0), 0);
	drmModeDestroyDumbBuffer(fd, handles[0]);
}

/* The hand moves on while the next frame waits for whoever draws it. */
static void move_while_flip_waits(int fd)
{
	uint32_t handle = image(fd, 0xffff0000);
	struct igt_virtgpu_gate gate;
	struct timespec start = { };

	igt_virtgpu_show(&out, fbs[0].id);
	igt_assert_eq(drmModeSetCursor2(fd, out.crtc, handle, SIDE, SIDE, 1, 1), 0);
	igt_virtgpu_gate_init(&gate);
	igt_assert_eq(__igt_virtgpu_flip(&out, fbs[1].id, gate.fence, NULL), 0);
	igt_nsec_elapsed(&start);
	for (int i = 0; i < 50; i++)
		igt_assert_eq(drmModeMoveCursor(fd, out.crtc, i, i), 0);
	igt_assert_f(igt_nsec_elapsed(&start) < 5ull * NSEC_PER_SEC,
		     "the cursor waited for the frame\n");
	igt_assert(!igt_virtgpu_flip_done(fd, 0, NULL));
	igt_virtgpu_gate_open(&gate);
	igt_assert(igt_virtgpu_flip_done(fd, IGT_VIRTGPU_SOON, NULL));
	igt_virtgpu_gate_fini(&gate);
	igt_assert_eq(drmModeSetCursor(fd, out.crtc, 0, 0, 0), 0);
	drmModeDestroyDumbBuffer(fd, handle);
}

/* Images and moves from several processes while frames are flipped. */
static void storm(int fd)
{
	uint32_t handles[2] = { image(fd, 0xff0000ff), image(fd, 0x80808080) };

	igt_virtgpu_show(&out, fbs[0].id);
	igt_fork(child, 3) {
		for (int i = 0; i < 80; i++) {
			if (i % 8 == child)
				igt_assert_eq(drmModeSetCursor2(fd, out.crtc,
								i & 16 ? 0 : handles[child & 1],
								SIDE, SIDE, i % SIDE, child), 0);
			igt_assert_eq(drmModeMoveCursor(fd, out.crtc, 10 * i - SIDE,
							8 * i - SIDE), 0);
		}
	}
	for (int i = 1; i <= 15; i++)
		igt_virtgpu_flip_in_turn(&out, fbs[i & 1].id);
	igt_waitchildren_timeout(60, "a cursor call does not come back");
	igt_assert_eq(drmModeSetCursor(fd, out.crtc, 0, 0, 0), 0);
	for (int i = 0; i < 2; i++)
		drmModeDestroyDumbBuffer(fd, handles[i]);
}

/* An image may be freed as soon as it has been handed over. */
static void freed(int fd)
{
	igt_virtgpu_show(&out, fbs[0].id);
	for (int i = 0; i < 30; i++) {
		uint32_t handle = image(fd, 0xff000000 + i * 77777);

		igt_assert_eq(drmModeSetCursor2(fd, out.crtc, handle, SIDE, SIDE, i, i), 0);
		igt_assert_eq(drmModeDestroyDumbBuffer(fd, handle), 0);
		igt_assert_eq(drmModeMoveCursor(fd, out.crtc, i, 2 * i), 0);
	}
	igt_assert_eq(drmModeSetCursor(fd, out.crtc, 0, 0, 0), 0);
	igt_virtgpu_flip(&out, fbs[1].id);
}

/* The size that the driver names works, a larger image is refused. */
static void size(int fd)
{
	uint32_t handle, pitch;
	uint64_t width = 0, height = 0, bytes;

	igt_assert_eq(drmGetCap(fd, DRM_CAP_CURSOR_WIDTH, &width), 0);
	igt_assert_eq(drmGetCap(fd, DRM_CAP_CURSOR_HEIGHT, &height), 0);
	igt_virtgpu_show(&out, fbs[0].id);
	igt_assert_eq(drmModeCreateDumbBuffer(fd, 2 * width, 2 * height, 32, 0, &handle,
					      &pitch, &bytes), 0);
	igt_assert_lt(drmModeSetCursor(fd, out.crtc, handle, 2 * width, 2 * height), 0);
	drmModeDestroyDumbBuffer(fd, handle);
	igt_assert_eq(drmModeCreateDumbBuffer(fd, width, height, 32, 0, &handle, &pitch,
					      &bytes), 0);
	igt_assert_eq(drmModeSetCursor(fd, out.crtc, handle, width, height), 0);
	igt_assert_eq(drmModeSetCursor(fd, out.crtc, 0, 0, 0), 0);
	drmModeDestroyDumbBuffer(fd, handle);
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		fd = drm_open_driver_master(DRIVER_VIRTIO);
		igt_virtgpu_output_init(&out, fd);
		for (int i = 0; i < 2; i++)
			igt_virtgpu_fb_init(&fbs[i], fd, out.mode.hdisplay, out.mode.vdisplay);
	}

	igt_describe("Atomic clients see the cursor plane only if they know hotspots");
	igt_subtest("hotspot-clients-only")
		hotspot(fd);

	igt_describe("Image, place and hotspot are set in one commit");
	igt_subtest("hotspot-atomic")
		atomic_cursor(fd);

	igt_describe("The cursor moves while a flip waits for its in-fence");
	igt_subtest("move-while-flip-waits")
		move_while_flip_waits(fd);

	igt_describe("Several processes change and move the cursor while frames are flipped");
	igt_subtest("storm")
		storm(fd);

	igt_describe("Images are freed right after they were handed over");
	igt_subtest("freed-image")
		freed(fd);

	igt_describe("The driver takes the size it names, and no larger one");
	igt_subtest("size")
		size(fd);

	igt_fixture() {
		for (int i = 0; i < 2; i++)
			igt_virtgpu_fb_fini(&fbs[i], fd);
		drm_close_driver(fd);
	}
}
