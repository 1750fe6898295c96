// SPDX-License-Identifier: GPL-2.0-only
/*
 * What goes behind work that is parked, because it waits for a fence itself?
 */
#include "sim_fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

#define MS 100	/* what "not yet" means */

/* A fence that signals when the test releases @tag. @fd: with a ring */
static int held(int fd, __u32 tag)
{
	return vg_sim_fence(fd, RING_IDX, 0, VSIM_OP_HOLD, tag);
}

/* Storage that an earlier submission may make, which itself still waits */

/* A submission without a ring that is not sent before ring 0 is released */
static void park_without_ring(int fd)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN,
		.fence_fd = held(fd, 1),
	};

	VG_OK(__vg_submit(fd, &args));
	close(args.fence_fd);
}

static int make_storage(int fd)
{
	struct drm_virtgpu_resource_create_blob args = vg_blob_args(HOST3D, MAPPABLE, PAGE);
	struct vg_bo bo;

	return __vg_blob(fd, &args, &bo);
}

static void *make_storage_in_a_thread(void *fd)
{
	return (void *)(long)make_storage(*(int *)fd);
}

TEST_F(sim, storage_waits_for_parked_work)
{
	pthread_t thread;
	void *ret;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	park_without_ring(self->fd);
	VG_ASSERT(!pthread_create(&thread, NULL, make_storage_in_a_thread, &self->fd));
	usleep(MS * 1000);
	EXPECT_EQ(0, vg_sim_state("RESOURCE_CREATE_BLOB"));
	vg_sim_control("release");
	VG_ASSERT(!pthread_join(thread, &ret));
	EXPECT_EQ(NULL, ret);
	EXPECT_TRUE(vg_sim_becomes("RESOURCE_CREATE_BLOB", 1));
}

/* It has an order of its own. */
TEST_F(sim, parked_work_without_a_ring_holds_up_no_ring)
{
	struct drm_virtgpu_execbuffer args = { .flags = VIRTGPU_EXECBUF_FENCE_FD_IN };

	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	args.fence_fd = vg_sim_fence(self->fd, RING_IDX, 1, VSIM_OP_HOLD, 1);
	VG_OK(__vg_submit(self->fd, &args));
	EXPECT_TRUE(vg_fence_signals(vg_sim_fence(self->fd, RING_IDX, 0, VSIM_OP_NOP, 0), VG_SOON));
	EXPECT_EQ(2, vg_sim_state("SUBMIT_3D"));
	vg_sim_control("release");
}

/* The first part of the fence is of the work's own ring, and would not have it wait; the second does. */
TEST_F(sim, work_with_a_merged_fence_waits_for_what_is_not_its_own_ring)
{
	struct drm_virtgpu_execbuffer args = { .flags = RING_IDX | VIRTGPU_EXECBUF_FENCE_FD_IN };
	int others;

	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	others = vg_sim_fence(self->fd, RING_IDX, 1, VSIM_OP_HOLD, 2);
	args.fence_fd = vg_fence_merge(held(self->fd, 1), others);
	VG_OK(__vg_submit(self->fd, &args));
	usleep(MS * 1000);
	EXPECT_EQ(2, vg_sim_state("SUBMIT_3D"));
	vg_sim_control("release");
	EXPECT_TRUE(vg_sim_becomes("SUBMIT_3D", 3));
}

/* What has left the place where it was parked is on its way before anybody takes it for sent. */
TEST_F(sim, storage_made_while_parked_work_goes_follows_it)
{
	struct vsim_operation make = { .op = VSIM_OP_MAKE, .a = 7 };
	struct drm_virtgpu_execbuffer exec = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN,
	};
	struct drm_virtgpu_resource_create_blob args = vg_blob_args(HOST3D, MAPPABLE, PAGE);
	struct vg_bo bo;

	vg_sim_need_window();
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	exec.fence_fd = held(self->fd, 1);
	VG_OK(__vg_sim_submit(self->fd, &exec, &make, 1));
	args.blob_id = 7;
	vg_sim_control("release");
	usleep(50000);
	ASSERT_EQ(0, __vg_blob(self->fd, &args, &bo));
	EXPECT_NE(MAP_FAILED, __vg_mmap(self->fd, bo.handle, PAGE));
}

#define LARGE (16 << 20)	/* of which the host is told at once when it goes */

/*
 * Others wait for whom the fence wakes: nothing is allocated there, and nobody waited for.
 * Only a kernel that proves its locking would say so.
 */
TEST_F(sim, work_whose_buffer_goes_with_it_breaks_no_rule_of_fences)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN | FENCE_OUT,
		.num_bo_handles = 1,
	};
	int log = vg_log_open();
	struct vg_gate gate;
	struct vg_bo bo;

	VG_GATE(&gate);
	SIM_PLUG();
	bo = vg_blob(self->fd, GUEST, MAPPABLE, LARGE);
	args.bo_handles = VG_PTR(&bo.handle);
	args.fence_fd = gate.fence;
	VG_OK(__vg_submit(self->fd, &args));
	vg_close_handle(self->fd, bo.handle);
	vg_gate_open(&gate);
	ASSERT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	EXPECT_TRUE(vg_sim_becomes("resources", 0));
	EXPECT_EQ(NULL, vg_log_complaint(log));
	vg_gate_fini(&gate);
}

TEST_F(sim, who_waits_for_parked_work_can_be_killed)
{
	pid_t child;
	long from;

	vg_sim_need_window();
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	park_without_ring(self->fd);
	child = fork();
	if (!child)
		_exit(make_storage(self->fd) ? 1 : 2);
	usleep(MS * 1000);
	from = vg_now();
	EXPECT_EQ(VG_LATE, vg_reap(child, 0));
	EXPECT_GT(20 * MS, vg_now() - from);
	vg_sim_control("release");
}

/* 30 seconds */
TEST_F_TIMEOUT(sim, storage_behind_work_that_never_goes_is_ebusy, 120)
{
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	park_without_ring(self->fd);
	EXPECT_EQ(-EBUSY, make_storage(self->fd));
	vg_sim_control("release");
}

/* More than may be parked, behind one fence; 0 or -errno */
static int park_many(int fence)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN,
		.fence_fd = fence,
	};
	int fd = vg_open(), ret = 0, i;

	for (i = 0; i < 300 && !ret; i++)
		ret = __vg_submit(fd, &args);
	return ret;
}

/* What it is made to wait for is room, and no error. */
TEST_F(sim, who_has_parked_all_that_it_may_goes_on_when_it_is_sent)
{
	pid_t child;
	int fence;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	fence = held(self->fd, 1);
	child = fork();
	if (!child)
		_exit(park_many(fence) ? 1 : 2);
	sleep(2);
	EXPECT_EQ(0, waitpid(child, NULL, WNOHANG));
	vg_sim_control("release");
	EXPECT_EQ(2, vg_reap(child, VG_SOON));
}

/* Each of them has parked all that it may when it goes. */
TEST_F_TIMEOUT(sim, what_those_leave_parked_who_are_gone_is_bounded, 60)
{
	const long before = vg_proc_number("/proc/meminfo", "MemAvailable");
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN,
		.size = 4 << 20,
	};
	void *stream = calloc(1, args.size);
	int i, k, fd;

	VG_ASSERT(stream);
	args.command = VG_PTR(stream);
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	args.fence_fd = held(self->fd, 1);
	for (i = 0; i < 8; i++) {
		fd = vg_open();
		for (k = 0; k < 15; k++)
			VG_OK(__vg_submit(fd, &args));
		close(fd);
	}
	usleep(500000);
	EXPECT_GT(256 * 1024, before - vg_proc_number("/proc/meminfo", "MemAvailable"));
	vg_sim_control("release");
	free(stream);
}

/* A buffer that two files have, of which one has work parked that names it */

FIXTURE(shared) {
	int fd;		/* whose fence is waited for */
	int first;	/* who has work parked */
	int second;	/* who has the buffer, too */
	struct vg_bo bo;
	__u32 handle;	/* of the second */
	int fence;
};

FIXTURE_SETUP(shared)
{
	int dmabuf;

	SIM_SETUP();
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	self->first = vg_open();
	self->second = vg_open();
	self->bo = vg_picture(self->first);
	dmabuf = vg_export(self->first, self->bo.handle);
	self->handle = vg_import(self->second, dmabuf);
	close(dmabuf);
	self->fence = held(self->fd, 1);
	EXPECT_TRUE(vg_sim_becomes("SUBMIT_3D", 1));
}

FIXTURE_TEARDOWN_PARENT(shared)
{
	SIM_TEARDOWN();
}

/* A submission with one buffer. @fence: waited for, or -1. Returns its own */
static int use(int fd, __u32 handle, int fence, __u32 op, __u32 tag)
{
	struct vsim_operation operation = { .op = op, .a = tag };
	struct drm_virtgpu_execbuffer args = {
		.flags = FENCE_OUT | (fence < 0 ? 0 : VIRTGPU_EXECBUF_FENCE_FD_IN),
		.bo_handles = VG_PTR(&handle),
		.num_bo_handles = 1,
		.fence_fd = fence,
	};

	VG_OK(__vg_sim_submit(fd, &args, &operation, 1));
	return args.fence_fd;
}

/* The host has seen @count submissions, and sees no more of them. */
#define EXPECT_SENT(count) do {						\
	EXPECT_TRUE(vg_sim_becomes("SUBMIT_3D", count));		\
	usleep(MS * 1000);						\
	EXPECT_EQ(count, vg_sim_state("SUBMIT_3D"));			\
} while (0)

/* Who is told that something was drawn reads it when that has been drawn. */
TEST_F(shared, work_with_a_buffer_of_parked_work_follows_it)
{
	int drawn, read;

	drawn = use(self->first, self->bo.handle, self->fence, VSIM_OP_NOP, 0);
	read = use(self->second, self->handle, -1, VSIM_OP_NOP, 0);
	EXPECT_SENT(1);
	vg_sim_control("release");
	EXPECT_TRUE(vg_fence_signals(drawn, VG_SOON));
	EXPECT_TRUE(vg_fence_signals(read, VG_SOON));
	EXPECT_EQ(3, vg_sim_state("SUBMIT_3D"));
}

/* Also when it waits for something of its own, which is over first. */
TEST_F(shared, work_that_waits_for_a_fence_follows_parked_work_too)
{
	int drawn, read, other = vg_open(), fence;

	vg_ring_context(other, 1, 0);
	fence = held(other, 2);
	drawn = use(self->first, self->bo.handle, self->fence, VSIM_OP_NOP, 0);
	read = use(self->second, self->handle, fence, VSIM_OP_NOP, 0);
	close(vg_sim_fence(other, 0, 0, VSIM_OP_RELEASE, 2));
	EXPECT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_SENT(3);
	vg_sim_control("release");
	EXPECT_TRUE(vg_fence_signals(drawn, VG_SOON));
	EXPECT_TRUE(vg_fence_signals(read, VG_SOON));
	close(other);
}

/* What is sent once is in order; the host is not made to end one before it gets the next. */
TEST_F(shared, parked_work_is_followed_when_it_is_sent)
{
	int drawn, read;

	drawn = use(self->first, self->bo.handle, self->fence, VSIM_OP_HOLD, 2);
	read = use(self->second, self->handle, -1, VSIM_OP_NOP, 0);
	EXPECT_SENT(1);
	close(vg_sim_fence(self->fd, 0, 0, VSIM_OP_RELEASE, 1));
	EXPECT_SENT(4);
	EXPECT_FALSE(vg_fence_signals(drawn, 0));
	vg_sim_control("release");
	EXPECT_TRUE(vg_fence_signals(drawn, VG_SOON));
	EXPECT_TRUE(vg_fence_signals(read, VG_SOON));
}

TEST_F(shared, a_transfer_of_a_buffer_of_parked_work_follows_it)
{
	struct drm_virtgpu_3d_transfer_to_host args = {
		.bo_handle = self->handle,
		.box = { .w = 1, .h = 1, .d = 1 },
	};
	int drawn;

	drawn = use(self->first, self->bo.handle, self->fence, VSIM_OP_NOP, 0);
	VG_OK(__vg_ioctl(self->second, DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST, &args));
	usleep(MS * 1000);
	EXPECT_EQ(0, vg_sim_state("TRANSFER_TO_HOST_3D"));
	vg_sim_control("release");
	EXPECT_TRUE(vg_sim_becomes("TRANSFER_TO_HOST_3D", 1));
	EXPECT_TRUE(vg_fence_signals(drawn, VG_SOON));
}

TEST_F(shared, work_with_other_buffers_does_not_wait)
{
	struct vg_bo other = vg_picture(self->second);
	int drawn, read;

	drawn = use(self->first, self->bo.handle, self->fence, VSIM_OP_NOP, 0);
	read = use(self->second, other.handle, -1, VSIM_OP_NOP, 0);
	EXPECT_TRUE(vg_fence_signals(read, VG_SOON));
	EXPECT_FALSE(vg_fence_signals(drawn, 0));
	vg_sim_control("release");
}

/* Its context ends 10 seconds later, and what it had parked never runs. */
TEST_F_TIMEOUT(shared, parked_work_of_who_is_gone_holds_up_nobody, 60)
{
	int read;

	close(use(self->first, self->bo.handle, self->fence, VSIM_OP_NOP, 0));
	close(self->first);
	read = use(self->second, self->handle, -1, VSIM_OP_NOP, 0);
	EXPECT_TRUE(vg_fence_signals(read, 20 * 1000));
	EXPECT_FALSE(vg_fence_signals(self->fence, 0));
	EXPECT_EQ(2, vg_sim_state("SUBMIT_3D"));
	vg_sim_control("release");
}

TEST_F(shared, unplug_ends_work_behind_parked_work)
{
	int drawn, read;

	drawn = use(self->first, self->bo.handle, self->fence, VSIM_OP_NOP, 0);
	read = use(self->second, self->handle, -1, VSIM_OP_NOP, 0);
	EXPECT_SENT(1);
	vg_sim_unplug();
	EXPECT_TRUE(vg_fence_signals(drawn, VG_SOON));
	EXPECT_TRUE(vg_fence_signals(read, VG_SOON));
}

TEST_HARNESS_MAIN
