// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a user see when the host refuses a command?
 */
#include "sim_fixture.h"

/* What a host can say, and what a fence then says */
FIXTURE(answer) {
	int fd;
};

FIXTURE_VARIANT(answer) {
	const char *type;
	int err;
};

FIXTURE_VARIANT_ADD(answer, unspecified) {
	.type = "ERR_UNSPEC",
	.err = EIO,
};

FIXTURE_VARIANT_ADD(answer, out_of_memory) {
	.type = "ERR_OUT_OF_MEMORY",
	.err = ENOMEM,
};

FIXTURE_VARIANT_ADD(answer, invalid_parameter) {
	.type = "ERR_INVALID_PARAMETER",
	.err = EINVAL,
};

FIXTURE_VARIANT_ADD(answer, invalid_context) {
	.type = "ERR_INVALID_CONTEXT_ID",
	.err = EINVAL,
};

FIXTURE_VARIANT_ADD(answer, an_unknown_error) {
	.type = "0x12ff",
	.err = EIO,
};

FIXTURE_VARIANT_ADD(answer, the_answer_to_another_question) {
	.type = "OK_CAPSET",
	.err = EIO,
};

FIXTURE_VARIANT_ADD(answer, zero) {
	.type = "0",
	.err = EIO,
};

FIXTURE_VARIANT_ADD(answer, all_ones) {
	.type = "0xffffffff",
	.err = EIO,
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

TEST_F(answer, ends_the_fence_with_an_error)
{
	int fence;

	vg_sim_script("SUBMIT_3D 0 type %s", variant->type);
	fence = vg_submit_fence(self->fd, RING_IDX);
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(-variant->err, vg_fence_status(fence));
}

TEST_F(answer, spoils_one_fence_only)
{
	int before, bad, after;

	vg_sim_script("SUBMIT_3D 1 type %s times 1", variant->type);
	before = vg_submit_fence(self->fd, RING_IDX);
	bad = vg_submit_fence(self->fd, RING_IDX);
	after = vg_submit_fence(self->fd, RING_IDX);
	ASSERT_TRUE(vg_fence_signals(after, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(before));
	EXPECT_EQ(-variant->err, vg_fence_status(bad));
	EXPECT_EQ(1, vg_fence_status(after));
}

/* The host has said what it says of all that was asked so far. */
static void settle(int fd)
{
	vg_fence_signals(vg_submit_fence(fd, 0), VG_SOON);
}

TEST_F(sim, a_refused_context_takes_work_that_fails)
{
	int fence;

	SIM_PLUG();
	vg_sim_script("CTX_CREATE 0 refuse ERR_OUT_OF_MEMORY times 1");
	vg_ring_context(self->fd, 1, 0);
	fence = vg_submit_fence(self->fd, RING_IDX);
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(-EINVAL, vg_fence_status(fence));
}

TEST_F(sim, a_refused_context_spoils_no_other_file)
{
	int other, fence;

	SIM_PLUG();
	vg_sim_script("CTX_CREATE 0 refuse ERR_UNSPEC times 1");
	settle(self->fd);
	other = vg_open();
	fence = vg_submit_fence(other, 0);
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(fence));
	close(other);
}

TEST_F(sim, a_refused_picture_is_eio)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_sim_script("RESOURCE_CREATE_3D 0 refuse ERR_UNSPEC times 1");
	bo = vg_picture(self->fd);
	settle(self->fd);
	EXPECT_EQ(-EIO, __vg_submit_bo(self->fd, bo.handle));
}

TEST_F(sim, a_picture_whose_memory_is_refused_is_eio)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_sim_script("RESOURCE_ATTACH_BACKING 0 refuse ERR_OUT_OF_MEMORY times 1");
	bo = vg_picture(self->fd);
	settle(self->fd);
	EXPECT_EQ(-EIO, __vg_submit_bo(self->fd, bo.handle));
}

TEST_F(sim, a_refused_guest_blob_is_eio)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_sim_script("RESOURCE_CREATE_BLOB 0 refuse ERR_UNSPEC times 1");
	bo = vg_blob(self->fd, GUEST, MAPPABLE, PAGE);
	settle(self->fd);
	EXPECT_EQ(-EIO, __vg_submit_bo(self->fd, bo.handle));
}

/* The answer has raised no interrupt, and nothing has been sent since. */
TEST_F(sim, refusal_that_nobody_was_told_of_is_seen_at_the_next_use)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON);
	vg_sim_script("RESOURCE_CREATE_BLOB 0 refuse ERR_UNSPEC times 1");
	bo = vg_blob(self->fd, GUEST, MAPPABLE, PAGE);
	/* To look at the device whether it has answered would be a look for the driver, too. */
	usleep(100000);
	EXPECT_EQ(-EIO, __vg_submit_bo(self->fd, bo.handle));
}

TEST_F(sim, a_refused_host_blob_is_eio)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("RESOURCE_CREATE_BLOB 0 refuse ERR_UNSPEC times 1");
	bo = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
	settle(self->fd);
	EXPECT_EQ(-EIO, __vg_submit_bo(self->fd, bo.handle));
	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, bo.handle, PAGE));
	EXPECT_EQ(EIO, errno);
}

/* The host is asked for the storage of that number, which no command has made. */
TEST_F(sim, blob_of_storage_that_nobody_made_is_eio)
{
	struct drm_virtgpu_resource_create_blob args = vg_blob_args(HOST3D, MAPPABLE, PAGE);
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	args.blob_id = 7;
	ASSERT_EQ(0, __vg_blob(self->fd, &args, &bo));
	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, bo.handle, PAGE));
	EXPECT_EQ(EIO, errno);
}

TEST_F(sim, a_refused_picture_can_be_closed_and_another_made)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_sim_script("RESOURCE_CREATE_3D 0 refuse ERR_UNSPEC times 1");
	bo = vg_picture(self->fd);
	settle(self->fd);
	vg_close_handle(self->fd, bo.handle);
	bo = vg_picture(self->fd);
	settle(self->fd);
	EXPECT_EQ(0, __vg_submit_bo(self->fd, bo.handle));
}

TEST_F(sim, a_refused_picture_spoils_no_other)
{
	struct vg_bo bad, good;

	SIM_PLUG();
	vg_sim_script("RESOURCE_CREATE_3D 0 refuse ERR_UNSPEC times 1");
	bad = vg_picture(self->fd);
	good = vg_picture(self->fd);
	settle(self->fd);
	EXPECT_EQ(-EIO, __vg_submit_bo(self->fd, bad.handle));
	EXPECT_EQ(0, __vg_submit_bo(self->fd, good.handle));
}

TEST_F(sim, a_refused_mapping_is_eio)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("RESOURCE_MAP_BLOB 0 refuse ERR_OUT_OF_MEMORY");
	bo = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, bo.handle, PAGE));
	EXPECT_EQ(EIO, errno);
}

TEST_F(sim, a_mapping_refused_once_works_the_next_time)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("RESOURCE_MAP_BLOB 0 refuse ERR_UNSPEC times 1");
	bo = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, bo.handle, PAGE));
	vg_fill(vg_mmap(self->fd, bo.handle, PAGE), PAGE, 3);
}

TEST_F(sim, a_refused_unmapping_leaves_the_window_usable)
{
	struct vg_bo bo;
	int i;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("RESOURCE_UNMAP_BLOB 0 refuse ERR_UNSPEC times 1");
	for (i = 0; i < 2; i++) {
		void *map;

		bo = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
		map = vg_mmap(self->fd, bo.handle, PAGE);
		EXPECT_EQ(0, munmap(map, PAGE));
		vg_close_handle(self->fd, bo.handle);
	}
}

TEST_F(sim, a_refused_capset_is_eio_and_asked_for_again)
{
	char data[64];
	struct drm_virtgpu_get_caps args = {
		.cap_set_id = VIRTGPU_DRM_CAPSET_VENUS,
		.addr = VG_PTR(data),
		.size = sizeof(data),
	};

	SIM_PLUG();
	vg_sim_script("GET_CAPSET 0 refuse ERR_UNSPEC times 1");
	EXPECT_EQ(-EIO, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args));
	EXPECT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args));
	EXPECT_EQ(2, vg_sim_state("GET_CAPSET"));
}

TEST_F(sim, a_capset_that_is_not_described_is_not_there)
{
	vg_sim_script("GET_CAPSET_INFO 1 refuse ERR_UNSPEC times 1");
	SIM_PLUG();
	EXPECT_TRUE(vg_has_capset(self->fd, VIRTGPU_DRM_CAPSET_VIRGL));
	EXPECT_FALSE(vg_has_capset(self->fd, VIRTGPU_DRM_CAPSET_VIRGL2));
	EXPECT_TRUE(vg_has_capset(self->fd, VIRTGPU_DRM_CAPSET_VENUS));
}

TEST_F(sim, without_any_capset_get_caps_is_enosys)
{
	char data[64];
	struct drm_virtgpu_get_caps args = {
		.cap_set_id = VIRTGPU_DRM_CAPSET_VIRGL2,
		.addr = VG_PTR(data),
		.size = sizeof(data),
	};

	vg_sim_script("GET_CAPSET_INFO 0 refuse ERR_UNSPEC");
	SIM_PLUG();
	EXPECT_EQ(-ENOSYS, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args));
}

TEST_F(sim, a_refused_transfer_ends_the_wait)
{
	struct vg_bo bo;
	struct drm_virtgpu_3d_transfer_to_host args = { .box = { .w = 32, .h = 32, .d = 1 } };

	SIM_PLUG();
	bo = vg_picture(self->fd);
	args.bo_handle = bo.handle;
	vg_sim_script("TRANSFER_TO_HOST_3D 0 refuse ERR_UNSPEC");
	EXPECT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST, &args));
	EXPECT_EQ(0, __vg_wait(self->fd, bo.handle, 0));
}

TEST_F(sim, a_refused_attach_harms_no_submission)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_sim_script("CTX_ATTACH_RESOURCE 0 refuse ERR_INVALID_RESOURCE_ID times 1");
	bo = vg_picture(self->fd);
	settle(self->fd);
	EXPECT_EQ(0, __vg_submit_bo(self->fd, bo.handle));
	vg_close_handle(self->fd, bo.handle);
}

TEST_F(sim, a_refused_unref_frees_all_the_same)
{
	int i;

	SIM_PLUG();
	vg_sim_script("RESOURCE_UNREF 0 type ERR_UNSPEC");
	for (i = 0; i < 100; i++)
		vg_close_handle(self->fd, vg_picture(self->fd).handle);
	settle(self->fd);
	EXPECT_TRUE(vg_sim_becomes("resources", 0));
}

TEST_F(sim, a_refused_end_of_a_context_harms_no_other)
{
	int other;

	SIM_PLUG();
	settle(self->fd);
	vg_sim_script("CTX_DESTROY 0 refuse ERR_UNSPEC times 1");
	close(self->fd);
	other = vg_open();
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(other, 0), VG_SOON));
	close(other);
}

TEST_F(sim, all_refused_at_once_leaves_a_device_that_answers)
{
	static const char * const commands[] = {
		"CTX_CREATE", "CTX_ATTACH_RESOURCE", "CTX_DETACH_RESOURCE", "CTX_DESTROY",
		"RESOURCE_CREATE_3D", "RESOURCE_ATTACH_BACKING", "RESOURCE_CREATE_BLOB",
		"RESOURCE_UNREF", "SUBMIT_3D", "TRANSFER_TO_HOST_3D", "GET_CAPSET",
	};
	struct vg_bo bo;
	unsigned int i;

	SIM_PLUG();
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		vg_sim_script("%s 0 refuse ERR_UNSPEC", commands[i]);
	bo = vg_picture(self->fd);
	settle(self->fd);
	vg_close_handle(self->fd, bo.handle);
	EXPECT_EQ(1, vg_param(self->fd, VIRTGPU_PARAM_3D_FEATURES));
	EXPECT_EQ(0, vg_sim_state("resources"));
}

TEST_HARNESS_MAIN
