// SPDX-License-Identifier: GPL-2.0-only
/*
 * What do TRANSFER_TO_HOST and TRANSFER_FROM_HOST copy, and what do they refuse?
 */
#include "kselftest_harness.h"

#include <libvirtgpu.h>

#define TO_HOST DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST
#define FROM_HOST DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST

/* The structure before 5.11: without the strides */
#define OLD_SIZE 36

typedef struct drm_virtgpu_3d_transfer_to_host transfer_t;

static transfer_t transfer_args(__u32 handle, __u32 width, __u32 height)
{
	transfer_t args = {
		.bo_handle = handle,
		.box = { .w = width, .h = height, .d = 1 },
	};

	return args;
}

static void fill(__u32 *texels, unsigned int count, __u32 seed)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		texels[i] = i * 0x01010101u + seed;
}

static bool holds(const __u32 *texels, unsigned int count, __u32 seed)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (texels[i] != i * 0x01010101u + seed)
			return false;
	return true;
}

/* What holds for both directions and for devices with and without 3D */
FIXTURE(transfer) {
	int fd;
	struct vg_bo bo;
	transfer_t args;
};

FIXTURE_VARIANT(transfer) {
	unsigned int needs;
	unsigned long request;
};

FIXTURE_VARIANT_ADD(transfer, to_host_2d) {
	.needs = VG_NO_3D,
	.request = TO_HOST,
};

FIXTURE_VARIANT_ADD(transfer, to_host_3d) {
	.needs = VG_3D,
	.request = TO_HOST,
};

FIXTURE_VARIANT_ADD(transfer, from_host_3d) {
	.needs = VG_3D | VG_FROM_HOST,
	.request = FROM_HOST,
};

FIXTURE_SETUP(transfer)
{
	VG_OPEN(self->fd, variant->needs);
	self->bo = vg_picture(self->fd);
	self->args = transfer_args(self->bo.handle, 32, 32);
}

FIXTURE_TEARDOWN(transfer)
{
	close(self->fd);
}

TEST_F(transfer, a_whole_picture_works)
{
	EXPECT_EQ(0, __vg_ioctl(self->fd, variant->request, &self->args));
	EXPECT_EQ(0, __vg_wait(self->fd, self->bo.handle, 0));
}

TEST_F(transfer, the_argument_stays)
{
	transfer_t before = self->args;

	ASSERT_EQ(0, __vg_ioctl(self->fd, variant->request, &self->args));
	EXPECT_EQ(0, memcmp(&before, &self->args, sizeof(before)));
}

TEST_F(transfer, the_old_structure_without_strides_works)
{
	self->args.stride = 0xffffffff;
	self->args.layer_stride = 0xffffffff;
	EXPECT_EQ(0, __vg_ioctl(self->fd,
				vg_sized(variant->request, OLD_SIZE),
				&self->args));
}

TEST_F(transfer, a_bad_handle_is_enoent)
{
	static const __u32 handles[] = { 0, 1000, 0xffffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(handles); i++) {
		self->args.bo_handle = handles[i];
		EXPECT_REFUSED(ENOENT, self->fd, variant->request, &self->args);
	}
}

TEST_F(transfer, a_closed_handle_is_enoent)
{
	vg_close_handle(self->fd, self->bo.handle);
	EXPECT_EQ(-ENOENT,
		  __vg_ioctl(self->fd, variant->request, &self->args));
}

TEST_F(transfer, a_blob_in_guest_memory_is_einval)
{
	VG_NEED(self->fd, VG_BLOB);
	self->args.bo_handle =
		vg_blob(self->fd, VIRTGPU_BLOB_MEM_GUEST, 0, VG_PAGE).handle;
	EXPECT_REFUSED(EINVAL, self->fd, variant->request, &self->args);
}

TEST_F(transfer, a_stride_of_a_classic_resource_is_einval)
{
	VG_NEED(self->fd, VG_3D);
	self->args.stride = 128;
	EXPECT_REFUSED(EINVAL, self->fd, variant->request, &self->args);
}

TEST_F(transfer, a_layer_stride_of_a_classic_resource_is_einval)
{
	VG_NEED(self->fd, VG_3D);
	self->args.layer_stride = 4096;
	EXPECT_REFUSED(EINVAL, self->fd, variant->request, &self->args);
}

/* The command for 2D has no place for strides, so they are not looked at. */
TEST_F(transfer, without_3d_strides_are_ignored)
{
	VG_NEED(self->fd, VG_NO_3D);
	self->args.stride = 1;
	self->args.layer_stride = 0xffffffff;
	EXPECT_EQ(0, __vg_ioctl(self->fd, variant->request, &self->args));
}

/* The host looks at the box: what is wrong there is no error here. */
TEST_F(transfer, a_box_outside_the_picture_harms_nothing)
{
	transfer_t good = self->args;

	self->args.box.x = 0x7fffffff;
	self->args.box.w = 0xffffffff;
	self->args.offset = 0xfffffff0;
	EXPECT_EQ(0, __vg_ioctl(self->fd, variant->request, &self->args));
	EXPECT_EQ(0, __vg_wait(self->fd, self->bo.handle, 0));
	EXPECT_EQ(0, __vg_ioctl(self->fd, variant->request, &good));
	EXPECT_EQ(0, __vg_wait(self->fd, self->bo.handle, 0));
}

TEST_F(transfer, an_imported_handle_works)
{
	int dmabuf = vg_export(self->fd, self->bo.handle);
	int other = vg_open();

	self->args.bo_handle = vg_import(other, dmabuf);
	EXPECT_EQ(0, __vg_ioctl(other, variant->request, &self->args));
	EXPECT_EQ(0, __vg_wait(other, self->args.bo_handle, 0));
	close(other);
	close(dmabuf);
}

TEST_F(transfer, many_in_a_row_work)
{
	int i;

	for (i = 0; i < 300; i++) {
		ASSERT_EQ(0, __vg_ioctl(self->fd, variant->request,
					&self->args));
	}
	EXPECT_EQ(0, __vg_wait(self->fd, self->bo.handle, 0));
}

TEST_F(transfer, closing_the_handle_right_after_is_fine)
{
	ASSERT_EQ(0, __vg_ioctl(self->fd, variant->request, &self->args));
	vg_close_handle(self->fd, self->bo.handle);
	self->bo = vg_picture(self->fd);
	EXPECT_EQ(0, __vg_wait(self->fd, self->bo.handle, 0));
}

/* Without 3D nothing comes back. */
TEST(from_host_without_3d_is_enosys)
{
	transfer_t args;
	int fd;

	VG_OPEN(fd, VG_NO_3D);
	args = transfer_args(vg_picture(fd).handle, 32, 32);
	EXPECT_REFUSED(ENOSYS, fd, FROM_HOST, &args);
	args.bo_handle = 0xffffffff;
	EXPECT_REFUSED(ENOSYS, fd, FROM_HOST, &args);
	close(fd);
}

/* Texels that go to the host and come back */
FIXTURE(round_trip) {
	int fd;
	struct drm_virtgpu_resource_create picture;
	transfer_t args;
	__u32 *texels;
};

FIXTURE_SETUP(round_trip)
{
	VG_OPEN(self->fd, VG_3D | VG_FROM_HOST);
	self->picture = vg_picture_args(32, 32);
	self->picture.size = 16384;
	self->picture.last_level = 1;
	VG_OK(__vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE,
			 &self->picture));
	self->args = transfer_args(self->picture.bo_handle, 32, 32);
	self->texels = vg_mmap(self->fd, self->picture.bo_handle, 16384);
}

FIXTURE_TEARDOWN(round_trip)
{
	close(self->fd);
}

static void copy(int fd, unsigned long request, transfer_t *args)
{
	VG_OK(__vg_ioctl(fd, request, args));
	VG_OK(__vg_wait(fd, args->bo_handle, 0));
}

TEST_F(round_trip, a_picture_comes_back)
{
	fill(self->texels, 1024, 1);
	copy(self->fd, TO_HOST, &self->args);
	memset(self->texels, 0, 4096);
	copy(self->fd, FROM_HOST, &self->args);
	EXPECT_TRUE(holds(self->texels, 1024, 1));
}

TEST_F(round_trip, the_last_picture_sent_comes_back)
{
	fill(self->texels, 1024, 1);
	copy(self->fd, TO_HOST, &self->args);
	fill(self->texels, 1024, 2);
	copy(self->fd, TO_HOST, &self->args);
	memset(self->texels, 0, 4096);
	copy(self->fd, FROM_HOST, &self->args);
	EXPECT_TRUE(holds(self->texels, 1024, 2));
}

TEST_F(round_trip, without_a_wait_between_them_the_order_is_kept)
{
	transfer_t back = self->args;

	back.offset = 8192;
	fill(self->texels, 1024, 3);
	ASSERT_EQ(0, __vg_ioctl(self->fd, TO_HOST, &self->args));
	ASSERT_EQ(0, __vg_ioctl(self->fd, FROM_HOST, &back));
	ASSERT_EQ(0, __vg_wait(self->fd, self->args.bo_handle, 0));
	EXPECT_TRUE(holds(self->texels + 2048, 1024, 3));
}

TEST_F(round_trip, the_offset_counts)
{
	self->args.offset = 8192;
	fill(self->texels + 2048, 1024, 4);
	copy(self->fd, TO_HOST, &self->args);
	self->args.offset = 0;
	copy(self->fd, FROM_HOST, &self->args);
	EXPECT_TRUE(holds(self->texels, 1024, 4));
}

TEST_F(round_trip, the_box_counts)
{
	int x, y;

	fill(self->texels, 1024, 5);
	copy(self->fd, TO_HOST, &self->args);
	memset(self->texels, 0xee, 4096);
	self->args.box.x = 8;
	self->args.box.y = 4;
	self->args.box.w = 16;
	self->args.box.h = 2;
	self->args.offset = (4 * 32 + 8) * 4;
	copy(self->fd, FROM_HOST, &self->args);
	for (y = 0; y < 32; y++) {
		for (x = 0; x < 32; x++) {
			bool inside = x >= 8 && x < 24 && y >= 4 && y < 6;
			__u32 i = y * 32 + x;

			ASSERT_EQ(inside ? i * 0x01010101u + 5 : 0xeeeeeeee,
				  self->texels[i])
				TH_LOG("texel %d, %d", x, y);
		}
	}
}

TEST_F(round_trip, the_level_counts)
{
	transfer_t small = transfer_args(self->picture.bo_handle, 16, 16);

	small.level = 1;
	fill(self->texels, 1024, 6);
	copy(self->fd, TO_HOST, &self->args);
	fill(self->texels, 256, 7);
	copy(self->fd, TO_HOST, &small);
	memset(self->texels, 0, 4096);
	copy(self->fd, FROM_HOST, &self->args);
	EXPECT_TRUE(holds(self->texels, 1024, 6));
	copy(self->fd, FROM_HOST, &small);
	EXPECT_TRUE(holds(self->texels, 256, 7));
}

/*
 * In-tree drivers of 6.15 and later do not attach what was imported before the
 * file had a context.
 */
TEST_F(round_trip, a_file_without_a_context_can_bring_it_back)
{
	int dmabuf = vg_export(self->fd, self->picture.bo_handle);
	int other = vg_open();
	transfer_t args = transfer_args(vg_import(other, dmabuf), 32, 32);

	fill(self->texels, 1024, 8);
	copy(self->fd, TO_HOST, &self->args);
	memset(self->texels, 0, 4096);
	copy(other, FROM_HOST, &args);
	EXPECT_TRUE(holds(self->texels, 1024, 8));
	close(other);
	close(dmabuf);
}

TEST_F(round_trip, a_file_with_a_context_can_bring_it_back)
{
	int dmabuf = vg_export(self->fd, self->picture.bo_handle);
	int other = vg_open();
	transfer_t args;

	vg_submit(other, 0);
	args = transfer_args(vg_import(other, dmabuf), 32, 32);
	fill(self->texels, 1024, 8);
	copy(self->fd, TO_HOST, &self->args);
	memset(self->texels, 0, 4096);
	copy(other, FROM_HOST, &args);
	EXPECT_TRUE(holds(self->texels, 1024, 8));
	close(other);
	close(dmabuf);
}

/* Blobs with memory on both sides: the caller says how rows lie. */
FIXTURE(blob_transfer) {
	int fd;
	struct vg_bo bo;
	transfer_t args;
};

FIXTURE_SETUP(blob_transfer)
{
	__u32 cmd[VG_VIRGL_BLOB_DWORDS];
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(VIRTGPU_BLOB_MEM_HOST3D_GUEST, 0, VG_PAGE);

	VG_OPEN(self->fd, VG_BLOB | VG_3D | VG_FROM_HOST | VG_CAPSET_VIRGL2);
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VIRGL2, 0, 0);
	vg_virgl_blob_cmd(cmd, VG_PAGE, 1);
	args.cmd = VG_PTR(cmd);
	args.cmd_size = sizeof(cmd);
	args.blob_id = 1;
	VG_OK(__vg_blob(self->fd, &args, &self->bo));
	self->args = transfer_args(self->bo.handle, 4096, 1);
}

FIXTURE_TEARDOWN(blob_transfer)
{
	close(self->fd);
}

TEST_F(blob_transfer, strides_are_taken_in_both_directions)
{
	self->args.stride = 4096;
	self->args.layer_stride = 4096;
	EXPECT_EQ(0, __vg_ioctl(self->fd, TO_HOST, &self->args));
	EXPECT_EQ(0, __vg_ioctl(self->fd, FROM_HOST, &self->args));
	EXPECT_EQ(0, __vg_wait(self->fd, self->bo.handle, 0));
}

TEST_HARNESS_MAIN
