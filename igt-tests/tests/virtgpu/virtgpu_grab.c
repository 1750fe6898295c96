// SPDX-License-Identifier: MIT
/*
 * Does a screen grabber see what is on screen?
 *
 * Grabbers (kmsgrab of ffmpeg, kmsvnc) get a handle of the framebuffer by GETFB2.
 * What was drawn by the GPU is with the host: they fetch it by TRANSFER_FROM_HOST,
 * in a file of their own, which has to have the object in its context by then.
 */
#include "igt.h"
#include "igt_virtgpu.h"
#include "igt_virtgpu_kms.h"
#include "ioctl_wrappers.h"

IGT_TEST_DESCRIPTION("Screen grabbing: what another file shows is read back");

static struct igt_virtgpu_output out;
static uint32_t handle, fb, width, height, *map;

static uint32_t texel(uint32_t x, uint32_t y)
{
	return (x * 3 + y * 7) << 8 | (x & 0xff);
}

/* A texture whose picture the host has; the guest's pages are told nothing else. */
static void show_texture(int fd)
{
	width = out.mode.hdisplay;
	height = out.mode.vdisplay;
	handle = igt_virtgpu_texture(fd, width, height);
	map = igt_virtgpu_mmap(fd, handle, (size_t)width * height * 4);
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++)
			map[y * width + x] = texel(x, y);
	igt_virtgpu_to_host(fd, handle, width * 4,
			    (struct igt_virtgpu_box) { .w = width, .h = height });
	igt_virtgpu_wait(fd, handle);
	igt_assert_eq(__igt_virtgpu_addfb(&out, handle, width * 4, &fb), 0);
	igt_virtgpu_show(&out, fb);
}

static void expect_picture(int fd, uint32_t bo)
{
	uint32_t *seen = igt_virtgpu_mmap(fd, bo, (size_t)width * height * 4);

	memset(seen, 0, (size_t)width * height * 4);
	igt_virtgpu_from_host(fd, bo, width * 4,
			      (struct igt_virtgpu_box) { .w = width, .h = height });
	igt_virtgpu_wait(fd, bo);
	for (uint32_t y = 0; y < height; y += 7)
		for (uint32_t x = 0; x < width; x += 11)
			igt_assert_f(((seen[y * width + x] ^ texel(x, y)) & 0xffffff) == 0,
				     "texel %u,%u is %#x, not %#x\n", x, y,
				     seen[y * width + x], texel(x, y));
	munmap(seen, (size_t)width * height * 4);
}

static uint32_t shown_handle(int fd)
{
	drmModeFB2 *seen = drmModeGetFB2(fd, fb);
	uint32_t bo;

	igt_assert(seen);
	bo = seen->handles[0];
	igt_assert_f(bo, "GETFB2 gives no handle\n");
	drmModeFreeFB2(seen);
	return bo;
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		fd = drm_open_driver_master(DRIVER_VIRTIO);
		igt_virtgpu_require(fd, 3D_FEATURES);
		close(igt_virtgpu_submit(fd, 0, -1));
		igt_virtgpu_output_init(&out, fd);
		show_texture(fd);
	}

	igt_describe("The compositor reads back what it shows");
	igt_subtest("own-screen")
		expect_picture(fd, handle);

	igt_describe("A grabber whose first call is GETFB2");
	igt_subtest("first-call") {
		int own = drm_reopen_driver(fd);

		expect_picture(own, shown_handle(own));
		close(own);
	}

	igt_describe("A grabber that has a context already");
	igt_subtest("drawn-before") {
		int own = drm_reopen_driver(fd);

		close(igt_virtgpu_submit(own, 0, -1));
		expect_picture(own, shown_handle(own));
		close(own);
	}

	igt_describe("A grabber that hands the picture to a render node");
	igt_subtest("render-node") {
		int own = drm_reopen_driver(fd), render = drm_open_driver_render(DRIVER_VIRTIO);
		uint32_t bo;
		int dmabuf;

		igt_assert_eq(drmPrimeHandleToFD(own, shown_handle(own), DRM_RDWR, &dmabuf), 0);
		igt_assert_eq(drmPrimeFDToHandle(render, dmabuf, &bo), 0);
		expect_picture(render, bo);
		close(dmabuf);
		drm_close_driver(render);
		close(own);
	}

	igt_fixture() {
		munmap(map, (size_t)width * height * 4);
		drm_close_driver(fd);
	}
}
