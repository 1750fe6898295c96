// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the last screen of a dying kernel go out without anything that may block?
 */
#include <linux/iosys-map.h>
#include <linux/irqflags.h>
#include <linux/string.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_fb_helper.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_panic.h>
#include <drm/drm_plane.h>
#include <drm/virtgpu_drm.h>

#include <kunit/test.h>

#include "virtgpu_test_host.h"
#include "virtgpu_cmd_display.h"
#include "virtgpu_display_types.h"
#include "virtgpu_framebuffer.h"
#include "virtgpu_object.h"
#include "virtgpu_panic.h"
#include "virtgpu_vq_types.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

#define SIDE 4

/* A dumb buffer, mapped by the kernel, and its framebuffer */
struct test_picture {
	struct virtgpu_object obj;
	struct drm_framebuffer fb;
	u32 pixels[SIDE * SIDE];
};

/* A screen that shows one, and a console that has another one */
struct test_screen {
	struct virtgpu_kunit_host *host;
	struct virtgpu_output output;
	struct test_picture shown;
	struct test_picture console;
	struct drm_fb_helper helper;
	struct drm_plane plane;
	struct drm_plane_state state;
	struct page *pages[2];
};

static void make_picture(struct test_screen *s, struct test_picture *picture, u32 res_id)
{
	picture->obj.base.base.dev = &s->host->drm;
	picture->obj.base.vaddr = picture->pixels;
	picture->obj.dumb = true;
	picture->obj.res_id = res_id;
	picture->fb.format = drm_format_info(DRM_FORMAT_XRGB8888);
	picture->fb.width = SIDE;
	picture->fb.height = SIDE;
	picture->fb.pitches[0] = SIDE * sizeof(u32);
	picture->fb.obj[0] = &picture->obj.base.base;
}

/* The host has been told to show what the plane has. */
static void tell(struct test_screen *s)
{
	struct drm_rect all = DRM_RECT_INIT(0, 0, SIDE, SIDE);

	virtgpu_framebuffer_scanout(&s->shown.fb, &all, &s->output.shown);
}

static int virtgpu_kunit_panic_init(struct kunit *test)
{
	struct test_screen *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	s->host = virtgpu_kunit_host_start(test);
	s->output.vgdev = &s->host->vgdev;
	KUNIT_ASSERT_EQ(test, virtgpu_panic_init(&s->output), 0);
	make_picture(s, &s->shown, 7);
	make_picture(s, &s->console, 8);
	s->helper.fb = &s->console.fb;
	s->state.fb = &s->shown.fb;
	s->state.src = DRM_RECT_INIT(0, 0, SIDE << 16, SIDE << 16);
	s->state.crtc = &s->output.crtc;
	s->state.visible = true;
	s->plane.dev = &s->host->drm;
	s->plane.state = &s->state;
	tell(s);
	test->priv = s;
	return 0;
}

/* What stands in the ring is answered first: nobody else would free it. */
static void virtgpu_kunit_panic_exit(struct kunit *test)
{
	struct test_screen *s = test->priv;
	struct virtgpu_kunit_cmd cmd;

	if (!s)
		return;
	s->host->seen = s->host->used;
	for (;;) {
		cmd = virtgpu_kunit_host_see(s->host);
		if (!cmd.hdr)
			break;
		virtgpu_kunit_host_answer(s->host, &cmd, VIRTIO_GPU_RESP_OK_NODATA, 0);
	}
	virtgpu_kunit_host_stop(s->host);
}

static void a_buffer_that_the_kernel_has_mapped_is_drawn_to(struct kunit *test)
{
	struct test_screen *s = test->priv;
	struct drm_scanout_buffer sb = {};

	KUNIT_ASSERT_EQ(test, virtgpu_panic_get_scanout_buffer(&s->plane, &sb), 0);
	KUNIT_EXPECT_PTR_EQ(test, sb.map[0].vaddr, (void *)s->shown.pixels);
	KUNIT_EXPECT_PTR_EQ(test, sb.format, s->shown.fb.format);
	KUNIT_EXPECT_EQ(test, sb.width, SIDE);
	KUNIT_EXPECT_EQ(test, sb.height, SIDE);
	KUNIT_EXPECT_EQ(test, sb.pitch[0], 16);
}

static void a_buffer_that_nobody_has_mapped_is_drawn_to_by_its_pages(struct kunit *test)
{
	struct test_screen *s = test->priv;
	struct drm_scanout_buffer sb = {};

	s->shown.obj.base.vaddr = NULL;
	s->shown.obj.base.pages = s->pages;
	KUNIT_ASSERT_EQ(test, virtgpu_panic_get_scanout_buffer(&s->plane, &sb), 0);
	KUNIT_EXPECT_PTR_EQ(test, sb.pages, &s->pages[0]);
	KUNIT_EXPECT_TRUE(test, iosys_map_is_null(&sb.map[0]));
}

/* One reason each */
static void no_state(struct test_screen *s)
{
	s->plane.state = NULL;
}

static void no_framebuffer(struct test_screen *s)
{
	s->state.fb = NULL;
}

static void no_crtc(struct test_screen *s)
{
	s->state.crtc = NULL;
}

static void invisible(struct test_screen *s)
{
	s->state.visible = false;
}

static void dma_api(struct test_screen *s)
{
	s->host->vgdev.features.dma_api = true;
}

static void texture(struct test_screen *s)
{
	s->shown.obj.dumb = false;
}

static void offset(struct test_screen *s)
{
	s->shown.fb.offsets[0] = 16;
}

static void no_pages(struct test_screen *s)
{
	s->shown.obj.base.vaddr = NULL;
}

/* A panic has the interrupts off. */
static void flush(struct test_screen *s)
{
	unsigned long flags;

	local_irq_save(flags);
	virtgpu_panic_flush(&s->plane);
	local_irq_restore(flags);
}

static void used(struct test_screen *s)
{
	flush(s);
}

struct virtgpu_kunit_obstacle {
	const char *name;
	void (*put)(struct test_screen *s);
};

#define OBSTACLE(what) { #what, what }

static const struct virtgpu_kunit_obstacle obstacles[] = {
	OBSTACLE(no_state),
	OBSTACLE(no_framebuffer),
	OBSTACLE(no_crtc),
	OBSTACLE(invisible),
	OBSTACLE(dma_api),
	OBSTACLE(texture),
	OBSTACLE(offset),
	OBSTACLE(no_pages),
	OBSTACLE(used),
};

static void virtgpu_kunit_obstacle_desc(const struct virtgpu_kunit_obstacle *o, char *desc)
{
	strscpy(desc, o->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(obstacle, obstacles, virtgpu_kunit_obstacle_desc);

static void a_screen_that_cannot_be_drawn_to_is_enodev(struct kunit *test)
{
	const struct virtgpu_kunit_obstacle *obstacle = test->param_value;
	struct test_screen *s = test->priv;
	struct drm_scanout_buffer sb = {};

	obstacle->put(s);
	KUNIT_EXPECT_EQ(test, virtgpu_panic_get_scanout_buffer(&s->plane, &sb), -ENODEV);
}

/* The type of the next command, 0 if there is none. */
static u32 next_type(struct test_screen *s)
{
	struct virtgpu_kunit_cmd cmd = virtgpu_kunit_host_see(s->host);

	return cmd.hdr ? le32_to_cpu(cmd.hdr->type) : 0;
}

static void the_last_words_are_a_copy_and_a_flush(struct kunit *test)
{
	struct test_screen *s = test->priv;

	flush(s);
	KUNIT_EXPECT_EQ(test, next_type(s), VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D);
	KUNIT_EXPECT_EQ(test, next_type(s), VIRTIO_GPU_CMD_RESOURCE_FLUSH);
}

static void memory_that_the_host_reads_needs_no_copy(struct kunit *test)
{
	struct test_screen *s = test->priv;

	s->shown.obj.blob_mem = VIRTGPU_BLOB_MEM_GUEST;
	tell(s);
	flush(s);
	KUNIT_EXPECT_EQ(test, next_type(s), VIRTIO_GPU_CMD_RESOURCE_FLUSH);
	KUNIT_EXPECT_EQ(test, next_type(s), 0);
}

/* A commit has changed the state, and was about to tell the host. */
static void picture_unknown_to_the_host_is_shown(struct kunit *test)
{
	struct test_screen *s = test->priv;

	s->output.shown.res_id = 6;
	flush(s);
	KUNIT_EXPECT_EQ(test, next_type(s), VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D);
	KUNIT_EXPECT_EQ(test, next_type(s), VIRTIO_GPU_CMD_SET_SCANOUT);
	KUNIT_EXPECT_EQ(test, next_type(s), VIRTIO_GPU_CMD_RESOURCE_FLUSH);
}

/* What the GPU has drawn is with the host. */
static void screen_drawn_by_the_gpu_becomes_the_console_s(struct kunit *test)
{
	struct test_screen *s = test->priv;
	const struct virtio_gpu_set_scanout *set;
	struct drm_scanout_buffer sb = {};
	struct virtgpu_kunit_cmd cmd;

	s->host->drm.fb_helper = &s->helper;
	texture(s);
	KUNIT_ASSERT_EQ(test, virtgpu_panic_get_scanout_buffer(&s->plane, &sb), 0);
	KUNIT_EXPECT_PTR_EQ(test, sb.map[0].vaddr, (void *)s->console.pixels);
	flush(s);
	KUNIT_EXPECT_EQ(test, next_type(s), VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D);
	cmd = virtgpu_kunit_host_see(s->host);
	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(cmd.hdr->type), VIRTIO_GPU_CMD_SET_SCANOUT);
	set = (const struct virtio_gpu_set_scanout *)cmd.hdr;
	KUNIT_EXPECT_EQ(test, le32_to_cpu(set->resource_id), 8);
	KUNIT_EXPECT_EQ(test, next_type(s), VIRTIO_GPU_CMD_RESOURCE_FLUSH);
}

static void there_is_no_second_time(struct kunit *test)
{
	struct test_screen *s = test->priv;

	flush(s);
	next_type(s);
	next_type(s);
	flush(s);
	KUNIT_EXPECT_EQ(test, next_type(s), 0);
}

/* Whoever holds the lock will never let it go. The commands are lost with the kernel. */
static void a_queue_that_somebody_holds_is_not_waited_for(struct kunit *test)
{
	struct test_screen *s = test->priv;
	struct virtgpu_vq *queue = s->host->vgdev.ctrlq;
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_flush_alloc();

	spin_lock_irq(&queue->lock);
	KUNIT_EXPECT_FALSE(test, virtgpu_vq_panic_send(queue, vbuf));
	spin_unlock_irq(&queue->lock);
	KUNIT_EXPECT_EQ(test, next_type(s), 0);
	virtgpu_vbuf_put(vbuf);
}

static void a_queue_that_has_stopped_gets_nothing(struct kunit *test)
{
	struct test_screen *s = test->priv;

	virtgpu_vq_set_state(&s->host->vgdev, VIRTGPU_STOPPING);
	flush(s);
	KUNIT_EXPECT_EQ(test, next_type(s), 0);
}

/* Nobody will ever answer what the host has, so there is nothing to wait for. */
static void a_queue_without_room_gets_nothing(struct kunit *test)
{
	struct test_screen *s = test->priv;
	struct virtgpu_vq *queue = s->host->vgdev.ctrlq;

	while (queue->vq->num_free) {
		virtgpu_vq_queue(queue, virtgpu_cmd_flush_alloc());
		KUNIT_ASSERT_EQ(test, next_type(s), VIRTIO_GPU_CMD_RESOURCE_FLUSH);
	}
	flush(s);
	KUNIT_EXPECT_EQ(test, next_type(s), 0);
}

static struct kunit_case virtgpu_kunit_panic_cases[] = {
	KUNIT_CASE(a_buffer_that_the_kernel_has_mapped_is_drawn_to),
	KUNIT_CASE(a_buffer_that_nobody_has_mapped_is_drawn_to_by_its_pages),
	KUNIT_CASE_PARAM(a_screen_that_cannot_be_drawn_to_is_enodev, obstacle_gen_params),
	KUNIT_CASE(the_last_words_are_a_copy_and_a_flush),
	KUNIT_CASE(memory_that_the_host_reads_needs_no_copy),
	KUNIT_CASE(picture_unknown_to_the_host_is_shown),
	KUNIT_CASE(screen_drawn_by_the_gpu_becomes_the_console_s),
	KUNIT_CASE(there_is_no_second_time),
	KUNIT_CASE(a_queue_that_somebody_holds_is_not_waited_for),
	KUNIT_CASE(a_queue_that_has_stopped_gets_nothing),
	KUNIT_CASE(a_queue_without_room_gets_nothing),
	{}
};

static struct kunit_suite virtgpu_kunit_panic_suite = {
	.name = "virtgpu-panic",
	.init = virtgpu_kunit_panic_init,
	.exit = virtgpu_kunit_panic_exit,
	.test_cases = virtgpu_kunit_panic_cases,
};

kunit_test_suite(virtgpu_kunit_panic_suite);
