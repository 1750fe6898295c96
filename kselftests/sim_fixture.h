/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a test get a software device of its own, and how is it left?
 *
 * The device is taken away before the test. The test says what the next one is
 * like and plugs it in. The driver has broken no rule until that is gone again, and
 * the device of the beginning is back when the program ends.
 */
#ifndef SIM_FIXTURE_H
#define SIM_FIXTURE_H

#include "kselftest_harness.h"

#include <pthread.h>
#include <sys/mman.h>

#include <libvirtgpu.h>

#define HOST3D VIRTGPU_BLOB_MEM_HOST3D
#define GUEST VIRTGPU_BLOB_MEM_GUEST
#define MAPPABLE VIRTGPU_BLOB_FLAG_USE_MAPPABLE
#define SHAREABLE VIRTGPU_BLOB_FLAG_USE_SHAREABLE
#define RING_IDX VIRTGPU_EXECBUF_RING_IDX
#define FENCE_OUT VIRTGPU_EXECBUF_FENCE_FD_OUT
#define PAGE VG_PAGE

/* The process that runs the tests, each in one of its own, and what they tell it */
static pid_t sim_runner;
static bool *sim_taken;

__attribute__((constructor)) static void sim_note_runner(void)
{
	sim_runner = getpid();
	sim_taken = mmap(NULL, sizeof(*sim_taken), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/* What runs after the program finds a device, if one was taken away. */
__attribute__((destructor)) static void sim_restore(void)
{
	if (sim_runner == getpid() && *sim_taken)
		vg_sim_restore();
}

/* Of each fixture: no device is there, and the next one is to be without screens. */
#define SIM_SETUP() do {						\
	if (!vg_sim_is_there())						\
		SKIP(return, "needs the module virtgpu_sim");		\
	vg_sim_reason = _metadata->results->reason;			\
	*sim_taken = true;						\
	vg_sim_control("defaults");					\
	vg_sim_unplug();						\
	vg_sim_forget_violations();					\
	vg_sim_set("num_scanouts", 0);					\
	self->fd = -1;							\
} while (0)

/* In the parent: whatever became of the test, nothing of it is left on its device. */
#define SIM_TEARDOWN() do {						\
	if (!vg_sim_is_there())						\
		return;							\
	vg_sim_control("defaults");					\
	vg_sim_retire();						\
	EXPECT_STREQ(VG_NO_VIOLATIONS, vg_sim_violations());		\
	vg_sim_forget_violations();					\
} while (0)

/* Plugs the device in and opens it. */
#define SIM_PLUG() do {							\
	vg_sim_control("plug");						\
	self->fd = vg_open();						\
} while (0)

/*
 * What comes next is mapped where no test before was: x86 kernels before 6.16 keep
 * in mind for ever how memory is cached of which a program has unmapped a part.
 */
#define SIM_FAR_WINDOW(fd)						\
	vg_blob(fd, HOST3D, MAPPABLE, vg_sim_get("window_size") / 2)

/* Plugs in a device with one screen. @offered: its features, without a window; 0: all */
#define SIM_PLUG_SCREEN(offered) do {					\
	vg_sim_set("num_scanouts", 1);					\
	if (offered) {							\
		vg_sim_set("features", offered);			\
		vg_sim_set("window_size", 0);				\
	}								\
	vg_sim_control("plug");						\
	self->fd = vg_open_primary();					\
	self->screen = vg_screen(self->fd);				\
} while (0)

/* The three ways in which a picture gets to the host, as variants of a fixture */
#define SIM_SCREENS(fixture)						\
FIXTURE_VARIANT(fixture) {						\
	__u64 features;							\
};									\
FIXTURE_VARIANT_ADD(fixture, of_copies) {				\
	.features = VG_F_VERSION_1 | VG_F_EDID,				\
};									\
FIXTURE_VARIANT_ADD(fixture, of_guest_memory) {				\
	.features = VG_F_VERSION_1 | VG_F_INDIRECT | VG_F_EDID | VG_F_UUID | VG_F_BLOB, \
};									\
FIXTURE_VARIANT_ADD(fixture, beside_3d) {				\
	.features = 0,							\
}

/* For what only a driver can do that gives a silent host up when told to. */
#define SIM_HANG_TIMEOUT() do {						\
	if (!vg_sim_hang_timeout())						\
		SKIP(return, "needs virtio-gpu-hang-timeout in debugfs"); \
} while (0)

/* For tests that need just that; some programs have none. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
FIXTURE(sim) {
	int fd;
};

FIXTURE_SETUP(sim)
{
	SIM_SETUP();
}

FIXTURE_TEARDOWN_PARENT(sim)
{
	SIM_TEARDOWN();
}
#pragma GCC diagnostic pop

#endif
