// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of a device when an allocation fails as the machine goes to sleep? Each
 * of them fails once: the machine then stays awake and the device works on, or sleeps.
 */
#include "sim_fixture.h"

#include <drm/drm.h>

/* A lit screen of the software device */
FIXTURE(failsleep) {
	int fd;
	struct vg_fault fault;
	struct vg_screen screen;
	__u32 fbs[2];
	unsigned int refused;
};

FIXTURE_SETUP(failsleep)
{
	VG_FAULT(&self->fault);
	SIM_SETUP();
	SIM_PLUG_SCREEN(0);
	self->fbs[0] = vg_screen_framebuffer(self->fd, &self->screen);
	self->fbs[1] = vg_screen_framebuffer(self->fd, &self->screen);
	VG_OK(__vg_show(self->fd, &self->screen, self->fbs[0]));
}

FIXTURE_TEARDOWN_PARENT(failsleep)
{
	SIM_TEARDOWN();
}

/* The driver is told that the machine goes to sleep, or wakes up: 0 or -errno. */
static int tell(const char *what)
{
	vg_sim_control("%s", what);
	return -(int)vg_sim_state("slept");
}

/* A new file gets its work done, and frames come. */
#define EXPECT_WORKS() do {						\
	int __fd = vg_open();						\
									\
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(__fd, 0), VG_SOON))	\
		TH_LOG("after allocation %u", self->fault.nth);		\
	close(__fd);							\
	EXPECT_EQ(0, __vg_flip(self->fd, &self->screen,			\
			       self->fbs[self->fault.nth % 2]))		\
		TH_LOG("after allocation %u", self->fault.nth);		\
	EXPECT_NE(0, vg_flip_done(self->fd, VG_SOON));			\
} while (0)

TEST_F(failsleep, a_device_that_cannot_go_to_sleep_works_on)
{
	int ret = -1;

	while (vg_fault_round(&self->fault)) {
		ret = VG_FAILING(&self->fault, tell("freeze"));
		EXPECT_TRUE(!ret || ret == -ENOMEM)
			TH_LOG("allocation %u: %s", self->fault.nth, strerror(-ret));
		self->refused += !!ret;
		if (!ret)
			ASSERT_EQ(0, tell("restore"));
		EXPECT_WORKS();
	}
	EXPECT_EQ(0, ret);
	EXPECT_LT(0, self->refused);
}

TEST_HARNESS_MAIN
