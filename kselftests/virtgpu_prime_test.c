// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are buffers shared, between files and between drivers?
 */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <libvirtgpu.h>

#define EXPORT DRM_IOCTL_PRIME_HANDLE_TO_FD
#define IMPORT DRM_IOCTL_PRIME_FD_TO_HANDLE
#define MAPPABLE VIRTGPU_BLOB_FLAG_USE_MAPPABLE
#define SHAREABLE VIRTGPU_BLOB_FLAG_USE_SHAREABLE

#define PAGE VG_PAGE
#define SIZE (16 * PAGE)

/* Buffers that are shared */
FIXTURE(prime) {
	int fd;
	int other;	/* a second file of the device */
	__u32 handle;
};

FIXTURE_VARIANT(prime) {
	unsigned int needs;
	__u32 mem;	/* 0: classic */
	__u32 flags;
	__u32 hints;
};

FIXTURE_VARIANT_ADD(prime, classic) {
	.mem = 0,
};

FIXTURE_VARIANT_ADD(prime, guest_blob) {
	.needs = VG_BLOB,
	.mem = VIRTGPU_BLOB_MEM_GUEST,
	.flags = MAPPABLE | SHAREABLE,
};

FIXTURE_VARIANT_ADD(prime, window_blob) {
	.needs = VG_BLOB | VG_3D | VG_HOST_VISIBLE | VG_CAPSET_VENUS,
	.mem = VIRTGPU_BLOB_MEM_HOST3D,
	.flags = MAPPABLE,
};

FIXTURE_VARIANT_ADD(prime, deferred_blob) {
	.needs = VG_BLOB | VG_3D | VG_HOST_VISIBLE | VG_CAPSET_VENUS,
	.mem = VIRTGPU_BLOB_MEM_HOST3D,
	.flags = MAPPABLE,
	.hints = DRM_VIRTGPU_BLOB_FLAG_HINT_DEFER_MAPPING,
};

FIXTURE_SETUP(prime)
{
	VG_OPEN(self->fd, variant->needs);
	self->other = vg_open();
	if (variant->mem) {
		struct drm_virtgpu_resource_create_blob args =
			vg_blob_args(variant->mem, variant->flags, SIZE);
		struct vg_bo bo;

		if (variant->mem != VIRTGPU_BLOB_MEM_GUEST)
			vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
		args.blob_hints = variant->hints;
		VG_OK(__vg_blob(self->fd, &args, &bo));
		self->handle = bo.handle;
	} else {
		struct drm_virtgpu_resource_create args =
			vg_picture_args(128, SIZE / 512);

		VG_OK(__vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE,
				 &args));
		self->handle = args.bo_handle;
	}
}

FIXTURE_TEARDOWN(prime)
{
	close(self->other);
	close(self->fd);
}

TEST_F(prime, importing_one_s_own_gives_the_same_handle)
{
	int dmabuf = vg_export(self->fd, self->handle);

	EXPECT_EQ(self->handle, vg_import(self->fd, dmabuf));
	EXPECT_EQ(self->handle, vg_import(self->fd, dmabuf));
	close(dmabuf);
}

TEST_F(prime, another_file_gets_the_same_resource)
{
	int dmabuf = vg_export(self->fd, self->handle);
	struct drm_virtgpu_resource_info here, there;

	here = vg_info(self->fd, self->handle);
	there = vg_info(self->other, vg_import(self->other, dmabuf));
	EXPECT_EQ(here.res_handle, there.res_handle);
	EXPECT_EQ(here.size, there.size);
	EXPECT_EQ(variant->mem, there.blob_mem);
	close(dmabuf);
}

TEST_F(prime, another_file_gets_one_handle_however_often_it_imports)
{
	int dmabuf = vg_export(self->fd, self->handle);
	int again = vg_export(self->fd, self->handle);
	__u32 handle = vg_import(self->other, dmabuf);

	EXPECT_EQ(handle, vg_import(self->other, dmabuf));
	EXPECT_EQ(handle, vg_import(self->other, again));
	close(again);
	close(dmabuf);
}

TEST_F(prime, another_file_may_export_it_again)
{
	int dmabuf = vg_export(self->fd, self->handle);
	__u32 handle = vg_import(self->other, dmabuf);
	int again = vg_export(self->other, handle);

	EXPECT_EQ(self->handle, vg_import(self->fd, again));
	close(again);
	close(dmabuf);
}

TEST_F(prime, another_file_sees_the_same_bytes)
{
	int dmabuf = vg_export(self->fd, self->handle);
	__u32 handle = vg_import(self->other, dmabuf);
	char *here = vg_mmap(self->fd, self->handle, SIZE);
	char *there = vg_mmap(self->other, handle, SIZE);

	strcpy(here + SIZE - 64, "written here");
	EXPECT_STREQ("written here", there + SIZE - 64);
	close(dmabuf);
}

TEST_F(prime, the_buffer_outlives_the_file_that_made_it)
{
	int dmabuf = vg_export(self->fd, self->handle);
	char *map = vg_mmap(self->fd, self->handle, SIZE);
	__u32 handle;

	strcpy(map, "still there");
	ASSERT_EQ(0, munmap(map, SIZE));
	close(self->fd);
	self->fd = -1;
	handle = vg_import(self->other, dmabuf);
	map = vg_mmap(self->other, handle, SIZE);
	EXPECT_STREQ("still there", map);
	close(dmabuf);
}

TEST_F(prime, a_handle_outlives_the_dmabuf)
{
	int dmabuf = vg_export(self->fd, self->handle);
	__u32 handle = vg_import(self->other, dmabuf);

	close(dmabuf);
	vg_close_handle(self->fd, self->handle);
	EXPECT_NE(0, vg_info(self->other, handle).res_handle);
	EXPECT_EQ(0, __vg_wait(self->other, handle, 0));
}

TEST_F(prime, the_dmabuf_has_the_buffer_s_size)
{
	int dmabuf = vg_export(self->fd, self->handle);

	EXPECT_EQ(SIZE, lseek(dmabuf, 0, SEEK_END));
	close(dmabuf);
}

TEST_F(prime, the_dmabuf_can_be_mapped)
{
	int dmabuf = vg_export(self->fd, self->handle);
	char *map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 dmabuf, 0);
	char *here = vg_mmap(self->fd, self->handle, SIZE);

	ASSERT_NE(MAP_FAILED, map);
	/* A page that does not come is an error for the kernel, and no signal. */
	ASSERT_EQ(1, syscall(SYS_getrandom, map, 1, 0));
	strcpy(map + 100, "by dma-buf");
	EXPECT_STREQ("by dma-buf", here + 100);
	close(dmabuf);
}

/* Since 6.15 for host memory; muvm maps parts. */
TEST_F(prime, the_start_of_the_dmabuf_can_be_mapped)
{
	int dmabuf = vg_export(self->fd, self->handle);
	char *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 dmabuf, 0);
	char *here = vg_mmap(self->fd, self->handle, SIZE);

	ASSERT_NE(MAP_FAILED, map);
	strcpy(here + 100, "by handle");
	EXPECT_STREQ("by handle", map + 100);
	close(dmabuf);
}

/* The kernel's shmem helper shows the first pages whatever the offset is. */
TEST_F(prime, a_part_of_the_dmabuf_can_be_mapped)
{
	int dmabuf = vg_export(self->fd, self->handle);
	char *map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 dmabuf, 4 * PAGE);
	char *here = vg_mmap(self->fd, self->handle, SIZE);

	ASSERT_NE(MAP_FAILED, map);
	strcpy(here + 5 * PAGE, "in the sixth page");
	EXPECT_STREQ("in the sixth page", map + PAGE);
	close(dmabuf);
}

TEST_F(prime, more_of_the_dmabuf_than_there_is_is_einval)
{
	int dmabuf = vg_export(self->fd, self->handle);

	EXPECT_EQ(MAP_FAILED, mmap(NULL, SIZE + PAGE, PROT_READ, MAP_SHARED,
				   dmabuf, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED,
				   dmabuf, SIZE - PAGE));
	EXPECT_EQ(EINVAL, errno);
	close(dmabuf);
}

TEST_F(prime, a_mapping_outlives_dmabuf_handle_and_file)
{
	int dmabuf = vg_export(self->fd, self->handle);
	char *map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 dmabuf, 0);

	ASSERT_NE(MAP_FAILED, map);
	close(dmabuf);
	close(self->fd);
	self->fd = -1;
	strcpy(map + SIZE - 64, "alive");
	EXPECT_STREQ("alive", map + SIZE - 64);
}

TEST_F(prime, it_can_travel_to_another_process)
{
	int dmabuf = vg_export(self->fd, self->handle);
	__u32 res = vg_info(self->fd, self->handle).res_handle;
	int ends[2], status;
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec byte = { .iov_base = "x", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	pid_t child;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_DGRAM, 0, ends));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		char into;
		int fd = vg_open(), got;

		byte.iov_base = &into;
		VG_ASSERT(recvmsg(ends[1], &message, 0) == 1);
		memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(got));
		_exit(vg_info(fd, vg_import(fd, got)).res_handle != res);
	}
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &dmabuf, sizeof(int));
	ASSERT_EQ(1, sendmsg(ends[0], &message, 0));
	close(dmabuf);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(prime, many_exports_and_imports_leak_no_handle)
{
	__u32 next;
	int i;

	next = vg_next_handle(self->other);
	for (i = 0; i < 100; i++) {
		int dmabuf = vg_export(self->fd, self->handle);

		vg_close_handle(self->other, vg_import(self->other, dmabuf));
		close(dmabuf);
	}
	EXPECT_EQ(next, vg_next_handle(self->other));
}

TEST_F(prime, work_may_use_an_imported_buffer)
{
	int dmabuf = vg_export(self->fd, self->handle);
	__u32 handle = vg_import(self->other, dmabuf);
	struct drm_virtgpu_execbuffer args = {
		.bo_handles = VG_PTR(&handle),
		.num_bo_handles = 1,
	};

	VG_NEED(self->fd, VG_3D);
	ASSERT_EQ(0, __vg_submit(self->other, &args));
	EXPECT_EQ(0, __vg_wait(self->fd, self->handle, 0));
	close(dmabuf);
}

/* The first export decides whether the dma-buf can be written. */
static int exported_with(int fd, __u32 handle, __u32 flags)
{
	struct drm_prime_handle args = {
		.handle = handle,
		.flags = flags,
		.fd = -1,
	};

	VG_OK(__vg_ioctl(fd, EXPORT, &args));
	return args.fd;
}

TEST_F(prime, without_flags_the_descriptor_is_inherited_and_read_only)
{
	int dmabuf = exported_with(self->fd, self->handle, 0);

	EXPECT_EQ(0, fcntl(dmabuf, F_GETFD) & FD_CLOEXEC);
	EXPECT_EQ(O_RDONLY, fcntl(dmabuf, F_GETFL) & O_ACCMODE);
	close(dmabuf);
}

TEST_F(prime, with_flags_the_descriptor_is_not_inherited_and_writable)
{
	int dmabuf = exported_with(self->fd, self->handle,
				   DRM_CLOEXEC | DRM_RDWR);

	EXPECT_EQ(FD_CLOEXEC, fcntl(dmabuf, F_GETFD) & FD_CLOEXEC);
	EXPECT_EQ(O_RDWR, fcntl(dmabuf, F_GETFL) & O_ACCMODE);
	close(dmabuf);
}

/* Refused */
FIXTURE(prime_refused) {
	int fd;
};

FIXTURE_SETUP(prime_refused)
{
	VG_OPEN(self->fd, 0);
}

FIXTURE_TEARDOWN(prime_refused)
{
	close(self->fd);
}

TEST_F(prime_refused, exporting_a_bad_handle_is_enoent)
{
	struct drm_prime_handle args = { .handle = 1000, .fd = 12345 };

	EXPECT_REFUSED(ENOENT, self->fd, EXPORT, &args);
}

TEST_F(prime_refused, an_unknown_export_flag_is_einval)
{
	struct drm_prime_handle args = {
		.handle = vg_picture(self->fd).handle,
		.flags = 1,
		.fd = 12345,
	};

	EXPECT_REFUSED(EINVAL, self->fd, EXPORT, &args);
}

TEST_F(prime_refused, importing_no_descriptor_is_ebadf)
{
	struct drm_prime_handle args = { .fd = -1 };

	EXPECT_REFUSED(EBADF, self->fd, IMPORT, &args);
}

TEST_F(prime_refused, importing_what_is_no_dmabuf_is_einval)
{
	struct drm_prime_handle args = { .fd = self->fd };

	EXPECT_REFUSED(EINVAL, self->fd, IMPORT, &args);
}

/*
 * Host memory that is not mappable has nothing to map, but it can be passed
 * around by name.
 */
TEST_F(prime_refused, memory_that_is_not_mappable_can_be_shared_not_mapped)
{
	struct vg_bo bo;
	int dmabuf, other;

	VG_NEED(self->fd, VG_BLOB | VG_3D | VG_CAPSET_VENUS);
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	bo = vg_blob(self->fd, VIRTGPU_BLOB_MEM_HOST3D, 0, PAGE);
	dmabuf = vg_export(self->fd, bo.handle);
	other = vg_open();
	EXPECT_EQ(bo.res, vg_info(other, vg_import(other, dmabuf)).res_handle);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, dmabuf,
				   0));
	close(other);
	close(dmabuf);
}

/* Buffers of another driver */

TEST_F(prime_refused, a_foreign_buffer_is_enodev_where_it_cannot_be_used)
{
	int dmabuf = __vg_foreign_dmabuf(SIZE);
	struct drm_prime_handle args = { .fd = dmabuf };

	if (dmabuf < 0)
		SKIP(return, "needs vgem");
	if (!vg_missing(self->fd, VG_NO_3D))
		SKIP(return, "needs VIRTGPU_PARAM_3D_FEATURES");
	EXPECT_REFUSED(ENODEV, self->fd, IMPORT, &args);
	close(dmabuf);
}

FIXTURE(foreign) {
	int fd;
	int dmabuf;
};

FIXTURE_SETUP(foreign)
{
	VG_OPEN(self->fd, VG_BLOB | VG_NO_3D);
	self->dmabuf = __vg_foreign_dmabuf(SIZE);
	if (self->dmabuf < 0)
		SKIP(return, "needs vgem");
}

FIXTURE_TEARDOWN(foreign)
{
	close(self->dmabuf);
	close(self->fd);
}

/* Since 6.14 */
TEST_F(foreign, a_buffer_is_imported_as_guest_memory)
{
	__u32 handle;
	struct drm_virtgpu_resource_info info;

	ASSERT_EQ(0, __vg_import(self->fd, self->dmabuf, &handle));
	info = vg_info(self->fd, handle);
	EXPECT_NE(0, info.res_handle);
	EXPECT_EQ(SIZE, info.size);
	EXPECT_EQ(VIRTGPU_BLOB_MEM_GUEST, info.blob_mem);
}

TEST_F(foreign, importing_twice_gives_one_handle)
{
	__u32 first, second;

	ASSERT_EQ(0, __vg_import(self->fd, self->dmabuf, &first));
	ASSERT_EQ(0, __vg_import(self->fd, self->dmabuf, &second));
	EXPECT_EQ(first, second);
}

TEST_F(foreign, it_can_be_closed_and_imported_again)
{
	__u32 handle;
	int i;

	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, __vg_import(self->fd, self->dmabuf, &handle));
		vg_close_handle(self->fd, handle);
	}
}

TEST_F(foreign, it_can_be_exported_again)
{
	__u32 handle;
	int again;

	ASSERT_EQ(0, __vg_import(self->fd, self->dmabuf, &handle));
	ASSERT_EQ(0, __vg_export(self->fd, handle, &again));
	EXPECT_EQ(SIZE, lseek(again, 0, SEEK_END));
	close(again);
}

/* The other way round: our buffers in another driver */
TEST(another_driver_takes_our_buffer)
{
	int fd, vgem, dmabuf;
	__u32 handle;

	VG_OPEN(fd, 0);
	vgem = __vg_open_driver("vgem", true);
	if (vgem < 0)
		SKIP(return, "needs vgem");
	dmabuf = vg_export(fd, vg_picture(fd).handle);
	EXPECT_EQ(0, __vg_import(vgem, dmabuf, &handle));
	close(dmabuf);
	close(vgem);
	close(fd);
}

TEST_HARNESS_MAIN
