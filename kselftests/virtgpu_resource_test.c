// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which classic resources does RESOURCE_CREATE make, and what does
 * RESOURCE_INFO say of them?
 */
#include "kselftest_harness.h"

#include <libvirtgpu.h>

FIXTURE(resource) {
	int fd;
};

FIXTURE_VARIANT(resource) {
	unsigned int needs;
};

FIXTURE_VARIANT_ADD(resource, without_3d) {
	.needs = VG_NO_3D,
};

FIXTURE_VARIANT_ADD(resource, with_3d) {
	.needs = VG_3D,
};

FIXTURE_SETUP(resource)
{
	VG_OPEN(self->fd, variant->needs);
}

FIXTURE_TEARDOWN(resource)
{
	close(self->fd);
}

static int create(int fd, struct drm_virtgpu_resource_create *args)
{
	return __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, args);
}

TEST_F(resource, a_picture_gets_a_handle_and_a_resource_id)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(64, 64);

	ASSERT_EQ(0, create(self->fd, &args));
	EXPECT_NE(0, args.bo_handle);
	EXPECT_NE(0, args.res_handle);
}

TEST_F(resource, what_was_asked_stays_in_the_argument)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(64, 32);
	struct drm_virtgpu_resource_create asked = args;

	ASSERT_EQ(0, create(self->fd, &args));
	args.bo_handle = 0;
	args.res_handle = 0;
	EXPECT_EQ(0, memcmp(&asked, &args, sizeof(args)));
}

TEST_F(resource, handles_start_at_1_and_come_back_when_closed)
{
	struct vg_bo first = vg_picture(self->fd);
	struct vg_bo second = vg_picture(self->fd);

	EXPECT_EQ(1, first.handle);
	EXPECT_EQ(2, second.handle);
	vg_close_handle(self->fd, first.handle);
	EXPECT_EQ(1, vg_picture(self->fd).handle);
}

/* Not even when the host has been told that it is gone, for which the driver may take a second. */
TEST_F(resource, a_resource_id_is_never_used_again)
{
	__u32 last = 0;
	int i;

	for (i = 0; i < 20; i++) {
		struct vg_bo bo = vg_picture(self->fd);

		EXPECT_GT(bo.res, last);
		last = bo.res;
		vg_close_handle(self->fd, bo.handle);
		if (i % 8 == 7)
			usleep(1500000);
	}
}

TEST_F(resource, ids_are_the_device_s_not_the_file_s)
{
	int other = vg_open();
	struct vg_bo here = vg_picture(self->fd);
	struct vg_bo there = vg_picture(other);

	EXPECT_EQ(here.handle, there.handle);
	EXPECT_NE(here.res, there.res);
	close(other);
}

TEST_F(resource, info_names_the_id_and_the_size)
{
	struct vg_bo bo = vg_picture(self->fd);
	struct drm_virtgpu_resource_info info = vg_info(self->fd, bo.handle);

	EXPECT_EQ(bo.handle, info.bo_handle);
	EXPECT_EQ(bo.res, info.res_handle);
	EXPECT_EQ(VG_PAGE, info.size);
}

TEST_F(resource, a_size_is_rounded_up_to_pages)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(32, 32);

	args.size = VG_PAGE + 1;
	ASSERT_EQ(0, create(self->fd, &args));
	EXPECT_EQ(2 * VG_PAGE, vg_info(self->fd, args.bo_handle).size);
}

TEST_F(resource, size_0_becomes_one_page)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(32, 32);
	char *map;

	args.size = 0;
	ASSERT_EQ(0, create(self->fd, &args));
	EXPECT_EQ(VG_PAGE, vg_info(self->fd, args.bo_handle).size);
	map = vg_mmap(self->fd, args.bo_handle, VG_PAGE);
	map[VG_PAGE - 1] = 1;
}

/* In-tree drivers leave what the caller had there. */
TEST_F(resource, info_says_that_it_is_no_blob)
{
	struct drm_virtgpu_resource_info info = {
		.bo_handle = vg_picture(self->fd).handle,
		.blob_mem = 0xdeadbeef,
	};

	ASSERT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_RESOURCE_INFO,
				&info));
	EXPECT_EQ(0, info.blob_mem);
}

TEST_F(resource, info_of_a_bad_handle_is_enoent)
{
	static const __u32 handles[] = { 0, 1, 1000, 0xffffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(handles); i++) {
		struct drm_virtgpu_resource_info info = {
			.bo_handle = handles[i],
		};

		EXPECT_REFUSED(ENOENT, self->fd,
			       DRM_IOCTL_VIRTGPU_RESOURCE_INFO, &info);
	}
}

TEST_F(resource, info_of_a_closed_handle_is_enoent)
{
	struct vg_bo bo = vg_picture(self->fd);
	struct drm_virtgpu_resource_info info;

	vg_close_handle(self->fd, bo.handle);
	EXPECT_EQ(-ENOENT, __vg_info(self->fd, bo.handle, &info));
}

TEST_F(resource, info_of_another_file_s_handle_is_enoent)
{
	int other = vg_open();
	struct vg_bo bo = vg_picture(other);
	struct drm_virtgpu_resource_info info;

	EXPECT_EQ(-ENOENT, __vg_info(self->fd, bo.handle, &info));
	close(other);
}

TEST_F(resource, its_memory_starts_as_zeros)
{
	char *map = vg_mmap(self->fd, vg_picture(self->fd).handle, VG_PAGE);
	size_t i;

	for (i = 0; i < VG_PAGE; i++) {
		ASSERT_EQ(0, map[i]);
	}
}

TEST_F(resource, two_hundred_live_at_once)
{
	int i;

	for (i = 1; i <= 200; i++) {
		EXPECT_EQ(i, vg_picture(self->fd).handle);
	}
}

TEST_F(resource, closing_the_file_frees_them)
{
	int round, i;

	for (round = 0; round < 10; round++) {
		int other = vg_open();

		for (i = 0; i < 10; i++)
			vg_picture(other);
		close(other);
	}
	vg_picture(self->fd);
}

/* Without 3D there are plain pictures only. */
FIXTURE(resource_2d) {
	int fd;
	struct drm_virtgpu_resource_create args;
};

FIXTURE_SETUP(resource_2d)
{
	VG_OPEN(self->fd, VG_NO_3D);
	self->args = vg_picture_args(32, 32);
}

FIXTURE_TEARDOWN(resource_2d)
{
	EXPECT_REFUSED(EINVAL, self->fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE,
		       &self->args);
	close(self->fd);
}

TEST_F(resource_2d, a_depth_is_einval)
{
	self->args.depth = 2;
}

TEST_F(resource_2d, samples_are_einval)
{
	self->args.nr_samples = 2;
}

TEST_F(resource_2d, mip_levels_are_einval)
{
	self->args.last_level = 2;
}

TEST_F(resource_2d, layers_are_einval)
{
	self->args.array_size = 2;
}

TEST_F(resource_2d, a_buffer_is_einval)
{
	self->args.target = VG_TARGET_BUFFER;
}

TEST_F(resource_2d, a_cube_is_einval)
{
	self->args.target = 4;
}

TEST_F(resource_2d, a_wild_target_is_einval)
{
	self->args.target = 0xffffffff;
}

/* The largest values that a plain picture may name are 1 (or 0). */
FIXTURE(resource_2d_accepts) {
	int fd;
};

FIXTURE_SETUP(resource_2d_accepts)
{
	VG_OPEN(self->fd, VG_NO_3D);
}

FIXTURE_TEARDOWN(resource_2d_accepts)
{
	close(self->fd);
}

TEST_F(resource_2d_accepts, ones)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(32, 32);

	args.nr_samples = 1;
	args.last_level = 1;
	EXPECT_EQ(0, create(self->fd, &args));
}

TEST_F(resource_2d_accepts, zeros)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(32, 32);

	args.depth = 0;
	args.array_size = 0;
	EXPECT_EQ(0, create(self->fd, &args));
}

/* With 3D the host judges the texture. */
FIXTURE(resource_3d) {
	int fd;
};

FIXTURE_SETUP(resource_3d)
{
	VG_OPEN(self->fd, VG_3D);
}

FIXTURE_TEARDOWN(resource_3d)
{
	close(self->fd);
}

TEST_F(resource_3d, a_buffer_is_accepted)
{
	struct drm_virtgpu_resource_create args = {
		.target = VG_TARGET_BUFFER,
		.format = VG_FORMAT_R8,
		.bind = VG_BIND_VERTEX,
		.width = 4096,
		.height = 1,
		.depth = 1,
		.array_size = 1,
		.size = 4096,
	};

	EXPECT_EQ(0, create(self->fd, &args));
}

TEST_F(resource_3d, mip_levels_are_accepted)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(32, 32);

	args.last_level = 5;
	args.size = 8192;
	EXPECT_EQ(0, create(self->fd, &args));
}

TEST_F(resource_3d, waiting_for_a_new_one_ends)
{
	EXPECT_EQ(0, __vg_wait(self->fd, vg_picture(self->fd).handle, 0));
}

TEST_HARNESS_MAIN
