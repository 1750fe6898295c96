// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is left after the machine has slept, of a host that does not make it easy?
 */
#include "sim_fixture.h"
#include "sim_lost.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

/* The device goes to sleep, or wakes up: 0 or -errno */
static int freeze(void)
{
	vg_sim_control("freeze");
	return -(int)vg_sim_state("slept");
}

static int restore(void)
{
	vg_sim_control("restore");
	return -(int)vg_sim_state("slept");
}

/* The context is lost with the file, but not what the dma-buf holds. */
static __u32 reopen_and_import(int *fd, int dmabuf)
{
	close(*fd);
	*fd = vg_open();
	return vg_import(*fd, dmabuf);
}

TEST_F(sim, work_that_the_host_does_not_end_is_given_up)
{
	int fence;

	SIM_PLUG();
	vg_sim_script("SUBMIT_3D 0 hold");
	fence = vg_submit_fence(self->fd, 0);
	EXPECT_EQ(0, freeze());
	EXPECT_EQ(-EIO, vg_fence_status(fence));
	EXPECT_EQ(0, restore());
}

/* The host is given some time before it is taken away. */
TEST_F(sim, work_that_the_host_ends_soon_is_waited_for)
{
	int fence;

	SIM_PLUG();
	fence = vg_sim_fence(self->fd, 0, 0, VSIM_OP_DELAY, 1000);
	EXPECT_EQ(0, freeze());
	EXPECT_EQ(1, vg_fence_status(fence));
	EXPECT_EQ(0, restore());
}

TEST_F(sim, a_file_opened_after_the_sleep_works)
{
	SIM_PLUG();
	vg_submit(self->fd, 0);
	ASSERT_EQ(0, freeze());
	ASSERT_EQ(0, restore());
	close(self->fd);
	self->fd = vg_open();
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
}

TEST_F(sim, a_picture_refused_after_the_sleep_is_eio)
{
	__u32 handle;
	int dmabuf;

	SIM_PLUG();
	dmabuf = vg_export(self->fd, vg_picture(self->fd).handle);
	ASSERT_EQ(0, freeze());
	vg_sim_script("RESOURCE_CREATE_3D 0 refuse ERR_OUT_OF_MEMORY");
	ASSERT_EQ(0, restore());
	handle = reopen_and_import(&self->fd, dmabuf);
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(-EIO, __vg_submit_bo(self->fd, handle));
	close(dmabuf);
}

/* What the host has not answered it has not refused either. */
TEST_F(sim, picture_unanswered_before_sleep_works_after)
{
	__u32 handle;
	int dmabuf;

	SIM_PLUG();
	vg_sim_script("RESOURCE_CREATE_3D 0 lose times 1");
	dmabuf = vg_export(self->fd, vg_picture(self->fd).handle);
	ASSERT_EQ(0, freeze());
	ASSERT_EQ(0, restore());
	handle = reopen_and_import(&self->fd, dmabuf);
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(0, __vg_submit_bo(self->fd, handle));
	close(dmabuf);
}

/* What a program has mapped is taken away. */
TEST_F(sim, storage_on_the_host_is_lost_in_a_sleep)
{
	__u32 handle;

	SIM_PLUG();
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	handle = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE).handle;
	vg_fill(vg_mmap(self->fd, handle, PAGE), PAGE, 1);
	ASSERT_EQ(0, freeze());
	ASSERT_EQ(0, restore());
	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, handle, PAGE));
	EXPECT_EQ(EIO, errno);
}

TEST_F(sim, a_device_without_queues_after_the_sleep_is_lost)
{
	struct drm_virtgpu_execbuffer args = { .fence_fd = -1 };

	vg_sim_set("num_scanouts", 1);
	SIM_PLUG();
	vg_submit(self->fd, 0);
	ASSERT_EQ(0, freeze());
	vg_sim_set("no_queues", 1);
	EXPECT_EQ(-ENOENT, restore());
	vg_sim_set("no_queues", 0);
	EXPECT_EQ(-ENODEV, __vg_submit(self->fd, &args));
}

/* What was lost in the sleep is lost once, and what is kept in guest pages is kept. */
TEST_F(sim, device_that_fails_on_waking_is_reset)
{
	__u32 handle;
	int dmabuf;

	SIM_PLUG();
	dmabuf = vg_export(self->fd, vg_picture(self->fd).handle);
	ASSERT_EQ(0, freeze());
	vg_sim_script("GET_DISPLAY_INFO 0 reset times 1");
	EXPECT_EQ(0, restore());
	handle = reopen_and_import(&self->fd, dmabuf);
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(0, __vg_submit_bo(self->fd, handle));
	close(dmabuf);
}

/* Who has asked for it may be killed: that is no reason to give the device up. */
TEST_F(sim, device_woken_by_whom_was_killed_works)
{
	pid_t pid;

	SIM_PLUG();
	ASSERT_EQ(0, freeze());
	vg_sim_script("GET_DISPLAY_INFO 0 delay 1000 times 1");
	pid = fork();
	VG_ASSERT(pid >= 0);
	if (!pid)
		_exit(restore());
	usleep(300000);
	VG_ASSERT(!kill(pid, SIGKILL));
	VG_ASSERT(waitpid(pid, NULL, 0) == pid);
	EXPECT_EQ(0, vg_sim_state("slept"));
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(vg_open(), 0), VG_SOON));
}

/* The machine stops all processes, and lets them go on. */
static int stop_all_processes(void)
{
	int ret = __vg_write_file("/sys/power/pm_test", "freezer");

	__vg_write_file("/sys/module/suspend/parameters/pm_test_delay", "0");
	ret = ret ?: __vg_write_file("/sys/power/state", "freeze");
	__vg_write_file("/sys/power/pm_test", "none");
	return ret;
}

/* Behind a fence, until it is made to wait and on: 256 may be parked. */
static pid_t park_in_a_child(int fence)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN,
		.fence_fd = fence,
	};
	pid_t child = fork();
	int i, fd;

	if (child)
		return child;
	fd = vg_open();
	for (i = 0; i < 300; i++)
		if (__vg_submit(fd, &args))
			_exit(1);
	_exit(0);
}

/* Who waits for room is stopped as others are, and waits on. A machine waits for that for 20 s. */
TEST_F_TIMEOUT(sim, who_is_made_to_wait_lets_the_machine_sleep, 120)
{
	int fence, status = -1;
	pid_t child;

	if (access("/sys/power/pm_test", W_OK))
		SKIP(return, "needs root, and a kernel with CONFIG_PM_DEBUG");
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	fence = vg_sim_fence(self->fd, RING_IDX, 0, VSIM_OP_HOLD, 1);
	child = park_in_a_child(fence);
	sleep(2);
	EXPECT_EQ(0, waitpid(child, &status, WNOHANG));
	EXPECT_EQ(0, stop_all_processes());
	EXPECT_EQ(0, waitpid(child, &status, WNOHANG));
	vg_sim_control("release");
	EXPECT_TRUE(waitpid(child, &status, 0) == child && !status);
}

TEST_F(sim, a_device_without_queues_is_not_taken)
{
	vg_sim_set("no_queues", 1);
	vg_sim_control("plug");
	vg_sim_set("no_queues", 0);
	EXPECT_EQ(-ENODEV, __vg_open());
}

TEST_F(sim, a_device_of_before_the_standard_is_not_taken)
{
	vg_sim_withhold(VG_F_VERSION_1);
	vg_sim_control("plug");
	EXPECT_EQ(-ENODEV, __vg_open());
}

TEST_F(sim, a_lost_device_sleeps_and_wakes_as_such)
{
	struct drm_virtgpu_execbuffer args = { .fence_fd = -1 };
	int i;

	SIM_PLUG();
	/* The fourth failure in ten minutes is one too many. */
	for (i = 0; i < 4; i++) {
		int fd = vg_open();

		vg_submit(fd, 0);
		vg_sim_control("needs_reset");
		EXPECT_TRUE(i == 3 ? sim_is_gone(fd) : sim_is_back(fd));
		close(fd);
	}
	EXPECT_EQ(0, freeze());
	EXPECT_EQ(0, restore());
	EXPECT_EQ(-ENODEV, __vg_submit(self->fd, &args));
}

TEST_F(sim, a_machine_that_goes_down_leaves_the_host_in_peace)
{
	struct drm_virtgpu_execbuffer args = { .fence_fd = -1 };

	SIM_PLUG();
	vg_submit(self->fd, 0);
	vg_sim_control("shutdown");
	if (vg_sim_state("slept"))
		SKIP(return, "needs a driver that is told of a shutdown");
	EXPECT_EQ(-ENODEV, __vg_submit(self->fd, &args));
	/* It is reset, for a kernel that follows without the machine's doing so. */
	EXPECT_EQ(0, vg_sim_state("status"));
}

/* What the host shows is made again. */
FIXTURE(sleep) {
	int fd;
	struct vg_screen screen;
	__u32 fbs[2];
};

SIM_SCREENS(sleep);

FIXTURE_SETUP(sleep)
{
	SIM_SETUP();
	SIM_PLUG_SCREEN(variant->features);
	self->fbs[0] = vg_screen_framebuffer(self->fd, &self->screen);
	self->fbs[1] = vg_screen_framebuffer(self->fd, &self->screen);
	VG_OK(__vg_show(self->fd, &self->screen, self->fbs[0]));
	VG_OK(__vg_cursor(self->fd, &self->screen, vg_dumb(self->fd, 64, 64), 64, 5, 5));
}

FIXTURE_TEARDOWN_PARENT(sleep)
{
	SIM_TEARDOWN();
}

TEST_F(sleep, a_lit_screen_is_lit_again)
{
	int i;

	ASSERT_EQ(0, freeze());
	ASSERT_EQ(0, restore());
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_NE(0, vg_sim_state("scanout"));
	for (i = 1; i <= 3; i++) {
		ASSERT_EQ(0, __vg_flip(self->fd, &self->screen, self->fbs[i % 2]));
		EXPECT_NE(0, vg_flip_done(self->fd, VG_SOON));
	}
	EXPECT_EQ(0, __vg_cursor_move(self->fd, &self->screen, 6, 6));
}

/* What makes a dumb buffer on the host */
static const char *creation(__u64 features)
{
	return features & VG_F_BLOB ? "RESOURCE_CREATE_BLOB" : "RESOURCE_CREATE_2D";
}

/* There is nothing to show, of a picture or of a pointer. */
TEST_F(sleep, picture_refused_after_the_sleep_is_not_shown)
{
	__u64 flushes;

	ASSERT_EQ(0, freeze());
	flushes = vg_sim_state("RESOURCE_FLUSH");
	vg_sim_script("%s 0 refuse ERR_OUT_OF_MEMORY", creation(variant->features));
	ASSERT_EQ(0, restore());
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(0, vg_sim_state("scanout"));
	EXPECT_EQ(0, vg_sim_state("cursor"));
	EXPECT_EQ(flushes, vg_sim_state("RESOURCE_FLUSH"));
	EXPECT_EQ(-EIO, __vg_flip(self->fd, &self->screen, self->fbs[1]));
}

/* One that was refused before is not asked for again; another one is shown as ever. */
TEST_F(sleep, picture_refused_before_the_sleep_is_not_shown)
{
	__u64 scanouts, blobs;
	__u32 fb;

	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	vg_sim_script("%s 0 refuse ERR_OUT_OF_MEMORY times 1", creation(variant->features));
	vg_sim_script("%s 0 delay 300 times 1", creation(variant->features));
	vg_sim_script("RESOURCE_ATTACH_BACKING 0 delay 300 times 1");
	fb = vg_screen_framebuffer(self->fd, &self->screen);
	ASSERT_EQ(0, __vg_show(self->fd, &self->screen, fb));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	ASSERT_EQ(0, freeze());
	scanouts = vg_sim_state("SET_SCANOUT");
	blobs = vg_sim_state("SET_SCANOUT_BLOB");
	ASSERT_EQ(0, restore());
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(scanouts, vg_sim_state("SET_SCANOUT"));
	EXPECT_EQ(blobs, vg_sim_state("SET_SCANOUT_BLOB"));
	ASSERT_EQ(0, __vg_flip(self->fd, &self->screen, self->fbs[1]));
	EXPECT_NE(0, vg_flip_done(self->fd, VG_SOON));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_NE(0, vg_sim_state("scanout"));
}

TEST_F(sleep, a_screen_that_changed_meanwhile_is_told_of)
{
	struct vg_screen now = self->screen;
	int i;

	ASSERT_EQ(0, freeze());
	vg_sim_control("display 0 800 600");
	ASSERT_EQ(0, restore());
	for (i = 0; i < 200 && now.mode.hdisplay != 800; i++) {
		usleep(50000);
		now = vg_screen(self->fd);
	}
	EXPECT_EQ(800, now.mode.hdisplay);
}

TEST_HARNESS_MAIN
