// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the host believed only where it makes sense?
 */
#include <linux/sizes.h>
#include <linux/virtio_config.h>
#include <linux/virtio_gpu.h>

#include <kunit/test.h>

#include "virtgpu_test_host.h"
#include "virtgpu_features.h"

static int virtgpu_kunit_features_init(struct kunit *test)
{
	test->priv = virtgpu_kunit_host_bare(test);
	return 0;
}

static void offer(struct virtgpu_kunit_host *host, unsigned int bit)
{
	__virtio_set_bit(&host->vdev, bit);
}

static void negotiate(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;

	KUNIT_ASSERT_EQ(test, virtgpu_features_validate(&host->vdev), 0);
	virtgpu_features_init(&host->vgdev);
}

static void a_bare_device_has_no_feature(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	const struct virtgpu_features *f = &host->vgdev.features;

	negotiate(test);
	KUNIT_EXPECT_FALSE(test, f->virgl || f->edid || f->uuid || f->blob ||
			   f->context_init || f->host_visible || f->indirect);
	KUNIT_EXPECT_EQ(test, f->blob_alignment, 0);
	KUNIT_EXPECT_EQ(test, f->num_scanouts, 0);
	KUNIT_EXPECT_EQ(test, f->num_capsets, 0);
}

static void each_bit_sets_its_own_feature(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	const struct virtgpu_features *f = &host->vgdev.features;

	offer(host, VIRTIO_GPU_F_EDID);
	offer(host, VIRTIO_GPU_F_RESOURCE_BLOB);
	negotiate(test);
	KUNIT_EXPECT_TRUE(test, f->edid);
	KUNIT_EXPECT_TRUE(test, f->blob);
	KUNIT_EXPECT_FALSE(test, f->virgl || f->uuid || f->context_init || f->indirect);
}

static void a_huge_number_of_scanouts_is_cut(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;

	host->config.num_scanouts = cpu_to_le32(U32_MAX);
	negotiate(test);
	KUNIT_EXPECT_EQ(test, host->vgdev.features.num_scanouts, VIRTGPU_MAX_SCANOUTS);
}

static void a_huge_number_of_capsets_is_cut(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;

	offer(host, VIRTIO_GPU_F_VIRGL);
	host->config.num_capsets = cpu_to_le32(U32_MAX);
	negotiate(test);
	KUNIT_EXPECT_EQ(test, host->vgdev.features.num_capsets, 64);
}

static void a_device_without_3d_has_no_capsets(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;

	host->config.num_capsets = cpu_to_le32(3);
	negotiate(test);
	KUNIT_EXPECT_EQ(test, host->vgdev.features.num_capsets, 0);
}

struct virtgpu_kunit_alignment {
	u32 offered;
	u32 believed;
};

static const struct virtgpu_kunit_alignment alignments[] = {
	{ 0, 0 },
	{ 1, 1 },
	{ 3, 0 },
	{ SZ_4K, SZ_4K },
	{ SZ_16K, SZ_16K },
	{ SZ_64K, SZ_64K },
	{ SZ_64K + 1, 0 },
	{ SZ_2M, SZ_2M },
	{ SZ_4M, 0 },
	{ BIT(31), 0 },
	{ U32_MAX, 0 },
};

static void virtgpu_kunit_alignment_desc(const struct virtgpu_kunit_alignment *a, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u", a->offered);
}

KUNIT_ARRAY_PARAM(alignment, alignments, virtgpu_kunit_alignment_desc);

static void a_blob_alignment_is_believed_if_a_sane_power_of_two(struct kunit *test)
{
	const struct virtgpu_kunit_alignment *alignment = test->param_value;
	struct virtgpu_kunit_host *host = test->priv;

	offer(host, VIRTIO_GPU_F_BLOB_ALIGNMENT);
	host->config.blob_alignment = cpu_to_le32(alignment->offered);
	negotiate(test);
	KUNIT_EXPECT_EQ(test, host->vgdev.features.blob_alignment, alignment->believed);
	KUNIT_EXPECT_EQ(test, virtio_has_feature(&host->vdev, VIRTIO_GPU_F_BLOB_ALIGNMENT),
			alignment->believed != 0);
}

static void an_alignment_without_its_feature_is_not_read(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;

	host->config.blob_alignment = cpu_to_le32(SZ_64K);
	negotiate(test);
	KUNIT_EXPECT_EQ(test, host->vgdev.features.blob_alignment, 0);
}

/* To read it would be a call of nothing. */
static void a_device_without_configuration_is_refused(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	const struct virtio_config_ops *ops = host->vdev.config;
	const struct virtio_config_ops none = {};

	host->vdev.config = &none;
	KUNIT_EXPECT_EQ(test, virtgpu_features_validate(&host->vdev), -EINVAL);
	host->vdev.config = ops;
}

static struct kunit_case virtgpu_kunit_features_cases[] = {
	KUNIT_CASE(a_bare_device_has_no_feature),
	KUNIT_CASE(each_bit_sets_its_own_feature),
	KUNIT_CASE(a_huge_number_of_scanouts_is_cut),
	KUNIT_CASE(a_huge_number_of_capsets_is_cut),
	KUNIT_CASE(a_device_without_3d_has_no_capsets),
	KUNIT_CASE_PARAM(a_blob_alignment_is_believed_if_a_sane_power_of_two,
			 alignment_gen_params),
	KUNIT_CASE(an_alignment_without_its_feature_is_not_read),
	KUNIT_CASE(a_device_without_configuration_is_refused),
	{}
};

static struct kunit_suite virtgpu_kunit_features_suite = {
	.name = "virtgpu-features",
	.init = virtgpu_kunit_features_init,
	.test_cases = virtgpu_kunit_features_cases,
};

kunit_test_suite(virtgpu_kunit_features_suite);
