// SPDX-License-Identifier: GPL-2.0-only
/*
 * What waits for what, when the host is slow and its rings go their own ways?
 */
#include "sim_fixture.h"

#include <errno.h>
#include <poll.h>

#define MS 100	/* what "not yet" means */

/* A submission on @ring that ends when the test releases @tag */
static int held(int fd, __u32 ring, __u32 tag)
{
	return vg_sim_fence(fd, RING_IDX, ring, VSIM_OP_HOLD, tag);
}

static int plain(int fd, __u32 ring)
{
	return vg_sim_fence(fd, RING_IDX, ring, VSIM_OP_NOP, 0);
}

TEST_F(sim, rings_do_not_wait_for_each_other)
{
	int slow, fast;

	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	slow = held(self->fd, 0, 1);
	fast = plain(self->fd, 1);
	EXPECT_TRUE(vg_fence_signals(fast, VG_SOON));
	EXPECT_FALSE(vg_fence_signals(slow, 0));
	vg_sim_control("release");
	EXPECT_TRUE(vg_fence_signals(slow, VG_SOON));
}

TEST_F(sim, a_ring_keeps_its_order)
{
	int slow, fast;

	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	slow = held(self->fd, 1, 1);
	fast = plain(self->fd, 1);
	EXPECT_FALSE(vg_fence_signals(fast, MS));
	vg_sim_control("release");
	EXPECT_TRUE(vg_fence_signals(fast, VG_SOON));
	EXPECT_TRUE(vg_fence_signals(slow, 0));
}

TEST_F(sim, contexts_do_not_wait_for_each_other)
{
	int other, slow;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	other = vg_open();
	vg_ring_context(other, 1, 0);
	slow = held(self->fd, 0, 1);
	EXPECT_TRUE(vg_fence_signals(plain(other, 0), VG_SOON));
	EXPECT_FALSE(vg_fence_signals(slow, 0));
	close(other);
}

TEST_F(sim, without_a_ring_contexts_share_one_order)
{
	int other, slow, fast;

	SIM_PLUG();
	other = vg_open();
	slow = vg_sim_fence(self->fd, 0, 0, VSIM_OP_HOLD, 1);
	fast = vg_sim_fence(other, 0, 0, VSIM_OP_NOP, 0);
	EXPECT_FALSE(vg_fence_signals(fast, MS));
	vg_sim_control("release");
	EXPECT_TRUE(vg_fence_signals(fast, VG_SOON));
	EXPECT_TRUE(vg_fence_signals(slow, 0));
	close(other);
}

TEST_F(sim, work_of_one_ring_lets_another_go)
{
	int slow;

	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	slow = held(self->fd, 0, 5);
	vg_sim_fence(self->fd, RING_IDX, 1, VSIM_OP_RELEASE, 4);
	EXPECT_FALSE(vg_fence_signals(slow, MS));
	vg_sim_fence(self->fd, RING_IDX, 1, VSIM_OP_RELEASE, 5);
	EXPECT_TRUE(vg_fence_signals(slow, VG_SOON));
}

TEST_F(sim, all_64_rings_end_in_any_order)
{
	int fences[64], i;

	SIM_PLUG();
	vg_ring_context(self->fd, 64, 0);
	for (i = 0; i < 64; i++)
		fences[i] = held(self->fd, i, 100 + i);
	for (i = 63; i >= 1; i--) {
		vg_sim_fence(self->fd, RING_IDX, 0, VSIM_OP_RELEASE, 100 + i);
		EXPECT_TRUE(vg_fence_signals(fences[i], VG_SOON));
		EXPECT_FALSE(vg_fence_signals(fences[i - 1], 0));
	}
	vg_sim_control("release");
	EXPECT_TRUE(vg_fence_signals(fences[0], VG_SOON));
}

/* How many events can be read now, or within @ms */
static int events(int fd, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	char data[4096];

	if (poll(&pfd, 1, ms) != 1)
		return 0;
	return VG_OK(read(fd, data, sizeof(data))) / 8;
}

TEST_F(sim, an_event_comes_when_its_ring_has_ended)
{
	SIM_PLUG();
	vg_ring_context(self->fd, 2, 3);
	held(self->fd, 0, 1);
	EXPECT_EQ(0, events(self->fd, MS));
	plain(self->fd, 1);
	EXPECT_EQ(1, events(self->fd, VG_SOON));
	vg_sim_control("release");
	EXPECT_EQ(1, events(self->fd, VG_SOON));
}

TEST_F(sim, a_refused_submission_has_its_event_too)
{
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 1);
	vg_sim_fence(self->fd, RING_IDX, 0, VSIM_OP_FAIL, 0x1200);
	EXPECT_EQ(1, events(self->fd, VG_SOON));
}

static __u32 picture_used_by(int fd, __u32 op, __u32 arg)
{
	struct vg_bo bo = vg_picture(fd);
	struct vsim_operation operation = { .op = op, .a = arg };
	struct drm_virtgpu_execbuffer args = {
		.flags = RING_IDX,
		.bo_handles = VG_PTR(&bo.handle),
		.num_bo_handles = 1,
	};

	VG_OK(__vg_sim_submit(fd, &args, &operation, 1));
	return bo.handle;
}

TEST_F(sim, a_buffer_is_busy_until_its_work_has_ended)
{
	__u32 handle;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	handle = picture_used_by(self->fd, VSIM_OP_HOLD, 1);
	EXPECT_EQ(-EBUSY, __vg_wait(self->fd, handle, VIRTGPU_WAIT_NOWAIT));
	vg_sim_control("release");
	EXPECT_EQ(0, __vg_wait(self->fd, handle, 0));
	EXPECT_EQ(0, __vg_wait(self->fd, handle, VIRTGPU_WAIT_NOWAIT));
}

/* The same buffer, at work on a ring of another client; returns the fence. */
static int used_by_another(int fd, __u32 handle, int other, __u32 op, __u32 arg)
{
	struct vsim_operation operation = { .op = op, .a = arg };
	int dmabuf = vg_export(fd, handle);
	__u32 theirs = vg_import(other, dmabuf);
	struct drm_virtgpu_execbuffer args = {
		.flags = RING_IDX | FENCE_OUT,
		.bo_handles = VG_PTR(&theirs),
		.num_bo_handles = 1,
	};

	close(dmabuf);
	VG_OK(__vg_sim_submit(other, &args, &operation, 1));
	return args.fence_fd;
}

/* What one client has begun counts, though what another began later has ended. */
TEST_F(sim, a_buffer_of_two_clients_is_busy_until_both_have_ended)
{
	__u32 handle;
	int other;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	other = vg_open();
	vg_ring_context(other, 1, 0);
	handle = picture_used_by(self->fd, VSIM_OP_HOLD, 1);
	EXPECT_TRUE(vg_fence_signals(used_by_another(self->fd, handle, other, VSIM_OP_NOP, 0),
				     VG_SOON));
	EXPECT_EQ(-EBUSY, __vg_wait(self->fd, handle, VIRTGPU_WAIT_NOWAIT));
	vg_sim_control("release");
	EXPECT_EQ(0, __vg_wait(self->fd, handle, 0));
	close(other);
}

/* So does what the other began later, when what the first had begun has ended. */
TEST_F(sim, a_buffer_is_busy_though_the_first_of_two_clients_has_ended)
{
	int other, first, second;
	__u32 handle;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	other = vg_open();
	vg_ring_context(other, 2, 0);
	handle = picture_used_by(self->fd, VSIM_OP_HOLD, 1);
	first = plain(self->fd, 0);
	second = used_by_another(self->fd, handle, other, VSIM_OP_HOLD, 2);
	close(vg_sim_fence(other, RING_IDX, 1, VSIM_OP_RELEASE, 1));
	EXPECT_TRUE(vg_fence_signals(first, VG_SOON));
	EXPECT_EQ(-EBUSY, __vg_wait(self->fd, handle, VIRTGPU_WAIT_NOWAIT));
	vg_sim_control("release");
	EXPECT_TRUE(vg_fence_signals(second, VG_SOON));
	EXPECT_EQ(0, __vg_wait(self->fd, handle, 0));
	close(other);
}

TEST_F(sim, wait_waits_for_a_slow_host)
{
	__u32 handle;
	long start;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	start = vg_now();
	handle = picture_used_by(self->fd, VSIM_OP_DELAY, 500);
	EXPECT_EQ(0, __vg_wait(self->fd, handle, 0));
	EXPECT_LE(450, vg_now() - start);
}

/* The UAPI's 15 seconds */
TEST_F_TIMEOUT(sim, wait_gives_up_with_ebusy, 60)
{
	__u32 handle;
	long start, took;	/* seconds */

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	handle = picture_used_by(self->fd, VSIM_OP_HOLD, 1);
	start = vg_now() / 1000;
	EXPECT_EQ(-EBUSY, __vg_wait(self->fd, handle, 0));
	took = vg_now() / 1000 - start;
	EXPECT_LE(14, took);
	EXPECT_GE(20, took);
}

TEST_F(sim, work_behind_a_fence_of_another_ring_is_not_sent_before)
{
	struct drm_virtgpu_execbuffer args = { 0 };
	int slow;

	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	slow = held(self->fd, 0, 1);
	args.flags = RING_IDX | VIRTGPU_EXECBUF_FENCE_FD_IN | FENCE_OUT;
	args.ring_idx = 1;
	args.fence_fd = slow;
	ASSERT_EQ(0, __vg_submit(self->fd, &args));
	EXPECT_FALSE(vg_fence_signals(args.fence_fd, MS));
	EXPECT_EQ(1, vg_sim_state("SUBMIT_3D"));
	vg_sim_control("release");
	EXPECT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	EXPECT_EQ(2, vg_sim_state("SUBMIT_3D"));
}

TEST_F(sim, work_behind_a_fence_of_its_own_ring_is_sent_at_once)
{
	struct drm_virtgpu_execbuffer args = { 0 };

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	args.flags = RING_IDX | VIRTGPU_EXECBUF_FENCE_FD_IN;
	args.fence_fd = held(self->fd, 0, 1);
	ASSERT_EQ(0, __vg_submit(self->fd, &args));
	EXPECT_TRUE(vg_sim_becomes("SUBMIT_3D", 2));
}

TEST_F(sim, work_behind_a_fence_that_failed_is_sent_all_the_same)
{
	struct drm_virtgpu_execbuffer args = { 0 };

	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	args.flags = RING_IDX | VIRTGPU_EXECBUF_FENCE_FD_IN | FENCE_OUT;
	args.ring_idx = 1;
	args.fence_fd = vg_sim_fence(self->fd, RING_IDX, 0, VSIM_OP_FAIL, 0x1200);
	ASSERT_EQ(0, __vg_submit(self->fd, &args));
	ASSERT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(args.fence_fd));
}

/* A submission on ring 1 that is not sent before ring 0 is released */
static void park(int fd)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = RING_IDX | VIRTGPU_EXECBUF_FENCE_FD_IN,
		.ring_idx = 1,
		.fence_fd = held(fd, 0, 1),
	};

	VG_OK(__vg_submit(fd, &args));
	close(args.fence_fd);
}

TEST_F(sim, a_buffer_closed_behind_parked_work_is_detached_before_it_goes)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	bo = vg_picture(self->fd);
	park(self->fd);
	vg_close_handle(self->fd, bo.handle);
	usleep(MS * 1000);
	EXPECT_STREQ(VG_NO_VIOLATIONS, vg_sim_violations());
	vg_sim_control("release");
	EXPECT_TRUE(vg_sim_becomes("resources", 0));
}

TEST_F(sim, a_mapped_blob_closed_behind_parked_work_is_detached_before_it_goes)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	bo = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
	vg_mmap(self->fd, bo.handle, PAGE);
	park(self->fd);
	vg_close_handle(self->fd, bo.handle);
	usleep(MS * 1000);
	vg_sim_control("release");
	EXPECT_STREQ(VG_NO_VIOLATIONS, vg_sim_violations());
}

/* Each word to the host costs an exit; nobody waits for these. */
TEST_F(sim, buffers_closed_together_are_told_of_together)
{
	struct vg_bo bos[100];
	__u64 kicks;
	int i;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	for (i = 0; i < ARRAY_SIZE(bos); i++)
		bos[i] = vg_picture(self->fd);
	ASSERT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, RING_IDX), VG_SOON));
	kicks = vg_sim_state("kicks");
	/* Slow enough for the host to fall asleep in between, were it told of each. */
	for (i = 0; i < ARRAY_SIZE(bos); i++) {
		vg_close_handle(self->fd, bos[i].handle);
		usleep(200);
	}
	EXPECT_TRUE(vg_sim_becomes("resources", 0));
	EXPECT_LE(vg_sim_state("kicks") - kicks, ARRAY_SIZE(bos) / 4);
}

/* With nothing else to do, the host hears of it soon, whoever else does nothing. */
TEST_F(sim, buffer_closed_with_host_idle_goes_soon)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_picture(self->fd);
	ASSERT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, RING_IDX), VG_SOON));
	vg_close_handle(self->fd, bo.handle);
	/* To ask the device would wake it. */
	usleep(500000);
	EXPECT_EQ(0, vg_sim_state("resources"));
}

/* Nobody waits for the answers: whoever comes by finds them. */
TEST_F(sim, buffers_made_raise_no_interrupts)
{
	struct vg_bo bos[100];
	__u64 interrupts;
	int i;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	ASSERT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, RING_IDX), VG_SOON));
	interrupts = vg_sim_state("interrupts");
	/* A host that falls behind is a reason for interrupts, and not what is asked here. */
	for (i = 0; i < ARRAY_SIZE(bos); i++) {
		bos[i] = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
		EXPECT_TRUE(vg_sim_becomes("resources", i + 1));
	}
	for (i = 0; i < ARRAY_SIZE(bos); i++)
		vg_close_handle(self->fd, bos[i].handle);
	EXPECT_TRUE(vg_sim_becomes("resources", 0));
	EXPECT_LE(vg_sim_state("interrupts") - interrupts, ARRAY_SIZE(bos) / 10);
}

/* A host that works on something is not kept from it, but a second is enough. */
TEST_F(sim, a_buffer_closed_while_the_host_is_busy_goes_late_but_goes)
{
	struct vg_bo bo;
	int slow;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_picture(self->fd);
	slow = held(self->fd, 0, 1);
	vg_close_handle(self->fd, bo.handle);
	usleep(MS * 1000);
	EXPECT_EQ(0, vg_sim_state("RESOURCE_UNREF"));
	sleep(2);
	EXPECT_EQ(1, vg_sim_state("RESOURCE_UNREF"));
	vg_sim_control("release");
	EXPECT_TRUE(vg_fence_signals(slow, VG_SOON));
}

/* The host may still write to its pages: they go with the last answer, whichever it is. */
TEST_F(sim, creation_answered_after_unref_goes_once)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("RESOURCE_CREATE_3D 0 delay 3000 times 1");
	bo = vg_picture(self->fd);
	vg_close_handle(self->fd, bo.handle);
	EXPECT_TRUE(vg_sim_becomes("RESOURCE_UNREF", 1));
	EXPECT_NE(0, vg_sim_state("waiting"));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	bo = vg_picture(self->fd);
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, RING_IDX), VG_SOON));
	vg_close_handle(self->fd, bo.handle);
	EXPECT_TRUE(vg_sim_becomes("resources", 0));
}

TEST_F(sim, a_context_goes_after_its_last_fence)
{
	int slow;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	slow = held(self->fd, 0, 1);
	close(self->fd);
	usleep(MS * 1000);
	EXPECT_EQ(0, vg_sim_state("CTX_DESTROY"));
	vg_sim_control("release");
	EXPECT_TRUE(vg_fence_signals(slow, VG_SOON));
	EXPECT_TRUE(vg_sim_becomes("CTX_DESTROY", 1));
	EXPECT_TRUE(vg_sim_becomes("contexts", 0));
}

TEST_F(sim, a_context_with_parked_work_goes_after_it)
{
	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	vg_picture(self->fd);
	park(self->fd);
	close(self->fd);
	vg_sim_control("release");
	EXPECT_TRUE(vg_sim_becomes("contexts", 0));
	EXPECT_TRUE(vg_sim_becomes("resources", 0));
	EXPECT_EQ(2, vg_sim_state("SUBMIT_3D"));
}

TEST_F(sim, a_slow_host_gets_all_of_1000_submissions)
{
	int i, fence = -1;

	vg_sim_set("latency_us", 5000);
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	for (i = 0; i < 1000; i++) {
		close(fence);
		fence = plain(self->fd, 0);
	}
	EXPECT_TRUE(vg_fence_signals(fence, 3 * VG_SOON));
	EXPECT_EQ(1000, vg_sim_state("SUBMIT_3D"));
}

TEST_F(sim, what_the_host_writes_shows_in_the_window)
{
	struct vsim_operation fill = { .op = VSIM_OP_FILL, .b = PAGE, .c = 0x77 };
	struct drm_virtgpu_execbuffer args = { .flags = FENCE_OUT, .fence_fd = -1 };
	unsigned char *map;
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
	map = vg_mmap(self->fd, bo.handle, PAGE);
	fill.a = bo.res;
	ASSERT_EQ(0, __vg_sim_submit(self->fd, &args, &fill, 1));
	ASSERT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	EXPECT_EQ(0x77, map[0]);
	EXPECT_EQ(0x77, map[PAGE - 1]);
}

TEST_F(sim, contents_outlive_the_loss_of_the_window)
{
	struct vg_bo first, second;
	unsigned char *map;

	vg_sim_set("window_size", PAGE);
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	first = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
	map = vg_mmap(self->fd, first.handle, PAGE);
	vg_fill(map, PAGE, 21);
	munmap(map, PAGE);
	second = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
	map = vg_mmap(self->fd, second.handle, PAGE);
	vg_fill(map, PAGE, 22);
	munmap(map, PAGE);
	EXPECT_TRUE(vg_holds(vg_mmap(self->fd, first.handle, PAGE), PAGE, 21));
	EXPECT_EQ(3, vg_sim_state("RESOURCE_MAP_BLOB"));
}

/* Venus takes a successful mmap() for a round trip. */
TEST_F(sim, mmap_waits_for_the_answer)
{
	struct vg_bo bo;
	long start;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_deferred_blob(self->fd, MAPPABLE, PAGE);
	vg_sim_script("RESOURCE_MAP_BLOB 0 delay 500");
	start = vg_now();
	vg_mmap(self->fd, bo.handle, PAGE);
	EXPECT_LE(450, vg_now() - start);
}

TEST_F(sim, an_answer_that_nobody_waits_for_holds_nothing_up)
{
	SIM_PLUG();
	vg_sim_script("CTX_ATTACH_RESOURCE 0 hold");
	vg_picture(self->fd);
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
	EXPECT_EQ(1, vg_sim_state("waiting"));
	vg_sim_control("release");
	EXPECT_EQ(0, vg_sim_state("waiting"));
}

/* Interrupts may be late for those who need none, only. Somebody looks for them some times a second. */
TEST_F(sim, a_fence_in_a_ring_of_commands_that_nobody_waits_for_signals_at_once)
{
	struct drm_virtgpu_execbuffer args = { 0 };
	__u64 interrupts;
	long i, from;

	vg_sim_set("queue_size", 64);
	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	vg_sim_script("SUBMIT_3D 0 hold times 50");
	for (i = 0; i < 50; i++)
		VG_OK(__vg_submit(self->fd, &args));
	interrupts = vg_sim_state("interrupts");
	for (i = 0, from = vg_now(); i < 10; i++) {
		args.fence_fd = vg_sim_fence(self->fd, RING_IDX, 1, VSIM_OP_DELAY, 20);
		EXPECT_TRUE(vg_fence_signals(plain(self->fd, 0), VG_SOON));
		EXPECT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	}
	EXPECT_GT(15 * MS, vg_now() - from);
	EXPECT_LE(20, vg_sim_state("interrupts") - interrupts);
	EXPECT_EQ(50, vg_sim_state("waiting"));
	vg_sim_control("release");
	EXPECT_EQ(0, vg_sim_state("waiting"));
	EXPECT_TRUE(vg_fence_signals(plain(self->fd, 0), VG_SOON));
}

TEST_F(sim, storage_that_a_command_made_becomes_a_blob)
{
	__u32 stream[] = { VSIM_MAGIC, VSIM_OP_MAKE, 7, 0, 0 };
	struct drm_virtgpu_resource_create_blob args = vg_blob_args(HOST3D, MAPPABLE, PAGE);
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	args.blob_id = 7;
	args.cmd = VG_PTR(stream);
	args.cmd_size = sizeof(stream);
	ASSERT_EQ(0, __vg_blob(self->fd, &args, &bo));
	vg_fill(vg_mmap(self->fd, bo.handle, PAGE), PAGE, 4);
}

TEST_HARNESS_MAIN
