// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the part of a buffer that is shown the part that was asked for?
 */
#include <linux/virtio_gpu.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_rect.h>
#include <drm/virtgpu_drm.h>

#include <kunit/test.h>

#include "virtgpu_cmd_display.h"
#include "virtgpu_framebuffer.h"
#include "virtgpu_object.h"

struct test_picture {
	struct virtgpu_object obj;
	struct drm_framebuffer fb;
};

/* 64 by 32 pixels with 256 bytes a line, seen from byte @offset on. */
static struct test_picture *picture(struct kunit *test, u32 blob_mem, u32 offset)
{
	struct test_picture *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->obj.res_id = 7;
	p->obj.blob_mem = blob_mem;
	p->fb.format = drm_format_info(DRM_FORMAT_XRGB8888);
	p->fb.width = 64;
	p->fb.height = 32;
	p->fb.pitches[0] = 256;
	p->fb.offsets[0] = offset;
	p->fb.obj[0] = &p->obj.base.base;
	return p;
}

static void an_offset_into_a_classic_resource_is_a_place_in_pixels(struct kunit *test)
{
	struct test_picture *p = picture(test, 0, 3 * 256 + 5 * 4);
	struct drm_rect rect = DRM_RECT_INIT(1, 2, 10, 10);

	virtgpu_framebuffer_locate(&p->fb, &rect);
	KUNIT_EXPECT_EQ(test, rect.x1, 6);
	KUNIT_EXPECT_EQ(test, rect.y1, 5);
	KUNIT_EXPECT_EQ(test, drm_rect_width(&rect), 10);
	KUNIT_EXPECT_EQ(test, drm_rect_height(&rect), 10);
}

static void an_offset_into_a_blob_stays_in_bytes(struct kunit *test)
{
	struct test_picture *p = picture(test, VIRTGPU_BLOB_MEM_GUEST, 3 * 256);
	struct drm_rect rect = DRM_RECT_INIT(1, 2, 10, 10);
	struct virtgpu_scanout scanout;

	virtgpu_framebuffer_scanout(&p->fb, &rect, &scanout);
	KUNIT_EXPECT_EQ(test, scanout.x, 1);
	KUNIT_EXPECT_EQ(test, scanout.y, 2);
	KUNIT_EXPECT_EQ(test, scanout.offset, 3 * 256);
	KUNIT_EXPECT_EQ(test, scanout.pitch, 256);
	KUNIT_EXPECT_EQ(test, scanout.fb_width, 64);
	KUNIT_EXPECT_EQ(test, scanout.fb_height, 32);
	KUNIT_EXPECT_EQ(test, scanout.format, VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM);
}

static void the_same_picture_is_told_the_same_way(struct kunit *test)
{
	struct test_picture *p = picture(test, 0, 0);
	struct drm_rect rect = DRM_RECT_INIT(0, 0, 64, 32);
	struct virtgpu_scanout a, b;

	memset(&a, 0xaa, sizeof(a));
	memset(&b, 0x55, sizeof(b));
	virtgpu_framebuffer_scanout(&p->fb, &rect, &a);
	virtgpu_framebuffer_scanout(&p->fb, &rect, &b);
	KUNIT_EXPECT_MEMEQ(test, &a, &b, sizeof(a));
	KUNIT_EXPECT_EQ(test, a.res_id, 7);
	KUNIT_EXPECT_EQ(test, a.blob_mem, 0);
}

static struct kunit_case virtgpu_kunit_framebuffer_cases[] = {
	KUNIT_CASE(an_offset_into_a_classic_resource_is_a_place_in_pixels),
	KUNIT_CASE(an_offset_into_a_blob_stays_in_bytes),
	KUNIT_CASE(the_same_picture_is_told_the_same_way),
	{}
};

static struct kunit_suite virtgpu_kunit_framebuffer_suite = {
	.name = "virtgpu-framebuffer",
	.test_cases = virtgpu_kunit_framebuffer_cases,
};

kunit_test_suite(virtgpu_kunit_framebuffer_suite);
