// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which submissions send an event, and how is it read?
 */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <poll.h>

#include <libvirtgpu.h>

#define FENCE_OUT VIRTGPU_EXECBUF_FENCE_FD_OUT
#define RING_IDX VIRTGPU_EXECBUF_RING_IDX

/* What fits in the 4096 bytes that a file has for unread events */
#define MAX_EVENTS 512

static bool readable(int fd, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	VG_ASSERT(poll(&pfd, 1, ms) >= 0);
	return pfd.revents & POLLIN;
}

/* Submits on ring 0 and waits until the host is done. */
static void submit_and_wait(int fd)
{
	int fence = vg_submit_fence(fd, RING_IDX);

	VG_ASSERT(vg_fence_signals(fence, VG_SOON));
	close(fence);
}

FIXTURE(event) {
	int fd;
};

FIXTURE_SETUP(event)
{
	VG_OPEN(self->fd, VG_3D | VG_CONTEXT_INIT);
	VG_ASSERT(!fcntl(self->fd, F_SETFL, O_NONBLOCK));
	vg_ring_context(self->fd, 2, 1 << 0);
}

FIXTURE_TEARDOWN(event)
{
	close(self->fd);
}

TEST_F(event, nothing_is_readable_at_first)
{
	char byte[64];

	EXPECT_FALSE(readable(self->fd, 0));
	EXPECT_EQ(-1, read(self->fd, byte, sizeof(byte)));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(event, a_submission_sends_one)
{
	vg_submit(self->fd, RING_IDX);
	EXPECT_TRUE(readable(self->fd, VG_SOON));
}

TEST_F(event, it_is_eight_bytes)
{
	struct drm_event event[4];

	vg_submit(self->fd, RING_IDX);
	ASSERT_TRUE(readable(self->fd, VG_SOON));
	ASSERT_EQ(8, read(self->fd, event, sizeof(event)));
	EXPECT_EQ(VIRTGPU_EVENT_FENCE_SIGNALED, event[0].type);
	EXPECT_EQ(8, event[0].length);
}

TEST_F(event, it_comes_once)
{
	char bytes[64];

	submit_and_wait(self->fd);
	ASSERT_TRUE(readable(self->fd, VG_SOON));
	ASSERT_EQ(8, read(self->fd, bytes, sizeof(bytes)));
	EXPECT_FALSE(readable(self->fd, 0));
}

TEST_F(event, it_comes_when_the_fence_signals)
{
	int fence = vg_submit_fence(self->fd, RING_IDX);

	ASSERT_TRUE(readable(self->fd, VG_SOON));
	EXPECT_TRUE(vg_fence_signals(fence, VG_SOON));
	close(fence);
}

TEST_F(event, each_submission_sends_its_own)
{
	char bytes[512];
	int i, total = 0, ret;

	for (i = 0; i < 20; i++)
		vg_submit(self->fd, RING_IDX);
	while (total < 20 * 8 && readable(self->fd, VG_SOON)) {
		ret = read(self->fd, bytes, sizeof(bytes));
		ASSERT_LT(0, ret);
		ASSERT_EQ(0, ret % 8);
		total += ret;
	}
	EXPECT_EQ(20 * 8, total);
	EXPECT_FALSE(readable(self->fd, 0));
}

TEST_F(event, a_buffer_for_two_gets_two)
{
	char bytes[16];
	int i;

	for (i = 0; i < 3; i++)
		submit_and_wait(self->fd);
	ASSERT_TRUE(readable(self->fd, VG_SOON));
	EXPECT_EQ(16, read(self->fd, bytes, sizeof(bytes)));
	EXPECT_EQ(8, read(self->fd, bytes, sizeof(bytes)));
}

TEST_F(event, a_short_read_loses_nothing)
{
	char bytes[8];

	submit_and_wait(self->fd);
	ASSERT_TRUE(readable(self->fd, VG_SOON));
	EXPECT_GE(0, read(self->fd, bytes, 4));
	EXPECT_EQ(8, read(self->fd, bytes, 8));
}

TEST_F(event, the_device_s_timeline_sends_none)
{
	int fence = vg_submit_fence(self->fd, 0);

	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_FALSE(readable(self->fd, 50));
	close(fence);
}

TEST_F(event, a_ring_outside_the_mask_sends_none)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = RING_IDX,
		.ring_idx = 1,
	};

	ASSERT_EQ(0, __vg_submit(self->fd, &args));
	submit_and_wait(self->fd);
	ASSERT_TRUE(readable(self->fd, VG_SOON));
	ASSERT_EQ(8, read(self->fd, (char[64]){ 0 }, 64));
	EXPECT_FALSE(readable(self->fd, 50));
}

TEST_F(event, a_refused_submission_sends_none)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = RING_IDX,
		.size = 4,
		.command = VG_BAD_POINTER,
	};

	ASSERT_EQ(-EFAULT, __vg_submit(self->fd, &args));
	submit_and_wait(self->fd);
	ASSERT_EQ(8, read(self->fd, (char[64]){ 0 }, 64));
	EXPECT_FALSE(readable(self->fd, 50));
}

TEST_F(event, another_file_gets_none)
{
	int other = vg_open();

	vg_ring_context(other, 1, 1);
	submit_and_wait(self->fd);
	EXPECT_FALSE(readable(other, 50));
	close(other);
}

TEST_F(event, closing_the_file_with_unread_ones_is_fine)
{
	int i;

	for (i = 0; i < 10; i++)
		vg_submit(self->fd, RING_IDX);
	close(self->fd);
	self->fd = vg_open();
	vg_submit(self->fd, 0);
}

TEST_F(event, a_blocking_read_waits_for_one)
{
	char bytes[64];

	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, 0));
	vg_submit(self->fd, RING_IDX);
	EXPECT_EQ(8, read(self->fd, bytes, sizeof(bytes)));
}

/* Refused calls give back the room that they took for their event. */
TEST_F(event, refused_submissions_use_up_no_room)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = RING_IDX,
		.size = 4,
		.command = VG_BAD_POINTER,
	};
	int i;

	for (i = 0; i < MAX_EVENTS + 10; i++) {
		ASSERT_EQ(-EFAULT, __vg_submit(self->fd, &args));
	}
	vg_submit(self->fd, RING_IDX);
	EXPECT_TRUE(readable(self->fd, VG_SOON));
}

/* The room for events, full */
FIXTURE(event_room) {
	int fd;
	struct drm_virtgpu_execbuffer args;
};

FIXTURE_SETUP(event_room)
{
	int i;

	VG_OPEN(self->fd, VG_3D | VG_CONTEXT_INIT);
	vg_ring_context(self->fd, 2, 1 << 0);
	self->args.flags = RING_IDX;
	for (i = 0; i < MAX_EVENTS; i++)
		vg_submit(self->fd, RING_IDX);
}

FIXTURE_TEARDOWN(event_room)
{
	close(self->fd);
}

TEST_F(event_room, one_more_is_enomem)
{
	EXPECT_REFUSED(ENOMEM, self->fd, DRM_IOCTL_VIRTGPU_EXECBUFFER,
		       &self->args);
}

TEST_F(event_room, one_more_with_an_out_fence_is_enomem)
{
	self->args.flags |= FENCE_OUT;
	self->args.fence_fd = 12345;
	EXPECT_REFUSED(ENOMEM, self->fd, DRM_IOCTL_VIRTGPU_EXECBUFFER,
		       &self->args);
}

/* In-tree drivers mark descriptor 0 as free there: the next open() gets it. */
TEST_F(event_room, the_refusal_frees_no_descriptor)
{
	int before, after;

	before = dup(2);
	VG_ASSERT(before > 0 && !close(before));
	ASSERT_EQ(-ENOMEM, __vg_submit(self->fd, &self->args));
	after = dup(2);
	EXPECT_EQ(before, after);
	close(after);
}

TEST_F(event_room, reading_one_makes_room_for_one)
{
	char bytes[8];

	ASSERT_EQ(8, read(self->fd, bytes, 8));
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(-ENOMEM, __vg_submit(self->fd, &self->args));
}

TEST_F(event_room, other_rings_need_none)
{
	self->args.ring_idx = 1;
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
	self->args.flags = 0;
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
}

TEST_F(event_room, all_of_them_come)
{
	char bytes[4096];
	int total = 0, ret;

	while (total < 4096 && readable(self->fd, VG_SOON)) {
		ret = read(self->fd, bytes, sizeof(bytes));
		ASSERT_LT(0, ret);
		total += ret;
	}
	EXPECT_EQ(4096, total);
}

/* Masks that ask for no events */
TEST(a_mask_of_0_sends_none)
{
	struct drm_virtgpu_context_set_param params[] = {
		{ VIRTGPU_CONTEXT_PARAM_CAPSET_ID, VIRTGPU_DRM_CAPSET_VIRGL2 },
		{ VIRTGPU_CONTEXT_PARAM_NUM_RINGS, 1 },
		{ VIRTGPU_CONTEXT_PARAM_POLL_RINGS_MASK, 0 },
	};
	int fd;

	VG_OPEN(fd, VG_3D | VG_CONTEXT_INIT | VG_CAPSET_VIRGL2);
	VG_OK(__vg_context_init(fd, params, 3));
	submit_and_wait(fd);
	EXPECT_FALSE(readable(fd, 50));
	close(fd);
}

TEST(no_mask_sends_none)
{
	int fd;

	VG_OPEN(fd, VG_3D | VG_CONTEXT_INIT);
	vg_ring_context(fd, 1, 0);
	submit_and_wait(fd);
	EXPECT_FALSE(readable(fd, 50));
	close(fd);
}

TEST_HARNESS_MAIN
