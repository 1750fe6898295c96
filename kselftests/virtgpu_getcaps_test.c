// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does GET_CAPS answer?
 */
#include "kselftest_harness.h"

#include <pthread.h>

#include <libvirtgpu.h>

#define CAPSET_SIZE 4096	/* more than any set in use */
#define FILL 0xa5

static struct drm_virtgpu_get_caps caps_args(__u32 id, __u32 version,
					     void *buffer, __u32 size)
{
	struct drm_virtgpu_get_caps args = {
		.cap_set_id = id,
		.cap_set_ver = version,
		.addr = VG_PTR(buffer),
		.size = size,
	};

	return args;
}

static int get_caps(int fd, __u32 id, __u32 version, void *buffer, __u32 size)
{
	struct drm_virtgpu_get_caps args = caps_args(id, version, buffer, size);

	return __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args);
}

static bool all_bytes(const unsigned char *bytes, size_t size, int value)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

FIXTURE(getcaps) {
	int fd;
	unsigned char data[CAPSET_SIZE];
};

FIXTURE_VARIANT(getcaps) {
	unsigned int needs;
	__u32 id;
};

FIXTURE_VARIANT_ADD(getcaps, virgl2) {
	.needs = VG_3D | VG_CAPSET_VIRGL2,
	.id = VIRTGPU_DRM_CAPSET_VIRGL2,
};

FIXTURE_VARIANT_ADD(getcaps, venus) {
	.needs = VG_3D | VG_CAPSET_VENUS,
	.id = VIRTGPU_DRM_CAPSET_VENUS,
};

FIXTURE_SETUP(getcaps)
{
	VG_OPEN(self->fd, variant->needs);
	memset(self->data, FILL, sizeof(self->data));
}

FIXTURE_TEARDOWN(getcaps)
{
	close(self->fd);
}

TEST_F(getcaps, the_set_is_not_empty)
{
	ASSERT_EQ(0, get_caps(self->fd, variant->id, 0, self->data, 160));
	EXPECT_FALSE(all_bytes(self->data, 160, 0));
	EXPECT_FALSE(all_bytes(self->data, 160, FILL));
}

/* virgl: max_version; Venus: wire_format_version, 0 makes Mesa give up */
TEST_F(getcaps, the_first_word_is_a_version)
{
	__u32 version = 0;

	ASSERT_EQ(0, get_caps(self->fd, variant->id, 0, &version, 4));
	EXPECT_NE(0, version);
}

TEST_F(getcaps, the_rest_of_a_larger_buffer_stays)
{
	ASSERT_EQ(0, get_caps(self->fd, variant->id, 0, self->data,
			      CAPSET_SIZE));
	EXPECT_TRUE(all_bytes(self->data + CAPSET_SIZE - 256, 256, FILL));
}

TEST_F(getcaps, a_shorter_buffer_gets_the_start)
{
	unsigned char start[8];

	memset(start, FILL, sizeof(start));
	ASSERT_EQ(0, get_caps(self->fd, variant->id, 0, self->data, 160));
	ASSERT_EQ(0, get_caps(self->fd, variant->id, 0, start, 5));
	EXPECT_EQ(0, memcmp(start, self->data, 5));
	EXPECT_TRUE(all_bytes(start + 5, 3, FILL));
}

TEST_F(getcaps, the_answer_is_the_same_every_time)
{
	unsigned char again[CAPSET_SIZE];
	int i;

	ASSERT_EQ(0, get_caps(self->fd, variant->id, 0, self->data, 160));
	for (i = 0; i < 3; i++) {
		ASSERT_EQ(0, get_caps(self->fd, variant->id, 0, again, 160));
		EXPECT_EQ(0, memcmp(again, self->data, 160));
	}
}

TEST_F(getcaps, a_buffer_of_no_bytes_is_einval)
{
	struct drm_virtgpu_get_caps args =
		caps_args(variant->id, 0, self->data, 0);

	EXPECT_REFUSED(EINVAL, self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args);
	EXPECT_TRUE(all_bytes(self->data, CAPSET_SIZE, FILL));
}

TEST_F(getcaps, a_version_that_is_too_new_is_einval)
{
	struct drm_virtgpu_get_caps args =
		caps_args(variant->id, 0xffffffff, self->data, CAPSET_SIZE);

	EXPECT_REFUSED(EINVAL, self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args);
	EXPECT_TRUE(all_bytes(self->data, CAPSET_SIZE, FILL));
}

TEST_F(getcaps, a_bad_pointer_is_efault)
{
	struct drm_virtgpu_get_caps args =
		caps_args(variant->id, 0, (void *)VG_BAD_POINTER, 64);

	EXPECT_REFUSED(EFAULT, self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args);
}

TEST_F(getcaps, a_buffer_across_the_end_of_memory_is_efault)
{
	char *page = vg_page_before_hole();
	struct drm_virtgpu_get_caps args =
		caps_args(variant->id, 0, page + getpagesize() - 4, 64);

	EXPECT_REFUSED(EFAULT, self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args);
}

TEST_F(getcaps, memory_that_is_not_writable_is_efault)
{
	void *page = mmap(NULL, getpagesize(), PROT_READ,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, page);
	EXPECT_EQ(-EFAULT, get_caps(self->fd, variant->id, 0, page, 64));
}

TEST_F(getcaps, a_call_after_a_failed_one_works)
{
	ASSERT_EQ(-EFAULT, get_caps(self->fd, variant->id, 0, NULL, 64));
	EXPECT_EQ(0, get_caps(self->fd, variant->id, 0, self->data, 64));
}

TEST_F(getcaps, only_the_bytes_asked_for_must_be_writable)
{
	char *page = vg_page_before_hole();

	EXPECT_EQ(0, get_caps(self->fd, variant->id, 0,
			      page + getpagesize() - 4, 4));
}

/* Native contexts choose their context by what the set says. */
TEST_F(getcaps, asking_makes_no_context)
{
	VG_NEED(self->fd, VG_CONTEXT_INIT);
	ASSERT_EQ(0, get_caps(self->fd, variant->id, 0, self->data, 160));
	EXPECT_EQ(0, __vg_context_param(self->fd,
					VIRTGPU_CONTEXT_PARAM_CAPSET_ID,
					variant->id));
}

TEST_F(getcaps, a_file_with_a_context_may_ask)
{
	VG_NEED(self->fd, VG_CONTEXT_INIT);
	vg_context(self->fd, variant->id, 0, 0);
	EXPECT_EQ(0, get_caps(self->fd, variant->id, 0, self->data, 160));
}

struct asker {
	pthread_t thread;
	int fd;
	__u32 id;
	int ret;
	unsigned char data[160];
};

static void *ask_in_thread(void *arg)
{
	struct asker *asker = arg;

	asker->ret = get_caps(asker->fd, asker->id, 0, asker->data,
			      sizeof(asker->data));
	return NULL;
}

TEST_F(getcaps, many_may_ask_at_once)
{
	struct asker askers[8];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(askers); i++) {
		askers[i].fd = self->fd;
		askers[i].id = variant->id;
		VG_ASSERT(!pthread_create(&askers[i].thread, NULL,
					  ask_in_thread, &askers[i]));
	}
	for (i = 0; i < ARRAY_SIZE(askers); i++) {
		VG_ASSERT(!pthread_join(askers[i].thread, NULL));
		EXPECT_EQ(0, askers[i].ret);
		EXPECT_EQ(0, memcmp(askers[i].data, askers[0].data, 160));
	}
}

/* What holds for a device, whichever sets it has. */
FIXTURE(getcaps_any) {
	int fd;
	unsigned char data[CAPSET_SIZE];
};

FIXTURE_SETUP(getcaps_any)
{
	VG_OPEN(self->fd, VG_3D);
	memset(self->data, FILL, sizeof(self->data));
}

FIXTURE_TEARDOWN(getcaps_any)
{
	close(self->fd);
}

TEST_F(getcaps_any, every_set_of_the_mask_can_be_read)
{
	__u64 mask = vg_param(self->fd, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs);
	__u32 id;

	ASSERT_NE(0, mask);
	for (id = 1; id < 32; id++) {
		if (!(mask >> id & 1))
			continue;
		EXPECT_EQ(0, get_caps(self->fd, id, 0, self->data, CAPSET_SIZE))
			TH_LOG("capset %u", id);
	}
}

TEST_F(getcaps_any, no_set_outside_the_mask_can_be_read)
{
	__u64 mask = vg_param(self->fd, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs);
	__u32 id;

	for (id = 0; id < 32; id++) {
		struct drm_virtgpu_get_caps args =
			caps_args(id, 0, self->data, CAPSET_SIZE);

		if (mask >> id & 1)
			continue;
		EXPECT_REFUSED(EINVAL, self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS,
			       &args)
			TH_LOG("capset %u", id);
	}
	EXPECT_TRUE(all_bytes(self->data, CAPSET_SIZE, FILL));
}

TEST_F(getcaps_any, a_set_number_that_cannot_be_is_einval)
{
	static const __u32 ids[] = { 63, 64, 255, 256, 0x80000000, 0xffffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		struct drm_virtgpu_get_caps args =
			caps_args(ids[i], 0, self->data, CAPSET_SIZE);

		EXPECT_REFUSED(EINVAL, self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS,
			       &args);
	}
}

/* A device without 3D has no sets. */
FIXTURE(getcaps_2d) {
	int fd;
};

FIXTURE_SETUP(getcaps_2d)
{
	VG_OPEN(self->fd, VG_NO_3D);
}

FIXTURE_TEARDOWN(getcaps_2d)
{
	close(self->fd);
}

TEST_F(getcaps_2d, any_set_is_enosys)
{
	unsigned char data[64];
	struct drm_virtgpu_get_caps args =
		caps_args(VIRTGPU_DRM_CAPSET_VIRGL, 0, data, sizeof(data));

	EXPECT_REFUSED(ENOSYS, self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args);
}

TEST_F(getcaps_2d, a_bad_call_is_enosys_too)
{
	struct drm_virtgpu_get_caps args = caps_args(0, 0, NULL, 0);

	EXPECT_REFUSED(ENOSYS, self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args);
}

TEST_HARNESS_MAIN
