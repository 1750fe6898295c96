// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does GETPARAM answer?
 */
#include "kselftest_harness.h"

#include <libvirtgpu.h>

FIXTURE(getparam) {
	int fd;
};

FIXTURE_SETUP(getparam)
{
	VG_OPEN(self->fd, 0);
}

FIXTURE_TEARDOWN(getparam)
{
	close(self->fd);
}

static int ask(int fd, __u64 param, void *value)
{
	struct drm_virtgpu_getparam args = {
		.param = param,
		.value = VG_PTR(value),
	};

	return __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_GETPARAM, &args);
}

TEST_F(getparam, every_yes_or_no_parameter_is_0_or_1)
{
	static const __u64 params[] = {
		VIRTGPU_PARAM_3D_FEATURES, VIRTGPU_PARAM_RESOURCE_BLOB,
		VIRTGPU_PARAM_HOST_VISIBLE, VIRTGPU_PARAM_CROSS_DEVICE,
		VIRTGPU_PARAM_CONTEXT_INIT, VIRTGPU_PARAM_EXPLICIT_DEBUG_NAME,
	};
	unsigned int i;
	__u64 value;

	for (i = 0; i < ARRAY_SIZE(params); i++) {
		EXPECT_EQ(0, __vg_getparam(self->fd, params[i], &value))
			TH_LOG("parameter %llu", params[i]);
		EXPECT_LE(value, 1)
			TH_LOG("parameter %llu", params[i]);
	}
}

TEST_F(getparam, the_capset_query_fix_is_always_there)
{
	__u64 value;

	EXPECT_EQ(0, __vg_getparam(self->fd, VIRTGPU_PARAM_CAPSET_QUERY_FIX,
				   &value));
	EXPECT_EQ(1, value);
}

TEST_F(getparam, the_capset_mask_is_answered)
{
	__u64 value;

	EXPECT_EQ(0, __vg_getparam(self->fd,
				   VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs, &value));
	/* Capset 0 means "none chosen" and is no set that a host offers. */
	EXPECT_EQ(0, value & 1);
}

TEST_F(getparam, a_device_without_3d_has_no_capsets)
{
	VG_NEED(self->fd, VG_NO_3D);
	EXPECT_EQ(0, vg_param(self->fd, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs));
}

TEST_F(getparam, a_debug_name_is_possible_where_contexts_have_parameters)
{
	EXPECT_EQ(vg_param(self->fd, VIRTGPU_PARAM_CONTEXT_INIT),
		  vg_param(self->fd, VIRTGPU_PARAM_EXPLICIT_DEBUG_NAME));
}

TEST_F(getparam, a_window_comes_with_blobs)
{
	VG_NEED(self->fd, VG_HOST_VISIBLE);
	EXPECT_EQ(1, vg_param(self->fd, VIRTGPU_PARAM_RESOURCE_BLOB));
}

/* Since 7.2; before, in-tree drivers say EINVAL as to any unknown number. */
TEST_F(getparam, blob_alignment_is_enoent_when_the_host_named_none)
{
	__u64 value = 0;
	int ret = ask(self->fd, VIRTGPU_PARAM_BLOB_ALIGNMENT, &value);

	if (!ret)
		SKIP(return, "needs VIRTGPU_PARAM_BLOB_ALIGNMENT to be absent");
	EXPECT_EQ(-ENOENT, ret);
	EXPECT_EQ(0, value);
}

TEST_F(getparam, blob_alignment_is_a_power_of_two)
{
	__u64 value;

	VG_NEED(self->fd, VG_BLOB_ALIGNMENT);
	EXPECT_EQ(0, __vg_getparam(self->fd, VIRTGPU_PARAM_BLOB_ALIGNMENT,
				   &value));
	EXPECT_NE(0, value);
	EXPECT_EQ(0, value & (value - 1));
}

/* Venus takes any value but 0 there for guest video memory, and breaks. */
TEST_F(getparam, parameter_9_is_no_success_without_a_window)
{
	VG_NEED(self->fd, VG_NO_HOST_VISIBLE);
	EXPECT_EQ(0, vg_param(self->fd, VIRTGPU_PARAM_BLOB_ALIGNMENT));
}

TEST_F(getparam, an_unknown_parameter_is_einval)
{
	static const __u64 params[] = {
		0, 10, 11, 64, 0x7fffffff, 0x80000000, 0xffffffff,
		1ull << 32 | VIRTGPU_PARAM_3D_FEATURES, ~0ull,
	};
	__u64 value = 0x1122334455667788;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(params); i++) {
		struct drm_virtgpu_getparam args = {
			.param = params[i],
			.value = VG_PTR(&value),
		};

		EXPECT_REFUSED(EINVAL, self->fd, DRM_IOCTL_VIRTGPU_GETPARAM,
			       &args)
			TH_LOG("parameter %#llx", params[i]);
	}
	EXPECT_EQ(0x1122334455667788, value);
}

TEST_F(getparam, just_four_bytes_are_written)
{
	__u64 value = ~0ull;

	ASSERT_EQ(0, ask(self->fd, VIRTGPU_PARAM_CAPSET_QUERY_FIX, &value));
	EXPECT_EQ(0xffffffff00000001, value);
}

TEST_F(getparam, four_bytes_at_the_end_of_a_page_are_enough)
{
	char *page = vg_page_before_hole();

	EXPECT_EQ(0, ask(self->fd, VIRTGPU_PARAM_CAPSET_QUERY_FIX,
			 page + getpagesize() - 4));
}

TEST_F(getparam, a_null_pointer_is_efault)
{
	EXPECT_EQ(-EFAULT, ask(self->fd, VIRTGPU_PARAM_3D_FEATURES, NULL));
}

TEST_F(getparam, a_bad_pointer_is_efault)
{
	struct drm_virtgpu_getparam args = {
		.param = VIRTGPU_PARAM_3D_FEATURES,
		.value = VG_BAD_POINTER,
	};

	EXPECT_REFUSED(EFAULT, self->fd, DRM_IOCTL_VIRTGPU_GETPARAM, &args);
}

TEST_F(getparam, a_kernel_address_is_efault)
{
	struct drm_virtgpu_getparam args = {
		.param = VIRTGPU_PARAM_3D_FEATURES,
		.value = 0xffff800000000000,
	};

	EXPECT_REFUSED(EFAULT, self->fd, DRM_IOCTL_VIRTGPU_GETPARAM, &args);
}

TEST_F(getparam, memory_that_is_not_writable_is_efault)
{
	void *page = mmap(NULL, getpagesize(), PROT_READ,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, page);
	EXPECT_EQ(-EFAULT, ask(self->fd, VIRTGPU_PARAM_3D_FEATURES, page));
}

TEST_F(getparam, a_value_across_the_end_of_memory_is_efault)
{
	char *page = vg_page_before_hole();

	EXPECT_EQ(-EFAULT, ask(self->fd, VIRTGPU_PARAM_3D_FEATURES,
			       page + getpagesize() - 2));
}

TEST_F(getparam, a_larger_structure_works)
{
	struct {
		struct drm_virtgpu_getparam known;
		__u64 tail;
	} args = { .tail = ~0ull };
	__u64 value = 0;

	args.known.param = VIRTGPU_PARAM_CAPSET_QUERY_FIX;
	args.known.value = VG_PTR(&value);
	EXPECT_EQ(0, __vg_ioctl(self->fd,
				vg_sized(DRM_IOCTL_VIRTGPU_GETPARAM,
					 sizeof(args)), &args));
	EXPECT_EQ(1, value);
}

TEST_F(getparam, a_structure_without_the_pointer_is_efault)
{
	__u64 param = VIRTGPU_PARAM_3D_FEATURES;

	EXPECT_EQ(-EFAULT, __vg_ioctl(self->fd,
				      vg_sized(DRM_IOCTL_VIRTGPU_GETPARAM,
					       sizeof(param)), &param));
}

TEST_F(getparam, a_second_file_gets_the_same_answers)
{
	int other = vg_open();
	__u64 param;

	for (param = 1; param <= VIRTGPU_PARAM_BLOB_ALIGNMENT; param++) {
		EXPECT_EQ(vg_param(self->fd, param), vg_param(other, param));
	}
	close(other);
}

TEST_F(getparam, the_primary_node_answers_without_authentication)
{
	int master = vg_open_primary();
	int other = vg_open_primary();

	EXPECT_EQ(1, vg_param(other, VIRTGPU_PARAM_CAPSET_QUERY_FIX));
	close(other);
	close(master);
}

TEST_F(getparam, asking_makes_no_context)
{
	__u64 param;

	VG_NEED(self->fd, VG_3D | VG_CONTEXT_INIT);
	for (param = 0; param <= VIRTGPU_PARAM_BLOB_ALIGNMENT; param++)
		vg_param(self->fd, param);
	EXPECT_EQ(0, __vg_context_init(self->fd, NULL, 0));
}

TEST_HARNESS_MAIN
