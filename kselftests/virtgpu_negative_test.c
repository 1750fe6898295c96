// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to garbage that no request in particular is to blame for?
 */
#include "kselftest_harness.h"

#include <sys/ioctl.h>

#include <libvirtgpu.h>

/* Every request of the driver */
static const unsigned long requests[] = {
	DRM_IOCTL_VIRTGPU_MAP,
	DRM_IOCTL_VIRTGPU_EXECBUFFER,
	DRM_IOCTL_VIRTGPU_GETPARAM,
	DRM_IOCTL_VIRTGPU_RESOURCE_CREATE,
	DRM_IOCTL_VIRTGPU_RESOURCE_INFO,
	DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST,
	DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST,
	DRM_IOCTL_VIRTGPU_WAIT,
	DRM_IOCTL_VIRTGPU_GET_CAPS,
	DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB,
	DRM_IOCTL_VIRTGPU_CONTEXT_INIT,
};

FIXTURE(negative) {
	int fd;
};

FIXTURE_SETUP(negative)
{
	VG_OPEN(self->fd, 0);
}

FIXTURE_TEARDOWN(negative)
{
	vg_picture(self->fd);	/* whatever came, the device works */
	close(self->fd);
}

TEST_F(negative, a_bad_argument_pointer_is_efault)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		EXPECT_EQ(-EFAULT, __vg_ioctl(self->fd, requests[i], NULL))
			TH_LOG("request %#lx", requests[i]);
		EXPECT_EQ(-EFAULT, __vg_ioctl(self->fd, requests[i],
					      (void *)(unsigned long)VG_BAD_POINTER))
			TH_LOG("request %#lx", requests[i]);
	}
}

TEST_F(negative, an_argument_across_the_end_of_memory_is_efault)
{
	char *page = vg_page_before_hole();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		EXPECT_EQ(-EFAULT, __vg_ioctl(self->fd, requests[i],
					      page + getpagesize() - 4))
			TH_LOG("request %#lx", requests[i]);
	}
}

TEST_F(negative, a_request_number_that_is_not_there_is_einval)
{
	char page[4096] = { 0 };
	unsigned int nr;

	for (nr = DRM_COMMAND_BASE; nr < DRM_COMMAND_END; nr++) {
		if (nr > DRM_COMMAND_BASE &&
		    nr <= DRM_COMMAND_BASE + DRM_VIRTGPU_CONTEXT_INIT)
			continue;
		EXPECT_EQ(-EINVAL, __vg_ioctl(self->fd, DRM_IOWR(nr, char[64]),
					      page))
			TH_LOG("number %#x", nr);
	}
}

/* A structure of any size is as good as what it holds: none is zeros. */
TEST_F(negative, a_structure_of_no_bytes_is_answered_without_harm)
{
	unsigned char page[4096];
	unsigned int i, byte;

	memset(page, 0xff, sizeof(page));
	for (i = 0; i < ARRAY_SIZE(requests); i++)
		__vg_ioctl(self->fd, vg_sized(requests[i], 0), page);
	for (byte = 0; byte < sizeof(page); byte++) {
		ASSERT_EQ(0xff, page[byte]);
	}
}

TEST_F(negative, a_structure_of_the_largest_size_is_answered_without_harm)
{
	static unsigned char page[16383];
	unsigned int i, byte;

	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		memset(page, 0xff, sizeof(page));
		/* A classic resource of so many bytes would take all memory. */
		if (requests[i] == DRM_IOCTL_VIRTGPU_RESOURCE_CREATE)
			memset(page, 0, 128);
		__vg_ioctl(self->fd, vg_sized(requests[i], sizeof(page)), page);
		for (byte = 128; byte < sizeof(page); byte++) {
			ASSERT_EQ(0xff, page[byte])
				TH_LOG("request %#lx", requests[i]);
		}
	}
}

TEST_F(negative, all_ones_are_refused)
{
	unsigned char args[128];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		/* A classic resource of 3D takes any numbers: the host judges. */
		if (requests[i] == DRM_IOCTL_VIRTGPU_RESOURCE_CREATE)
			continue;
		memset(args, 0xff, sizeof(args));
		EXPECT_GT(0, __vg_ioctl(self->fd, requests[i], args))
			TH_LOG("request %#lx", requests[i]);
	}
}

TEST_F(negative, every_request_with_a_handle_says_enoent_for_a_bad_one)
{
	__u32 args[32];
	static const unsigned long with_handle[] = {
		DRM_IOCTL_VIRTGPU_RESOURCE_INFO,
		DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST,
		DRM_IOCTL_VIRTGPU_WAIT,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(with_handle); i++) {
		memset(args, 0, sizeof(args));
		args[0] = 4711;
		EXPECT_REFUSED(ENOENT, self->fd, with_handle[i], args);
	}
}

/* Random bytes, the same in every run: nothing may hang, die or leak. */
TEST_F_TIMEOUT(negative, random_arguments_do_no_harm, 120)
{
	unsigned int seed = 1, round, i, byte;
	int fds = vg_count_fds();

	for (round = 0; round < 100; round++) {
		for (i = 0; i < ARRAY_SIZE(requests); i++) {
			unsigned char args[128];

			for (byte = 0; byte < sizeof(args); byte++)
				args[byte] = rand_r(&seed) & rand_r(&seed) &
					     rand_r(&seed);
			/* These would get gigabytes. */
			if (requests[i] == DRM_IOCTL_VIRTGPU_RESOURCE_CREATE)
				continue;
			if (requests[i] == DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB)
				memset(args, 0xff, 8);
			__vg_ioctl(self->fd, requests[i], args);
		}
	}
	EXPECT_EQ(fds, vg_count_fds());
}

/* The two kinds of node */

TEST(an_unauthenticated_primary_node_may_do_all)
{
	int master, fd;

	VG_OPEN(fd, 0);
	close(fd);
	master = vg_open_primary();
	fd = vg_open_primary();
	EXPECT_NE(0, vg_picture(fd).handle);
	EXPECT_EQ(0, __vg_wait(fd, 1, 0));
	close(fd);
	close(master);
}

TEST(a_render_node_makes_no_dumb_buffers)
{
	struct drm_mode_create_dumb args = {
		.width = 64,
		.height = 64,
		.bpp = 32,
	};
	int fd;

	VG_OPEN(fd, 0);
	EXPECT_EQ(-EACCES, __vg_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &args));
	close(fd);
}

/* Dumb buffers, which compositors begin with */

TEST(dumb_buffers_have_no_odd_number_of_bits_a_pixel)
{
	static const __u32 others[] = { 0, 1, 8, 31, 33, 64 };
	unsigned int i;
	int fd;

	VG_OPEN(fd, 0);
	close(fd);
	fd = vg_open_primary();
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		struct drm_mode_create_dumb args = {
			.width = 64,
			.height = 64,
			.bpp = others[i],
		};

		EXPECT_EQ(-EINVAL,
			  __vg_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &args))
			TH_LOG("bpp %u", others[i]);
	}
	close(fd);
}

/* Refused by the in-tree driver; taken by this one, as the DRM core means them. */
TEST(dumb_buffers_of_16_or_24_bits_have_room_for_them_or_are_refused)
{
	static const __u32 bpps[] = { 16, 24 };
	unsigned int i;
	int fd, ret;

	VG_OPEN(fd, 0);
	close(fd);
	fd = vg_open_primary();
	for (i = 0; i < ARRAY_SIZE(bpps); i++) {
		struct drm_mode_create_dumb args = {
			.width = 63,
			.height = 64,
			.bpp = bpps[i],
		};

		ret = __vg_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &args);
		EXPECT_TRUE(ret == -EINVAL || ret == 0);
		if (ret)
			continue;
		EXPECT_LE(args.width * args.bpp / 8, args.pitch);
		EXPECT_EQ(0, args.pitch % 4);
		EXPECT_LE((__u64)args.pitch * args.height, args.size);
	}
	close(fd);
}

TEST(a_dumb_buffer_s_rows_follow_each_other)
{
	struct drm_mode_create_dumb args = {
		.width = 100,
		.height = 10,
		.bpp = 32,
	};
	int fd;

	VG_OPEN(fd, 0);
	close(fd);
	fd = vg_open_primary();
	ASSERT_EQ(0, __vg_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &args));
	EXPECT_EQ(400, args.pitch);
	/* With a row more, where the driver adds one for the host. */
	EXPECT_GE(VG_PAGE + VG_PAGE, args.size);
	EXPECT_LE(400 * 10, args.size);
	EXPECT_EQ(0, args.size % VG_PAGE);
	EXPECT_NE(0, vg_info(fd, args.handle).res_handle);
	close(fd);
}

/* Identity, by which programs know the driver */

TEST(the_driver_is_virtio_gpu_0_1_0)
{
	char name[32] = "", desc[32] = "";
	struct drm_version version = {
		.name = name,
		.name_len = sizeof(name) - 1,
		.desc = desc,
		.desc_len = sizeof(desc) - 1,
	};
	int fd;

	VG_OPEN(fd, 0);
	ASSERT_EQ(0, __vg_ioctl(fd, DRM_IOCTL_VERSION, &version));
	EXPECT_STREQ("virtio_gpu", name);
	EXPECT_STREQ("virtio GPU", desc);
	EXPECT_EQ(0, version.version_major);
	EXPECT_EQ(1, version.version_minor);
	EXPECT_EQ(0, version.version_patchlevel);
	close(fd);
}

TEST_HARNESS_MAIN
