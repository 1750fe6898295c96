// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which contexts does CONTEXT_INIT make, and which does it refuse?
 */
#include "kselftest_harness.h"

#include <libvirtgpu.h>

#define CAPSET(v) { VIRTGPU_CONTEXT_PARAM_CAPSET_ID, v }
#define RINGS(v) { VIRTGPU_CONTEXT_PARAM_NUM_RINGS, v }
#define POLL_MASK(v) { VIRTGPU_CONTEXT_PARAM_POLL_RINGS_MASK, v }
#define DEBUG_NAME(v) { VIRTGPU_CONTEXT_PARAM_DEBUG_NAME, v }

typedef struct drm_virtgpu_context_set_param param_t;

FIXTURE(context) {
	int fd;
};

FIXTURE_SETUP(context)
{
	VG_OPEN(self->fd, VG_3D | VG_CONTEXT_INIT | VG_CAPSET_VIRGL2);
}

FIXTURE_TEARDOWN(context)
{
	close(self->fd);
}

/* Does the file's context have a ring @idx? Asked without making a fence. */
static int submit_to_ring(int fd, __u32 idx)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_RING_IDX,
		.ring_idx = idx,
	};

	return __vg_submit(fd, &args);
}

/*
 * The call is refused with EINVAL and leaves no trace: a good call after it
 * works, and only what the good call names holds.
 */
#define EXPECT_NO_CONTEXT(err, params)					\
do {									\
	param_t good[] = { CAPSET(VIRTGPU_DRM_CAPSET_VIRGL2) };		\
	struct drm_virtgpu_context_init args = {			\
		.num_params = ARRAY_SIZE(params),			\
		.ctx_set_params = VG_PTR(params),			\
	};								\
									\
	EXPECT_REFUSED_BARE(err, self->fd,				\
			    DRM_IOCTL_VIRTGPU_CONTEXT_INIT, &args);	\
	EXPECT_EQ(0, __vg_context_init(self->fd, good, 1));		\
	EXPECT_EQ(-EINVAL, submit_to_ring(self->fd, 0));		\
} while (0)

TEST_F(context, a_capset_alone_is_enough)
{
	EXPECT_EQ(0, __vg_context_param(self->fd,
					VIRTGPU_CONTEXT_PARAM_CAPSET_ID,
					VIRTGPU_DRM_CAPSET_VIRGL2));
}

TEST_F(context, rings_alone_are_enough)
{
	EXPECT_EQ(0, __vg_context_param(self->fd,
					VIRTGPU_CONTEXT_PARAM_NUM_RINGS, 1));
	EXPECT_EQ(0, submit_to_ring(self->fd, 0));
}

TEST_F(context, no_parameter_gives_a_default_context)
{
	EXPECT_EQ(0, __vg_context_init(self->fd, NULL, 0));
	EXPECT_EQ(-EEXIST, __vg_context_init(self->fd, NULL, 0));
	EXPECT_EQ(-EINVAL, submit_to_ring(self->fd, 0));
}

TEST_F(context, without_parameters_the_pointer_is_not_followed)
{
	EXPECT_EQ(0, __vg_context_init(self->fd, (void *)VG_BAD_POINTER, 0));
}

TEST_F(context, all_four_parameters_go_together)
{
	param_t params[] = {
		CAPSET(VIRTGPU_DRM_CAPSET_VIRGL2), RINGS(2), POLL_MASK(2),
		DEBUG_NAME(VG_PTR("kselftest")),
	};

	VG_NEED(self->fd, VG_DEBUG_NAME);
	EXPECT_EQ(0, __vg_context_init(self->fd, params, 4));
}

TEST_F(context, the_capset_may_come_last)
{
	param_t params[] = { RINGS(2), CAPSET(VIRTGPU_DRM_CAPSET_VIRGL2) };

	EXPECT_EQ(0, __vg_context_init(self->fd, params, 2));
}

TEST_F(context, the_mask_may_come_before_the_rings)
{
	param_t params[] = { POLL_MASK(3), RINGS(2) };

	EXPECT_EQ(0, __vg_context_init(self->fd, params, 2));
}

TEST_F(context, every_capset_of_the_mask_is_taken)
{
	__u64 mask = vg_param(self->fd, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs);
	unsigned int id;

	for (id = 1; id < 32; id++) {
		int fd;

		if (!(mask >> id & 1))
			continue;
		fd = vg_open();
		EXPECT_EQ(0, __vg_context_param(fd,
						VIRTGPU_CONTEXT_PARAM_CAPSET_ID,
						id))
			TH_LOG("capset %u", id);
		close(fd);
	}
}

TEST_F(context, a_padding_word_is_ignored)
{
	struct drm_virtgpu_context_init args = { .pad = 0xffffffff };

	EXPECT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_CONTEXT_INIT,
				&args));
}

TEST_F(context, sixty_four_rings_are_the_most)
{
	param_t params[] = { RINGS(64), POLL_MASK(0) };

	EXPECT_EQ(0, __vg_context_init(self->fd, params, 2));
	EXPECT_EQ(0, submit_to_ring(self->fd, 63));
	EXPECT_EQ(-EINVAL, submit_to_ring(self->fd, 64));
}

/* Up to 6.7, in-tree drivers cut the mask to 32 bits. */
TEST_F(context, the_mask_has_64_bits)
{
	param_t params[] = { RINGS(64), POLL_MASK(1ull << 63) };

	EXPECT_EQ(0, __vg_context_init(self->fd, params, 2));
}

TEST_F(context, no_rings_are_accepted_and_cannot_be_used)
{
	param_t params[] = { RINGS(0) };

	EXPECT_EQ(0, __vg_context_init(self->fd, params, 1));
	EXPECT_EQ(-EINVAL, submit_to_ring(self->fd, 0));
}

TEST_F(context, a_ring_beyond_the_last_is_einval)
{
	param_t params[] = { RINGS(2) };

	ASSERT_EQ(0, __vg_context_init(self->fd, params, 1));
	EXPECT_EQ(0, submit_to_ring(self->fd, 1));
	EXPECT_EQ(-EINVAL, submit_to_ring(self->fd, 2));
	EXPECT_EQ(-EINVAL, submit_to_ring(self->fd, 0xffffffff));
}

TEST_F(context, a_second_call_is_eexist)
{
	struct drm_virtgpu_context_init args = { 0 };

	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VIRGL2, 1, 0);
	EXPECT_REFUSED(EEXIST, self->fd, DRM_IOCTL_VIRTGPU_CONTEXT_INIT, &args);
	EXPECT_EQ(0, submit_to_ring(self->fd, 0));
}

TEST_F(context, a_submission_makes_the_default_context)
{
	vg_submit(self->fd, 0);
	EXPECT_EQ(-EEXIST, __vg_context_init(self->fd, NULL, 0));
}

TEST_F(context, a_classic_resource_makes_the_default_context)
{
	vg_picture(self->fd);
	EXPECT_EQ(-EEXIST, __vg_context_init(self->fd, NULL, 0));
}

TEST_F(context, a_blob_makes_the_default_context)
{
	VG_NEED(self->fd, VG_BLOB);
	vg_blob(self->fd, VIRTGPU_BLOB_MEM_GUEST, 0, VG_PAGE);
	EXPECT_EQ(-EEXIST, __vg_context_init(self->fd, NULL, 0));
}

TEST_F(context, a_transfer_makes_the_default_context)
{
	struct drm_virtgpu_3d_transfer_to_host args = {
		.box = { .w = 1, .h = 1, .d = 1 },
	};
	int other = vg_open();
	struct vg_bo bo = vg_picture(other);
	int dmabuf = vg_export(other, bo.handle);

	args.bo_handle = vg_import(self->fd, dmabuf);
	ASSERT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST,
				&args));
	EXPECT_EQ(-EEXIST, __vg_context_init(self->fd, NULL, 0));
	close(dmabuf);
	close(other);
}

/* Since 6.15; before, in-tree drivers made a context for any handle. */
TEST_F(context, an_import_makes_no_context)
{
	int other = vg_open();
	struct vg_bo bo = vg_picture(other);
	int dmabuf = vg_export(other, bo.handle);

	vg_import(self->fd, dmabuf);
	EXPECT_EQ(0, __vg_context_init(self->fd, NULL, 0));
	close(dmabuf);
	close(other);
}

TEST_F(context, the_default_context_has_no_rings)
{
	vg_submit(self->fd, 0);
	EXPECT_EQ(-EINVAL, submit_to_ring(self->fd, 0));
}

TEST_F(context, two_files_have_contexts_of_their_own)
{
	int other = vg_open();

	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VIRGL2, 2, 0);
	vg_context(other, VIRTGPU_DRM_CAPSET_VIRGL2, 1, 0);
	EXPECT_EQ(0, submit_to_ring(self->fd, 1));
	EXPECT_EQ(-EINVAL, submit_to_ring(other, 1));
	close(other);
}

TEST_F(context, a_duplicated_descriptor_shares_the_context)
{
	int other = dup(self->fd);

	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VIRGL2, 2, 0);
	EXPECT_EQ(-EEXIST, __vg_context_init(other, NULL, 0));
	EXPECT_EQ(0, submit_to_ring(other, 1));
	close(other);
}

TEST_F(context, many_contexts_may_live_at_once)
{
	int fds[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		fds[i] = vg_open();
		vg_context(fds[i], VIRTGPU_DRM_CAPSET_VIRGL2, 1, 0);
	}
	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		EXPECT_EQ(0, submit_to_ring(fds[i], 0));
		close(fds[i]);
	}
}

TEST_F(context, a_name_ends_at_its_zero)
{
	char *page = vg_page_before_hole();
	char *name = page + getpagesize() - 5;

	VG_NEED(self->fd, VG_DEBUG_NAME);
	memcpy(name, "five", 5);
	EXPECT_EQ(0, __vg_context_param(self->fd,
					VIRTGPU_CONTEXT_PARAM_DEBUG_NAME,
					VG_PTR(name)));
}

TEST_F(context, a_long_name_is_cut)
{
	char name[200];

	VG_NEED(self->fd, VG_DEBUG_NAME);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	EXPECT_EQ(0, __vg_context_param(self->fd,
					VIRTGPU_CONTEXT_PARAM_DEBUG_NAME,
					VG_PTR(name)));
}

TEST_F(context, a_name_may_be_empty)
{
	VG_NEED(self->fd, VG_DEBUG_NAME);
	EXPECT_EQ(0, __vg_context_param(self->fd,
					VIRTGPU_CONTEXT_PARAM_DEBUG_NAME,
					VG_PTR("")));
}

TEST_F(context, five_parameters_are_einval)
{
	param_t params[] = {
		CAPSET(VIRTGPU_DRM_CAPSET_VIRGL2), RINGS(2), POLL_MASK(2),
		DEBUG_NAME(VG_PTR("kselftest")), RINGS(2),
	};

	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, a_huge_number_of_parameters_is_einval)
{
	struct drm_virtgpu_context_init args = {
		.num_params = 0xffffffff,
		.ctx_set_params = VG_BAD_POINTER,
	};

	EXPECT_REFUSED_BARE(EINVAL, self->fd, DRM_IOCTL_VIRTGPU_CONTEXT_INIT,
			    &args);
	EXPECT_EQ(0, __vg_context_init(self->fd, NULL, 0));
}

TEST_F(context, a_bad_array_is_efault)
{
	struct drm_virtgpu_context_init args = {
		.num_params = 1,
		.ctx_set_params = VG_BAD_POINTER,
	};

	EXPECT_REFUSED_BARE(EFAULT, self->fd, DRM_IOCTL_VIRTGPU_CONTEXT_INIT,
			    &args);
	EXPECT_EQ(0, __vg_context_init(self->fd, NULL, 0));
}

TEST_F(context, an_array_across_the_end_of_memory_is_efault)
{
	char *page = vg_page_before_hole();
	param_t first = RINGS(2);
	param_t *params = (param_t *)(page + getpagesize() - sizeof(first));

	*params = first;
	EXPECT_EQ(-EFAULT, __vg_context_init(self->fd, params, 2));
	EXPECT_EQ(0, __vg_context_init(self->fd, params, 1));
}

TEST_F(context, a_capset_above_63_is_einval)
{
	param_t params[] = { RINGS(2), CAPSET(64) };

	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, the_upper_half_of_a_capset_counts)
{
	param_t params[] = { CAPSET(1ull << 32 | VIRTGPU_DRM_CAPSET_VIRGL2) };

	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, a_capset_that_the_host_lacks_is_einval)
{
	param_t params[] = { CAPSET(62) };

	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, capset_0_is_einval)
{
	param_t params[] = { CAPSET(0) };

	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, a_capset_twice_is_einval)
{
	param_t params[] = {
		CAPSET(VIRTGPU_DRM_CAPSET_VIRGL2),
		CAPSET(VIRTGPU_DRM_CAPSET_VIRGL2),
	};

	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, rings_twice_are_einval)
{
	param_t params[] = { RINGS(2), RINGS(2) };

	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, a_mask_twice_is_einval)
{
	param_t params[] = { RINGS(2), POLL_MASK(1), POLL_MASK(1) };

	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, a_name_twice_is_einval)
{
	param_t params[] = {
		DEBUG_NAME(VG_PTR("one")), DEBUG_NAME(VG_PTR("two")),
	};

	VG_NEED(self->fd, VG_DEBUG_NAME);
	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, sixty_five_rings_are_einval)
{
	param_t params[] = { RINGS(65) };

	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, the_upper_half_of_the_rings_counts)
{
	param_t params[] = { RINGS(1ull << 32 | 2) };

	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, a_mask_bit_without_a_ring_is_einval)
{
	param_t params[] = { RINGS(2), POLL_MASK(1 << 2) };

	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, a_high_mask_bit_without_a_ring_is_einval)
{
	param_t params[] = { RINGS(32), POLL_MASK(1ull << 32) };

	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, a_mask_without_rings_is_einval)
{
	param_t params[] = { POLL_MASK(1) };

	EXPECT_NO_CONTEXT(EINVAL, params);
}

TEST_F(context, an_unknown_parameter_is_einval)
{
	static const __u64 unknown[] = {
		0, 5, 6, 0xffffffff,
		1ull << 32 | VIRTGPU_CONTEXT_PARAM_NUM_RINGS,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(unknown); i++) {
		EXPECT_EQ(-EINVAL,
			  __vg_context_param(self->fd, unknown[i], 1));
	}
	EXPECT_EQ(0, __vg_context_init(self->fd, NULL, 0));
}

TEST_F(context, a_bad_name_is_efault)
{
	param_t params[] = { RINGS(2), DEBUG_NAME(VG_BAD_POINTER) };

	VG_NEED(self->fd, VG_DEBUG_NAME);
	EXPECT_NO_CONTEXT(EFAULT, params);
}

TEST_F(context, a_null_name_is_efault)
{
	param_t params[] = { DEBUG_NAME(0) };

	VG_NEED(self->fd, VG_DEBUG_NAME);
	EXPECT_NO_CONTEXT(EFAULT, params);
}

/*
 * In-tree drivers keep what they parsed before the bad parameter: the retry
 * with the same parameter gives EINVAL there.
 */
TEST_F(context, a_failed_call_leaves_no_rings_and_the_retry_works)
{
	param_t bad[] = { RINGS(2), POLL_MASK(2), CAPSET(63) };
	param_t good[] = {
		CAPSET(VIRTGPU_DRM_CAPSET_VIRGL2), RINGS(1), POLL_MASK(1),
	};

	ASSERT_EQ(-EINVAL, __vg_context_init(self->fd, bad, 3));
	EXPECT_EQ(0, __vg_context_init(self->fd, good, 3));
	EXPECT_EQ(0, submit_to_ring(self->fd, 0));
	EXPECT_EQ(-EINVAL, submit_to_ring(self->fd, 1));
}

TEST_F(context, a_failed_call_leaves_the_default_context_default)
{
	param_t bad[] = { RINGS(2), CAPSET(63) };

	ASSERT_EQ(-EINVAL, __vg_context_init(self->fd, bad, 2));
	vg_submit(self->fd, 0);
	EXPECT_EQ(-EINVAL, submit_to_ring(self->fd, 0));
	EXPECT_EQ(-EEXIST, __vg_context_init(self->fd, NULL, 0));
}

/* A device that cannot choose: no CONTEXT_INIT, or no 3D at all. */
FIXTURE(no_context_init) {
	int fd;
};

FIXTURE_SETUP(no_context_init)
{
	VG_OPEN(self->fd, VG_NO_CONTEXT_INIT);
}

FIXTURE_TEARDOWN(no_context_init)
{
	close(self->fd);
}

TEST_F(no_context_init, no_parameter_is_einval)
{
	struct drm_virtgpu_context_init args = { 0 };

	EXPECT_REFUSED(EINVAL, self->fd, DRM_IOCTL_VIRTGPU_CONTEXT_INIT, &args);
}

TEST_F(no_context_init, a_good_parameter_is_einval)
{
	param_t params[] = { RINGS(1) };

	EXPECT_EQ(-EINVAL, __vg_context_init(self->fd, params, 1));
}

TEST_HARNESS_MAIN
