// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the driver do when an allocation fails while it takes a device? Each
 * of them fails once: the device then stays without a driver, or works.
 */
#include "kselftest_harness.h"

#include <dirent.h>
#include <fcntl.h>

#include <libvirtgpu.h>

#define DRIVER "/sys/bus/virtio/drivers/virtio_gpu"

/* The device under test, without a driver */
FIXTURE(failprobe) {
	char device[256];
	char consoles[4];	/* what the parameter was */
	struct vg_fault fault;
	unsigned int refused;
};

/* May devices have consoles? @was: NULL, or where to keep what has been so far */
static bool set_consoles(char *was, const char *now)
{
	int file = open("/sys/module/drm_kms_helper/parameters/fbdev_emulation", O_RDWR | O_CLOEXEC);
	bool done = file >= 0 && (!was || pread(file, was, 1, 0) == 1) && pwrite(file, now, 1, 0) == 1;

	if (file >= 0)
		close(file);
	return done;
}

static bool find_device(char *name, size_t size)
{
	struct dirent *entry;
	DIR *dir = opendir(DRIVER);
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		found = !strncmp(entry->d_name, "virtio", 6);
		if (found)
			snprintf(name, size, "%s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

static int open_control(const char *name)
{
	char path[320];

	snprintf(path, sizeof(path), DRIVER "/%s", name);
	return open(path, O_WRONLY | O_CLOEXEC);
}

/* 0 or -errno */
static int tell(int control, const char *device)
{
	return write(control, device, strlen(device)) < 0 ? -errno : 0;
}

static void detach(const char *device)
{
	int control = open_control("unbind");

	VG_ASSERT(control >= 0);
	VG_OK(tell(control, device));
	close(control);
}

static bool is_attached(const char *device)
{
	char path[320];

	snprintf(path, sizeof(path), DRIVER "/%s", device);
	return !access(path, F_OK);
}

/* @hidden: the kernel may have had no memory for its node in /dev, which it does not tell */
static bool works(bool hidden)
{
	int fd = __vg_open();
	struct vg_bo bo;
	int ret;

	if (fd < 0)
		return hidden;
	bo = vg_picture(fd);
	ret = __vg_wait(fd, bo.handle, 0);
	close(fd);
	return !ret;
}

FIXTURE_SETUP(failprobe)
{
	if (geteuid() || !find_device(self->device, sizeof(self->device)))
		SKIP(return, "needs root and a device bound to virtio_gpu");
	VG_FAULT(&self->fault);
	/* The core of 7.2 crashes when it has no memory for a minor's device. */
	if (!vg_fault_spare("failslab", "drm_dev_init"))
		SKIP(return, "needs kallsyms with drm_dev_init");
	detach(self->device);
	/*
	 * A console takes two seconds to make, and its memory is not the driver's
	 * matter. The core forgets those that are there when it is told to have none.
	 */
	VG_ASSERT(set_consoles(self->consoles, "0"));
}

FIXTURE_TEARDOWN(failprobe)
{
	int control = open_control("bind");

	if (is_attached(self->device))
		detach(self->device);
	EXPECT_TRUE(set_consoles(NULL, self->consoles));
	EXPECT_EQ(0, tell(control, self->device));
	close(control);
	EXPECT_TRUE(works(false));
}

/* After so many milliseconds there is not time for all of it. */
#define SLOW	200000

TEST_F_TIMEOUT(failprobe, every_allocation_of_probe, 1500)
{
	int control = open_control("bind");
	unsigned int works_on = 0;
	long from = vg_now();
	int ret = -1;

	ASSERT_LE(0, control);
	while (vg_fault_round(&self->fault)) {
		ret = VG_FAILING(&self->fault, tell(control, self->device));
		/* Without memory the kernel says of the window that it is somebody else's. */
		EXPECT_TRUE(!ret || ret == -ENOMEM || ret == -EFAULT || ret == -EBUSY)
			TH_LOG("allocation %u: %s", self->fault.nth, strerror(-ret));
		EXPECT_EQ(!ret, is_attached(self->device));
		works_on = ret ? 0 : works_on + 1;
		/*
		 * Hundreds are for files of sysfs and debugfs, which are missed by nobody:
		 * those in strides, longer ones on a slow machine, and back to the first
		 * of a stride that is missed.
		 */
		if (ret)
			self->fault.nth -= self->fault.step - 1;
		self->fault.step = works_on > 16 ? (vg_now() - from < SLOW ? 8 : 32) : 1;
		if (ret) {
			self->refused++;
		} else {
			EXPECT_TRUE(works(self->fault.hit))
				TH_LOG("after allocation %u", self->fault.nth);
			detach(self->device);
		}
	}
	close(control);
	EXPECT_EQ(0, ret);
	EXPECT_LT(0, self->refused);
	TH_LOG("%u allocations, %u of them refused the device", self->fault.hits,
	       self->refused);
}

TEST_HARNESS_MAIN
