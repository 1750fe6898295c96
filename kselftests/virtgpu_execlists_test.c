// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which lists of buffers and of syncobjs does EXECBUFFER take with a submission?
 */
#include "kselftest_harness.h"

#include "exec_fixture.h"

/* Buffers of a submission */

TEST_F(exec, a_buffer_list_is_taken)
{
	__u32 handles[] = {
		vg_picture(self->fd).handle, vg_picture(self->fd).handle,
		vg_picture(self->fd).handle,
	};

	self->args.bo_handles = VG_PTR(handles);
	self->args.num_bo_handles = 3;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, __vg_wait(self->fd, handles[0], 0));
	EXPECT_EQ(0, __vg_wait(self->fd, handles[2], 0));
}

TEST_F(exec, a_list_of_two_hundred_buffers_is_taken)
{
	__u32 handles[200];
	unsigned int i;

	for (i = 0; i < 200; i++)
		handles[i] = vg_picture(self->fd).handle;
	self->args.bo_handles = VG_PTR(handles);
	self->args.num_bo_handles = 200;
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
}

TEST_F(exec, a_blob_may_be_in_the_list)
{
	__u32 handle;

	VG_NEED(self->fd, VG_BLOB);
	handle = vg_blob(self->fd, VIRTGPU_BLOB_MEM_GUEST, 0, VG_PAGE).handle;
	self->args.bo_handles = VG_PTR(&handle);
	self->args.num_bo_handles = 1;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, __vg_wait(self->fd, handle, 0));
}

TEST_F(exec, a_buffer_may_be_closed_right_after)
{
	__u32 handle = vg_picture(self->fd).handle;

	self->args.bo_handles = VG_PTR(&handle);
	self->args.num_bo_handles = 1;
	self->args.flags |= FENCE_OUT;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	vg_close_handle(self->fd, handle);
	EXPECT_TRUE(vg_fence_signals(self->args.fence_fd, VG_SOON));
	close(self->args.fence_fd);
}

TEST_F(exec, an_empty_list_is_not_looked_at)
{
	self->args.bo_handles = VG_BAD_POINTER;
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
}

TEST_F(exec, a_bad_list_pointer_is_efault)
{
	self->args.bo_handles = VG_BAD_POINTER;
	self->args.num_bo_handles = 1;
	EXPECT_NOT_SUBMITTED(EFAULT);
}

TEST_F(exec, a_list_across_the_end_of_memory_is_efault)
{
	char *page = vg_page_before_hole();
	__u32 *handles = (__u32 *)(page + getpagesize() - 4);

	*handles = vg_picture(self->fd).handle;
	self->args.bo_handles = VG_PTR(handles);
	self->args.num_bo_handles = 2;
	EXPECT_NOT_SUBMITTED(EFAULT);
}

TEST_F(exec, a_bad_handle_is_enoent)
{
	static const __u32 bad[] = { 0, 1000, 0xffffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		self->args.bo_handles = VG_PTR(&bad[i]);
		self->args.num_bo_handles = 1;
		EXPECT_NOT_SUBMITTED(ENOENT);
	}
}

/* Where the table of handles has a hole, whatever is before and behind it */
TEST_F(exec, a_closed_handle_among_others_is_enoent)
{
	__u32 handles[] = {
		vg_picture(self->fd).handle, vg_picture(self->fd).handle,
		vg_picture(self->fd).handle,
	};
	__u32 backwards[] = { handles[2], handles[1], handles[0] };
	__u32 living[] = { handles[2], handles[0] };

	vg_close_handle(self->fd, handles[1]);
	self->args.num_bo_handles = 3;
	self->args.bo_handles = VG_PTR(handles);
	EXPECT_NOT_SUBMITTED(ENOENT);
	self->args.bo_handles = VG_PTR(backwards);
	EXPECT_NOT_SUBMITTED(ENOENT);
	self->args.num_bo_handles = 2;
	self->args.bo_handles = VG_PTR(living);
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
}

TEST_F(exec, a_bad_handle_at_the_end_leaves_the_others_idle)
{
	__u32 handles[] = { vg_picture(self->fd).handle, 1000 };

	ASSERT_EQ(0, __vg_wait(self->fd, handles[0], 0));
	self->args.bo_handles = VG_PTR(handles);
	self->args.num_bo_handles = 2;
	EXPECT_EQ(-ENOENT, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, __vg_wait(self->fd, handles[0], VIRTGPU_WAIT_NOWAIT));
}

TEST_F(exec, another_file_s_handle_is_enoent)
{
	int other = vg_open();
	__u32 handles[] = {
		vg_picture(self->fd).handle, vg_picture(other).handle,
	};

	vg_close_handle(self->fd, handles[0]);
	self->args.bo_handles = VG_PTR(&handles[1]);
	self->args.num_bo_handles = 1;
	EXPECT_EQ(-ENOENT, __vg_submit(self->fd, &self->args));
	close(other);
}

TEST_F(exec, the_same_buffer_twice_is_ealready)
{
	__u32 handle = vg_picture(self->fd).handle;
	__u32 handles[] = { handle, handle };

	self->args.bo_handles = VG_PTR(handles);
	self->args.num_bo_handles = 2;
	EXPECT_NOT_SUBMITTED(EALREADY);
	EXPECT_EQ(0, __vg_wait(self->fd, handle, 0));
}

/* Ours says E2BIG. In-tree drivers also warn in the kernel log. */
TEST_F(exec, an_endless_list_is_refused)
{
	__u32 handle = vg_picture(self->fd).handle;
	int ret;

	self->args.bo_handles = VG_PTR(&handle);
	self->args.num_bo_handles = 0xffffffff;
	ret = __vg_submit(self->fd, &self->args);
	EXPECT_TRUE(ret == -ENOMEM || ret == -E2BIG)
		TH_LOG("returned %d", ret);
}

/* Syncobjs */

TEST_F(exec, syncobjs_of_no_number_are_not_looked_at)
{
	self->args.in_syncobjs = VG_BAD_POINTER;
	self->args.out_syncobjs = VG_BAD_POINTER;
	self->args.syncobj_stride = sizeof(syncobj_t);
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
}

TEST_F(exec, a_bad_out_syncobj_pointer_is_efault)
{
	VG_NEED(self->fd, VG_SYNCOBJ);
	self->args.out_syncobjs = VG_BAD_POINTER;
	self->args.num_out_syncobjs = 1;
	self->args.syncobj_stride = sizeof(syncobj_t);
	EXPECT_NOT_SUBMITTED(EFAULT);
}

TEST_F(exec, a_bad_in_syncobj_pointer_is_efault)
{
	VG_NEED(self->fd, VG_SYNCOBJ);
	self->args.in_syncobjs = VG_BAD_POINTER;
	self->args.num_in_syncobjs = 1;
	self->args.syncobj_stride = sizeof(syncobj_t);
	EXPECT_NOT_SUBMITTED(EFAULT);
}

TEST_F(exec, a_flag_on_an_out_syncobj_is_einval)
{
	syncobj_t out = { .flags = VIRTGPU_EXECBUF_SYNCOBJ_RESET };

	VG_NEED(self->fd, VG_SYNCOBJ);
	out.handle = vg_syncobj(self->fd);
	self->args.out_syncobjs = VG_PTR(&out);
	self->args.num_out_syncobjs = 1;
	self->args.syncobj_stride = sizeof(out);
	EXPECT_NOT_SUBMITTED(EINVAL);
}

TEST_F(exec, an_out_syncobj_that_is_none_is_einval)
{
	syncobj_t out = { .handle = 1000 };

	VG_NEED(self->fd, VG_SYNCOBJ);
	self->args.out_syncobjs = VG_PTR(&out);
	self->args.num_out_syncobjs = 1;
	self->args.syncobj_stride = sizeof(out);
	EXPECT_NOT_SUBMITTED(EINVAL);
}

TEST_F(exec, out_syncobjs_of_stride_0_are_einval)
{
	syncobj_t out = { 0 };

	VG_NEED(self->fd, VG_SYNCOBJ);
	out.handle = vg_syncobj(self->fd);
	self->args.out_syncobjs = VG_PTR(&out);
	self->args.num_out_syncobjs = 1;
	EXPECT_NOT_SUBMITTED(EINVAL);
}

TEST_F(exec, an_unknown_flag_on_an_in_syncobj_is_einval)
{
	syncobj_t in = { .flags = 2 };

	VG_NEED(self->fd, VG_SYNCOBJ);
	in.handle = vg_syncobj_signaled(self->fd);
	self->args.in_syncobjs = VG_PTR(&in);
	self->args.num_in_syncobjs = 1;
	self->args.syncobj_stride = sizeof(in);
	EXPECT_NOT_SUBMITTED(EINVAL);
}

TEST_F(exec, an_in_syncobj_that_is_none_is_enoent)
{
	syncobj_t in = { .handle = 1000 };

	VG_NEED(self->fd, VG_SYNCOBJ);
	self->args.in_syncobjs = VG_PTR(&in);
	self->args.num_in_syncobjs = 1;
	self->args.syncobj_stride = sizeof(in);
	EXPECT_NOT_SUBMITTED(ENOENT);
}

TEST_F(exec, another_file_s_syncobj_is_enoent)
{
	int other = vg_open();
	syncobj_t in = { 0 };

	VG_NEED(self->fd, VG_SYNCOBJ);
	in.handle = vg_syncobj_signaled(other);
	self->args.in_syncobjs = VG_PTR(&in);
	self->args.num_in_syncobjs = 1;
	self->args.syncobj_stride = sizeof(in);
	EXPECT_NOT_SUBMITTED(ENOENT);
	close(other);
}

TEST_F(exec, an_in_syncobj_without_a_fence_is_einval)
{
	syncobj_t in = { 0 };

	VG_NEED(self->fd, VG_SYNCOBJ);
	in.handle = vg_syncobj(self->fd);
	self->args.in_syncobjs = VG_PTR(&in);
	self->args.num_in_syncobjs = 1;
	self->args.syncobj_stride = sizeof(in);
	EXPECT_NOT_SUBMITTED(EINVAL);
}

TEST_F(exec, a_timeline_point_that_is_not_there_is_einval)
{
	syncobj_t in = { .point = 5 };

	VG_NEED(self->fd, VG_SYNCOBJ);
	in.handle = vg_syncobj(self->fd);
	self->args.in_syncobjs = VG_PTR(&in);
	self->args.num_in_syncobjs = 1;
	self->args.syncobj_stride = sizeof(in);
	EXPECT_NOT_SUBMITTED(EINVAL);
}

/* No bytes of an element are read: it names syncobj 0, which is none. */
TEST_F(exec, in_syncobjs_of_stride_0_are_enoent)
{
	syncobj_t in = { 0 };

	VG_NEED(self->fd, VG_SYNCOBJ);
	in.handle = vg_syncobj_signaled(self->fd);
	self->args.in_syncobjs = VG_PTR(&in);
	self->args.num_in_syncobjs = 1;
	EXPECT_NOT_SUBMITTED(ENOENT);
}

TEST_F(exec, a_failed_call_leaves_the_out_syncobj_empty)
{
	syncobj_t in = { .handle = 1000 }, out = { 0 };

	VG_NEED(self->fd, VG_SYNCOBJ);
	out.handle = vg_syncobj(self->fd);
	self->args.in_syncobjs = VG_PTR(&in);
	self->args.num_in_syncobjs = 1;
	self->args.out_syncobjs = VG_PTR(&out);
	self->args.num_out_syncobjs = 1;
	self->args.syncobj_stride = sizeof(in);
	ASSERT_EQ(-ENOENT, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(-EINVAL, __vg_syncobj_wait(self->fd, out.handle, 0, 0));
}

TEST_F(exec, a_failed_call_leaves_no_descriptor)
{
	syncobj_t in = { .handle = 1000 };

	VG_NEED(self->fd, VG_SYNCOBJ);
	self->args.flags |= FENCE_OUT;
	self->args.in_syncobjs = VG_PTR(&in);
	self->args.num_in_syncobjs = 1;
	self->args.syncobj_stride = sizeof(in);
	EXPECT_NOT_SUBMITTED(ENOENT);
}

/* Ours says E2BIG, in-tree ENOMEM or EFAULT. */
TEST_F(exec, an_endless_list_of_syncobjs_is_refused)
{
	VG_NEED(self->fd, VG_SYNCOBJ);
	self->args.in_syncobjs = VG_BAD_POINTER;
	self->args.num_in_syncobjs = 0xffffffff;
	self->args.syncobj_stride = sizeof(syncobj_t);
	EXPECT_GT(0, __vg_submit(self->fd, &self->args));
	self->args.out_syncobjs = VG_BAD_POINTER;
	self->args.num_out_syncobjs = 0xffffffff;
	self->args.num_in_syncobjs = 0;
	EXPECT_GT(0, __vg_submit(self->fd, &self->args));
}

/* Elements of any size: a short one's tail is zero, a long one's is ignored. */
TEST_F(exec, syncobjs_of_any_stride_are_taken)
{
	static const __u32 strides[] = { 4, 8, 12, 16, 24, 32 };
	unsigned char in[64], out[64];
	unsigned int i;

	VG_NEED(self->fd, VG_SYNCOBJ);
	for (i = 0; i < ARRAY_SIZE(strides); i++) {
		syncobj_t one = { .handle = vg_syncobj_signaled(self->fd) };
		syncobj_t two = { .handle = vg_syncobj_signaled(self->fd) };
		__u32 stride = strides[i];

		/* What follows the part that counts is garbage. */
		memset(in, 0xff, sizeof(in));
		memcpy(in, &one, stride < 16 ? stride : 16);
		memcpy(in + stride, &two, stride < 16 ? stride : 16);
		memcpy(out, in, sizeof(out));
		self->args.in_syncobjs = VG_PTR(in);
		self->args.out_syncobjs = VG_PTR(out);
		self->args.num_in_syncobjs = 2;
		self->args.num_out_syncobjs = 2;
		self->args.syncobj_stride = stride;
		EXPECT_EQ(0, __vg_submit(self->fd, &self->args))
			TH_LOG("stride %u", stride);
		EXPECT_EQ(0, __vg_syncobj_wait(self->fd, two.handle, 0,
					       VG_SOON));
	}
}

/* A blob that the host refused: in-tree drivers submit all the same. */
TEST(a_buffer_that_the_host_refused_is_eio)
{
	struct drm_virtgpu_resource_create_blob blob =
		vg_blob_args(VIRTGPU_BLOB_MEM_HOST3D,
			     VIRTGPU_BLOB_FLAG_USE_MAPPABLE, VG_PAGE);
	exec_t args = { .num_bo_handles = 1 };
	struct vg_bo bo;
	int fd;

	VG_OPEN(fd, VG_BLOB | VG_3D | VG_HOST_VISIBLE | VG_CAPSET_VENUS);
	vg_context(fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	blob.blob_id = 0xdead;
	ASSERT_EQ(0, __vg_blob(fd, &blob, &bo));
	/* mmap() waits for the host's answer. */
	ASSERT_EQ(MAP_FAILED, __vg_mmap(fd, bo.handle, VG_PAGE));
	args.bo_handles = VG_PTR(&bo.handle);
	EXPECT_REFUSED(EIO, fd, EXECBUFFER, &args);
	close(fd);
}

/* Each handle means its own buffer, whichever was looked for before it. */
TEST(a_buffer_that_the_host_refused_is_told_from_others)
{
	static const unsigned int others[] = { 0, 63, 64, 99, 101, 127, 128, 199 };
	struct drm_virtgpu_resource_create_blob blob =
		vg_blob_args(VIRTGPU_BLOB_MEM_HOST3D,
			     VIRTGPU_BLOB_FLAG_USE_MAPPABLE, VG_PAGE);
	exec_t args = { .num_bo_handles = 2 };
	__u32 handles[200], list[2];
	struct vg_bo bo;
	unsigned int i;
	int fd;

	VG_OPEN(fd, VG_BLOB | VG_3D | VG_HOST_VISIBLE | VG_CAPSET_VENUS);
	vg_context(fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	for (i = 0; i < 200; i++) {
		blob.blob_id = 0xdead;
		if (i == 100)
			ASSERT_EQ(0, __vg_blob(fd, &blob, &bo));
		handles[i] = i == 100 ? bo.handle : vg_picture(fd).handle;
	}
	ASSERT_EQ(MAP_FAILED, __vg_mmap(fd, bo.handle, VG_PAGE));
	args.bo_handles = VG_PTR(list);
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		list[0] = handles[others[i]];
		list[1] = handles[100];
		EXPECT_EQ(-EIO, __vg_submit(fd, &args));
		list[0] = handles[100];
		list[1] = handles[others[i]];
		EXPECT_EQ(-EIO, __vg_submit(fd, &args));
		list[0] = handles[others[(i + 3) % ARRAY_SIZE(others)]];
		EXPECT_EQ(0, __vg_submit(fd, &args));
	}
	close(fd);
}

TEST_HARNESS_MAIN
