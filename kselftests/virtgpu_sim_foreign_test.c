// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a device wait, on its way down or up, for what another driver may never do?
 */
#include "sim_fixture.h"

#include <sys/wait.h>

/* Long for the device, and short for a gate, which opens by itself after 10 seconds */
#define SOON_MS 6000

FIXTURE(foreign) {
	int fd;
	struct vg_screen screen;
	struct vg_gate gate;
	__u32 busy;	/* a framebuffer whose buffer is in use until the gate opens */
};

SIM_SCREENS(foreign);

FIXTURE_SETUP(foreign)
{
	__u32 handle;

	SIM_SETUP();
	VG_GATE(&self->gate);
	SIM_PLUG_SCREEN(variant->features);
	VG_OK(__vg_show(self->fd, &self->screen, vg_screen_framebuffer(self->fd, &self->screen)));
	VG_OK(__vg_cursor(self->fd, &self->screen, vg_dumb(self->fd, 64, 64), 64, 5, 5));
	handle = vg_dumb(self->fd, self->screen.mode.hdisplay, self->screen.mode.vdisplay);
	VG_OK(__vg_make_busy(self->fd, handle, &self->gate));
	self->busy = vg_framebuffer(self->fd, handle, self->screen.mode.hdisplay,
				    self->screen.mode.vdisplay);
}

FIXTURE_TEARDOWN_PARENT(foreign)
{
	SIM_TEARDOWN();
}

static bool is_lit(void)
{
	return vg_sim_state("scanout") && vg_sim_state("cursor");
}

/* Is each of two failures, one after the other, answered by a reset? */
static bool is_reset_twice(void)
{
	__u64 resets = vg_sim_state("resets");
	long start = vg_now();
	int i;

	for (i = 1; i <= 2; i++) {
		vg_sim_control("needs_reset");
		while (vg_sim_state("resets") < resets + i && vg_now() - start < SOON_MS)
			usleep(10000);
		usleep(500000);
	}
	return vg_sim_state("resets") == resets + 2;
}

/* It may wait for ever; what is shown when it ends at last is shown by the device as it is then. */
TEST_F(foreign, flip_under_way_delays_no_reset)
{
	ASSERT_EQ(0, __vg_flip(self->fd, &self->screen, self->busy));
	EXPECT_TRUE(is_reset_twice());
	vg_gate_open(&self->gate);
	EXPECT_TRUE(vg_becomes(is_lit, 10000));
}

/* The same of a call, which holds the locks of the screen meanwhile */
TEST_F(foreign, modeset_under_way_delays_no_reset)
{
	int status = -1;
	pid_t child = fork();

	if (!child)
		_exit(__vg_show(self->fd, &self->screen, self->busy) ? 1 : 0);
	usleep(200000);
	EXPECT_TRUE(is_reset_twice());
	vg_gate_open(&self->gate);
	EXPECT_TRUE(waitpid(child, &status, 0) == child && !status);
	EXPECT_TRUE(vg_becomes(is_lit, 10000));
}

/* Who asks what a screen shows is not kept from it by what is to be shown again. */
TEST_F(foreign, question_beside_a_flip_under_way_is_answered)
{
	struct drm_mode_crtc args = { .crtc_id = self->screen.crtc };
	long start;

	ASSERT_EQ(0, __vg_flip(self->fd, &self->screen, self->busy));
	EXPECT_TRUE(is_reset_twice());
	start = vg_now();
	EXPECT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_MODE_GETCRTC, &args));
	EXPECT_GT(1000, vg_now() - start);
}

/* Nor does the way up after a sleep wait until what was on screen has been drawn. */
TEST_F(foreign, picture_in_use_delays_no_waking)
{
	__u32 shown = vg_dumb(self->fd, self->screen.mode.hdisplay, self->screen.mode.vdisplay);
	long start;

	VG_OK(__vg_show(self->fd, &self->screen,
			vg_framebuffer(self->fd, shown, self->screen.mode.hdisplay,
				       self->screen.mode.vdisplay)));
	VG_OK(__vg_make_busy(self->fd, shown, &self->gate));
	start = vg_now();
	vg_sim_control("freeze");
	ASSERT_EQ(0, vg_sim_state("slept"));
	vg_sim_control("restore");
	ASSERT_EQ(0, vg_sim_state("slept"));
	EXPECT_GT(SOON_MS, vg_now() - start);
	EXPECT_TRUE(vg_becomes(is_lit, 10000));
}

TEST_HARNESS_MAIN
