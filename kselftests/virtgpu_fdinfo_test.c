// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does /proc/PID/fdinfo say of a client? Monitors (gputop, nvtop) read it.
 */
#include "kselftest_harness.h"

#include <stdio.h>
#include <string.h>

#include <libvirtgpu.h>

#define SIZE (1 << 20)

/* The words after "KEY:" in the fdinfo of @fd; false when there is no such key. */
static bool read_fdinfo(int fd, const char *key, char *words, size_t size)
{
	char path[64], line[256];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "r");
	VG_ASSERT(file);
	while (!found && fgets(line, sizeof(line), file)) {
		size_t length = strcspn(line, ":");

		found = length == strlen(key) && !strncmp(line, key, length);
		if (found)
			snprintf(words, size, "%s",
				 line + length + strspn(line + length, ":\t "));
	}
	fclose(file);
	words[found ? strcspn(words, "\n") : 0] = '\0';
	return found;
}

/* Bytes, from a number with the unit KiB or MiB, or none. */
static long long read_bytes(int fd, const char *key)
{
	char words[64], unit[8] = "";
	long long value = -1;

	if (!read_fdinfo(fd, key, words, sizeof(words)))
		return -1;
	VG_ASSERT(sscanf(words, "%lld %7s", &value, unit) >= 1);
	if (!strcmp(unit, "KiB"))
		value <<= 10;
	else if (!strcmp(unit, "MiB"))
		value <<= 20;
	return value;
}

FIXTURE(fdinfo) {
	int fd;
};

FIXTURE_SETUP(fdinfo)
{
	char words[64];

	VG_OPEN(self->fd, 0);
	if (!read_fdinfo(self->fd, "drm-driver", words, sizeof(words)))
		SKIP(return, "needs a driver that has something to say in fdinfo");
}

FIXTURE_TEARDOWN(fdinfo)
{
	close(self->fd);
}

static struct vg_bo big_picture(int fd)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(512, 512);
	struct vg_bo bo = {};

	args.size = SIZE;
	VG_OK(__vg_ioctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args));
	bo.handle = args.bo_handle;
	bo.res = args.res_handle;
	bo.size = SIZE;
	return bo;
}

TEST_F(fdinfo, names_the_driver)
{
	char words[64];

	ASSERT_TRUE(read_fdinfo(self->fd, "drm-driver", words, sizeof(words)));
	EXPECT_STREQ("virtio_gpu", words);
}

TEST_F(fdinfo, tells_one_client_from_another)
{
	char mine[64], other[64];
	int fd = vg_open();

	ASSERT_TRUE(read_fdinfo(self->fd, "drm-client-id", mine, sizeof(mine)));
	ASSERT_TRUE(read_fdinfo(fd, "drm-client-id", other, sizeof(other)));
	EXPECT_STRNE(mine, other);
	close(fd);
}

TEST_F(fdinfo, counts_a_buffer_until_it_is_closed)
{
	struct vg_bo bo;

	EXPECT_EQ(0, read_bytes(self->fd, "drm-total-memory"));
	bo = big_picture(self->fd);
	EXPECT_EQ(SIZE, read_bytes(self->fd, "drm-total-memory"));
	EXPECT_EQ(SIZE, read_bytes(self->fd, "drm-resident-memory"));
	vg_close_handle(self->fd, bo.handle);
	EXPECT_EQ(0, read_bytes(self->fd, "drm-total-memory"));
}

TEST_F(fdinfo, counts_a_shared_buffer_as_shared)
{
	struct vg_bo bo = big_picture(self->fd);
	int fd = vg_open(), buf = vg_export(self->fd, bo.handle);

	vg_import(fd, buf);
	EXPECT_EQ(SIZE, read_bytes(self->fd, "drm-shared-memory"));
	EXPECT_EQ(SIZE, read_bytes(fd, "drm-shared-memory"));
	close(fd);
	close(buf);
}

/* It takes no memory of the guest. */
TEST_F(fdinfo, storage_on_the_host_is_not_resident)
{
	VG_NEED(self->fd, VG_BLOB | VG_HOST_VISIBLE | VG_CAPSET_VENUS);
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	vg_blob(self->fd, VIRTGPU_BLOB_MEM_HOST3D, VIRTGPU_BLOB_FLAG_USE_MAPPABLE, SIZE);
	big_picture(self->fd);
	EXPECT_EQ(2 * SIZE, read_bytes(self->fd, "drm-total-memory"));
	EXPECT_EQ(SIZE, read_bytes(self->fd, "drm-resident-memory"));
}

TEST_HARNESS_MAIN
