// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is the host asked for when programs share its window?
 */
#include "sim_fixture.h"

#include <errno.h>

#define PARTS 4

FIXTURE(sim_window) {
	int fd;
	__u64 part;
	__u32 handles[PARTS];
	void *maps[PARTS];
};

/* The window is full: of blobs of one size, all mapped. */
FIXTURE_SETUP(sim_window)
{
	int i;

	SIM_SETUP();
	SIM_PLUG();
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	self->part = vg_sim_get("window_size") / PARTS;
	for (i = 0; i < PARTS; i++) {
		self->handles[i] = vg_blob(self->fd, HOST3D, MAPPABLE, self->part).handle;
		self->maps[i] = vg_mmap(self->fd, self->handles[i], self->part);
	}
}

FIXTURE_TEARDOWN_PARENT(sim_window)
{
	SIM_TEARDOWN();
}

static int make(int fd, __u64 size)
{
	struct drm_virtgpu_resource_create_blob args = vg_blob_args(HOST3D, MAPPABLE, size);
	struct vg_bo bo;

	return __vg_blob(fd, &args, &bo);
}

/* Two that are not neighbours: together they would not do. */
TEST_F(sim_window, request_without_room_evicts_nothing)
{
	munmap(self->maps[0], self->part);
	munmap(self->maps[2], self->part);
	EXPECT_EQ(-ENOSPC, make(self->fd, 2 * self->part));
	EXPECT_EQ(0, vg_sim_state("RESOURCE_UNMAP_BLOB"));
}

/* The first is the older one, but the next to it is in use. */
TEST_F(sim_window, request_with_room_evicts_what_helps)
{
	munmap(self->maps[0], self->part);
	munmap(self->maps[2], self->part);
	munmap(self->maps[3], self->part);
	EXPECT_EQ(0, make(self->fd, 2 * self->part));
	EXPECT_TRUE(vg_sim_becomes("RESOURCE_UNMAP_BLOB", 2));
	/* It is still shown: nobody is asked. */
	vg_mmap(self->fd, self->handles[0], self->part);
	EXPECT_EQ(PARTS, vg_sim_state("RESOURCE_MAP_BLOB"));
}

/* A host with pages of 64 KiB that does not say so can show nothing elsewhere. */
TEST_F(sim, window_of_untold_larger_pages_maps)
{
	__u32 handle;

	vg_sim_withhold(VG_F_ALIGNMENT);
	vg_sim_set("blob_alignment", 65536);
	SIM_PLUG();
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	vg_mmap(self->fd, vg_blob(self->fd, HOST3D, MAPPABLE, 132 * 1024).handle, PAGE);
	handle = vg_blob(self->fd, HOST3D, MAPPABLE, 132 * 1024).handle;
	EXPECT_NE(MAP_FAILED, __vg_mmap(self->fd, handle, PAGE));
}

TEST_HARNESS_MAIN
