/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a test get a software device of its own, and how is it left?
 *
 * The device is taken away before the test. The test says what the next one is
 * like and plugs it in. Afterwards the device of the beginning is back, and the
 * driver has broken no rule in between.
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
#define PAGE 4096

/* Of each fixture: no device is there, and the next one is to be without screens. */
#define SIM_SETUP() do {							\
	if (!vg_sim_is_there())						\
		SKIP(return, "needs the module virtgpu_sim");		\
	vg_sim_control("defaults");					\
	vg_sim_unplug();						\
	vg_sim_forget_violations();					\
	vg_sim_set("num_scanouts", 0);					\
	self->fd = -1;							\
} while (0)

/* In the parent: whatever became of the test, the next one finds a device. */
#define SIM_TEARDOWN() do {						\
	if (!vg_sim_is_there())						\
		return;							\
	vg_sim_restore();						\
	EXPECT_STREQ(VG_NO_VIOLATIONS, vg_sim_violations());		\
	vg_sim_forget_violations();					\
} while (0)

/* Plugs the device in and opens it. */
#define SIM_PLUG() do {							\
	vg_sim_control("plug");						\
	self->fd = vg_open();						\
} while (0)

/* For what only a driver can do that loses patience when told to. */
#define SIM_PATIENCE() do {						\
	if (!vg_sim_patience())						\
		SKIP(return, "needs virtio-gpu-host-patience in debugfs"); \
} while (0)

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

#endif
