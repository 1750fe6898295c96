// SPDX-License-Identifier: GPL-2.0-only
/*
 * What if the host says nothing, or that it has failed?
 */
#include "sim_fixture.h"
#include "sim_lost.h"

#include <linux/sync_file.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#define VENUS VIRTGPU_DRM_CAPSET_VENUS

static int get_caps(int fd)
{
	char data[64];
	struct drm_virtgpu_get_caps args = {
		.cap_set_id = VENUS,
		.addr = VG_PTR(data),
		.size = sizeof(data),
	};

	return __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args);
}

static int try_mmap(int fd, __u32 handle)
{
	return __vg_mmap(fd, handle, PAGE) == MAP_FAILED ? -errno : 0;
}

static bool is_alive(int fd)
{
	__u64 value;

	return !__vg_getparam(fd, VIRTGPU_PARAM_3D_FEATURES, &value);
}

/* A command that every living host answers at once, and this one does not, nor a ping */
static void silence(int fd)
{
	vg_sim_script("CTX_ATTACH_RESOURCE 0 never");
	vg_sim_script("GET_DISPLAY_INFO 0 never");
	vg_picture(fd);
}

TEST_F(sim, a_capset_that_does_not_come_is_ebusy_and_asked_for_again)
{
	SIM_PLUG();
	vg_sim_script("GET_CAPSET 0 never times 1");
	EXPECT_EQ(-EBUSY, get_caps(self->fd));
	EXPECT_EQ(0, get_caps(self->fd));
}

TEST_F(sim, a_fence_that_nobody_signals_says_whose_it_is)
{
	struct sync_fence_info fence = { 0 };
	struct sync_file_info info = {
		.num_fences = 1,
		.sync_fence_info = VG_PTR(&fence),
	};

	SIM_PLUG();
	vg_sim_script("SUBMIT_3D 0 hold");
	VG_OK(__vg_ioctl(vg_submit_fence(self->fd, 0), SYNC_IOC_FILE_INFO, &info));
	EXPECT_EQ(0, info.status);
	EXPECT_STREQ("virtio_gpu", fence.driver_name);
	EXPECT_STREQ("controlq", fence.obj_name);
	vg_sim_control("release");
}

TEST_F(sim, silence_loses_the_device)
{
	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	silence(self->fd);
	EXPECT_TRUE(sim_is_gone(self->fd));
}

TEST_F(sim, what_was_answered_is_no_silence)
{
	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	vg_picture(self->fd);
	usleep(2 * VG_SIM_HANG_TIMEOUT * 1000);
	EXPECT_TRUE(is_alive(self->fd));
}

/* A GPU may compute for long. */
TEST_F(sim, a_long_computation_is_no_silence)
{
	int fence;

	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	fence = vg_sim_fence(self->fd, 0, 0, VSIM_OP_HOLD, 1);
	usleep(2 * VG_SIM_HANG_TIMEOUT * 1000);
	EXPECT_TRUE(is_alive(self->fd));
	vg_sim_control("release");
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(fence));
}

/* One lost answer and nothing else to do: the host answers a ping, so it lives. */
TEST_F(sim, ping_answered_device_kept)
{
	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	vg_sim_script("CTX_ATTACH_RESOURCE 0 never");
	vg_picture(self->fd);
	usleep(2 * VG_SIM_HANG_TIMEOUT * 1000);
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
}

/* That it has lived for long is not held against it when it is slow once. */
TEST_F(sim, ping_answered_late_after_a_long_computation_device_kept)
{
	int fence;

	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	fence = vg_sim_fence(self->fd, 0, 0, VSIM_OP_HOLD, 1);
	usleep(2 * VG_SIM_HANG_TIMEOUT * 1000);
	vg_sim_script("GET_DISPLAY_INFO 0 delay %d times 1", VG_SIM_HANG_TIMEOUT / 2);
	usleep(VG_SIM_HANG_TIMEOUT * 1000);
	EXPECT_EQ(0, vg_sim_state("resets"));
	vg_sim_control("release");
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(fence));
}

/* Where many computations fill the ring, there is room for a ping. */
TEST_F(sim, ring_full_of_long_computations_is_no_silence)
{
	struct drm_virtgpu_execbuffer args = { 0 };
	int files[8], fence = -1, i, j;

	vg_sim_set("queue_size", 64);
	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	vg_sim_script("SUBMIT_3D 0 hold");
	for (i = 0; i < 8; i++) {
		files[i] = vg_open();
		for (j = 0; j < 12; j++)
			VG_OK(__vg_submit(files[i], &args));
	}
	fence = vg_submit_fence(self->fd, 0);
	usleep(2 * VG_SIM_HANG_TIMEOUT * 1000);
	EXPECT_EQ(0, vg_sim_state("resets"));
	vg_sim_control("defaults");
	vg_sim_control("release");
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(fence));
	for (i = 0; i < 8; i++)
		close(files[i]);
}

/* A host that is slow, and whose window is moved meanwhile: what it tells is no sign of its death. */
TEST_F(sim, storm_of_events_while_a_ping_is_answered_loses_nothing)
{
	int i;

	SIM_PLUG();
	if (!__vg_sim_hang_timeout(4000))
		SKIP(return, "needs virtio-gpu-hang-timeout in debugfs");
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("CTX_ATTACH_RESOURCE 0 hold");
	vg_sim_script("GET_DISPLAY_INFO 0 hold");
	vg_picture(self->fd);
	/* The second look finds that nothing has moved, and sends a ping. */
	usleep(1300000);
	for (i = 0; i < 200; i++) {
		vg_sim_control("events 1");
		usleep(1000);
	}
	vg_sim_control("release");
	EXPECT_EQ(0, vg_sim_state("resets"));
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, RING_IDX), VG_SOON));
}

/* A machine that stood still, and whose clock went on, has not waited for the host. */
TEST_F(sim, machine_that_stood_still_loses_nothing)
{
	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	vg_sim_script("CTX_ATTACH_RESOURCE 0 hold");
	vg_sim_script("GET_DISPLAY_INFO 0 hold");
	vg_picture(self->fd);
	/* The second look finds that nothing has moved, and sends a ping. */
	usleep(700000);
	vg_sim_control("stand_still %d", VG_SIM_HANG_TIMEOUT + 1000);
	usleep(400000);
	vg_sim_control("release");
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
	EXPECT_EQ(0, vg_sim_state("resets"));
}

/* With EVENT_IDX it is not told of what comes later either, before it has looked. */
TEST_F(sim, host_that_did_not_hear_of_work_is_told_again)
{
	int fence;

	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	ASSERT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
	vg_sim_set("deaf", 1);
	fence = vg_submit_fence(self->fd, 0);
	usleep(100000);
	vg_sim_set("deaf", 0);
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(fence));
	EXPECT_EQ(0, vg_sim_state("resets"));
}

/* Its queues are enabled now. */
static void *listen_late(void *data)
{
	usleep(500000);
	vg_sim_set("deaf", 0);
	return NULL;
}

/* vhost-user back ends are told which queues to look at when the driver is at work already. */
TEST_F(sim, host_that_listens_late_is_told_of_the_first_commands_again)
{
	long began = vg_now();
	pthread_t thread;

	vg_sim_set("deaf", 1);
	ASSERT_EQ(0, pthread_create(&thread, NULL, listen_late, NULL));
	SIM_PLUG();
	pthread_join(thread, NULL);
	EXPECT_LT(vg_now() - began, 5000);
	EXPECT_NE(0, vg_param(self->fd, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs));
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
}

/* A host that died under a computation answers no ping. */
TEST_F(sim, fenced_commands_only_dead_host_noticed)
{
	int fence;

	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	vg_sim_script("GET_DISPLAY_INFO 0 never");
	fence = vg_sim_fence(self->fd, 0, 0, VSIM_OP_HOLD, 1);
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(-EIO, vg_fence_status(fence));
	EXPECT_TRUE(sim_is_gone(self->fd));
}

TEST_F(sim, fences_of_a_silent_host_end_with_eio)
{
	int fence;

	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	fence = vg_sim_fence(self->fd, 0, 0, VSIM_OP_HOLD, 1);
	silence(self->fd);
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(-EIO, vg_fence_status(fence));
}

TEST_F(sim, a_mapping_that_a_silent_host_does_not_make_ends)
{
	struct vg_bo bo;

	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_deferred_blob(self->fd, MAPPABLE, PAGE);
	vg_sim_script("RESOURCE_MAP_BLOB 0 never");
	vg_sim_script("GET_DISPLAY_INFO 0 never");
	EXPECT_EQ(-EIO, try_mmap(self->fd, bo.handle));
}

TEST_F(sim, a_lost_device_can_be_closed_and_replaced)
{
	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	silence(self->fd);
	ASSERT_TRUE(sim_is_gone(self->fd));
	close(self->fd);
	vg_sim_control("defaults");
	vg_sim_unplug();
	SIM_PLUG();
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
}

TEST_F(sim, a_lost_device_gives_back_what_the_host_had)
{
	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	silence(self->fd);
	ASSERT_TRUE(sim_is_gone(self->fd));
	EXPECT_TRUE(vg_sim_becomes("resources", 0));
	EXPECT_TRUE(vg_sim_becomes("status", 0));
}

TEST_F(sim, who_waits_for_a_silent_host_can_be_killed)
{
	struct vg_bo bo;
	int status;
	pid_t child;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_deferred_blob(self->fd, MAPPABLE, PAGE);
	vg_sim_script("RESOURCE_MAP_BLOB 0 never");
	child = fork();
	if (!child) {
		try_mmap(self->fd, bo.handle);
		_exit(1);
	}
	usleep(300000);
	kill(child, SIGKILL);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
}

/* Submits until the driver takes no more. */
static int flood(int fd)
{
	struct drm_virtgpu_execbuffer args = { .flags = RING_IDX };
	int ret;

	do {
		ret = __vg_submit(fd, &args);
	} while (!ret);
	return ret;
}

TEST_F(sim, who_floods_a_silent_host_can_be_killed)
{
	int status;
	pid_t child;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("SUBMIT_3D 0 never");
	child = fork();
	if (!child)
		_exit(flood(self->fd) ? 1 : 2);
	usleep(2000000);
	kill(child, SIGKILL);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
}

/* 30 seconds */
TEST_F_TIMEOUT(sim, who_floods_a_silent_host_is_turned_away, 120)
{
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("SUBMIT_3D 0 never");
	EXPECT_EQ(-ETIMEDOUT, flood(self->fd));
}

/* 30 seconds: what a slow host may take for its first word. */
TEST_F_TIMEOUT(sim, a_device_whose_screens_are_not_described_has_one, 120)
{
	struct vg_screen screen;
	int primary;

	vg_sim_set("num_scanouts", 1);
	vg_sim_script("GET_DISPLAY_INFO 0 never times 1");
	SIM_PLUG();
	EXPECT_TRUE(is_alive(self->fd));
	primary = vg_open_primary();
	EXPECT_EQ(0, __vg_screen(primary, &screen));
	close(primary);
}

TEST_F_TIMEOUT(sim, a_device_whose_capsets_are_not_described_has_none, 120)
{
	vg_sim_script("GET_CAPSET_INFO 0 never");
	SIM_PLUG();
	EXPECT_EQ(0, vg_param(self->fd, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs));
	EXPECT_EQ(-ENOSYS, get_caps(self->fd));
}

TEST_HARNESS_MAIN
