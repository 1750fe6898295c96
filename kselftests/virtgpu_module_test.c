// SPDX-License-Identifier: GPL-2.0-only
/*
 * What do the module's parameters change?
 *
 * The module is unloaded for this, and loaded again afterwards as it comes.
 */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <stdlib.h>

#include <libvirtgpu.h>

#define MODULE "/sys/module/virtio_gpu"

FIXTURE(module) {
};

static bool run(const char *command)
{
	return !system(command);
}

FIXTURE_SETUP(module)
{
	if (geteuid() || access(MODULE "/initstate", R_OK))
		SKIP(return, "needs root, and virtio_gpu as a module");
	if (!run("modprobe -r virtio_gpu 2> /dev/null"))
		SKIP(return, "needs virtio_gpu, which somebody uses");
}

FIXTURE_TEARDOWN_PARENT(module)
{
	if (!geteuid())
		EXPECT_TRUE(run("modprobe -r virtio_gpu 2> /dev/null; modprobe virtio_gpu"));
}

TEST_F(module, with_modeset_0_takes_no_device)
{
	ASSERT_TRUE(run("modprobe virtio_gpu modeset=0"));
	EXPECT_EQ(-ENODEV, __vg_open());
	EXPECT_TRUE(run("modprobe -r virtio_gpu"));
}

TEST_F(module, with_modeset_1_takes_its_device)
{
	int fd;

	ASSERT_TRUE(run("modprobe virtio_gpu modeset=1"));
	fd = __vg_open();
	EXPECT_LE(0, fd);
	close(fd);
	EXPECT_TRUE(run("modprobe -r virtio_gpu"));
}

/* The resource ids of two pictures, the first of which is closed before the second */
static bool id_is_used_again(void)
{
	struct vg_bo first, second;
	int i, fd = vg_open();

	first = vg_picture(fd);
	vg_close_handle(fd, first.handle);
	/* The id is free when the host has answered. */
	for (i = 0; i < 100; i++) {
		second = vg_picture(fd);
		if (second.res == first.res)
			break;
		vg_close_handle(fd, second.handle);
		usleep(20000);
	}
	close(fd);
	return i < 100;
}

TEST_F(module, uses_each_resource_id_once)
{
	ASSERT_TRUE(run("modprobe virtio_gpu"));
	EXPECT_FALSE(id_is_used_again());
	EXPECT_TRUE(run("modprobe -r virtio_gpu"));
}

TEST_F(module, with_virglhack_0_uses_resource_ids_again)
{
	ASSERT_TRUE(run("modprobe virtio_gpu virglhack=0"));
	EXPECT_TRUE(id_is_used_again());
	EXPECT_TRUE(run("modprobe -r virtio_gpu"));
}

TEST_HARNESS_MAIN
