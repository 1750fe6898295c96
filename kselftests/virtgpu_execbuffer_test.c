// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which submissions does EXECBUFFER take, and which does it refuse?
 * The lists that come with one are the subject of virtgpu_execlists_test.c, and
 * how the work is ordered that of virtgpu_sync_test.c.
 */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sys/resource.h>

#include "exec_fixture.h"

TEST_F(exec, an_empty_submission_works)
{
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
}

TEST_F(exec, an_empty_submission_does_not_look_at_the_command)
{
	self->args.command = VG_BAD_POINTER;
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
}

TEST_F(exec, the_argument_stays)
{
	exec_t before;

	self->args.fence_fd = 12345;
	before = self->args;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(0, memcmp(&before, &self->args, sizeof(before)));
}

TEST_F(exec, an_out_fence_signals)
{
	int fence = vg_submit_fence(self->fd, variant->flags);

	ASSERT_LE(0, fence);
	EXPECT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(fence));
	close(fence);
}

TEST_F(exec, an_out_fence_is_closed_on_exec)
{
	int fence = vg_submit_fence(self->fd, variant->flags);

	EXPECT_EQ(FD_CLOEXEC, fcntl(fence, F_GETFD));
	close(fence);
}

/*
 * With in-tree drivers it may stay pending for ever: the host drops the fences
 * of a context that goes away.
 */
TEST_F(exec, an_out_fence_outlives_the_file)
{
	int fence, i;

	for (i = 0; i < 10; i++) {
		fence = vg_submit_fence(self->fd, variant->flags);
		close(self->fd);
		ASSERT_TRUE(vg_fence_signals(fence, VG_SOON))
			TH_LOG("round %d", i);
		close(fence);
		self->fd = vg_open();
		if (variant->capset)
			vg_context(self->fd, variant->capset, variant->rings, 0);
	}
}

TEST_F(exec, a_fence_that_is_done_may_go_in)
{
	int fence = vg_submit_fence(self->fd, variant->flags);

	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	self->args.flags |= FENCE_IN;
	self->args.fence_fd = fence;
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(fence, self->args.fence_fd);
	EXPECT_EQ(1, vg_fence_status(fence));
	close(fence);
}

TEST_F(exec, a_fence_may_go_in_and_another_come_out)
{
	int fence = vg_submit_fence(self->fd, variant->flags);

	self->args.flags |= FENCE_IN | FENCE_OUT;
	self->args.fence_fd = fence;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_NE(fence, self->args.fence_fd);
	EXPECT_TRUE(vg_fence_signals(self->args.fence_fd, VG_SOON));
	EXPECT_TRUE(vg_fence_signals(fence, 0));
	close(self->args.fence_fd);
	close(fence);
}

/* 32 bytes before there were rings (5.16), 40 before there were syncobjs (6.6) */
static void submit_old(struct __test_metadata *_metadata, int fd, __u32 flags,
		       size_t size)
{
	exec_t args;

	memset(&args, 0xff, sizeof(args));
	memset(&args, 0, size);
	args.flags = flags | FENCE_OUT;
	ASSERT_EQ(0, __vg_ioctl(fd, vg_sized(EXECBUFFER, size), &args));
	EXPECT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	EXPECT_EQ(0xffffffff, args.num_in_syncobjs);
	close(args.fence_fd);
}

TEST_F(exec, the_old_structure_of_32_bytes_works)
{
	submit_old(_metadata, self->fd, variant->flags, 32);
}

TEST_F(exec, the_old_structure_of_40_bytes_works)
{
	submit_old(_metadata, self->fd, variant->flags, 40);
}

TEST_F(exec, a_larger_structure_works_whatever_its_tail_holds)
{
	struct {
		exec_t known;
		__u64 tail;
	} args = { .known = self->args, .tail = ~0ull };

	EXPECT_EQ(0, __vg_ioctl(self->fd, vg_sized(EXECBUFFER, sizeof(args)),
				&args));
	EXPECT_EQ(~0ull, args.tail);
}

/* The host sees whole words; the kernel does not mind. */
TEST_F(exec, a_command_of_odd_size_is_taken)
{
	__u32 words[2] = { 0 };
	__u32 size;

	for (size = 1; size < 4; size++) {
		self->args.command = VG_PTR(words);
		self->args.size = size;
		EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
	}
}

TEST_F(exec, an_unknown_flag_is_einval)
{
	int bit;

	for (bit = 3; bit < 32; bit++) {
		self->args.flags = variant->flags | 1u << bit;
		EXPECT_REFUSED(EINVAL, self->fd, EXECBUFFER, &self->args)
			TH_LOG("bit %d", bit);
	}
}

TEST_F(exec, a_bad_command_pointer_is_efault)
{
	self->args.command = VG_BAD_POINTER;
	self->args.size = 4;
	EXPECT_NOT_SUBMITTED(EFAULT);
}

/* Nobody gets the kernel's own memory to the host; on x86 the last is where its interrupt table is. */
TEST_F(exec, a_command_in_memory_of_the_kernel_is_efault)
{
	static const __u64 places[] = { -4096ull, 1ull << 63, 0xfffffe0000000000ull };
	unsigned int i;

	self->args.size = 4;
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		self->args.command = places[i];
		EXPECT_NOT_SUBMITTED(EFAULT);
	}
}

TEST_F(exec, a_command_across_the_end_of_memory_is_efault)
{
	self->args.command = VG_PTR(vg_page_before_hole() + getpagesize() - 4);
	self->args.size = 8;
	EXPECT_NOT_SUBMITTED(EFAULT);
}

TEST_F(exec, a_large_bad_command_is_efault)
{
	self->args.command = VG_BAD_POINTER;
	self->args.size = 1 << 20;
	EXPECT_NOT_SUBMITTED(EFAULT);
}

/* QEMU takes no more than 4 MiB. In-tree drivers have no limit: EFAULT. */
TEST_F(exec, a_command_of_more_than_4_mib_is_e2big)
{
	self->args.command = VG_BAD_POINTER;
	self->args.size = (4 << 20) + 4;
	EXPECT_NOT_SUBMITTED(E2BIG);
}

TEST_F(exec, a_failed_call_leaves_the_fence_descriptor_alone)
{
	self->args.flags |= FENCE_OUT;
	self->args.fence_fd = 12345;
	self->args.command = VG_BAD_POINTER;
	self->args.size = 4;
	EXPECT_NOT_SUBMITTED(EFAULT);
	EXPECT_EQ(12345, self->args.fence_fd);
}

TEST_F(exec, a_good_call_after_a_failed_one_works)
{
	__u32 nop = 0;

	self->args.flags |= FENCE_OUT;
	self->args.command = VG_BAD_POINTER;
	self->args.size = 4;
	ASSERT_EQ(-EFAULT, __vg_submit(self->fd, &self->args));
	self->args.command = VG_PTR(&nop);
	self->args.size = 0;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_TRUE(vg_fence_signals(self->args.fence_fd, VG_SOON));
	close(self->args.fence_fd);
}

/* Descriptors: what happens when the process can have no more */

static void forbid_more_fds(void)
{
	int lowest = dup(0);
	struct rlimit limit;

	VG_ASSERT(lowest >= 0 && !close(lowest));
	VG_ASSERT(!getrlimit(RLIMIT_NOFILE, &limit));
	limit.rlim_cur = lowest;
	VG_ASSERT(!setrlimit(RLIMIT_NOFILE, &limit));
}

static void allow_more_fds(void)
{
	struct rlimit limit;

	VG_ASSERT(!getrlimit(RLIMIT_NOFILE, &limit));
	limit.rlim_cur = limit.rlim_max;
	VG_ASSERT(!setrlimit(RLIMIT_NOFILE, &limit));
}

TEST_F(exec, no_descriptor_for_the_out_fence_is_emfile)
{
	int fds = vg_count_fds();

	self->args.flags |= FENCE_OUT;
	self->args.fence_fd = 12345;
	forbid_more_fds();
	EXPECT_EQ(-EMFILE, __vg_submit(self->fd, &self->args));
	EXPECT_EQ(12345, self->args.fence_fd);
	allow_more_fds();
	EXPECT_EQ(fds, vg_count_fds());
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	close(self->args.fence_fd);
}

TEST_F(exec, without_an_out_fence_no_descriptor_is_needed)
{
	forbid_more_fds();
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
	allow_more_fds();
}

/* In-fences that are none */

TEST_F(exec, an_in_fence_of_minus_1_is_einval)
{
	self->args.flags |= FENCE_IN;
	EXPECT_NOT_SUBMITTED(EINVAL);
}

TEST_F(exec, an_in_fence_that_is_a_pipe_is_einval)
{
	int ends[2];

	VG_ASSERT(!pipe(ends));
	self->args.flags |= FENCE_IN;
	self->args.fence_fd = ends[0];
	EXPECT_NOT_SUBMITTED(EINVAL);
}

TEST_F(exec, an_in_fence_that_is_the_device_is_einval)
{
	self->args.flags |= FENCE_IN | FENCE_OUT;
	self->args.fence_fd = self->fd;
	EXPECT_NOT_SUBMITTED(EINVAL);
}

/* Without its flag a descriptor is not looked at. */
TEST_F(exec, a_bad_descriptor_without_the_flag_is_ignored)
{
	self->args.fence_fd = 12345;
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
}

/* Rings */

FIXTURE(exec_rings) {
	int fd;
	exec_t args;
};

FIXTURE_VARIANT(exec_rings) {
	bool context;
	__u32 rings;
};

FIXTURE_VARIANT_ADD(exec_rings, default_context) {
	.context = false,
};

FIXTURE_VARIANT_ADD(exec_rings, context_without_rings) {
	.context = true,
};

FIXTURE_VARIANT_ADD(exec_rings, context_with_two) {
	.context = true,
	.rings = 2,
};

FIXTURE_SETUP(exec_rings)
{
	VG_OPEN(self->fd, VG_3D | VG_CONTEXT_INIT | VG_CAPSET_VIRGL2);
	if (variant->context)
		vg_context(self->fd, VIRTGPU_DRM_CAPSET_VIRGL2, variant->rings,
			   0);
	self->args.flags = RING_IDX;
}

FIXTURE_TEARDOWN(exec_rings)
{
	close(self->fd);
}

TEST_F(exec_rings, a_ring_that_is_not_there_is_einval)
{
	static const __u32 rings[] = { 63, 64, 255, 256, 0x80000000, 0xffffffff };
	unsigned int i;

	self->args.ring_idx = variant->rings;
	EXPECT_REFUSED(EINVAL, self->fd, EXECBUFFER, &self->args);
	for (i = 0; i < ARRAY_SIZE(rings); i++) {
		self->args.ring_idx = rings[i];
		EXPECT_REFUSED(EINVAL, self->fd, EXECBUFFER, &self->args);
	}
}

TEST_F(exec_rings, a_ring_that_is_there_is_taken)
{
	if (!variant->rings)
		return;
	self->args.ring_idx = variant->rings - 1;
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
}

TEST_F(exec_rings, without_the_flag_the_number_is_ignored)
{
	self->args.flags = 0;
	self->args.ring_idx = 0xffffffff;
	EXPECT_EQ(0, __vg_submit(self->fd, &self->args));
}

TEST_F(exec_rings, without_the_flag_the_device_s_timeline_is_used)
{
	int fence = vg_submit_fence(self->fd, 0);

	EXPECT_TRUE(vg_fence_signals(fence, VG_SOON));
	close(fence);
}

/* Commands that virgl executes: words of zero do nothing. */
FIXTURE(exec_command) {
	int fd;
	exec_t args;
	size_t size;
	void *command;
};

FIXTURE_VARIANT(exec_command) {
	size_t size;
};

FIXTURE_VARIANT_ADD(exec_command, one_word) {
	.size = 4,
};

FIXTURE_VARIANT_ADD(exec_command, a_page) {
	.size = 4096,
};

FIXTURE_VARIANT_ADD(exec_command, across_pages) {
	.size = 100000,
};

FIXTURE_VARIANT_ADD(exec_command, one_mib) {
	.size = 1 << 20,
};

FIXTURE_VARIANT_ADD(exec_command, four_mib_less_a_page) {
	.size = (4 << 20) - 4096,
};

FIXTURE_VARIANT_ADD(exec_command, four_mib) {
	.size = 4 << 20,
};

FIXTURE_SETUP(exec_command)
{
	VG_OPEN(self->fd, VG_3D | VG_CAPSET_VIRGL2);
	self->command = calloc(1, variant->size);
	VG_ASSERT(self->command);
	self->args.flags = FENCE_OUT;
	self->args.command = VG_PTR(self->command);
	self->args.size = variant->size;
}

FIXTURE_TEARDOWN(exec_command)
{
	free(self->command);
	close(self->fd);
}

TEST_F(exec_command, is_executed)
{
	VG_NEED(self->fd, variant->size < 1 << 20 ? 0 : VG_LONG_COMMAND);
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_TRUE(vg_fence_signals(self->args.fence_fd, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(self->args.fence_fd));
	close(self->args.fence_fd);
}

TEST_F(exec_command, may_be_overwritten_at_once)
{
	int i;

	for (i = 0; i < 4; i++) {
		memset(self->command, 0, variant->size);
		ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
		memset(self->command, 0xff, variant->size);
		EXPECT_TRUE(vg_fence_signals(self->args.fence_fd, VG_SOON));
		close(self->args.fence_fd);
	}
}

/* Without 3D there is nothing to submit to. */
TEST(without_3d_everything_is_enosys)
{
	exec_t args = { .fence_fd = -1 };
	int fd;

	VG_OPEN(fd, VG_NO_3D);
	EXPECT_REFUSED(ENOSYS, fd, EXECBUFFER, &args);
	args.flags = 0xffffffff;
	args.num_bo_handles = 1;
	args.bo_handles = VG_BAD_POINTER;
	EXPECT_REFUSED(ENOSYS, fd, EXECBUFFER, &args);
	close(fd);
}

TEST_HARNESS_MAIN
