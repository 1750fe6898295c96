// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much of a framebuffer is brought to a host that has a copy of it?
 */
#include "sim_fixture.h"

#include <drm/drm.h>

#define SIDE 16
#define PART (SIDE * SIDE * 4)

/* A screen that has shown each of two framebuffers, the second one last */
FIXTURE(damage) {
	int fd;
	struct vg_screen screen;
	__u32 primary;
	__u32 fbs[2];
	__u64 whole;	/* bytes */
};

SIM_SCREENS(damage);

/* Bytes, once the host is through with all that it was told */
static __u64 copied(void)
{
	VG_ASSERT(vg_sim_becomes("waiting", 0));
	return vg_sim_state("copied");
}

/* A frame in a framebuffer, and where it differs from the one before; @x < 0: anywhere */
static void set_frame(int fd, struct vg_commit *commit, __u32 primary, __u32 fb, int x)
{
	struct drm_mode_rect clip = { x, 0, x + SIDE, SIDE };

	vg_commit_set(fd, commit, primary, "FB_ID", fb);
	if (x >= 0)
		vg_commit_set(fd, commit, primary, "FB_DAMAGE_CLIPS",
			      vg_property_blob(fd, &clip, sizeof(clip)));
}

static int frame(int fd, __u32 primary, __u32 fb, int x)
{
	struct vg_commit commit = { 0 };

	set_frame(fd, &commit, primary, fb, x);
	return __vg_commit(fd, &commit, 0);
}

#define FRAME(fb, x) ASSERT_EQ(0, frame(self->fd, self->primary, fb, x))

/* What that frame costs, in bytes */
#define EXPECT_COPIED(bytes, fb, x) do {				\
	__u64 __before = copied();					\
									\
	FRAME(fb, x);							\
	EXPECT_EQ(bytes, copied() - __before);				\
} while (0)

FIXTURE_SETUP(damage)
{
	int i;

	SIM_SETUP();
	if (variant->features & VG_F_BLOB)
		SKIP(return, "needs a device without RESOURCE_BLOB, or with 3D");
	SIM_PLUG_SCREEN(variant->features);
	vg_atomic_client(self->fd);
	self->primary = vg_plane(self->fd, &self->screen, VG_PRIMARY);
	for (i = 0; i < 2; i++)
		self->fbs[i] = vg_screen_framebuffer(self->fd, &self->screen);
	self->whole = (__u64)self->screen.mode.hdisplay * self->screen.mode.vdisplay * 4;
	VG_OK(__vg_show(self->fd, &self->screen, self->fbs[0]));
	FRAME(self->fbs[1], -1);
}

FIXTURE_TEARDOWN_PARENT(damage)
{
	SIM_TEARDOWN();
}

/* A caret that blinks in a window that is drawn with two buffers */
TEST_F(damage, flip_with_damage_copies_what_the_framebuffer_missed)
{
	int i;

	FRAME(self->fbs[0], 0);
	FRAME(self->fbs[1], 0);
	for (i = 0; i < 4; i++)
		EXPECT_COPIED(PART, self->fbs[i % 2], 0);
	EXPECT_COPIED(2 * PART, self->fbs[0], 100);
	EXPECT_COPIED(2 * PART, self->fbs[1], 200);
	EXPECT_COPIED(PART, self->fbs[1], 300);
	EXPECT_COPIED(3 * PART, self->fbs[0], 400);
}

TEST_F(damage, flip_without_damage_copies_all)
{
	EXPECT_COPIED(self->whole, self->fbs[0], -1);
	EXPECT_COPIED(self->whole, self->fbs[1], -1);
}

TEST_F(damage, flip_after_one_without_damage_copies_all)
{
	FRAME(self->fbs[0], 0);
	FRAME(self->fbs[0], -1);
	EXPECT_COPIED(self->whole, self->fbs[1], 0);
}

TEST_F(damage, framebuffer_shown_first_is_copied_whole)
{
	EXPECT_COPIED(self->whole, vg_screen_framebuffer(self->fd, &self->screen), 0);
}

TEST_F(damage, framebuffer_shown_long_ago_is_copied_whole)
{
	int i;

	for (i = 0; i < 20; i++)
		FRAME(self->fbs[1], 0);
	EXPECT_COPIED(self->whole, self->fbs[0], 0);
}

/* Of what two framebuffers have in one buffer, each is a copy of its own. */
TEST_F(damage, other_half_of_a_buffer_is_copied_whole)
{
	__u32 width = self->screen.mode.hdisplay, height = self->screen.mode.vdisplay;
	__u32 handle = vg_dumb(self->fd, width, 2 * height), upper, lower;

	ASSERT_EQ(0, __vg_framebuffer(self->fd, handle, width, height, 0, &upper));
	ASSERT_EQ(0, __vg_framebuffer(self->fd, handle, width, height, width * height * 4,
				      &lower));
	FRAME(upper, 0);
	EXPECT_COPIED(self->whole, lower, 0);
	EXPECT_COPIED(self->whole, upper, 0);
}

TEST_F(damage, framebuffer_lit_again_is_copied_whole)
{
	__u64 before;

	ASSERT_EQ(0, __vg_show(self->fd, &self->screen, 0));
	before = copied();
	ASSERT_EQ(0, __vg_show(self->fd, &self->screen, self->fbs[1]));
	EXPECT_EQ(self->whole, copied() - before);
	EXPECT_COPIED(self->whole, self->fbs[0], 0);
}

/* What differs from nothing is all. */
TEST_F(damage, framebuffer_shown_after_none_is_copied_whole)
{
	struct vg_commit commit = { 0 };
	__u64 before;

	vg_commit_set(self->fd, &commit, self->primary, "FB_ID", 0);
	vg_commit_set(self->fd, &commit, self->primary, "CRTC_ID", 0);
	ASSERT_EQ(0, __vg_commit(self->fd, &commit, 0));
	EXPECT_TRUE(vg_sim_becomes("scanout", 0));
	before = copied();
	memset(&commit, 0, sizeof(commit));
	vg_commit_set(self->fd, &commit, self->primary, "CRTC_ID", self->screen.crtc);
	set_frame(self->fd, &commit, self->primary, self->fbs[1], 0);
	ASSERT_EQ(0, __vg_commit(self->fd, &commit, 0));
	EXPECT_EQ(self->whole, copied() - before);
}

/* A host that comes back has forgotten each copy, whatever we have noted. */
TEST_F(damage, flip_after_a_sleep_copies_all)
{
	FRAME(self->fbs[0], 0);
	vg_sim_control("freeze");
	vg_sim_control("restore");
	ASSERT_EQ(0, vg_sim_state("slept"));
	EXPECT_COPIED(self->whole, self->fbs[1], 0);
	EXPECT_COPIED(2 * PART, self->fbs[0], 100);
}

static bool is_lit(void)
{
	return vg_sim_state("scanout");
}

TEST_F(damage, flip_after_a_reset_copies_all)
{
	FRAME(self->fbs[0], 0);
	vg_sim_control("needs_reset");
	usleep(200000);
	ASSERT_TRUE(vg_becomes(is_lit, 10000));
	EXPECT_COPIED(self->whole, self->fbs[1], 0);
	EXPECT_COPIED(2 * PART, self->fbs[0], 100);
}

TEST_F(damage, flip_without_change_copies_what_was_missed)
{
	FRAME(self->fbs[0], 0);
	EXPECT_COPIED(PART, self->fbs[1], self->screen.mode.hdisplay + 100);
}

/* What a pointer that moves is, with a compositor that names the screen, too */
TEST_F(damage, frames_without_change_count_for_nothing)
{
	int i;

	FRAME(self->fbs[0], 0);
	FRAME(self->fbs[1], 0);
	for (i = 0; i < 20; i++)
		FRAME(self->fbs[1], self->screen.mode.hdisplay + 100);
	EXPECT_COPIED(PART, self->fbs[1], 100);
	EXPECT_COPIED(3 * PART, self->fbs[0], 200);
}

/* Two screens, of the same size, on a device that is shown copies */
FIXTURE(two) {
	int fd;
	struct vg_screen screens[2];
	__u64 whole;	/* bytes */
};

FIXTURE_SETUP(two)
{
	__u32 crtcs[2], connectors[2];
	struct drm_mode_card_res res = {
		.crtc_id_ptr = VG_PTR(crtcs),
		.count_crtcs = 2,
		.connector_id_ptr = VG_PTR(connectors),
		.count_connectors = 2,
	};

	SIM_SETUP();
	vg_sim_set("num_scanouts", 2);
	vg_sim_set("features", VG_F_VERSION_1 | VG_F_EDID);
	vg_sim_set("window_size", 0);
	vg_sim_control("plug");
	self->fd = vg_open_primary();
	self->screens[0] = self->screens[1] = vg_screen(self->fd);
	VG_OK(__vg_ioctl(self->fd, DRM_IOCTL_MODE_GETRESOURCES, &res));
	vg_atomic_client(self->fd);
	self->screens[1].crtc = crtcs[1];
	self->screens[1].connector = connectors[1];
	self->whole = (__u64)self->screens[0].mode.hdisplay * self->screens[0].mode.vdisplay * 4;
}

FIXTURE_TEARDOWN_PARENT(two)
{
	SIM_TEARDOWN();
}

/* The second screen shows other frames: what the first one's differ by says nothing. */
TEST_F(two, framebuffer_shown_elsewhere_meanwhile_is_copied_whole)
{
	__u32 primary = vg_plane(self->fd, &self->screens[0], VG_PRIMARY), fbs[2];
	__u64 before;
	int i;

	for (i = 0; i < 2; i++) {
		fbs[i] = vg_screen_framebuffer(self->fd, &self->screens[0]);
		ASSERT_EQ(0, __vg_show(self->fd, &self->screens[0], fbs[i]));
	}
	/* Frames that differ by little, with numbers near to those that the second counts. */
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, frame(self->fd, primary, fbs[1], 0));
	for (i = 1; i >= 0; i--)
		ASSERT_EQ(0, __vg_show(self->fd, &self->screens[1], fbs[i]));
	before = copied();
	ASSERT_EQ(0, frame(self->fd, primary, fbs[0], 0));
	EXPECT_EQ(self->whole, copied() - before);
}

/* A console, or an X server that mirrors its screens, draws to both at once. */
TEST_F(two, drawing_on_what_both_show_is_copied_in_parts)
{
	struct drm_clip_rect clip = { 0, 0, 64, 64 };
	__u32 fb = vg_screen_framebuffer(self->fd, &self->screens[0]);
	__u64 before;
	int i;

	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, __vg_show(self->fd, &self->screens[i], fb));
	for (i = 0; i < 2; i++) {
		before = copied();
		ASSERT_EQ(0, __vg_dirty(self->fd, fb, &clip, 1));
		EXPECT_EQ(2 * 64 * 64 * 4, copied() - before);
	}
}

/* That of the last of its commands, where the ring can say so: the others are nobody's business. */
TEST_F(damage, frame_raises_one_interrupt)
{
	const bool each = variant->features && !(variant->features & VG_F_EVENT_IDX);
	__u64 interrupts;
	int i;

	FRAME(self->fbs[1], 0);
	vg_sim_script("TRANSFER_TO_HOST_2D 0 delay 5");
	vg_sim_script("TRANSFER_TO_HOST_3D 0 delay 5");
	vg_sim_script("RESOURCE_FLUSH 0 delay 60");
	copied();
	interrupts = vg_sim_state("interrupts");
	for (i = 0; i < 10; i++) {
		FRAME(self->fbs[1], 0);
		copied();
	}
	EXPECT_LE(vg_sim_state("interrupts") - interrupts, each ? 20 : 12);
}

TEST_HARNESS_MAIN
