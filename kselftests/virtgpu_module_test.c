// SPDX-License-Identifier: GPL-2.0-only
/*
 * What do the module's parameters change, and what does it give back?
 *
 * The module is unloaded for this, and loaded again afterwards as it comes.
 */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

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

/* What looks for the module of a device, such as the makers of an initramfs, follows the link. */
TEST_F(module, driver_on_the_bus_names_its_module)
{
	char path[PATH_MAX];

	ASSERT_TRUE(run("modprobe virtio_gpu"));
	ASSERT_NE(NULL, realpath("/sys/bus/virtio/drivers/virtio_gpu/module", path));
	EXPECT_STREQ(MODULE, path);
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

/* Does the PCI device in folder @device have this @value in the file @name? */
static bool has(const char *device, const char *name, const char *value)
{
	char path[128], text[16] = "";
	int file;

	snprintf(path, sizeof(path), "%s/%s", device, name);
	file = open(path, O_RDONLY | O_CLOEXEC);
	VG_ASSERT(file >= 0 && read(file, text, sizeof(text) - 1) > 0);
	close(file);
	return !strncmp(text, value, strlen(value));
}

/* The name of a virtio GPU on its bus that is a VGA card as well */
static bool find_card(char name[16])
{
	glob_t devices;
	bool found = false;
	size_t i;

	if (glob("/sys/bus/pci/devices/*", 0, NULL, &devices))
		return false;
	for (i = 0; i < devices.gl_pathc && !found; i++) {
		const char *device = devices.gl_pathv[i];

		found = has(device, "vendor", "0x1af4") && has(device, "device", "0x1050") &&
			has(device, "class", "0x030000");
		if (found)
			snprintf(name, 16, "%s", strrchr(device, '/') + 1);
	}
	globfree(&devices);
	return found;
}

/* Does the kernel's arbiter of the VGA addresses say that of the card? */
static bool arbiter_says(const char *card, const char *words)
{
	char text[256] = "";
	int file = open("/dev/vga_arbiter", O_RDWR | O_CLOEXEC);

	VG_ASSERT(file >= 0);
	snprintf(text, sizeof(text), "target PCI:%s", card);
	VG_ASSERT(write(file, text, strlen(text)) > 0);
	memset(text, 0, sizeof(text));
	VG_ASSERT(read(file, text, sizeof(text) - 1) > 0);
	close(file);
	return strstr(text, words);
}

/* Another card may have the addresses of old, as long as it does not need them. */
TEST_F(module, leaves_the_vga_addresses_to_other_cards)
{
	char card[16];

	if (!find_card(card))
		SKIP(return, "needs a VGA card");
	ASSERT_TRUE(run("modprobe virtio_gpu"));
	EXPECT_TRUE(arbiter_says(card, "decodes=none"));
	EXPECT_TRUE(run("modprobe -r virtio_gpu"));
	EXPECT_TRUE(arbiter_says(card, "decodes=io+mem"));
}

TEST_HARNESS_MAIN
