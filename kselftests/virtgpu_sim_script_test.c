// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the software device do what a script says, and does it notice what is left behind?
 */
#include "sim_fixture.h"

#define VENUS VIRTGPU_DRM_CAPSET_VENUS

/* How an empty submission to a ring ends: 1, or -errno */
static int end_on_ring(int fd, __u32 ring)
{
	int fence = vg_sim_fence(fd, RING_IDX, ring, VSIM_OP_NOP, 0);
	int status;

	VG_ASSERT(vg_fence_signals(fence, VG_SOON));
	status = vg_fence_status(fence);
	close(fence);
	return status;
}

static int get_caps(int fd, void *data, __u32 size)
{
	struct drm_virtgpu_get_caps args = {
		.cap_set_id = VENUS,
		.addr = VG_PTR(data),
		.size = size,
	};

	return __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args);
}

/* Two of three submissions are refused, and the script says so. */
TEST_F(sim, line_that_acts_counted)
{
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("SUBMIT_3D 1 type ERR_UNSPEC times 2");
	EXPECT_EQ(0, vg_sim_fired(0));
	EXPECT_EQ(1, end_on_ring(self->fd, 0));
	EXPECT_EQ(0, vg_sim_fired(0));
	EXPECT_EQ(-EIO, end_on_ring(self->fd, 0));
	EXPECT_EQ(-EIO, end_on_ring(self->fd, 0));
	EXPECT_EQ(2, vg_sim_fired(0));
	EXPECT_EQ(1, end_on_ring(self->fd, 0));
	EXPECT_EQ(2, vg_sim_fired(0));
}

/* A line that can change nothing is an error of the test. */
TEST_F(sim, line_beyond_the_answer_erange)
{
	EXPECT_EQ(-ERANGE, __vg_sim_script("SUBMIT_3D 0 set 24 1"));
	EXPECT_EQ(-ERANGE, __vg_sim_script("SUBMIT_3D 0 short 24"));
	EXPECT_EQ(-ERANGE, __vg_sim_script("SUBMIT_3D 0 fill 1"));
	EXPECT_EQ(-ERANGE, __vg_sim_script("MOVE_CURSOR 0 type ERR_UNSPEC"));
	EXPECT_EQ(-ERANGE, __vg_sim_script("UPDATE_CURSOR 0 garbage 1"));
}

/* Neither is one with a word that nobody knows. */
TEST_F(sim, line_of_unknown_words_einval)
{
	EXPECT_EQ(-EINVAL, __vg_sim_script("SUBMIT_4D 0 never"));
	EXPECT_EQ(-EINVAL, __vg_sim_script("SUBMIT_3D 0 perhaps"));
	EXPECT_EQ(-EINVAL, __vg_sim_script("SUBMIT_3D 0 never sometimes 1"));
	EXPECT_EQ(-EINVAL, __vg_sim_script("SUBMIT_3D 0 never times"));
}

/* The second command of any kind is the second submission. */
TEST_F(sim, line_for_each_command_counts_all)
{
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	EXPECT_EQ(1, end_on_ring(self->fd, 0));
	vg_sim_script("* 1 refuse ERR_OUT_OF_MEMORY times 1");
	EXPECT_EQ(1, end_on_ring(self->fd, 0));
	EXPECT_EQ(-ENOMEM, end_on_ring(self->fd, 0));
	EXPECT_EQ(1, end_on_ring(self->fd, 0));
}

/* One ring fails, its neighbour does not. */
TEST_F(sim, line_for_a_ring_spares_others)
{
	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	vg_sim_script("SUBMIT_3D 0 type ERR_UNSPEC ring 1");
	EXPECT_EQ(1, end_on_ring(self->fd, 0));
	EXPECT_EQ(-EIO, end_on_ring(self->fd, 1));
	EXPECT_EQ(1, vg_sim_fired(0));
}

/* One resource is refused, another is not. */
TEST_F(sim, line_for_a_resource_spares_others)
{
	struct vg_bo first, second;

	SIM_PLUG();
	first = vg_picture(self->fd);
	second = vg_picture(self->fd);
	vg_sim_script("CTX_DETACH_RESOURCE 0 delay 1 resource %u", second.res);
	vg_close_handle(self->fd, first.handle);
	EXPECT_TRUE(vg_sim_becomes("CTX_DETACH_RESOURCE", 1));
	EXPECT_EQ(0, vg_sim_fired(0));
	vg_close_handle(self->fd, second.handle);
	EXPECT_TRUE(vg_sim_becomes("CTX_DETACH_RESOURCE", 2));
	EXPECT_EQ(1, vg_sim_fired(0));
}

/* One context's work fails, that of another file does not. */
TEST_F(sim, line_for_a_context_spares_others)
{
	int other;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	EXPECT_EQ(1, end_on_ring(self->fd, 0));
	other = vg_open();
	vg_ring_context(other, 1, 0);
	vg_sim_script("SUBMIT_3D 0 type ERR_UNSPEC context 2");
	EXPECT_EQ(1, end_on_ring(self->fd, 0));
	EXPECT_EQ(-EIO, end_on_ring(other, 0));
	close(other);
}

/* The same seed gives the same garbage on another device. */
TEST_F(sim, garbage_of_a_seed_repeats)
{
	unsigned char first[512], second[512];

	SIM_PLUG();
	vg_sim_script("GET_CAPSET 0 garbage 6");
	ASSERT_EQ(0, get_caps(self->fd, first, sizeof(first)));
	close(self->fd);
	vg_sim_unplug();
	SIM_PLUG();
	vg_sim_script("GET_CAPSET 0 garbage 6");
	ASSERT_EQ(0, get_caps(self->fd, second, sizeof(second)));
	EXPECT_EQ(0, memcmp(first, second, sizeof(first)));
	EXPECT_NE(1, first[0]);
}

/* An odd seed spoils the answer's type, too. */
TEST_F(sim, garbage_of_an_odd_seed_eio)
{
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("SUBMIT_3D 0 garbage 7 times 1");
	EXPECT_EQ(-EIO, end_on_ring(self->fd, 0));
	EXPECT_EQ(1, end_on_ring(self->fd, 0));
}

/* What is refused has not been done. */
TEST_F(sim, refused_resource_not_made)
{
	SIM_PLUG();
	vg_sim_script("RESOURCE_CREATE_3D 0 refuse ERR_UNSPEC times 1");
	vg_picture(self->fd);
	EXPECT_TRUE(vg_sim_becomes("CTX_ATTACH_RESOURCE", 1));
	EXPECT_EQ(0, vg_sim_state("resources"));
	vg_picture(self->fd);
	EXPECT_TRUE(vg_sim_becomes("resources", 1));
}

/* A mute host does nothing, not even what no line names; once revived it does it all. */
TEST_F(sim, mute_host_revived_answers_all)
{
	int fence, later;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("SUBMIT_3D 0 mute times 1");
	fence = vg_sim_fence(self->fd, RING_IDX, 0, VSIM_OP_NOP, 0);
	later = vg_sim_fence(self->fd, RING_IDX, 0, VSIM_OP_NOP, 0);
	EXPECT_FALSE(vg_fence_signals(later, 100));
	EXPECT_EQ(1, vg_sim_fired(0));
	EXPECT_EQ(1, vg_sim_state("SUBMIT_3D"));
	vg_sim_control("revive");
	EXPECT_TRUE(vg_fence_signals(later, VG_SOON));
	EXPECT_TRUE(vg_fence_signals(fence, 0));
}

/* What nobody gives back is said, by kind and number. */
TEST_F(sim, device_retired_in_use_names_what_is_left)
{
	const char *violations;

	SIM_PLUG();
	vg_picture(self->fd);
	vg_sim_retire();
	violations = vg_sim_violations();
	EXPECT_NE(NULL, strstr(violations, "resource 1 is left"));
	EXPECT_NE(NULL, strstr(violations, "context 1 is left"));
	EXPECT_EQ(0, vg_sim_state("plugged"));
	vg_sim_forget_violations();
}

/* What a lost answer keeps is no leak, and nothing else is excused by it. */
TEST_F(sim, device_retired_with_a_lost_answer_excuses_its_context)
{
	const char *violations;
	int other;

	SIM_PLUG();
	vg_picture(self->fd);
	other = vg_open();
	vg_picture(other);
	vg_sim_script("SUBMIT_3D 0 never context 1");
	vg_submit(self->fd, 0);
	EXPECT_TRUE(vg_sim_becomes("SUBMIT_3D", 1));
	vg_sim_retire();
	violations = vg_sim_violations();
	EXPECT_EQ(NULL, strstr(violations, "resource 1 is left"));
	EXPECT_EQ(NULL, strstr(violations, "context 1 is left"));
	EXPECT_NE(NULL, strstr(violations, "resource 2 is left"));
	EXPECT_NE(NULL, strstr(violations, "context 2 is left"));
	vg_sim_forget_violations();
}

/* Taking the device away resets it, and that takes its time. */
TEST_F(sim, slow_reset_takes_that_long)
{
	long start;

	vg_sim_set("reset_ms", 500);
	SIM_PLUG();
	start = vg_now();
	vg_sim_unplug();
	EXPECT_LE(500, vg_now() - start);
}

/* A device that does not want its features any more does not come back from sleep. */
TEST_F(sim, features_not_kept_restore_fails)
{
	SIM_PLUG();
	vg_sim_control("freeze");
	EXPECT_EQ(0, vg_sim_state("slept"));
	vg_sim_set("no_features_ok", 1);
	vg_sim_control("restore");
	EXPECT_EQ(ENODEV, vg_sim_state("slept"));
}

TEST_HARNESS_MAIN
