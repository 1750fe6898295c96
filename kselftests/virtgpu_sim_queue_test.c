// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does everything work on rings of any size, with and without indirect
 * descriptors? QEMU has both; libkrun offers none.
 */
#include "sim_fixture.h"

#define THREADS 4

FIXTURE(ring) {
	int fd;
};

FIXTURE_VARIANT(ring) {
	unsigned int size;
	__u64 features;	/* of INDIRECT and EVENT_IDX */
};

FIXTURE_VARIANT_ADD(ring, of_4_entries) {
	.size = 4,
};

FIXTURE_VARIANT_ADD(ring, of_8_entries) {
	.size = 8,
};

FIXTURE_VARIANT_ADD(ring, of_8_entries_with_event_index) {
	.size = 8,
	.features = VG_F_EVENT_IDX,
};

FIXTURE_VARIANT_ADD(ring, of_4_entries_and_tables) {
	.size = 4,
	.features = VG_F_INDIRECT,
};

FIXTURE_VARIANT_ADD(ring, of_256_entries) {
	.size = 256,
	.features = VG_F_EVENT_IDX,
};

FIXTURE_VARIANT_ADD(ring, of_1024_entries_and_tables) {
	.size = 1024,
	.features = VG_F_INDIRECT | VG_F_EVENT_IDX,
};

FIXTURE_VARIANT_ADD(ring, behind_the_dma_api) {
	.size = 64,
	.features = VG_F_INDIRECT | VG_F_EVENT_IDX | VG_F_PLATFORM,
};

FIXTURE_SETUP(ring)
{
	SIM_SETUP();
	vg_sim_withhold(VG_F_INDIRECT | VG_F_EVENT_IDX);
	vg_sim_offer(variant->features);
	vg_sim_set("queue_size", variant->size);
	vg_sim_set("cursor_size", 4);
	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
}

FIXTURE_TEARDOWN_PARENT(ring)
{
	SIM_TEARDOWN();
}

TEST_F(ring, takes_more_submissions_than_it_has_entries)
{
	int i, fence = -1;

	for (i = 0; i < 300; i++) {
		close(fence);
		fence = vg_submit_fence(self->fd, RING_IDX);
	}
	EXPECT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(300, vg_sim_state("SUBMIT_3D"));
}

/* Who stands in line needs the room of those whose end nobody waits for. */
TEST_F(ring, signals_the_fence_behind_a_burst_without_fences)
{
	struct drm_virtgpu_execbuffer args = { .flags = RING_IDX };
	int i, fence;

	for (i = 0; i < 1000; i++)
		VG_OK(__vg_submit(self->fd, &args));
	fence = vg_submit_fence(self->fd, RING_IDX);
	EXPECT_TRUE(vg_sim_becomes("SUBMIT_3D", 1001));
	EXPECT_TRUE(vg_fence_signals(fence, 1000));
}

TEST_F(ring, keeps_the_order_while_it_is_full)
{
	int held = vg_sim_fence(self->fd, RING_IDX, 0, VSIM_OP_HOLD, 1);
	int i, last = -1;

	/* More than a small ring has room for, and no more than one client may have. */
	for (i = 0; i < 60; i++) {
		close(last);
		last = vg_submit_fence(self->fd, RING_IDX);
	}
	EXPECT_FALSE(vg_fence_signals(last, 50));
	vg_sim_control("release");
	EXPECT_TRUE(vg_fence_signals(last, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(held));
}

TEST_F(ring, takes_a_small_stream_in_one_piece)
{
	char stream[128] = { 0 };
	struct drm_virtgpu_execbuffer args = {
		.flags = RING_IDX | FENCE_OUT,
		.command = VG_PTR(stream),
		.size = sizeof(stream),
	};

	ASSERT_EQ(0, __vg_submit(self->fd, &args));
	ASSERT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(args.fence_fd));
}

/* A small ring without tables has no room for many pieces; a driver may find 1 MiB in one piece. */
TEST_F(ring, takes_a_large_stream_or_says_that_it_does_not_fit)
{
	static char stream[1 << 20];
	struct drm_virtgpu_execbuffer args = {
		.flags = RING_IDX | FENCE_OUT,
		.command = VG_PTR(stream),
		.size = sizeof(stream),
	};
	bool fits = variant->size >= 64 || variant->features & VG_F_INDIRECT;
	int status;

	ASSERT_EQ(0, __vg_submit(self->fd, &args));
	ASSERT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	status = vg_fence_status(args.fence_fd);
	if (fits || status != -E2BIG)
		EXPECT_EQ(1, status);
	EXPECT_EQ(status == 1, vg_sim_state("SUBMIT_3D"));
}

/* Of a stream in many pieces, the host does what stands at its end. */
TEST_F(ring, keeps_the_pieces_of_a_large_stream_apart)
{
	static struct { __u32 magic; struct vsim_operation ops[(1 << 14) - 1]; } stream;
	struct vg_bo bo = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
	struct drm_virtgpu_execbuffer args = {
		.flags = RING_IDX | FENCE_OUT,
		.command = VG_PTR(&stream),
		.size = sizeof(stream),
	};
	unsigned char *map = vg_mmap(self->fd, bo.handle, PAGE);

	stream.magic = VSIM_MAGIC;
	stream.ops[ARRAY_SIZE(stream.ops) - 1] =
		(struct vsim_operation){ VSIM_OP_FILL, bo.res, PAGE, 0x77 };
	map[0] = 0;
	ASSERT_EQ(0, __vg_submit(self->fd, &args));
	ASSERT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	if (variant->size < 64 && !(variant->features & VG_F_INDIRECT)) {
		EXPECT_EQ(-E2BIG, vg_fence_status(args.fence_fd));
		return;
	}
	EXPECT_EQ(0x77, map[0]);
}

TEST_F(ring, brings_pictures_there_and_back)
{
	struct drm_virtgpu_3d_transfer_to_host args = { .box = { .w = 32, .h = 32, .d = 1 } };
	struct vg_bo bo = vg_picture(self->fd);
	unsigned char *map = vg_mmap(self->fd, bo.handle, bo.size);

	args.bo_handle = bo.handle;
	vg_fill(map, bo.size, 5);
	ASSERT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST, &args));
	ASSERT_EQ(0, __vg_wait(self->fd, bo.handle, 0));
	memset(map, 0, bo.size);
	ASSERT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST, &args));
	ASSERT_EQ(0, __vg_wait(self->fd, bo.handle, 0));
	EXPECT_TRUE(vg_holds(map, bo.size, 5));
}

TEST_F(ring, serves_many_buffers)
{
	int i;

	for (i = 0; i < 100; i++) {
		struct vg_bo bo = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
		unsigned char *map = vg_mmap(self->fd, bo.handle, PAGE);

		vg_fill(map, PAGE, i);
		EXPECT_TRUE(vg_holds(map, PAGE, i));
		munmap(map, PAGE);
		vg_close_handle(self->fd, bo.handle);
		vg_close_handle(self->fd, vg_picture(self->fd).handle);
	}
	EXPECT_TRUE(vg_sim_becomes("resources", 0));
	EXPECT_EQ(0, vg_sim_state("mapped"));
}

static void *work(void *arg)
{
	int fd = vg_open();
	int i;

	vg_ring_context(fd, 1, 0);
	for (i = 0; i < 50; i++) {
		struct vg_bo bo = vg_picture(fd);

		VG_ASSERT(vg_fence_signals(vg_submit_fence(fd, RING_IDX), VG_SOON));
		vg_close_handle(fd, bo.handle);
	}
	close(fd);
	return NULL;
}

TEST_F(ring, serves_several_threads)
{
	pthread_t threads[THREADS];
	int i;

	for (i = 0; i < THREADS; i++) {
		VG_ASSERT(!pthread_create(&threads[i], NULL, work, NULL));
	}
	for (i = 0; i < THREADS; i++) {
		VG_ASSERT(!pthread_join(threads[i], NULL));
	}
	EXPECT_EQ(THREADS * 50, vg_sim_state("SUBMIT_3D"));
	EXPECT_TRUE(vg_sim_becomes("contexts", 1));
}

/* Milliseconds of many submissions; after each @batch of them all are waited for */
static long submissions(int fd, int batch)
{
	struct drm_virtgpu_execbuffer args = { 0 };
	long from = vg_now();
	int i, fence;

	for (i = 1; i <= 1920; i++) {
		if (i % batch) {
			VG_OK(__vg_submit(fd, &args));
			continue;
		}
		fence = vg_submit_fence(fd, 0);
		VG_ASSERT(vg_fence_signals(fence, VG_SOON));
		close(fence);
	}
	return vg_now() - from;
}

/* A submission with a fence, of a stream that does nothing */
static int fence_of_nothing(int fd)
{
	return vg_sim_fence(fd, VIRTGPU_EXECBUF_RING_IDX, 0, VSIM_OP_NOP, 0);
}

/* What nobody waits for raises no interrupts because somebody waits for what comes behind it. */
TEST_F(sim, a_fence_behind_many_commands_raises_few_interrupts)
{
	__u32 busy[] = { VSIM_MAGIC, VSIM_OP_WORK, 30000, 0, 0 };
	struct drm_virtgpu_execbuffer args = { .command = VG_PTR(busy), .size = sizeof(busy) };
	__u64 interrupts;
	int i, fence;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	ASSERT_TRUE(vg_fence_signals(fence_of_nothing(self->fd), VG_SOON));
	interrupts = vg_sim_state("interrupts");
	for (i = 0; i < 50; i++) {
		VG_OK(__vg_submit(self->fd, &args));
		busy[2] = 100;
	}
	fence = fence_of_nothing(self->fd);
	EXPECT_FALSE(vg_fence_signals(fence, 0));
	EXPECT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_GE(12, vg_sim_state("interrupts") - interrupts);
}

static void hold(int fd, __u32 tag)
{
	__u32 stream[] = { VSIM_MAGIC, VSIM_OP_HOLD, tag, 0, 0 };
	struct drm_virtgpu_execbuffer args = { .command = VG_PTR(stream), .size = sizeof(stream) };

	VG_OK(__vg_submit(fd, &args));
}

/* Of a host that answers what has no fence late, and out of order, nothing is expected. */
TEST_F(sim, a_fence_raises_an_interrupt_of_a_host_that_answers_out_of_order)
{
	__u32 stream[] = { VSIM_MAGIC, VSIM_OP_RELEASE, 1, 0, 0, VSIM_OP_DELAY, 100, 0, 0 };
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_OUT | VIRTGPU_EXECBUF_RING_IDX,
		.command = VG_PTR(stream),
		.size = sizeof(stream),
	};
	__u64 interrupts;
	int i;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	ASSERT_TRUE(vg_fence_signals(fence_of_nothing(self->fd), VG_SOON));
	hold(self->fd, 2);
	hold(self->fd, 1);
	for (i = 0; i < 20; i++)
		hold(self->fd, 2);
	interrupts = vg_sim_state("interrupts");
	VG_OK(__vg_submit(self->fd, &args));
	EXPECT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	/* What is held as 1, and the fence */
	EXPECT_EQ(2, vg_sim_state("interrupts") - interrupts);
	vg_sim_control("release");
}

/* Who has all that a client may have goes on when there is room, and not when it looks again. */
TEST_F(sim, client_that_never_waits_is_no_slower_than_one_that_does)
{
	long waits, floods;

	SIM_PLUG();
	submissions(self->fd, 32);
	waits = submissions(self->fd, 32);
	floods = submissions(self->fd, 1920);
	TH_LOG("%ld ms in batches, %ld ms at once", waits, floods);
	EXPECT_LT(floods, 2 * waits);
}

/* libkrun: a list of guest memory has to fit into what the ring has. */
TEST_F(sim, a_large_buffer_in_guest_memory_fits_a_ring_without_tables)
{
	struct drm_virtgpu_execbuffer args = { .num_bo_handles = 1 };
	struct vg_bo bo;

	vg_sim_withhold(VG_F_INDIRECT | VG_F_EVENT_IDX);
	SIM_PLUG();
	bo = vg_blob(self->fd, GUEST, MAPPABLE, 64 << 20);
	args.bo_handles = VG_PTR(&bo.handle);
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
	EXPECT_EQ(0, __vg_submit(self->fd, &args));
	EXPECT_EQ(1, vg_sim_state("resources"));
}

TEST_HARNESS_MAIN
