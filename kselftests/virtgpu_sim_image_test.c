// SPDX-License-Identifier: GPL-2.0-only
/*
 * What image does the host show for the pointer?
 *
 * It takes one size, whole, and knows no pitch. Whatever the guest shows of a buffer of
 * its own, smaller or a part of it, comes out as an image of that size.
 */
#include "sim_fixture.h"

#include <drm/drm.h>
#include <drm/drm_fourcc.h>

#define CURSOR 64
#define WHOLE(pixels) ((__u64)(pixels) << 16)

/* What the pointer shows of which framebuffer */
struct pointer {
	__u32 width;	/* of the framebuffer */
	__u32 height;
	__u32 pitch;	/* in pixels */
	__u32 before;	/* lines of the buffer before it */
	__u32 after;	/* and after it */
	__u32 x;	/* of what is shown of it */
	__u32 y;
	__u32 w;
	__u32 h;
};

FIXTURE(image) {
	int fd;
	struct vg_screen screen;
	__u32 cursor;
	struct vg_commit commit;
};

SIM_SCREENS(image);

FIXTURE_SETUP(image)
{
	SIM_SETUP();
	SIM_PLUG_SCREEN(variant->features);
	vg_atomic_client(self->fd);
	self->cursor = vg_plane(self->fd, &self->screen, VG_CURSOR);
	VG_OK(__vg_show(self->fd, &self->screen,
			vg_screen_framebuffer(self->fd, &self->screen)));
	memset(&self->commit, 0, sizeof(self->commit));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
}

FIXTURE_TEARDOWN_PARENT(image)
{
	SIM_TEARDOWN();
}

/* A framebuffer of it, in which no two pixels are alike; @pixels: its buffer */
static __u32 framebuffer(int fd, const struct pointer *p, __u32 **pixels)
{
	__u32 lines = p->before + p->height + p->after, i;
	struct drm_mode_fb_cmd2 args = {
		.width = p->width,
		.height = p->height,
		.pixel_format = DRM_FORMAT_ARGB8888,
		.handles = { vg_dumb(fd, p->pitch, lines) },
		.pitches = { 4 * p->pitch },
		.offsets = { 4 * p->pitch * p->before },
	};

	*pixels = vg_mmap(fd, args.handles[0], 4 * p->pitch * lines);
	for (i = 0; i < p->pitch * lines; i++)
		(*pixels)[i] = 0xff000000 | (0x10204 + i * 31);
	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_ADDFB2, &args));
	return args.fb_id;
}

/* The device in software says this of the image's bytes (FNV-1a). */
static __u64 sum_of(const void *image)
{
	const __u8 *bytes = image;
	__u32 sum = 2166136261u, i;

	for (i = 0; i < 4 * CURSOR * CURSOR; i++)
		sum = (sum ^ bytes[i]) * 16777619u;
	return sum;
}

static __u64 expected(const struct pointer *p, const __u32 *pixels)
{
	__u32 image[CURSOR * CURSOR] = { 0 }, y;

	pixels += (p->before + p->y) * p->pitch + p->x;
	for (y = 0; y < p->h; y++)
		memcpy(image + CURSOR * y, pixels + p->pitch * y, 4 * p->w);
	return sum_of(image);
}

static int show(FIXTURE_DATA(image) *self, __u32 fb, const struct pointer *p, __u32 flags)
{
	const struct {
		const char *name;
		__u64 value;
	} values[] = {
		{ "FB_ID", fb }, { "CRTC_ID", self->screen.crtc },
		{ "SRC_X", WHOLE(p->x) }, { "SRC_Y", WHOLE(p->y) },
		{ "SRC_W", WHOLE(p->w) }, { "SRC_H", WHOLE(p->h) },
		{ "CRTC_X", 10 }, { "CRTC_Y", 10 }, { "CRTC_W", p->w }, { "CRTC_H", p->h },
	};
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(values); i++)
		vg_commit_set(self->fd, &self->commit, self->cursor, values[i].name,
			      values[i].value);
	ret = __vg_commit(self->fd, &self->commit, flags);
	memset(&self->commit, 0, sizeof(self->commit));
	return ret;
}

static const struct pointer pointers[] = {
	/* as the host takes it */
	{ 64, 64, 64, .w = 64, .h = 64 },
	/* in a buffer with more lines, or longer ones, or from a later line on */
	{ 64, 64, 64, .after = 1, .w = 64, .h = 64 },
	{ 64, 64, 128, .w = 64, .h = 64 },
	{ 64, 64, 64, .before = 3, .w = 64, .h = 64 },
	/* smaller ones */
	{ 32, 32, 32, .w = 32, .h = 32 },
	{ 64, 21, 64, .w = 64, .h = 21 },
	{ 1, 1, 1, .w = 1, .h = 1 },
	/* a part of one */
	{ 64, 64, 64, .x = 1, .w = 63, .h = 64 },
	{ 64, 64, 64, .y = 1, .w = 64, .h = 63 },
	{ 64, 64, 64, .w = 63, .h = 63 },
	{ 256, 256, 256, .x = 190, .y = 192, .w = 64, .h = 64 },
};

TEST_F(image, pointer_of_any_shape_is_shown_as_it_was_drawn)
{
	__u64 updates = vg_sim_state("UPDATE_CURSOR");
	unsigned int i;
	__u32 *pixels;

	for (i = 0; i < ARRAY_SIZE(pointers); i++) {
		__u32 fb = framebuffer(self->fd, &pointers[i], &pixels);

		ASSERT_EQ(0, show(self, fb, &pointers[i], 0)) TH_LOG("case %u", i);
		ASSERT_TRUE(vg_sim_becomes("UPDATE_CURSOR", ++updates)) TH_LOG("case %u", i);
		EXPECT_EQ(expected(&pointers[i], pixels), vg_sim_state("image"))
			TH_LOG("case %u", i);
	}
}

/* Who asks before drawing is told of the one size of which no copy is made. */
TEST_F(image, pointer_plane_names_the_size_of_the_host)
{
	__u16 size[2] = { 0 };
	__u64 blob;

	if (!vg_property(self->fd, self->cursor, "SIZE_HINTS", &blob))
		SKIP(return, "needs a kernel whose planes name sizes (6.12)");
	vg_read_blob(self->fd, blob, size, sizeof(size));
	EXPECT_EQ(CURSOR, size[0]);
	EXPECT_EQ(CURSOR, size[1]);
}

TEST_F(image, pointer_by_ioctl_may_be_small)
{
	static const struct pointer small = { 16, 16, 64, .w = 16, .h = 16 };
	__u64 updates = vg_sim_state("UPDATE_CURSOR");
	__u32 handle = vg_dumb(self->fd, 16, 16), i;
	__u32 pixels[64 * 16] = { 0 }, *map;

	map = vg_mmap(self->fd, handle, 4 * 16 * 16);
	for (i = 0; i < 16 * 16; i++)
		map[i] = pixels[i / 16 * 64 + i % 16] = 0xff000000 + i;
	ASSERT_EQ(0, __vg_cursor(self->fd, &self->screen, handle, 16, 0, 0));
	ASSERT_TRUE(vg_sim_becomes("UPDATE_CURSOR", updates + 1));
	EXPECT_EQ(expected(&small, pixels), vg_sim_state("image"));
	/* A pointer of an ioctl outlives its client. */
	EXPECT_EQ(0, __vg_cursor(self->fd, &self->screen, 0, CURSOR, 0, 0));
}

TEST_F(image, pointer_larger_than_the_host_shows_is_einval)
{
	static const struct pointer large[] = {
		{ 128, 128, 128, .w = 65, .h = 64 },
		{ 128, 128, 128, .w = 64, .h = 65 },
		{ 128, 128, 128, .w = 128, .h = 128 },
	};
	unsigned int i;
	__u32 *pixels;

	for (i = 0; i < ARRAY_SIZE(large); i++)
		EXPECT_EQ(-EINVAL, show(self, framebuffer(self->fd, &large[i], &pixels),
					&large[i], DRM_MODE_ATOMIC_TEST_ONLY))
			TH_LOG("case %u", i);
}

/* The guest has no bytes of a picture that the host draws. */
TEST_F(image, pointer_of_another_shape_that_only_the_host_has_is_einval)
{
	static const struct pointer p = { 32, 32, 32, .w = 32, .h = 32 };
	struct drm_virtgpu_resource_create args = vg_picture_args(32, 32);
	struct drm_mode_fb_cmd2 cmd = {
		.width = 32,
		.height = 32,
		.pixel_format = DRM_FORMAT_ARGB8888,
		.pitches = { 4 * 32 },
	};

	VG_NEED(self->fd, VG_3D);
	VG_OK(__vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args));
	cmd.handles[0] = args.bo_handle;
	VG_OK(__vg_ioctl(self->fd, DRM_IOCTL_MODE_ADDFB2, &cmd));
	EXPECT_EQ(-EINVAL, show(self, cmd.fb_id, &p, DRM_MODE_ATOMIC_TEST_ONLY));
}

/* Drawn to again, or another part of it: the host hears of both, and of nothing else. */
TEST_F(image, pointer_that_is_a_part_follows_what_is_drawn_and_chosen)
{
	struct pointer p = { 128, 128, 128, .w = 64, .h = 64 };
	__u64 updates = vg_sim_state("UPDATE_CURSOR");
	__u32 *pixels, fb = framebuffer(self->fd, &p, &pixels);

	ASSERT_EQ(0, show(self, fb, &p, 0));
	ASSERT_TRUE(vg_sim_becomes("UPDATE_CURSOR", updates + 1));
	pixels[5] = 0xffffffff;
	ASSERT_EQ(0, __vg_dirty(self->fd, fb, NULL, 0));
	ASSERT_TRUE(vg_sim_becomes("UPDATE_CURSOR", updates + 2));
	EXPECT_EQ(expected(&p, pixels), vg_sim_state("image"));
	p.x = 64;
	ASSERT_EQ(0, show(self, fb, &p, 0));
	ASSERT_TRUE(vg_sim_becomes("UPDATE_CURSOR", updates + 3));
	EXPECT_EQ(expected(&p, pixels), vg_sim_state("image"));
	ASSERT_EQ(0, show(self, fb, &p, 0));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(updates + 3, vg_sim_state("UPDATE_CURSOR"));
}

TEST_F(image, pointer_that_was_copied_is_shown_again_after_a_reset)
{
	static const struct pointer p = { 32, 32, 32, .w = 32, .h = 32 };
	__u64 updates = vg_sim_state("UPDATE_CURSOR"), resets = vg_sim_state("resets");
	__u32 *pixels, fb = framebuffer(self->fd, &p, &pixels);

	ASSERT_EQ(0, show(self, fb, &p, 0));
	ASSERT_TRUE(vg_sim_becomes("UPDATE_CURSOR", updates + 1));
	vg_sim_control("needs_reset");
	ASSERT_TRUE(vg_sim_becomes("resets", resets + 1));
	ASSERT_TRUE(vg_sim_becomes("UPDATE_CURSOR", updates + 2));
	EXPECT_EQ(expected(&p, pixels), vg_sim_state("image"));
}

/* The driver's own buffers go when another image has taken their place, or none. */
TEST_F(image, copies_of_pointers_are_freed)
{
	static const struct pointer p = { 32, 32, 32, .w = 32, .h = 32 };
	__u64 updates = vg_sim_state("UPDATE_CURSOR"), resources;
	__u32 *pixels, fbs[2], i;

	for (i = 0; i < 2; i++)
		fbs[i] = framebuffer(self->fd, &p, &pixels);
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	resources = vg_sim_state("resources");
	for (i = 0; i < 8; i++) {
		ASSERT_EQ(0, show(self, fbs[i % 2], &p, 0));
		ASSERT_TRUE(vg_sim_becomes("UPDATE_CURSOR", ++updates));
	}
	EXPECT_EQ(0, __vg_cursor(self->fd, &self->screen, 0, CURSOR, 0, 0));
	EXPECT_TRUE(vg_sim_becomes("resources", resources));
}

TEST_F(image, device_may_go_while_a_copied_pointer_is_sent)
{
	static const struct pointer p = { 32, 32, 32, .w = 32, .h = 32 };
	__u32 *pixels, fbs[2], i;

	for (i = 0; i < 2; i++)
		fbs[i] = framebuffer(self->fd, &p, &pixels);
	vg_sim_script("UPDATE_CURSOR 0 hold");
	for (i = 0; i < 4; i++)
		ASSERT_EQ(0, show(self, fbs[i % 2], &p, 0));
	vg_sim_unplug();
	EXPECT_EQ(-ENODEV, __vg_cursor_move(self->fd, &self->screen, 3, 3));
}

TEST_HARNESS_MAIN
