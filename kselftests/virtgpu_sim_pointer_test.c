// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of the pointer that the cursor ioctls make, with a host that is slow to
 * show it, or does not?
 */
#include "sim_fixture.h"

#include <drm/drm.h>

#define CURSOR 64

FIXTURE(pointer) {
	int fd;
	struct vg_screen screen;
	__u32 fb;	/* shown */
};

SIM_SCREENS(pointer);

FIXTURE_SETUP(pointer)
{
	SIM_SETUP();
	SIM_PLUG_SCREEN(variant->features);
	self->fb = vg_screen_framebuffer(self->fd, &self->screen);
	VG_OK(__vg_show(self->fd, &self->screen, self->fb));
}

FIXTURE_TEARDOWN_PARENT(pointer)
{
	SIM_TEARDOWN();
}

#define EXPECT_CURSOR(handle, x, y)						\
	EXPECT_EQ(0, __vg_cursor(self->fd, &self->screen, handle, CURSOR, x, y))

TEST_F(pointer, the_pointer_comes_moves_and_goes)
{
	__u64 updates = vg_sim_state("UPDATE_CURSOR"), moves = vg_sim_state("MOVE_CURSOR");

	EXPECT_CURSOR(vg_dumb(self->fd, CURSOR, CURSOR), 10, 10);
	EXPECT_TRUE(vg_sim_grew_by("UPDATE_CURSOR", updates, 1));
	EXPECT_EQ(0, __vg_cursor_move(self->fd, &self->screen, 20, 20));
	EXPECT_TRUE(vg_sim_grew_by("MOVE_CURSOR", moves, 1));
	EXPECT_CURSOR(0, 20, 20);
	EXPECT_TRUE(vg_sim_grew_by("UPDATE_CURSOR", updates, 2));
}

TEST_F(pointer, pointer_that_is_too_large_is_einval)
{
	__u32 handle = vg_dumb(self->fd, 128, 128);

	EXPECT_EQ(-EINVAL, __vg_cursor(self->fd, &self->screen, handle, 128, 0, 0));
}

/* The host looks at its cursor queue late: it gets the last state, not all of them. */
TEST_F(pointer, a_pointer_that_hurries_ahead_of_the_host_ends_in_its_last_place)
{
	__u64 moves;
	int i;

	EXPECT_CURSOR(vg_dumb(self->fd, CURSOR, CURSOR), 0, 0);
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	moves = vg_sim_state("MOVE_CURSOR");
	vg_sim_script("MOVE_CURSOR 0 hold times 1");
	for (i = 1; i <= 50; i++)
		EXPECT_EQ(0, __vg_cursor_move(self->fd, &self->screen, i, i));
	vg_sim_control("release");
	EXPECT_TRUE(vg_sim_grew_by("MOVE_CURSOR", moves, 2));
}

TEST_F(pointer, pointers_that_change_while_one_is_sent_end_in_the_last)
{
	__u64 updates = vg_sim_state("UPDATE_CURSOR");
	int i;

	vg_sim_script("UPDATE_CURSOR 0 hold times 1");
	EXPECT_CURSOR(vg_dumb(self->fd, CURSOR, CURSOR), 1, 1);
	EXPECT_TRUE(vg_sim_becomes("UPDATE_CURSOR", updates + 1));
	for (i = 0; i < 5; i++)
		EXPECT_CURSOR(vg_dumb(self->fd, CURSOR, CURSOR), 2, 2);
	/* All are with the host, one after the other, when only the first is left. */
	EXPECT_TRUE(vg_sim_becomes("waiting", 1));
	usleep(200000);
	EXPECT_TRUE(vg_sim_becomes("waiting", 1));
	vg_sim_control("release");
	EXPECT_TRUE(vg_sim_grew_by("UPDATE_CURSOR", updates, 2));
}

/* A picture that the host has yet to make is not shown before, on another queue. */
TEST_F(pointer, a_pointer_waits_until_the_host_has_made_its_picture)
{
	__u64 updates = vg_sim_state("UPDATE_CURSOR");

	if (!(variant->features & VG_F_BLOB))
		SKIP(return, "needs a device with RESOURCE_BLOB, without 3D");
	/* A flush that comes after it stands for the transfer that is not needed. */
	vg_sim_script("RESOURCE_CREATE_BLOB 0 hold");
	vg_sim_script("RESOURCE_FLUSH 0 hold");
	EXPECT_CURSOR(vg_dumb(self->fd, CURSOR, CURSOR), 1, 1);
	usleep(100000);
	EXPECT_EQ(updates, vg_sim_state("UPDATE_CURSOR"));
	vg_sim_control("release");
	EXPECT_TRUE(vg_sim_grew_by("UPDATE_CURSOR", updates, 1));
}

TEST_F(pointer, a_pointer_that_goes_while_its_picture_is_copied_stays_away)
{
	__u64 updates = vg_sim_state("UPDATE_CURSOR");

	if (variant->features & VG_F_BLOB)
		SKIP(return, "needs a device without RESOURCE_BLOB, or with 3D");
	vg_sim_script("TRANSFER_TO_HOST_2D 0 hold");
	EXPECT_CURSOR(vg_dumb(self->fd, CURSOR, CURSOR), 1, 1);
	EXPECT_CURSOR(vg_dumb(self->fd, CURSOR, CURSOR), 2, 2);
	EXPECT_CURSOR(0, 0, 0);
	vg_sim_control("release");
	EXPECT_TRUE(vg_sim_grew_by("UPDATE_CURSOR", updates, 0));
}

TEST_F(pointer, a_pointer_whose_picture_is_refused_harms_none)
{
	vg_sim_script("TRANSFER_TO_HOST_2D 0 refuse ERR_UNSPEC");
	vg_sim_script("UPDATE_CURSOR 0 refuse ERR_UNSPEC");
	EXPECT_CURSOR(vg_dumb(self->fd, CURSOR, CURSOR), 1, 1);
	EXPECT_CURSOR(0, 0, 0);
	EXPECT_EQ(0, __vg_flip(self->fd, &self->screen,
			       vg_screen_framebuffer(self->fd, &self->screen)));
	EXPECT_NE(0, vg_flip_done(self->fd, VG_SOON));
}

/*
 * An image that the host has yet to see goes when the pointer does: at once, or after
 * the light.
 */
TEST_F(pointer, image_of_a_pointer_that_went_is_freed)
{
	__u64 resources;
	__u32 handles[2];
	int i, way;

	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	resources = vg_sim_state("resources");
	for (way = 0; way < 2; way++) {
		vg_sim_script("UPDATE_CURSOR 0 hold times 1");
		for (i = 0; i < 2; i++) {
			handles[i] = vg_dumb(self->fd, CURSOR, CURSOR);
			EXPECT_CURSOR(handles[i], 1, 1);
			EXPECT_TRUE(vg_sim_becomes("waiting", 1));
		}
		if (way)
			ASSERT_EQ(0, __vg_show(self->fd, &self->screen, 0));
		EXPECT_CURSOR(0, 1, 1);
		for (i = 0; i < 2; i++)
			EXPECT_EQ(0, __vg_close_handle(self->fd, handles[i]));
		vg_sim_control("release");
		EXPECT_TRUE(vg_sim_becomes("resources", resources)) TH_LOG("way %d", way);
		EXPECT_EQ(0, __vg_show(self->fd, &self->screen, self->fb));
	}
}

/* The device goes while an image waits that the dark screen has no more use for. */
TEST_F(pointer, dark_screen_with_a_pointer_to_come_may_be_unplugged)
{
	vg_sim_script("UPDATE_CURSOR 0 hold");
	EXPECT_CURSOR(vg_dumb(self->fd, CURSOR, CURSOR), 1, 1);
	EXPECT_CURSOR(vg_dumb(self->fd, CURSOR, CURSOR), 2, 2);
	EXPECT_EQ(0, __vg_show(self->fd, &self->screen, 0));
	vg_sim_unplug();
	EXPECT_EQ(-ENODEV, __vg_flip(self->fd, &self->screen, self->fb));
}

/* The device goes with all of it under way. */
TEST_F(pointer, a_screen_with_pointer_and_flip_may_be_unplugged)
{
	vg_sim_script("RESOURCE_FLUSH 0 hold");
	vg_sim_script("UPDATE_CURSOR 0 hold");
	EXPECT_CURSOR(vg_dumb(self->fd, CURSOR, CURSOR), 1, 1);
	EXPECT_CURSOR(vg_dumb(self->fd, CURSOR, CURSOR), 2, 2);
	EXPECT_EQ(0, __vg_flip(self->fd, &self->screen,
			       vg_screen_framebuffer(self->fd, &self->screen)));
	vg_sim_unplug();
	EXPECT_NE(0, vg_flip_done(self->fd, VG_SOON));
	EXPECT_EQ(-ENODEV, __vg_flip(self->fd, &self->screen, self->fb));
	EXPECT_EQ(-ENODEV, __vg_cursor_move(self->fd, &self->screen, 3, 3));
}

/* On the other queue, where nothing keeps its order to the making of the image */
TEST_F(sim, pointer_refused_when_it_was_made_is_not_shown)
{
	struct vg_screen screen;
	__u32 handle;

	vg_sim_set("num_scanouts", 1);
	vg_sim_set("features", VG_F_VERSION_1 | VG_F_EDID | VG_F_UUID | VG_F_BLOB);
	vg_sim_set("window_size", 0);
	vg_sim_set("latency_us", 50000);
	vg_sim_control("plug");
	self->fd = vg_open_primary();
	screen = vg_screen(self->fd);
	VG_OK(__vg_show(self->fd, &screen, vg_screen_framebuffer(self->fd, &screen)));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	vg_sim_script("RESOURCE_CREATE_BLOB 0 refuse ERR_OUT_OF_MEMORY");
	handle = vg_dumb(self->fd, CURSOR, CURSOR);
	ASSERT_EQ(0, __vg_cursor(self->fd, &screen, handle, CURSOR, 1, 1));
	usleep(500000);
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(0, vg_sim_state("cursor"));
}

TEST_HARNESS_MAIN
