// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a device do to the screen, with buffers of each kind, and a host that
 * is slow to show them?
 */
#include "sim_fixture.h"

#include <drm/drm.h>
#include <drm/drm_fourcc.h>

#define FLIPS 5

FIXTURE(scanout) {
	int fd;
	struct vg_screen screen;
	__u32 fb;	/* shown */
};

SIM_SCREENS(scanout);

FIXTURE_SETUP(scanout)
{
	SIM_SETUP();
	SIM_PLUG_SCREEN(variant->features);
	self->fb = vg_screen_framebuffer(self->fd, &self->screen);
	VG_OK(__vg_show(self->fd, &self->screen, self->fb));
}

FIXTURE_TEARDOWN_PARENT(scanout)
{
	SIM_TEARDOWN();
}

/* Does the host read dumb buffers in place? */
static bool in_place(const FIXTURE_DATA(scanout) *self)
{
	return vg_param(self->fd, VIRTGPU_PARAM_RESOURCE_BLOB) &&
	       !vg_param(self->fd, VIRTGPU_PARAM_3D_FEATURES);
}

#define EXPECT_FLIPS(fb1, fb2) do {						\
	__u32 __fbs[] = { fb1, fb2 }, __last = 0;				\
	int __i;								\
										\
	for (__i = 1; __i <= FLIPS; __i++) {					\
		__u32 __now;							\
										\
		ASSERT_EQ(0, __vg_flip(self->fd, &self->screen, __fbs[__i % 2]));	\
		__now = vg_flip_done(self->fd, VG_SOON);			\
		ASSERT_GT(__now, __last);					\
		__last = __now;							\
	}									\
} while (0)

TEST_F(scanout, flips_are_done_one_after_the_other)
{
	EXPECT_FLIPS(self->fb, vg_screen_framebuffer(self->fd, &self->screen));
}

TEST_F(scanout, a_flip_that_the_host_answers_late_is_done)
{
	vg_sim_script("RESOURCE_FLUSH 0 delay 30");
	EXPECT_FLIPS(self->fb, vg_screen_framebuffer(self->fd, &self->screen));
}

TEST_F(scanout, a_flip_that_the_host_never_answers_is_done)
{
	vg_sim_script("RESOURCE_FLUSH 0 hold");
	EXPECT_FLIPS(self->fb, vg_screen_framebuffer(self->fd, &self->screen));
	vg_sim_control("release");
}

/*
 * Who flips again and again has one timer, started for a flip before. With a buffer that is
 * copied a flip waits for the answer to the one before it.
 */
TEST_F(scanout, flip_that_is_never_answered_has_its_whole_time)
{
	__u32 fbs[] = { self->fb, vg_screen_framebuffer(self->fd, &self->screen) };
	unsigned int i, late = in_place(self) ? 1 : 2;
	long began = 0;

	usleep(150 * 1000);	/* no timer is left */
	vg_sim_script("RESOURCE_FLUSH 0 delay 30 times %u", late);
	vg_sim_script("RESOURCE_FLUSH %u hold", late);
	for (i = 1; i <= 2 * late; i++) {
		began = vg_now();
		ASSERT_EQ(0, __vg_flip(self->fd, &self->screen, fbs[i % 2]));
		ASSERT_NE(0, vg_flip_done(self->fd, VG_SOON));
	}
	EXPECT_LE(90, vg_now() - began);
	vg_sim_control("release");
}

TEST_F(scanout, a_flip_under_way_is_done_when_the_screen_is_switched_off)
{
	vg_sim_script("RESOURCE_FLUSH 0 hold");
	ASSERT_EQ(0, __vg_flip(self->fd, &self->screen,
			       vg_screen_framebuffer(self->fd, &self->screen)));
	EXPECT_EQ(0, __vg_show(self->fd, &self->screen, 0));
	EXPECT_NE(0, vg_flip_done(self->fd, VG_SOON));
	EXPECT_TRUE(vg_sim_becomes("scanout", 0));
	vg_sim_control("release");
}

TEST_F(scanout, a_screen_switched_off_can_be_lit_again)
{
	EXPECT_EQ(0, __vg_show(self->fd, &self->screen, 0));
	EXPECT_TRUE(vg_sim_becomes("scanout", 0));
	EXPECT_EQ(0, __vg_show(self->fd, &self->screen, self->fb));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_NE(0, vg_sim_state("scanout"));
}

TEST_F(scanout, another_mode_does_not_darken_it)
{
	__u64 before = vg_sim_state("SET_SCANOUT") + vg_sim_state("SET_SCANOUT_BLOB");
	struct vg_screen narrow = self->screen;

	narrow.mode.hdisplay -= 8;
	ASSERT_EQ(0, __vg_show(self->fd, &narrow, self->fb));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(before + 1, vg_sim_state("SET_SCANOUT") + vg_sim_state("SET_SCANOUT_BLOB"));
}

/* What changed is copied, and nothing else; many small parts are copied as one. */
TEST_F(scanout, damage_is_copied_in_parts)
{
	static const struct {
		unsigned int clips;
		__u64 copies;
	} cases[] = { { 0, 1 }, { 1, 1 }, { 2, 2 }, { 8, 8 }, { 12, 1 } };
	struct drm_clip_rect clips[12];
	unsigned int i;

	if (in_place(self))
		SKIP(return, "needs a device without RESOURCE_BLOB, or with 3D");
	for (i = 0; i < ARRAY_SIZE(clips); i++)
		clips[i] = (struct drm_clip_rect) { 20 * i, 0, 20 * i + 16, 16 };
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		__u64 before = vg_sim_state("TRANSFER_TO_HOST_2D");

		ASSERT_EQ(0, __vg_dirty(self->fd, self->fb, clips, cases[i].clips));
		EXPECT_TRUE(vg_sim_grew_by("TRANSFER_TO_HOST_2D", before, cases[i].copies))
			TH_LOG("%u clips", cases[i].clips);
	}
}

/* Milliseconds that @COUNT times @call takes */
#define MS_OF(count, call) ({						\
	long __start = vg_now();					\
	int __i;							\
									\
	for (__i = 0; __i < (count); __i++)				\
		ASSERT_EQ(0, call);					\
	vg_now() - __start;						\
})

#define REFRESHES 30
#define REFRESH_MS 16

/*
 * Xorg's shadow framebuffer and many kiosks call it for each little change. The refresh
 * is a slow one, for machines on which the call itself takes most of a usual one.
 */
TEST_F(scanout, dirty_framebuffer_does_not_wait_for_the_refresh)
{
	struct drm_clip_rect clip = { 0, 0, 16, 16 };
	struct vg_screen slow = self->screen;

	slow.mode.clock /= 4;
	ASSERT_EQ(0, __vg_show(self->fd, &slow, self->fb));
	EXPECT_GT(REFRESHES * 4 * REFRESH_MS * 2 / 3,
		  MS_OF(REFRESHES, __vg_dirty(self->fd, self->fb, &clip, 1)));
}

/* It draws on into the same pages: they have been copied by then. */
TEST_F(scanout, dirty_framebuffer_ends_when_the_host_has_answered)
{
	struct drm_clip_rect clip = { 0, 0, 16, 16 };

	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	vg_sim_script("RESOURCE_FLUSH 0 delay 70");
	EXPECT_LE(50, MS_OF(1, __vg_dirty(self->fd, self->fb, &clip, 1)));
}

/* A program that flips and asks for no event is held up by the flips themselves. */
TEST_F(scanout, flip_without_an_event_waits_for_the_refresh)
{
	__u32 fbs[] = { self->fb, vg_screen_framebuffer(self->fd, &self->screen) };
	__u32 primary, next = 0;

	vg_atomic_client(self->fd);
	primary = vg_plane(self->fd, &self->screen, VG_PRIMARY);
	EXPECT_LE((REFRESHES - 2) * REFRESH_MS, MS_OF(REFRESHES, ({
		struct vg_commit commit = { 0 };

		vg_commit_set(self->fd, &commit, primary, "FB_ID", fbs[++next % 2]);
		__vg_commit(self->fd, &commit, 0);
	})));
}

TEST_F(scanout, memory_read_in_place_is_not_copied)
{
	__u64 before = vg_sim_state("TRANSFER_TO_HOST_2D");
	__u64 flushes = vg_sim_state("RESOURCE_FLUSH");

	if (!in_place(self))
		SKIP(return, "needs a device with RESOURCE_BLOB, without 3D");
	ASSERT_EQ(0, __vg_dirty(self->fd, self->fb, NULL, 0));
	EXPECT_TRUE(vg_sim_grew_by("RESOURCE_FLUSH", flushes, 1));
	EXPECT_EQ(before, vg_sim_state("TRANSFER_TO_HOST_2D"));
}

/* Two pictures in one buffer, one below the other */
TEST_F(scanout, the_second_half_of_a_buffer_can_be_shown)
{
	__u32 width = self->screen.mode.hdisplay, height = self->screen.mode.vdisplay;
	__u32 handle = vg_dumb(self->fd, width, 2 * height);
	__u32 fb;

	ASSERT_EQ(0, __vg_framebuffer(self->fd, handle, width, height, width * height * 4, &fb));
	EXPECT_FLIPS(self->fb, fb);
}

TEST_F(scanout, a_part_of_a_picture_can_be_shown)
{
	__u32 width = self->screen.mode.hdisplay + 64, height = self->screen.mode.vdisplay + 32;
	struct drm_mode_crtc args = {
		.crtc_id = self->screen.crtc,
		.set_connectors_ptr = VG_PTR(&self->screen.connector),
		.count_connectors = 1,
		.fb_id = vg_framebuffer(self->fd, vg_dumb(self->fd, width, height), width, height),
		.x = 64,
		.y = 32,
		.mode_valid = 1,
		.mode = self->screen.mode,
	};

	EXPECT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_MODE_SETCRTC, &args));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
}

/* Two heads on one wide buffer, as Xorg has it: this one shows the right half. */
TEST_F(scanout, right_half_of_a_wide_buffer_can_be_shown)
{
	__u32 width = self->screen.mode.hdisplay, height = self->screen.mode.vdisplay;
	struct drm_mode_crtc args = {
		.crtc_id = self->screen.crtc,
		.set_connectors_ptr = VG_PTR(&self->screen.connector),
		.count_connectors = 1,
		.fb_id = vg_framebuffer(self->fd, vg_dumb(self->fd, 2 * width, height),
					2 * width, height),
		.x = width,
		.mode_valid = 1,
		.mode = self->screen.mode,
	};
	__u64 before;

	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	before = vg_sim_state("scanout");
	EXPECT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_MODE_SETCRTC, &args));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_NE(before, vg_sim_state("scanout"));
}

TEST_F(scanout, a_texture_can_be_shown)
{
	__u32 width = self->screen.mode.hdisplay, height = self->screen.mode.vdisplay;
	struct drm_virtgpu_resource_create args = vg_picture_args(width, height);

	VG_NEED(self->fd, VG_3D);
	ASSERT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args));
	EXPECT_FLIPS(self->fb, vg_framebuffer(self->fd, args.bo_handle, width, height));
}

TEST_F(scanout, storage_on_the_host_can_be_shown)
{
	__u32 width = self->screen.mode.hdisplay, height = self->screen.mode.vdisplay;
	__u32 handle;

	VG_NEED(self->fd, VG_3D | VG_BLOB);
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	handle = vg_blob(self->fd, HOST3D, SHAREABLE, width * height * 4).handle;
	EXPECT_FLIPS(self->fb, vg_framebuffer(self->fd, handle, width, height));
}

TEST_F(scanout, another_driver_s_buffer_can_be_shown)
{
	__u32 width = self->screen.mode.hdisplay, height = self->screen.mode.vdisplay;
	int dmabuf = __vg_foreign_dmabuf(width * height * 4);

	VG_NEED(self->fd, VG_NO_3D);
	if (dmabuf < 0)
		SKIP(return, "needs vgem");
	EXPECT_FLIPS(self->fb, vg_framebuffer(self->fd, vg_import(self->fd, dmabuf), width, height));
	close(dmabuf);
}

/* What cannot be shown is refused before it is tried */

/* A buffer that the host reads in place has a line to spare, in whole pages. */
TEST_F(scanout, a_framebuffer_larger_than_its_buffer_is_einval)
{
	__u32 handle = vg_dumb(self->fd, 64, 64), fb;

	EXPECT_EQ(-EINVAL, __vg_framebuffer(self->fd, handle, 64, 64 + 32, 0, &fb));
	EXPECT_EQ(-EINVAL, __vg_framebuffer(self->fd, handle, 64, 64, 32 * 256, &fb));
}

/* A framebuffer of @width x @height pixels with lines of @pitch bytes */
static int add_framebuffer(int fd, __u32 handle, __u32 width, __u32 height, __u32 pitch,
			   __u32 offset)
{
	struct drm_mode_fb_cmd2 args = {
		.width = width,
		.height = height,
		.pixel_format = DRM_FORMAT_XRGB8888,
		.handles = { handle },
		.pitches = { pitch },
		.offsets = { offset },
	};

	return __vg_ioctl(fd, DRM_IOCTL_MODE_ADDFB2, &args);
}

/* The host has a picture with lines of its own, and shows those. */
TEST_F(scanout, framebuffer_with_other_lines_than_its_picture_is_einval)
{
	__u32 handle = vg_dumb(self->fd, 64, 64);

	if (in_place(self))
		SKIP(return, "needs a device without RESOURCE_BLOB, or with 3D");
	EXPECT_EQ(-EINVAL, add_framebuffer(self->fd, handle, 32, 64, 128, 0));
	EXPECT_EQ(-EINVAL, add_framebuffer(self->fd, handle, 64, 32, 512, 0));
	EXPECT_EQ(0, add_framebuffer(self->fd, handle, 32, 64, 256, 0));
}

TEST_F(scanout, framebuffer_whose_lines_end_inside_a_pixel_is_einval)
{
	__u32 handle = vg_dumb(self->fd, 64, 64);

	EXPECT_EQ(-EINVAL, add_framebuffer(self->fd, handle, 32, 32, 256 + 2, 0));
	EXPECT_EQ(0, add_framebuffer(self->fd, handle, 32, 32, 256, 0));
}

TEST_F(scanout, framebuffer_beyond_the_edge_of_its_picture_is_einval)
{
	__u32 handle = vg_dumb(self->fd, 64, 64);

	if (in_place(self))
		SKIP(return, "needs a device without RESOURCE_BLOB, or with 3D");
	EXPECT_EQ(-EINVAL, add_framebuffer(self->fd, handle, 33, 32, 256, 32 * 4));
	EXPECT_EQ(0, add_framebuffer(self->fd, handle, 32, 32, 256, 32 * 4));
}

TEST_F(scanout, framebuffer_larger_than_its_texture_is_einval)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(64, 64);

	VG_NEED(self->fd, VG_3D);
	ASSERT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args));
	EXPECT_EQ(-EINVAL, add_framebuffer(self->fd, args.bo_handle, 65, 64, 65 * 4, 0));
	EXPECT_EQ(-EINVAL, add_framebuffer(self->fd, args.bo_handle, 64, 65, 64 * 4, 0));
	EXPECT_EQ(0, add_framebuffer(self->fd, args.bo_handle, 64, 64, 64 * 4, 0));
}

/* What makes a dumb buffer on the host */
static const char *creation(const FIXTURE_DATA(scanout) *self)
{
	return in_place(self) ? "RESOURCE_CREATE_BLOB" : "RESOURCE_CREATE_2D";
}

/* QEMU's 2D device holds 256 MiB of pictures, and refuses what is more. */
TEST_F(scanout, framebuffer_of_a_refused_buffer_is_eio)
{
	__u32 handle, fb;

	vg_sim_script("%s 0 refuse ERR_OUT_OF_MEMORY", creation(self));
	handle = vg_dumb(self->fd, 64, 64);
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(-EIO, __vg_framebuffer(self->fd, handle, 64, 64, 0, &fb));
}

TEST_F(scanout, flip_to_a_buffer_refused_meanwhile_is_eio)
{
	__u64 shown;
	__u32 fb;

	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	shown = vg_sim_state("scanout");
	vg_sim_script("%s 0 refuse ERR_OUT_OF_MEMORY", creation(self));
	vg_sim_script("%s 0 delay 300", creation(self));
	vg_sim_script("RESOURCE_ATTACH_BACKING 0 delay 300");
	fb = vg_screen_framebuffer(self->fd, &self->screen);
	usleep(400000);
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(-EIO, __vg_flip(self->fd, &self->screen, fb));
	EXPECT_EQ(shown, vg_sim_state("scanout"));
	EXPECT_FLIPS(self->fb, self->fb);
}

TEST_F(scanout, a_framebuffer_that_begins_inside_a_pixel_is_einval)
{
	__u32 handle = vg_dumb(self->fd, 64, 64), fb;

	if (in_place(self))
		SKIP(return, "needs a device without RESOURCE_BLOB, or with 3D");
	EXPECT_EQ(-EINVAL, __vg_framebuffer(self->fd, handle, 64, 32, 2, &fb));
}

TEST_F(scanout, a_framebuffer_without_a_buffer_is_enoent)
{
	__u32 fb;

	EXPECT_EQ(-ENOENT, __vg_framebuffer(self->fd, 0x7fffffff, 64, 64, 0, &fb));
}

TEST_F(scanout, a_framebuffer_of_16_bits_is_einval)
{
	struct drm_mode_fb_cmd args = {
		.width = 64, .height = 64, .pitch = 256, .bpp = 16, .depth = 16,
		.handle = vg_dumb(self->fd, 64, 64),
	};

	EXPECT_EQ(-EINVAL, __vg_ioctl(self->fd, DRM_IOCTL_MODE_ADDFB, &args));
}

TEST_F(scanout, a_mode_that_no_timer_or_host_could_follow_is_einval)
{
	const struct drm_mode_modeinfo good = self->screen.mode;
	struct vg_screen screen = self->screen;
	unsigned int i;

	for (i = 0; i < 9; i++) {
		screen.mode = good;
		if (i == 0)
			screen.mode.clock = 0;
		else if (i == 1)
			screen.mode.clock = 1;
		else if (i == 2)
			screen.mode.clock = 4000000;
		else if (i == 3)
			screen.mode.vscan = 2;
		else if (i == 4)
			screen.mode.flags |= DRM_MODE_FLAG_INTERLACE;
		else if (i == 5)
			screen.mode.flags |= DRM_MODE_FLAG_DBLSCAN;
		else if (i == 6)
			screen.mode.hdisplay = 15;
		else if (i == 7)
			screen.mode.vdisplay = 15;
		else
			screen.mode.htotal = screen.mode.vtotal = 65535;
		EXPECT_EQ(-EINVAL, __vg_show(self->fd, &screen, self->fb))
			TH_LOG("case %u", i);
	}
	EXPECT_FLIPS(self->fb, vg_screen_framebuffer(self->fd, &self->screen));
}

/* Places of several screens */

/* Within 10 seconds, for the driver asks in its own time. */
static bool suggests(int fd, unsigned int index, const char *name, __u64 value)
{
	__u32 connectors[32];
	__u64 now;
	struct drm_mode_card_res res = {
		.connector_id_ptr = VG_PTR(connectors),
		.count_connectors = ARRAY_SIZE(connectors),
	};
	int i;

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_GETRESOURCES, &res));
	for (i = 0; i < 200; i++) {
		if (vg_property(fd, connectors[index], name, &now) && now == value)
			return true;
		usleep(50000);
	}
	return false;
}

TEST_F(sim, screens_without_a_place_are_put_side_by_side)
{
	vg_sim_set("num_scanouts", 3);
	vg_sim_control("plug");
	self->fd = vg_open_primary();
	vg_sim_control("display 2 640 480");
	EXPECT_TRUE(suggests(self->fd, 2, "suggested X", 1024));
	EXPECT_TRUE(suggests(self->fd, 0, "suggested X", 0));
}

TEST_F(sim, screens_without_a_size_are_not_stacked)
{
	vg_sim_set("num_scanouts", 2);
	vg_sim_script("GET_DISPLAY_INFO 0 set 32 0");
	vg_sim_control("plug");
	self->fd = vg_open_primary();
	vg_sim_control("display 1 640 480");
	EXPECT_TRUE(suggests(self->fd, 1, "suggested X", 1024));
}

TEST_F(sim, screens_stay_where_the_host_has_them)
{
	vg_sim_set("num_scanouts", 2);
	vg_sim_script("GET_DISPLAY_INFO 0 set 52 300");
	vg_sim_control("plug");
	self->fd = vg_open_primary();
	vg_sim_control("display 1 640 480");
	EXPECT_TRUE(suggests(self->fd, 1, "suggested Y", 300));
	EXPECT_TRUE(suggests(self->fd, 1, "suggested X", 0));
}

TEST_HARNESS_MAIN
