// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a picture on the screen cost?
 */
#include "bench.h"

static struct vg_screen screen;
static __u32 framebuffers[2], pointer;

static void light(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		framebuffers[i] = vg_screen_framebuffer(b->card, &screen);
	VG_OK(__vg_show(b->card, &screen, framebuffers[0]));
	pointer = vg_dumb(b->card, 64, 64);
	VG_OK(__vg_cursor(b->card, &screen, pointer, 64, 1, 1));
}

static void display_start(struct bench *b)
{
	screen = vg_screen(b->card);
	light(b);
}

/*
 * A flip waits for the refresh, and what the machine does by the clock meanwhile is not its
 * work. So the picture is small, and refreshed 900 times a second.
 */
static void flip_start(struct bench *b)
{
	screen = vg_screen(b->card);
	screen.mode = (struct drm_mode_modeinfo) {
		.clock = 18000,
		.hdisplay = 128, .hsync_start = 136, .hsync_end = 144, .htotal = 160,
		.vdisplay = 96, .vsync_start = 104, .vsync_end = 112, .vtotal = 125,
		.vrefresh = 900,
		.name = "fast",
	};
	light(b);
}

static void display_end(struct bench *b)
{
	VG_OK(__vg_cursor(b->card, &screen, 0, 0, 0, 0));
	VG_OK(__vg_show(b->card, &screen, 0));
}

static void flip_run(struct bench *b)
{
	struct drm_event_vblank event;
	unsigned int i;

	for (i = 0; i < b->count; i++) {
		VG_OK(__vg_flip(b->card, &screen, framebuffers[i % 2]));
		/* On older kernels, their own driver does not number the refreshes. */
		VG_ASSERT(vg_flip_ended(b->card, VG_SOON, &event));
	}
	bench_drain(b);
}

static void damage_run(struct bench *b)
{
	struct drm_clip_rect clip = { .x1 = 16, .y1 = 16, .x2 = 80, .y2 = 80 };
	unsigned int i;

	for (i = 0; i < b->count; i++)
		VG_OK(__vg_dirty(b->card, framebuffers[0], &clip, 1));
	bench_drain(b);
}

static void pointer_run(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		VG_OK(__vg_cursor_move(b->card, &screen, i % 64, i % 32));
	bench_drain(b);
}

#define DISPLAY(name_, batch_, run_)					\
	{ .name = name_, .batch = batch_, .start = display_start, .run = run_, .end = display_end }

const struct bench_op bench_display_ops[] = {
	{ .name = "flip", .batch = 100, .start = flip_start, .run = flip_run, .end = display_end },
	DISPLAY("damage-64x64", 20, damage_run),
	DISPLAY("cursor-move", 30, pointer_run),
	{ }
};
