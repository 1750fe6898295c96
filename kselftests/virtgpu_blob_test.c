// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which blobs does RESOURCE_CREATE_BLOB make, and which does it refuse?
 */
#include "kselftest_harness.h"

#include <libvirtgpu.h>

#define CREATE_BLOB DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB

#define GUEST VIRTGPU_BLOB_MEM_GUEST
#define HOST3D VIRTGPU_BLOB_MEM_HOST3D
#define HOST3D_GUEST VIRTGPU_BLOB_MEM_HOST3D_GUEST
#define MAPPABLE VIRTGPU_BLOB_FLAG_USE_MAPPABLE
#define SHAREABLE VIRTGPU_BLOB_FLAG_USE_SHAREABLE
#define CROSS_DEVICE VIRTGPU_BLOB_FLAG_USE_CROSS_DEVICE

/* What holds for blobs of every kind. */
FIXTURE(blob) {
	int fd;
	struct drm_virtgpu_resource_create_blob args;
	struct vg_bo bo;
};

FIXTURE_VARIANT(blob) {
	unsigned int needs;
	__u32 capset;
	__u32 mem;
	__u32 flags;
};

FIXTURE_VARIANT_ADD(blob, guest) {
	.needs = VG_BLOB,
	.mem = GUEST,
};

FIXTURE_VARIANT_ADD(blob, guest_mappable) {
	.needs = VG_BLOB,
	.mem = GUEST,
	.flags = MAPPABLE | SHAREABLE,
};

/* Venus refuses blob id 0 without MAPPABLE, after the request has been answered. */
FIXTURE_VARIANT_ADD(blob, host3d) {
	.needs = VG_BLOB | VG_3D | VG_CAPSET_VENUS,
	.capset = VIRTGPU_DRM_CAPSET_VENUS,
	.mem = HOST3D,
};

/* Venus gives memory of its own for blob id 0. */
FIXTURE_VARIANT_ADD(blob, host3d_mappable) {
	.needs = VG_BLOB | VG_3D | VG_HOST_VISIBLE | VG_CAPSET_VENUS,
	.capset = VIRTGPU_DRM_CAPSET_VENUS,
	.mem = HOST3D,
	.flags = MAPPABLE,
};

FIXTURE_SETUP(blob)
{
	VG_OPEN(self->fd, variant->needs);
	if (variant->capset)
		vg_context(self->fd, variant->capset, 0, 0);
	self->args = vg_blob_args(variant->mem, variant->flags, 2 * VG_PAGE);
}

FIXTURE_TEARDOWN(blob)
{
	close(self->fd);
}

TEST_F(blob, gets_a_handle_and_a_resource_id)
{
	ASSERT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
	EXPECT_NE(0, self->bo.handle);
	EXPECT_NE(0, self->bo.res);
}

TEST_F(blob, what_was_asked_stays_in_the_argument)
{
	struct drm_virtgpu_resource_create_blob asked = self->args;

	ASSERT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
	self->args.bo_handle = 0;
	self->args.res_handle = 0;
	self->args.size = asked.size;
	EXPECT_EQ(0, memcmp(&asked, &self->args, sizeof(asked)));
}

TEST_F(blob, info_names_id_size_and_kind)
{
	struct drm_virtgpu_resource_info info;

	ASSERT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
	info = vg_info(self->fd, self->bo.handle);
	EXPECT_EQ(self->bo.res, info.res_handle);
	EXPECT_EQ(2 * VG_PAGE, info.size);
	EXPECT_EQ(variant->mem, info.blob_mem);
}

TEST_F(blob, a_size_is_rounded_up_to_pages)
{
	VG_NEED(self->fd, VG_NO_BLOB_ALIGNMENT);
	self->args.size = VG_PAGE + 1;
	ASSERT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
	EXPECT_EQ(2 * VG_PAGE, vg_info(self->fd, self->bo.handle).size);
}

/*
 * The in-tree driver refuses such a size, but Mesa does not ask for the
 * alignment and passes odd sizes.
 */
TEST_F(blob, a_size_is_rounded_up_to_the_host_s_alignment)
{
	__u64 alignment = vg_param(self->fd, VIRTGPU_PARAM_BLOB_ALIGNMENT);

	VG_NEED(self->fd, VG_BLOB_ALIGNMENT);
	self->args.size = alignment + 1;
	ASSERT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
	EXPECT_EQ(2 * alignment, vg_info(self->fd, self->bo.handle).size);
}

TEST_F(blob, a_resource_id_is_never_used_again)
{
	__u32 last = 0;
	int i;

	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
		EXPECT_GT(self->bo.res, last);
		last = self->bo.res;
		vg_close_handle(self->fd, self->bo.handle);
	}
}

TEST_F(blob, handles_come_back_when_closed)
{
	__u32 first;

	ASSERT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
	first = self->bo.handle;
	vg_close_handle(self->fd, first);
	ASSERT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
	EXPECT_EQ(first, self->bo.handle);
}

TEST_F(blob, the_old_structure_of_48_bytes_works)
{
	self->args.blob_hints = 0xffffffff;
	self->args.pad2 = 0xffffffff;
	EXPECT_EQ(0, __vg_ioctl(self->fd, vg_sized(CREATE_BLOB, 48),
				&self->args));
	EXPECT_NE(0, self->args.bo_handle);
}

/* AMD's private 64 and 72 bytes: what follows the structure is not ours. */
TEST_F(blob, larger_structures_work_whatever_their_tail_holds)
{
	static const size_t sizes[] = { 64, 72, 80 };
	union {
		struct drm_virtgpu_resource_create_blob known;
		unsigned char bytes[80];
	} args;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		memset(&args, 0xff, sizeof(args));
		args.known = self->args;
		EXPECT_EQ(0, __vg_ioctl(self->fd,
					vg_sized(CREATE_BLOB, sizes[i]), &args));
		EXPECT_NE(0, args.known.bo_handle);
		EXPECT_EQ(0xff, args.bytes[79]);
	}
}

TEST_F(blob, padding_is_ignored)
{
	self->args.pad = 0xffffffff;
	self->args.pad2 = 0xffffffff;
	EXPECT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
}

TEST_F(blob, unknown_hints_are_ignored)
{
	self->args.blob_hints = 0xfffffffe;
	EXPECT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
}

TEST_F(blob, the_hint_to_defer_the_mapping_is_taken)
{
	self->args.blob_hints = DRM_VIRTGPU_BLOB_FLAG_HINT_DEFER_MAPPING;
	EXPECT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
}

TEST_F(blob, sixty_four_live_at_once)
{
	int i;

	for (i = 0; i < 64; i++) {
		ASSERT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
	}
}

TEST_F(blob, waiting_for_a_new_one_ends)
{
	ASSERT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
	EXPECT_EQ(0, __vg_wait(self->fd, self->bo.handle, 0));
}

/* Every flag that is not defined, the private ones of other trees included. */
TEST_F(blob, an_unknown_flag_is_einval)
{
	int bit;

	for (bit = 3; bit < 32; bit++) {
		self->args.blob_flags = variant->flags | 1u << bit;
		EXPECT_REFUSED(EINVAL, self->fd, CREATE_BLOB, &self->args)
			TH_LOG("bit %d", bit);
	}
}

TEST_F(blob, sharing_across_devices_is_einval_where_the_device_cannot)
{
	VG_NEED(self->fd, VG_NO_CROSS_DEVICE);
	self->args.blob_flags |= CROSS_DEVICE;
	EXPECT_REFUSED(EINVAL, self->fd, CREATE_BLOB, &self->args);
}

TEST_F(blob, sharing_across_devices_works_where_the_device_can)
{
	VG_NEED(self->fd, VG_CROSS_DEVICE);
	self->args.blob_flags |= CROSS_DEVICE;
	EXPECT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
}

TEST_F(blob, a_size_that_overflows_is_refused)
{
	static const __u64 sizes[] = { ~0ull, ~0ull - 4095, 1ull << 63 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		__u32 next = vg_next_handle(self->fd);

		self->args.size = sizes[i];
		EXPECT_GT(0, __vg_blob(self->fd, &self->args, &self->bo));
		EXPECT_EQ(next, vg_next_handle(self->fd));
	}
}

TEST_F(blob, a_good_call_after_a_refused_one_works)
{
	self->args.blob_flags = 0x80000000;
	ASSERT_EQ(-EINVAL, __vg_blob(self->fd, &self->args, &self->bo));
	self->args.blob_flags = variant->flags;
	EXPECT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
}

/* What a device with blobs refuses. */
FIXTURE(blob_refused) {
	int fd;
};

FIXTURE_SETUP(blob_refused)
{
	VG_OPEN(self->fd, VG_BLOB);
}

FIXTURE_TEARDOWN(blob_refused)
{
	close(self->fd);
}

TEST_F(blob_refused, an_unknown_kind_is_einval)
{
	static const __u32 kinds[] = { 0, 4, 5, 0x100, 0x80000001, 0xffffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct drm_virtgpu_resource_create_blob args =
			vg_blob_args(kinds[i], 0, VG_PAGE);

		EXPECT_REFUSED(EINVAL, self->fd, CREATE_BLOB, &args)
			TH_LOG("kind %#x", kinds[i]);
	}
}

TEST_F(blob_refused, guest_memory_with_a_blob_id_is_einval)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(GUEST, 0, VG_PAGE);

	args.blob_id = 1;
	EXPECT_REFUSED(EINVAL, self->fd, CREATE_BLOB, &args);
	args.blob_id = 1ull << 32;
	EXPECT_REFUSED(EINVAL, self->fd, CREATE_BLOB, &args);
}

TEST_F(blob_refused, guest_memory_with_a_command_is_einval)
{
	__u32 cmd = 0;
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(GUEST, 0, VG_PAGE);

	args.cmd = VG_PTR(&cmd);
	args.cmd_size = sizeof(cmd);
	EXPECT_REFUSED(EINVAL, self->fd, CREATE_BLOB, &args);
}

TEST_F(blob_refused, guest_memory_of_no_bytes_is_refused)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(GUEST, 0, 0);
	struct vg_bo bo;

	EXPECT_GT(0, __vg_blob(self->fd, &args, &bo));
}

TEST_F(blob_refused, host_memory_without_3d_is_einval)
{
	static const __u32 kinds[] = { HOST3D, HOST3D_GUEST };
	unsigned int i;

	VG_NEED(self->fd, VG_NO_3D);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct drm_virtgpu_resource_create_blob args =
			vg_blob_args(kinds[i], 0, VG_PAGE);

		EXPECT_REFUSED(EINVAL, self->fd, CREATE_BLOB, &args);
	}
}

TEST_F(blob_refused, mappable_host_memory_without_a_window_is_einval)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(HOST3D, MAPPABLE, VG_PAGE);

	VG_NEED(self->fd, VG_3D | VG_NO_HOST_VISIBLE);
	EXPECT_REFUSED(EINVAL, self->fd, CREATE_BLOB, &args);
}

/* Commands that come with host memory. */
FIXTURE(blob_command) {
	int fd;
	__u32 cmd[VG_VIRGL_BLOB_DWORDS];
	struct drm_virtgpu_resource_create_blob args;
	struct vg_bo bo;
};

FIXTURE_VARIANT(blob_command) {
	__u32 mem;
};

FIXTURE_VARIANT_ADD(blob_command, host3d) {
	.mem = HOST3D,
};

FIXTURE_VARIANT_ADD(blob_command, host3d_guest) {
	.mem = HOST3D_GUEST,
};

FIXTURE_SETUP(blob_command)
{
	VG_OPEN(self->fd, VG_BLOB | VG_3D | VG_CAPSET_VIRGL2);
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VIRGL2, 0, 0);
	vg_virgl_blob_cmd(self->cmd, VG_PAGE, 1);
	self->args = vg_blob_args(variant->mem, 0, VG_PAGE);
	self->args.cmd = VG_PTR(self->cmd);
	self->args.cmd_size = sizeof(self->cmd);
	self->args.blob_id = 1;
}

FIXTURE_TEARDOWN(blob_command)
{
	close(self->fd);
}

TEST_F(blob_command, a_command_is_taken)
{
	EXPECT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
}

TEST_F(blob_command, a_command_may_be_missing)
{
	self->args.cmd_size = 0;
	self->args.cmd = VG_BAD_POINTER;
	EXPECT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
}

TEST_F(blob_command, a_size_that_is_no_multiple_of_4_is_einval)
{
	__u32 size;

	for (size = 1; size < 8; size++) {
		if (size == 4)
			continue;
		self->args.cmd_size = size;
		EXPECT_REFUSED(EINVAL, self->fd, CREATE_BLOB, &self->args);
	}
}

TEST_F(blob_command, a_bad_pointer_is_efault)
{
	self->args.cmd = VG_BAD_POINTER;
	EXPECT_REFUSED(EFAULT, self->fd, CREATE_BLOB, &self->args);
}

TEST_F(blob_command, a_command_across_the_end_of_memory_is_efault)
{
	self->args.cmd = VG_PTR(vg_page_before_hole() + getpagesize() - 4);
	EXPECT_REFUSED(EFAULT, self->fd, CREATE_BLOB, &self->args);
}

/* Ours says E2BIG before it looks at the memory, in-tree ENOMEM or EFAULT. */
TEST_F(blob_command, a_huge_command_is_refused)
{
	int ret;

	self->args.cmd_size = 0xfffffffc;
	ret = __vg_blob(self->fd, &self->args, &self->bo);
	EXPECT_TRUE(ret == -E2BIG || ret == -ENOMEM)
		TH_LOG("returned %d", ret);
}

TEST_F(blob_command, a_good_call_after_a_refused_one_works)
{
	self->args.cmd = VG_BAD_POINTER;
	ASSERT_EQ(-EFAULT, __vg_blob(self->fd, &self->args, &self->bo));
	self->args.cmd = VG_PTR(self->cmd);
	EXPECT_EQ(0, __vg_blob(self->fd, &self->args, &self->bo));
}

/*
 * The command of a refused call must not reach the host: its blob id must stay
 * unknown there. In-tree drivers send it first and look at the rest then.
 */
TEST(a_refused_call_sends_no_command)
{
	__u32 cmd[VG_VIRGL_BLOB_DWORDS];
	struct drm_virtgpu_resource_create_blob args;
	struct vg_bo bo;
	int fd;

	VG_OPEN(fd, VG_BLOB | VG_3D | VG_HOST_VISIBLE | VG_CAPSET_VIRGL2);
	vg_context(fd, VIRTGPU_DRM_CAPSET_VIRGL2, 0, 0);
	vg_virgl_blob_cmd(cmd, VG_PAGE, 77);
	args = vg_blob_args(HOST3D, MAPPABLE, 1ull << 44);
	args.cmd = VG_PTR(cmd);
	args.cmd_size = sizeof(cmd);
	args.blob_id = 77;
	ASSERT_EQ(-ENOSPC, __vg_blob(fd, &args, &bo));

	args = vg_blob_args(HOST3D, MAPPABLE, VG_PAGE);
	args.blob_id = 77;
	ASSERT_EQ(0, __vg_blob(fd, &args, &bo));
	EXPECT_EQ(MAP_FAILED, __vg_mmap(fd, bo.handle, VG_PAGE));

	/* The same with the command shows that the test could have told. */
	vg_virgl_blob_cmd(cmd, VG_PAGE, 78);
	args.cmd = VG_PTR(cmd);
	args.cmd_size = sizeof(cmd);
	args.blob_id = 78;
	ASSERT_EQ(0, __vg_blob(fd, &args, &bo));
	EXPECT_NE(MAP_FAILED, __vg_mmap(fd, bo.handle, VG_PAGE));
}

/* Without the feature nothing is a blob. */
FIXTURE(no_blob) {
	int fd;
};

FIXTURE_SETUP(no_blob)
{
	VG_OPEN(self->fd, VG_NO_BLOB);
}

FIXTURE_TEARDOWN(no_blob)
{
	close(self->fd);
}

TEST_F(no_blob, any_kind_is_einval)
{
	__u32 kind;

	for (kind = 0; kind <= 4; kind++) {
		struct drm_virtgpu_resource_create_blob args =
			vg_blob_args(kind, 0, VG_PAGE);

		EXPECT_REFUSED(EINVAL, self->fd, CREATE_BLOB, &args);
	}
}

TEST_HARNESS_MAIN
