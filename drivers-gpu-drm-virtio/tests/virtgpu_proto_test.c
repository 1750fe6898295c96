// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the wire format say what the specification says?
 */
#include <linux/virtio_gpu.h>

#include <drm/drm_fourcc.h>
#include <drm/virtgpu_drm.h>

#include <kunit/test.h>

#include "virtgpu_format.h"
#include "virtgpu_proto.h"

struct virtgpu_kunit_name {
	u32 type;
	const char *name;
};

static const struct virtgpu_kunit_name names[] = {
	{ 0x0100, "GET_DISPLAY_INFO" },
	{ 0x0101, "RESOURCE_CREATE_2D" },
	{ 0x0102, "RESOURCE_UNREF" },
	{ 0x0103, "SET_SCANOUT" },
	{ 0x0104, "RESOURCE_FLUSH" },
	{ 0x0105, "TRANSFER_TO_HOST_2D" },
	{ 0x0106, "RESOURCE_ATTACH_BACKING" },
	{ 0x0107, "RESOURCE_DETACH_BACKING" },
	{ 0x0108, "GET_CAPSET_INFO" },
	{ 0x0109, "GET_CAPSET" },
	{ 0x010a, "GET_EDID" },
	{ 0x010b, "RESOURCE_ASSIGN_UUID" },
	{ 0x010c, "RESOURCE_CREATE_BLOB" },
	{ 0x010d, "SET_SCANOUT_BLOB" },
	{ 0x010e, "unknown command" },
	{ 0x0200, "CTX_CREATE" },
	{ 0x0201, "CTX_DESTROY" },
	{ 0x0202, "CTX_ATTACH_RESOURCE" },
	{ 0x0203, "CTX_DETACH_RESOURCE" },
	{ 0x0204, "RESOURCE_CREATE_3D" },
	{ 0x0205, "TRANSFER_TO_HOST_3D" },
	{ 0x0206, "TRANSFER_FROM_HOST_3D" },
	{ 0x0207, "SUBMIT_3D" },
	{ 0x0208, "RESOURCE_MAP_BLOB" },
	{ 0x0209, "RESOURCE_UNMAP_BLOB" },
	{ 0x020a, "unknown command" },
	{ 0x0300, "UPDATE_CURSOR" },
	{ 0x0301, "MOVE_CURSOR" },
	{ 0x0302, "unknown command" },
	{ 0, "unknown command" },
	{ U32_MAX, "unknown command" },
};

static void virtgpu_kunit_name_desc(const struct virtgpu_kunit_name *name, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "0x%x", name->type);
}

KUNIT_ARRAY_PARAM(name, names, virtgpu_kunit_name_desc);

static void every_command_has_its_name(struct kunit *test)
{
	const struct virtgpu_kunit_name *name = test->param_value;

	KUNIT_EXPECT_STREQ(test, virtgpu_proto_name(name->type), name->name);
}

struct virtgpu_kunit_error {
	u32 type;
	int error;
};

static const struct virtgpu_kunit_error errors[] = {
	{ 0x1200, -EIO },
	{ 0x1201, -ENOMEM },
	{ 0x1202, -EINVAL },
	{ 0x1203, -EINVAL },
	{ 0x1204, -EINVAL },
	{ 0x1205, -EINVAL },
	{ 0x1206, -EIO },
	{ 0x1100, -EIO },
	{ 0, -EIO },
	{ U32_MAX, -EIO },
};

static void virtgpu_kunit_error_desc(const struct virtgpu_kunit_error *error, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "0x%x", error->type);
}

KUNIT_ARRAY_PARAM(error, errors, virtgpu_kunit_error_desc);

static void every_refusal_has_its_errno(struct kunit *test)
{
	const struct virtgpu_kunit_error *error = test->param_value;

	KUNIT_EXPECT_EQ(test, virtgpu_proto_errno(error->type), error->error);
}

static void a_rectangle_is_little_endian(struct kunit *test)
{
	static const u8 expected[] = {
		0x04, 0x03, 0x02, 0x01, 5, 0, 0, 0, 6, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
	};
	struct virtio_gpu_rect rect;

	virtgpu_proto_rect(&rect, 0x01020304, 5, 6, U32_MAX);
	KUNIT_EXPECT_MEMEQ(test, &rect, expected, sizeof(expected));
}

static void a_box_keeps_its_six_numbers_apart(struct kunit *test)
{
	static const struct drm_virtgpu_3d_box box = {
		.x = 1, .y = 2, .z = 3, .w = 4, .h = 5, .d = 6,
	};
	static const u8 expected[] = {
		1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0,
	};
	struct virtio_gpu_box wire;

	virtgpu_proto_box(&wire, &box);
	KUNIT_EXPECT_MEMEQ(test, &wire, expected, sizeof(expected));
}

static void a_fourcc_names_the_same_bytes_as_the_device(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, virtgpu_format_wire(DRM_FORMAT_XRGB8888), 2);
	KUNIT_EXPECT_EQ(test, virtgpu_format_wire(DRM_FORMAT_ARGB8888), 1);
	KUNIT_EXPECT_EQ(test, virtgpu_format_wire(DRM_FORMAT_BGRX8888), 4);
	KUNIT_EXPECT_EQ(test, virtgpu_format_wire(DRM_FORMAT_BGRA8888), 3);
	KUNIT_EXPECT_EQ(test, virtgpu_format_wire(DRM_FORMAT_XBGR8888), 134);
	KUNIT_EXPECT_EQ(test, virtgpu_format_wire(DRM_FORMAT_ABGR8888), 67);
	KUNIT_EXPECT_EQ(test, virtgpu_format_wire(DRM_FORMAT_RGBX8888), 68);
	KUNIT_EXPECT_EQ(test, virtgpu_format_wire(DRM_FORMAT_RGBA8888), 121);
}

static void a_format_that_no_plane_takes_has_no_name(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, virtgpu_format_wire(DRM_FORMAT_RGB565), 0);
	KUNIT_EXPECT_EQ(test, virtgpu_format_wire(DRM_FORMAT_XRGB2101010), 0);
	KUNIT_EXPECT_EQ(test, virtgpu_format_wire(0), 0);
}

static void every_format_of_a_plane_has_a_name(struct kunit *test)
{
	for (unsigned int i = 0; i < VIRTGPU_FORMAT_PRIMARY_COUNT; i++)
		KUNIT_EXPECT_NE(test, virtgpu_format_wire(virtgpu_format_primary[i]), 0);
	for (unsigned int i = 0; i < VIRTGPU_FORMAT_BLOB_COUNT; i++)
		KUNIT_EXPECT_NE(test, virtgpu_format_wire(virtgpu_format_blob[i]), 0);
	for (unsigned int i = 0; i < VIRTGPU_FORMAT_CURSOR_COUNT; i++)
		KUNIT_EXPECT_NE(test, virtgpu_format_wire(virtgpu_format_cursor[i]), 0);
}

static struct kunit_case virtgpu_kunit_proto_cases[] = {
	KUNIT_CASE_PARAM(every_command_has_its_name, name_gen_params),
	KUNIT_CASE_PARAM(every_refusal_has_its_errno, error_gen_params),
	KUNIT_CASE(a_rectangle_is_little_endian),
	KUNIT_CASE(a_box_keeps_its_six_numbers_apart),
	KUNIT_CASE(a_fourcc_names_the_same_bytes_as_the_device),
	KUNIT_CASE(a_format_that_no_plane_takes_has_no_name),
	KUNIT_CASE(every_format_of_a_plane_has_a_name),
	{}
};

static struct kunit_suite virtgpu_kunit_proto_suite = {
	.name = "virtgpu-wire",
	.test_cases = virtgpu_kunit_proto_cases,
};

kunit_test_suite(virtgpu_kunit_proto_suite);
