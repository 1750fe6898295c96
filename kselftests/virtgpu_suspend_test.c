// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is left after the machine has slept?
 *
 * The host forgets everything when its device is reset. The kernel's own test of
 * suspend puts all devices to sleep and wakes them, without the machine; where a
 * device keeps its state meanwhile, there is nothing to test.
 */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include <libvirtgpu.h>

#define HOST3D VIRTGPU_BLOB_MEM_HOST3D
#define GUEST VIRTGPU_BLOB_MEM_GUEST
#define MAPPABLE VIRTGPU_BLOB_FLAG_USE_MAPPABLE
#define SHAREABLE VIRTGPU_BLOB_FLAG_USE_SHAREABLE
#define TO_HOST DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST
#define FROM_HOST DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST

#define SIZE 65536
#define SIDE 32
#define PICTURE (SIDE * SIDE * 4)

/* All devices go to sleep and wake up. */
static int sleep_devices(void)
{
	int ret;

	ret = __vg_write_file("/sys/power/pm_test", "devices");
	if (ret)
		return ret;
	__vg_write_file("/sys/module/suspend/parameters/pm_test_delay", "0");
	ret = __vg_write_file("/sys/power/state", "freeze");
	__vg_write_file("/sys/power/pm_test", "none");
	return ret;
}

/* In-tree drivers before 7.3 leave dead queues behind, for all later tests too. */
static bool driver_wakes_up(void)
{
	char taint[16] = "";
	int fd;

	if (vg_kernel_release() >= 7003)
		return true;
	fd = open("/sys/module/virtio_gpu/taint", O_RDONLY);
	if (fd < 0)
		return false;
	if (read(fd, taint, sizeof(taint) - 1) < 0)
		taint[0] = '\0';
	close(fd);
	return strchr(taint, 'O');
}

#define SLEEP() do {							\
	int __ret = sleep_devices();					\
	ASSERT_EQ(0, __ret);						\
} while (0)

FIXTURE(suspend) {
	int fd;
};

FIXTURE_SETUP(suspend)
{
	VG_OPEN(self->fd, 0);
	if (!driver_wakes_up())
		SKIP(return, "needs a driver that survives a suspend");
	if (access("/sys/power/pm_test", W_OK))
		SKIP(return, "needs root, and a kernel with CONFIG_PM_DEBUG");
}

FIXTURE_TEARDOWN(suspend)
{
	close(self->fd);
}

static int move_picture(int fd, unsigned long request, __u32 handle)
{
	struct drm_virtgpu_3d_transfer_to_host args = {
		.bo_handle = handle,
		.box = { .w = SIDE, .h = SIDE, .d = 1 },
	};

	return __vg_ioctl(fd, request, &args) ?: __vg_wait(fd, handle, 0);
}

TEST_F(suspend, the_device_takes_work)
{
	int fd;

	VG_NEED(self->fd, VG_3D);
	SLEEP();
	fd = vg_open();
	vg_submit(fd, 0);
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(fd, 0), VG_SOON));
	close(fd);
}

TEST_F(suspend, a_context_is_lost)
{
	struct drm_virtgpu_execbuffer args = {};
	struct vg_bo bo;

	VG_NEED(self->fd, VG_3D);
	bo = vg_picture(self->fd);
	SLEEP();
	EXPECT_EQ(-EIO, __vg_submit(self->fd, &args));
	EXPECT_EQ(-EIO, move_picture(self->fd, TO_HOST, bo.handle));
}

TEST_F(suspend, a_fence_does_not_stay_pending)
{
	int fence;

	VG_NEED(self->fd, VG_3D);
	fence = vg_submit_fence(self->fd, 0);
	SLEEP();
	EXPECT_NE(0, vg_fence_status(fence));
	close(fence);
}

TEST_F(suspend, work_that_waited_ends_with_an_error)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN | VIRTGPU_EXECBUF_FENCE_FD_OUT,
	};
	struct vg_gate gate;

	VG_NEED(self->fd, VG_3D);
	VG_GATE(&gate);
	args.fence_fd = gate.fence;
	VG_OK(__vg_submit(self->fd, &args));
	SLEEP();
	EXPECT_EQ(-EIO, vg_fence_status(args.fence_fd));
	close(args.fence_fd);
	vg_gate_fini(&gate);
}

TEST_F(suspend, guest_pages_keep_their_bytes)
{
	struct vg_bo bo;
	void *map;

	VG_NEED(self->fd, VG_BLOB);
	bo = vg_blob(self->fd, GUEST, MAPPABLE, SIZE);
	map = vg_mmap(self->fd, bo.handle, SIZE);
	vg_fill(map, SIZE, 1);
	SLEEP();
	EXPECT_TRUE(vg_holds(map, SIZE, 1));
	munmap(map, SIZE);
}

/* Seen from a file that had no context before the suspend. */
TEST_F(suspend, the_host_has_a_picture_again)
{
	struct vg_bo bo;
	__u32 handle;
	void *map;
	int fd, buf;

	VG_NEED(self->fd, VG_3D | VG_FROM_HOST);
	bo = vg_picture(self->fd);
	map = vg_mmap(self->fd, bo.handle, PICTURE);
	buf = vg_export(self->fd, bo.handle);
	SLEEP();
	fd = vg_open();
	handle = vg_import(fd, buf);
	vg_fill(map, PICTURE, 2);
	EXPECT_EQ(0, move_picture(fd, TO_HOST, handle));
	vg_fill(map, PICTURE, 3);
	EXPECT_EQ(0, move_picture(fd, FROM_HOST, handle));
	EXPECT_TRUE(vg_holds(map, PICTURE, 2));
	close(fd);
	close(buf);
	munmap(map, PICTURE);
}

TEST_F(suspend, storage_on_the_host_is_lost)
{
	struct vg_bo bo;

	VG_NEED(self->fd, VG_BLOB | VG_HOST_VISIBLE | VG_CAPSET_VENUS);
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	bo = vg_blob(self->fd, HOST3D, MAPPABLE | SHAREABLE, SIZE);
	SLEEP();
	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, bo.handle, SIZE));
	EXPECT_EQ(EIO, errno);
}

static sigjmp_buf bus_error;

static void on_bus_error(int signal)
{
	siglongjmp(bus_error, 1);
}

TEST_F(suspend, storage_that_was_mapped_gives_a_bus_error)
{
	struct vg_bo bo;
	char *map;

	VG_NEED(self->fd, VG_BLOB | VG_HOST_VISIBLE | VG_CAPSET_VENUS);
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	bo = vg_blob(self->fd, HOST3D, MAPPABLE, SIZE);
	map = vg_mmap(self->fd, bo.handle, SIZE);
	vg_fill(map, SIZE, 4);
	SLEEP();
	signal(SIGBUS, on_bus_error);
	if (!sigsetjmp(bus_error, 1)) {
		*(volatile char *)map = 1;
		TH_LOG("the mapping still leads somewhere");
		EXPECT_TRUE(false);
	}
	signal(SIGBUS, SIG_DFL);
	munmap(map, SIZE);
}

TEST_F(suspend, a_lit_screen_can_be_flipped_again)
{
	struct vg_screen screen;
	__u32 fbs[2], cursor;
	int fd, i;

	fd = __vg_open_driver("virtio_gpu", false);
	if (fd < 0 || __vg_screen(fd, &screen) || __vg_ioctl(fd, DRM_IOCTL_SET_MASTER, NULL))
		SKIP(return, "needs to be master of a virtio_gpu screen");
	fbs[0] = vg_screen_framebuffer(fd, &screen);
	fbs[1] = vg_screen_framebuffer(fd, &screen);
	cursor = vg_dumb(fd, 64, 64);
	VG_OK(__vg_show(fd, &screen, fbs[0]));
	VG_OK(__vg_cursor(fd, &screen, cursor, 64, 5, 5));
	SLEEP();
	for (i = 1; i <= 3; i++) {
		ASSERT_EQ(0, __vg_flip(fd, &screen, fbs[i % 2]));
		EXPECT_NE(0, vg_flip_done(fd, VG_SOON));
	}
	EXPECT_EQ(0, __vg_cursor_move(fd, &screen, 6, 6));
	close(fd);
}

TEST_F(suspend, the_window_has_room_again)
{
	struct vg_bo bo;
	void *map;
	int fd;

	VG_NEED(self->fd, VG_BLOB | VG_HOST_VISIBLE | VG_CAPSET_VENUS);
	SLEEP();
	fd = vg_open();
	vg_context(fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	bo = vg_blob(fd, HOST3D, MAPPABLE, SIZE);
	map = vg_mmap(fd, bo.handle, SIZE);
	vg_fill(map, SIZE, 5);
	EXPECT_TRUE(vg_holds(map, SIZE, 5));
	munmap(map, SIZE);
	close(fd);
}

TEST_HARNESS_MAIN
