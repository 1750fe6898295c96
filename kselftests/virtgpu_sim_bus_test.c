// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of a device that its bus resets, and says so?
 */
#include "sim_fixture.h"
#include "sim_lost.h"

#include <errno.h>
#include <sys/wait.h>

/* What the bus says, before a reset or after: 0 or -errno of the driver */
static int say(const char *word)
{
	vg_sim_control(word);
	return -(int)vg_sim_state("slept");
}

/* The device is about to be reset, and nobody is to touch it: what the driver says to that */
#define ASSERT_PREPARED(expected) do {					\
	int said = say("reset_prepare");				\
									\
	if (said == -ENOSYS)						\
		SKIP(return, "needs a bus that tells of a reset (Linux 6.14)"); \
	ASSERT_EQ(expected, said);					\
} while (0)

#define PREPARE() ASSERT_PREPARED(0)

#define DONE() ASSERT_EQ(0, say("reset_done"))

/* What the host has will never be answered: nobody waits for it until the reset is over. */
TEST_F(sim, work_under_way_ends_with_eio_before_the_reset)
{
	int fence;

	SIM_PLUG();
	vg_sim_script("SUBMIT_3D 0 hold");
	fence = vg_submit_fence(self->fd, 0);
	PREPARE();
	EXPECT_EQ(-EIO, vg_fence_status(fence));
	vg_sim_control("defaults");
	DONE();
	EXPECT_TRUE(sim_is_back(self->fd));
}

/* It is back as after any other reset, with what is in the guest's memory. */
TEST_F(sim, guest_blob_made_again_after_the_reset)
{
	__u8 *map;

	SIM_PLUG();
	sim_kept_blob(self->fd, &map);
	PREPARE();
	DONE();
	EXPECT_TRUE(vg_sim_becomes("resources", 1));
	EXPECT_EQ(SIM_KEPT, map[PAGE - 1]);
	EXPECT_TRUE(sim_is_back(self->fd));
}

/* The driver's own resets are counted, and the fourth is not made; who asks the bus may. */
TEST_F(sim, device_reset_by_the_bus_five_times_works)
{
	int i, fd;

	SIM_PLUG();
	for (i = 0; i < 5; i++) {
		fd = vg_open();
		vg_submit(fd, 0);
		PREPARE();
		DONE();
		EXPECT_TRUE(sim_is_back(fd));
		close(fd);
	}
}

/* Between the two nothing is made on the host, and who wants that waits. */
TEST_F(sim, create_while_the_bus_resets_waits)
{
	struct drm_virtgpu_resource_create create = vg_picture_args(32, 32);
	int status = -1;
	pid_t child;

	SIM_PLUG();
	PREPARE();
	child = fork();
	VG_ASSERT(child >= 0);
	if (!child)
		_exit(-__vg_ioctl(vg_open(), DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &create));
	usleep(300000);
	EXPECT_EQ(0, waitpid(child, &status, WNOHANG));
	DONE();
	EXPECT_TRUE(waitpid(child, &status, 0) == child && !status);
}

/* A host that does not answer after the reset is found out, and the device given up. */
TEST_F(sim, device_silent_after_the_reset_is_gone)
{
	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	PREPARE();
	vg_sim_script("GET_DISPLAY_INFO 0 never");
	EXPECT_NE(0, say("reset_done"));
	EXPECT_TRUE(sim_is_gone(self->fd));
}

/* Of a device that has been given up there is nothing to prepare, and nothing comes back. */
TEST_F(sim, device_given_up_is_not_prepared)
{
	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	vg_sim_script("GET_DISPLAY_INFO 0 never");
	vg_sim_control("needs_reset");
	ASSERT_TRUE(sim_is_gone(self->fd));
	ASSERT_PREPARED(-EOPNOTSUPP);
}

/* What the host shows is made again. */
FIXTURE(bus) {
	int fd;
	struct vg_screen screen;
	__u32 fb;
};

SIM_SCREENS(bus);

FIXTURE_SETUP(bus)
{
	SIM_SETUP();
	SIM_PLUG_SCREEN(variant->features);
	self->fb = vg_screen_framebuffer(self->fd, &self->screen);
	VG_OK(__vg_show(self->fd, &self->screen, self->fb));
}

FIXTURE_TEARDOWN_PARENT(bus)
{
	SIM_TEARDOWN();
}

/* Nobody asks for that: whose picture it is does not notice. */
TEST_F(bus, lit_screen_is_lit_after_the_reset)
{
	__u64 shown = vg_sim_state("scanout");

	ASSERT_NE(0, shown);
	PREPARE();
	EXPECT_EQ(0, vg_sim_state("scanout"));
	DONE();
	EXPECT_TRUE(vg_sim_becomes("scanout", shown));
	EXPECT_EQ(0, __vg_flip(self->fd, &self->screen, self->fb));
	EXPECT_NE(0, vg_flip_done(self->fd, VG_SOON));
}

TEST_HARNESS_MAIN
