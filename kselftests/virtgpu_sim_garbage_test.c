// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a user see when the host answers nonsense?
 */
#include "sim_fixture.h"
#include "sim_lost.h"

#define VENUS VIRTGPU_DRM_CAPSET_VENUS

static int get_caps(int fd, __u32 id, void *data, __u32 size)
{
	struct drm_virtgpu_get_caps args = {
		.cap_set_id = id,
		.addr = VG_PTR(data),
		.size = size,
	};

	return __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args);
}

/* How a ring's submission ends: 1, or -errno */
static int end_of_submission(int fd)
{
	int fence = vg_submit_fence(fd, RING_IDX);

	VG_ASSERT(vg_fence_signals(fence, VG_SOON));
	return vg_fence_status(fence);
}

/* Answers to SUBMIT_3D that end well, or not */
FIXTURE(answer) {
	int fd;
};

FIXTURE_VARIANT(answer) {
	const char *rule;
	int status;
};

FIXTURE_VARIANT_ADD(answer, of_no_bytes) {
	.rule = "short 0",
	.status = -EIO,
};

FIXTURE_VARIANT_ADD(answer, of_half_a_header) {
	.rule = "short 8",
	.status = -EIO,
};

FIXTURE_VARIANT_ADD(answer, that_says_it_is_4_gib_long) {
	.rule = "long 0xffffffff",
	.status = 1,
};

FIXTURE_VARIANT_ADD(answer, with_fence_id_0) {
	.rule = "set 8 0",
	.status = 1,
};

FIXTURE_VARIANT_ADD(answer, with_a_fence_id_of_the_future) {
	.rule = "set 8 0x7fffffff",
	.status = 1,
};

FIXTURE_VARIANT_ADD(answer, with_a_fence_id_of_more_than_32_bits) {
	.rule = "set 12 0xffffffff",
	.status = 1,
};

FIXTURE_VARIANT_ADD(answer, without_a_fence_flag) {
	.rule = "set 4 0",
	.status = 1,
};

FIXTURE_VARIANT_ADD(answer, with_all_flags) {
	.rule = "set 4 0xffffffff",
	.status = 1,
};

FIXTURE_VARIANT_ADD(answer, with_another_context) {
	.rule = "set 16 0xffffffff",
	.status = 1,
};

FIXTURE_VARIANT_ADD(answer, with_another_ring) {
	.rule = "set 20 0xff",
	.status = 1,
};

FIXTURE_SETUP(answer)
{
	SIM_SETUP();
	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
}

FIXTURE_TEARDOWN_PARENT(answer)
{
	SIM_TEARDOWN();
}

TEST_F(answer, signals_its_own_fence)
{
	vg_sim_script("SUBMIT_3D 0 %s", variant->rule);
	EXPECT_EQ(variant->status, end_of_submission(self->fd));
}

TEST_F(answer, signals_no_other_fence)
{
	int held = vg_sim_fence(self->fd, RING_IDX, 1, VSIM_OP_HOLD, 7);

	EXPECT_TRUE(vg_sim_becomes("SUBMIT_3D", 1));
	vg_sim_script("SUBMIT_3D 0 %s times 1", variant->rule);
	end_of_submission(self->fd);
	EXPECT_FALSE(vg_fence_signals(held, 100));
	vg_sim_control("release");
	ASSERT_TRUE(vg_fence_signals(held, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(held));
}

/* Descriptions of capability set 0 that make no sense */
FIXTURE(capset) {
	int fd;
};

FIXTURE_VARIANT(capset) {
	const char *rule;
};

FIXTURE_VARIANT_ADD(capset, of_no_bytes) {
	.rule = "set 32 0",
};

FIXTURE_VARIANT_ADD(capset, of_4_gib) {
	.rule = "set 32 0xffffffff",
};

FIXTURE_VARIANT_ADD(capset, of_2_gib) {
	.rule = "set 32 0x80000000",
};

FIXTURE_VARIANT_ADD(capset, number_0) {
	.rule = "set 24 0",
};

FIXTURE_VARIANT_ADD(capset, number_64) {
	.rule = "set 24 64",
};

FIXTURE_VARIANT_ADD(capset, number_all_ones) {
	.rule = "set 24 0xffffffff",
};

FIXTURE_VARIANT_ADD(capset, cut_short) {
	.rule = "short 36",
};

FIXTURE_VARIANT_ADD(capset, full_of_ones) {
	.rule = "fill 0xff",
};

FIXTURE_SETUP(capset)
{
	SIM_SETUP();
}

FIXTURE_TEARDOWN_PARENT(capset)
{
	SIM_TEARDOWN();
}

TEST_F(capset, is_left_out_and_the_others_stay)
{
	char data[64];

	vg_sim_script("GET_CAPSET_INFO 0 %s times 1", variant->rule);
	SIM_PLUG();
	EXPECT_EQ(1 << VIRTGPU_DRM_CAPSET_VIRGL2 | 1 << VENUS,
		  vg_param(self->fd, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs));
	EXPECT_EQ(-EINVAL, get_caps(self->fd, VIRTGPU_DRM_CAPSET_VIRGL, data, 64));
	EXPECT_EQ(0, get_caps(self->fd, VENUS, data, 64));
}

TEST_F(sim, a_capset_named_twice_counts_once)
{
	vg_sim_script("GET_CAPSET_INFO 1 set 24 1 times 1");
	SIM_PLUG();
	EXPECT_EQ(1 << VIRTGPU_DRM_CAPSET_VIRGL | 1 << VENUS,
		  vg_param(self->fd, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs));
}

TEST_F(sim, four_billion_capsets_are_not_all_asked_for)
{
	vg_sim_set("num_capsets", 0xffffffff - 1);
	SIM_PLUG();
	EXPECT_TRUE(vg_has_capset(self->fd, VENUS));
	EXPECT_GE(64, vg_sim_state("GET_CAPSET_INFO"));
}

TEST_F(sim, versions_of_a_capset_without_end_are_kept_to_a_few)
{
	char data[64];
	struct drm_virtgpu_get_caps args = {
		.cap_set_id = VIRTGPU_DRM_CAPSET_VIRGL,
		.addr = VG_PTR(data),
		.size = sizeof(data),
	};
	int ret = 0;

	vg_sim_script("GET_CAPSET_INFO 0 set 28 0xffffffff");
	SIM_PLUG();
	for (args.cap_set_ver = 0; args.cap_set_ver < 1000 && !ret; args.cap_set_ver++)
		ret = __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args);
	EXPECT_EQ(-ENOMEM, ret);
	args.cap_set_ver = 0;
	EXPECT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args));
}

TEST_F(sim, what_a_short_capset_does_not_say_is_zero)
{
	unsigned char data[1024];
	unsigned int i;

	SIM_PLUG();
	vg_sim_script("GET_CAPSET 0 short 40");
	ASSERT_EQ(0, get_caps(self->fd, VENUS, data, sizeof(data)));
	EXPECT_EQ(1, data[0]);
	for (i = 16; i < sizeof(data); i++) {
		ASSERT_EQ(0, data[i]);
	}
}

TEST_F(sim, a_capset_of_half_a_header_is_eio)
{
	char data[64];

	SIM_PLUG();
	vg_sim_script("GET_CAPSET 0 short 12");
	EXPECT_EQ(-EIO, get_caps(self->fd, VENUS, data, sizeof(data)));
}

TEST_F(sim, a_capset_that_says_it_is_4_gib_long_ends_where_it_was_announced)
{
	unsigned char data[2048];

	memset(data, 0x5a, sizeof(data));
	SIM_PLUG();
	vg_sim_script("GET_CAPSET 0 long 0xffffffff");
	ASSERT_EQ(0, get_caps(self->fd, VENUS, data, sizeof(data)));
	EXPECT_EQ(1, data[0]);
	EXPECT_EQ(0x5a, data[1024]);
}

TEST_F(sim, a_capset_of_zeros_is_passed_on)
{
	unsigned char data[64];

	memset(data, 0x5a, sizeof(data));
	SIM_PLUG();
	vg_sim_script("GET_CAPSET 0 fill 0");
	ASSERT_EQ(0, get_caps(self->fd, VENUS, data, sizeof(data)));
	EXPECT_EQ(0, data[0]);
}

/* What MAP_BLOB says of the cache */
static void map_with(int fd, const char *rule)
{
	unsigned char *map;

	vg_ring_context(fd, 1, 0);
	SIM_FAR_WINDOW(fd);
	vg_sim_script("RESOURCE_MAP_BLOB 0 %s", rule);
	map = vg_mmap(fd, vg_blob(fd, HOST3D, MAPPABLE, PAGE).handle, PAGE);
	vg_fill(map, PAGE, 9);
	VG_ASSERT(vg_holds(map, PAGE, 9));
}

TEST_F(sim, a_mapping_without_a_cache_type_works)
{
	SIM_PLUG();
	map_with(self->fd, "set 24 0");
}

TEST_F(sim, a_mapping_that_is_write_combined_works)
{
	SIM_PLUG();
	map_with(self->fd, "set 24 3");
}

TEST_F(sim, a_mapping_that_is_uncached_works)
{
	SIM_PLUG();
	map_with(self->fd, "set 24 2");
}

TEST_F(sim, a_mapping_with_an_unknown_cache_type_works)
{
	SIM_PLUG();
	map_with(self->fd, "set 24 0xffffffff");
}

TEST_F(sim, a_mapping_answered_too_shortly_is_eio)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("RESOURCE_MAP_BLOB 0 short 24");
	bo = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, bo.handle, PAGE));
	EXPECT_EQ(EIO, errno);
}

/* Bit 5 was used for other things before it meant an alignment. */
static void expect_no_alignment(struct __test_metadata *_metadata, int fd)
{
	__u64 value;

	EXPECT_EQ(-ENOENT, __vg_getparam(fd, VIRTGPU_PARAM_BLOB_ALIGNMENT, &value));
	vg_ring_context(fd, 1, 0);
	vg_mmap(fd, vg_blob(fd, HOST3D, MAPPABLE, PAGE).handle, PAGE);
}

TEST_F(sim, an_alignment_of_0_is_not_believed)
{
	vg_sim_offer(VG_F_ALIGNMENT);
	SIM_PLUG();
	expect_no_alignment(_metadata, self->fd);
}

TEST_F(sim, an_alignment_that_is_no_power_of_two_is_not_believed)
{
	vg_sim_offer(VG_F_ALIGNMENT);
	vg_sim_set("blob_alignment", 12288);
	SIM_PLUG();
	/* The device that says so keeps to it, and judges the driver by it. */
	vg_sim_forget_violations();
	EXPECT_EQ(0, vg_param(self->fd, VIRTGPU_PARAM_BLOB_ALIGNMENT));
}

TEST_F(sim, an_alignment_of_2_gib_is_not_believed)
{
	vg_sim_offer(VG_F_ALIGNMENT);
	vg_sim_set("blob_alignment", 0x80000000);
	SIM_PLUG();
	EXPECT_EQ(0, vg_param(self->fd, VIRTGPU_PARAM_BLOB_ALIGNMENT));
}

TEST_F(sim, an_alignment_of_16_kib_rounds_blobs_up)
{
	struct vg_bo one, two;

	vg_sim_offer(VG_F_ALIGNMENT);
	vg_sim_set("blob_alignment", 16384);
	SIM_PLUG();
	EXPECT_EQ(16384, vg_param(self->fd, VIRTGPU_PARAM_BLOB_ALIGNMENT));
	vg_ring_context(self->fd, 1, 0);
	one = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
	two = vg_blob(self->fd, HOST3D, MAPPABLE, 16385);
	vg_mmap(self->fd, one.handle, PAGE);
	vg_mmap(self->fd, two.handle, 16385);
	EXPECT_EQ(16384, vg_info(self->fd, one.handle).size);
	EXPECT_EQ(32768, vg_info(self->fd, two.handle).size);
	vg_blob(self->fd, GUEST, MAPPABLE, PAGE);
}

TEST_F(sim, a_window_smaller_than_a_page_is_none)
{
	vg_sim_set("window_size", 2048);
	SIM_PLUG();
	EXPECT_EQ(0, vg_param(self->fd, VIRTGPU_PARAM_HOST_VISIBLE));
	EXPECT_EQ(1, vg_param(self->fd, VIRTGPU_PARAM_RESOURCE_BLOB));
}

TEST_F(sim, a_window_that_is_no_whole_number_of_pages_is_cut)
{
	struct vg_bo bo;

	vg_sim_set("window_size", 2 * PAGE + 2048);
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_blob(self->fd, HOST3D, MAPPABLE, 2 * PAGE);
	vg_fill(vg_mmap(self->fd, bo.handle, 2 * PAGE), 2 * PAGE, 1);
}

TEST_F(sim, interrupts_without_a_reason_do_nothing)
{
	int i;

	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	for (i = 0; i < 100; i++)
		vg_sim_control("interrupt");
	EXPECT_EQ(1, end_of_submission(self->fd));
}

/* The driver cannot trust the ring any more: the device is lost, and says so. */
TEST_F(sim, an_answer_that_comes_twice_resets_the_device)
{
	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	vg_ring_context(self->fd, 2, 0);
	vg_sim_script("SUBMIT_3D 0 twice times 1");
	EXPECT_EQ(1, end_of_submission(self->fd));
	EXPECT_TRUE(sim_is_back(self->fd));
}

/* That is seen as soon as somebody looks, and not when the host has been silent for long. */
TEST_F(sim, nonsense_is_not_taken_for_silence)
{
	const int hang = 12000;
	long from;

	SIM_PLUG();
	if (!__vg_sim_hang_timeout(hang))
		SKIP(return, "needs virtio-gpu-hang-timeout in debugfs");
	vg_sim_script("SUBMIT_3D 0 id 200 times 1");
	from = vg_now();
	vg_submit(self->fd, 0);
	EXPECT_TRUE(sim_is_back(self->fd));
	EXPECT_GT(hang * 2 / 3, vg_now() - from);
}

TEST_F(sim, an_answer_to_nothing_resets_the_device)
{
	int fence;

	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	vg_ring_context(self->fd, 2, 0);
	vg_sim_script("SUBMIT_3D 0 id 200 times 1");
	fence = vg_submit_fence(self->fd, RING_IDX);
	EXPECT_TRUE(sim_is_back(self->fd));
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(-EIO, vg_fence_status(fence));
}

TEST_F(sim, an_answer_to_a_descriptor_that_is_not_there_resets_the_device)
{
	int fence;

	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	vg_ring_context(self->fd, 2, 0);
	vg_sim_script("SUBMIT_3D 0 id 0xfffffffe times 1");
	fence = vg_submit_fence(self->fd, RING_IDX);
	EXPECT_TRUE(sim_is_back(self->fd));
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(-EIO, vg_fence_status(fence));
}

/* No answer of the burst is awaited, so the driver may take many of them at once. */
TEST_F(sim, an_answer_to_nothing_before_a_burst_of_others_resets_the_device)
{
	struct drm_virtgpu_execbuffer args = { .flags = RING_IDX };
	int i;

	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	vg_ring_context(self->fd, 2, 0);
	vg_sim_script("SUBMIT_3D 0 hold times 60");
	vg_sim_script("SUBMIT_3D 0 id 0xfffffffe times 1");
	for (i = 0; i < 60; i++)
		VG_OK(__vg_submit(self->fd, &args));
	EXPECT_TRUE(vg_sim_becomes("SUBMIT_3D", 60));
	vg_sim_control("release");
	EXPECT_TRUE(sim_is_back(self->fd));
}

TEST_HARNESS_MAIN
