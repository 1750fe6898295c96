// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the driver show its screens, and stay alive, on each host that is known?
 *
 * The device stands for one by a profile (sim/vsim_profile.c). A command of which that
 * host would die is a violation, and the end of a test asks for those.
 */
#include "sim_fixture.h"

#include <drm/drm.h>

#define CURSOR 64

FIXTURE(host) {
	int fd;
	struct vg_screen screen;
};

FIXTURE_VARIANT(host) {
	const char *name;
};

#define HOST(id, text) FIXTURE_VARIANT_ADD(host, id) { .name = text }
HOST(qemu_2d, "qemu-2d");
HOST(qemu_gl, "qemu-gl");
HOST(qemu_rutabaga, "qemu-rutabaga");
HOST(vhost_user_gpu, "vhost-user-gpu");
HOST(vhost_device_gpu, "vhost-device-gpu");
HOST(vhost_device_gpu_headless, "vhost-device-gpu-headless");
HOST(crosvm, "crosvm");
HOST(crosvm_old, "crosvm-old");
HOST(crosvm_2d, "crosvm-2d");
HOST(libkrun, "libkrun");
HOST(queue_16, "queue-16");
HOST(queue_16_direct, "queue-16-direct");
HOST(aligned, "aligned");

FIXTURE_SETUP(host)
{
	SIM_SETUP();
	vg_sim_control("profile %s", variant->name);
	vg_sim_control("plug");
	self->fd = vg_open_primary();
	self->screen = vg_screen(self->fd);
	VG_OK(__vg_show(self->fd, &self->screen,
			vg_screen_framebuffer(self->fd, &self->screen)));
}

FIXTURE_TEARDOWN_PARENT(host)
{
	SIM_TEARDOWN();
}

static bool is_alive(int fd)
{
	return vg_sim_becomes("resets", 0) && !__vg_close_handle(fd, vg_dumb(fd, 8, 8));
}

/* A picture of the processor's, and the next one */
TEST_F(host, screen_of_dumb_buffers_is_lit_and_flipped)
{
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_NE(0, vg_sim_state("scanout"));
	EXPECT_EQ(0, __vg_flip(self->fd, &self->screen,
			       vg_screen_framebuffer(self->fd, &self->screen)));
	EXPECT_NE(0, vg_flip_done(self->fd, VG_SOON));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_TRUE(is_alive(self->fd));
}

/*
 * More often than any queue is long: where nobody reads it, no one waits for that. One
 * image may stay beside the screen's, the one that the host has still to see.
 */
TEST_F(host, pointer_moved_and_changed_often_harms_none)
{
	int i;

	for (i = 0; i < 600; i++)
		ASSERT_EQ(0, __vg_cursor_move(self->fd, &self->screen, i, i));
	for (i = 0; i < 30; i++) {
		__u32 handle = vg_dumb(self->fd, CURSOR, CURSOR);

		ASSERT_EQ(0, __vg_cursor(self->fd, &self->screen, handle, CURSOR, i, i));
		EXPECT_EQ(0, __vg_close_handle(self->fd, handle));
	}
	EXPECT_EQ(0, __vg_cursor(self->fd, &self->screen, 0, CURSOR, 0, 0));
	for (i = 0; i < 1000 && vg_sim_state("resources") > 2; i++)
		usleep(10000);
	EXPECT_GE(2, vg_sim_state("resources"));
	EXPECT_TRUE(is_alive(self->fd));
}

/* An answer that does not come on the cursor queue says nothing of the other one. */
TEST_F(host, pointer_that_stays_does_not_lose_the_device)
{
	SIM_HANG_TIMEOUT();
	EXPECT_EQ(0, __vg_cursor(self->fd, &self->screen, vg_dumb(self->fd, CURSOR, CURSOR),
				 CURSOR, 1, 1));
	usleep(2 * VG_SIM_HANG_TIMEOUT * 1000);
	EXPECT_TRUE(is_alive(self->fd));
}

/* Its window on the host gets another size, twice. */
TEST_F(host, size_of_a_screen_follows_the_hosts)
{
	static const __u32 widths[] = { 800, 1280 };
	struct vg_screen screen;
	unsigned int i, tries;

	for (i = 0; i < 2; i++) {
		vg_sim_control("display 0 %u 600", widths[i]);
		for (tries = 0; tries < 500; tries++) {
			VG_OK(__vg_screen(self->fd, &screen));
			if (screen.mode.hdisplay == widths[i])
				break;
			usleep(10000);
		}
		EXPECT_EQ(widths[i], screen.mode.hdisplay);
	}
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
}

/* The picture goes dark, with the pointer, and the device with it. */
TEST_F(host, device_in_use_may_be_unplugged)
{
	EXPECT_EQ(0, __vg_cursor(self->fd, &self->screen, vg_dumb(self->fd, CURSOR, CURSOR),
				 CURSOR, 1, 1));
	vg_sim_unplug();
	EXPECT_EQ(-ENODEV, __vg_cursor_move(self->fd, &self->screen, 3, 3));
}

/* More pictures than the host has memory for: those that are there are shown. */
TEST_F(sim, pictures_beyond_the_hosts_memory_harm_no_other)
{
	struct vg_screen screen;
	__u32 fb;
	int i;

	vg_sim_control("profile qemu-2d");
	/* Without blobs all pictures are the host's. */
	vg_sim_withhold(VG_F_BLOB);
	vg_sim_set("host_memory", 16 << 20);
	vg_sim_control("plug");
	self->fd = vg_open_primary();
	screen = vg_screen(self->fd);
	fb = vg_screen_framebuffer(self->fd, &screen);
	for (i = 0; i < 16; i++)
		vg_dumb(self->fd, 1024, 1024);
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(0, __vg_show(self->fd, &screen, fb));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_NE(0, vg_sim_state("scanout"));
	EXPECT_GE(5, vg_sim_state("resources"));
}

/* A name that no profile has */
TEST_F(sim, profile_of_an_unknown_host_is_einval)
{
	EXPECT_EQ(-EINVAL, __vg_sim_control("profile nobody"));
}

TEST_HARNESS_MAIN
