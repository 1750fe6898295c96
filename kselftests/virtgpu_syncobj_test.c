// SPDX-License-Identifier: GPL-2.0-only
/*
 * How do syncobjs, binary ones and timelines, go into a submission and come out?
 */
#include "kselftest_harness.h"

#include <libvirtgpu.h>

#define FENCE_OUT VIRTGPU_EXECBUF_FENCE_FD_OUT
#define RING_IDX VIRTGPU_EXECBUF_RING_IDX
#define RESET VIRTGPU_EXECBUF_SYNCOBJ_RESET

typedef struct drm_virtgpu_execbuffer exec_t;
typedef struct drm_virtgpu_execbuffer_syncobj syncobj_t;

FIXTURE(syncobj) {
	int fd;
	exec_t args;
	syncobj_t in, out;
};

FIXTURE_VARIANT(syncobj) {
	unsigned int needs;
	bool rings;
};

FIXTURE_VARIANT_ADD(syncobj, device_timeline) {
	.needs = VG_3D | VG_SYNCOBJ,
	.rings = false,
};

FIXTURE_VARIANT_ADD(syncobj, ring) {
	.needs = VG_3D | VG_SYNCOBJ | VG_CONTEXT_INIT,
	.rings = true,
};

FIXTURE_SETUP(syncobj)
{
	VG_OPEN(self->fd, variant->needs);
	if (variant->rings) {
		vg_ring_context(self->fd, 1, 0);
		self->args.flags = RING_IDX;
	}
	self->args.syncobj_stride = sizeof(syncobj_t);
	self->args.in_syncobjs = VG_PTR(&self->in);
	self->args.out_syncobjs = VG_PTR(&self->out);
}

FIXTURE_TEARDOWN(syncobj)
{
	close(self->fd);
}

TEST_F(syncobj, an_out_syncobj_signals)
{
	self->out.handle = vg_syncobj(self->fd);
	self->args.num_out_syncobjs = 1;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, self->out.handle, 0, VG_SOON));
}

TEST_F(syncobj, an_out_syncobj_gets_the_new_fence)
{
	struct vg_gate gate;

	VG_GATE(&gate);
	self->out.handle = vg_syncobj(self->fd);
	vg_syncobj_set(self->fd, self->out.handle, gate.fence);
	self->args.num_out_syncobjs = 1;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, self->out.handle, 0, VG_SOON));
	vg_gate_open(&gate);
	vg_gate_fini(&gate);
}

TEST_F(syncobj, one_submission_fills_many)
{
	syncobj_t out[8] = { 0 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(out); i++)
		out[i].handle = vg_syncobj(self->fd);
	self->args.out_syncobjs = VG_PTR(out);
	self->args.num_out_syncobjs = ARRAY_SIZE(out);
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	for (i = 0; i < ARRAY_SIZE(out); i++) {
		EXPECT_EQ(0, __vg_syncobj_wait(self->fd, out[i].handle, 0,
					       VG_SOON));
	}
}

TEST_F(syncobj, out_fence_and_out_syncobj_go_together)
{
	self->out.handle = vg_syncobj(self->fd);
	self->args.num_out_syncobjs = 1;
	self->args.flags |= FENCE_OUT;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_TRUE(vg_fence_signals(self->args.fence_fd, VG_SOON));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, self->out.handle, 0, 0));
	close(self->args.fence_fd);
}

TEST_F(syncobj, what_came_out_may_go_in)
{
	self->in.handle = vg_syncobj(self->fd);
	self->out.handle = self->in.handle;
	self->args.num_out_syncobjs = 1;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	self->args.num_in_syncobjs = 1;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, self->out.handle, 0, VG_SOON));
}

TEST_F(syncobj, an_in_syncobj_keeps_its_fence)
{
	self->in.handle = vg_syncobj_signaled(self->fd);
	self->args.num_in_syncobjs = 1;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, self->in.handle, 0, 0));
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
}

TEST_F(syncobj, reset_empties_an_in_syncobj)
{
	self->in.handle = vg_syncobj_signaled(self->fd);
	self->in.flags = RESET;
	self->args.num_in_syncobjs = 1;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(-EINVAL, __vg_syncobj_wait(self->fd, self->in.handle, 0, 0));
	EXPECT_EQ(-EINVAL, __vg_submit(self->fd, &self->args));
}

TEST_F(syncobj, a_syncobj_may_be_reset_and_filled_in_one_call)
{
	self->in.handle = vg_syncobj_signaled(self->fd);
	self->in.flags = RESET;
	self->out.handle = self->in.handle;
	self->args.num_in_syncobjs = 1;
	self->args.num_out_syncobjs = 1;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, self->out.handle, 0, VG_SOON));
}

TEST_F(syncobj, one_reset_leaves_the_others)
{
	syncobj_t in[2] = {
		{ .handle = vg_syncobj_signaled(self->fd), .flags = RESET },
		{ .handle = vg_syncobj_signaled(self->fd) },
	};

	self->args.in_syncobjs = VG_PTR(in);
	self->args.num_in_syncobjs = 2;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(-EINVAL, __vg_syncobj_wait(self->fd, in[0].handle, 0, 0));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, in[1].handle, 0, 0));
}

TEST_F(syncobj, a_timeline_point_signals)
{
	self->out.handle = vg_syncobj(self->fd);
	self->out.point = 7;
	self->args.num_out_syncobjs = 1;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, self->out.handle, 7, VG_SOON));
	EXPECT_EQ(7, vg_syncobj_query(self->fd, self->out.handle));
}

TEST_F(syncobj, a_timeline_grows)
{
	__u64 point;

	self->out.handle = vg_syncobj(self->fd);
	self->args.num_out_syncobjs = 1;
	for (point = 10; point <= 50; point += 10) {
		self->out.point = point;
		ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	}
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, self->out.handle, 50, VG_SOON));
	EXPECT_EQ(50, vg_syncobj_query(self->fd, self->out.handle));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, self->out.handle, 15, 0));
}

TEST_F(syncobj, a_timeline_point_beyond_32_bits_works)
{
	self->out.handle = vg_syncobj(self->fd);
	self->out.point = 1ull << 40;
	self->args.num_out_syncobjs = 1;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, self->out.handle, 1ull << 40,
				       VG_SOON));
	EXPECT_EQ(1ull << 40, vg_syncobj_query(self->fd, self->out.handle));
}

TEST_F(syncobj, an_earlier_point_of_a_timeline_may_go_in)
{
	self->out.handle = vg_syncobj(self->fd);
	self->out.point = 3;
	self->args.num_out_syncobjs = 1;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	self->in.handle = self->out.handle;
	self->in.point = 2;
	self->args.num_in_syncobjs = 1;
	self->out.point = 4;
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, self->out.handle, 4, VG_SOON));
}

TEST_F(syncobj, a_later_point_of_a_timeline_is_einval)
{
	self->out.handle = vg_syncobj(self->fd);
	self->out.point = 3;
	self->args.num_out_syncobjs = 1;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	self->in.handle = self->out.handle;
	self->in.point = 4;
	self->args.num_in_syncobjs = 1;
	self->args.num_out_syncobjs = 0;
	EXPECT_EQ(-EINVAL, __vg_submit(self->fd, &self->args));
}

TEST_F(syncobj, binary_and_timeline_go_together)
{
	syncobj_t out[2] = {
		{ .handle = vg_syncobj(self->fd) },
		{ .handle = vg_syncobj(self->fd), .point = 9 },
	};

	self->args.out_syncobjs = VG_PTR(out);
	self->args.num_out_syncobjs = 2;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, out[0].handle, 0, VG_SOON));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, out[1].handle, 9, VG_SOON));
}

TEST_F(syncobj, it_may_be_destroyed_right_after)
{
	self->out.handle = vg_syncobj(self->fd);
	self->args.num_out_syncobjs = 1;
	self->args.flags |= FENCE_OUT;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	vg_syncobj_destroy(self->fd, self->out.handle);
	EXPECT_TRUE(vg_fence_signals(self->args.fence_fd, VG_SOON));
	close(self->args.fence_fd);
}

TEST_F(syncobj, a_failed_call_resets_no_in_syncobj_before_it_was_read)
{
	self->in.handle = vg_syncobj_signaled(self->fd);
	self->in.flags = RESET | 2;
	self->args.num_in_syncobjs = 1;
	ASSERT_EQ(-EINVAL, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, self->in.handle, 0, 0));
}

TEST_HARNESS_MAIN
