// SPDX-License-Identifier: GPL-2.0-only
/*
 * How do MAP and mmap() show a buffer's memory?
 */
#include "kselftest_harness.h"

#include <errno.h>
#include <sys/mman.h>

#include <libvirtgpu.h>

#define HOST3D VIRTGPU_BLOB_MEM_HOST3D
#define MAPPABLE VIRTGPU_BLOB_FLAG_USE_MAPPABLE

#define PAGE VG_PAGE
#define SIZE (16 * PAGE)

enum kind { CLASSIC, DUMB, GUEST_BLOB, WINDOW_BLOB, DEFERRED_BLOB, VIRGL_BLOB };

static struct vg_bo make_classic(int fd)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(128, SIZE / 512);
	struct vg_bo bo = { .size = SIZE };

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args));
	bo.handle = args.bo_handle;
	bo.res = args.res_handle;
	return bo;
}

/* Drivers may add a row, for hosts that count whole ones from the first pixel shown. */
static struct vg_bo make_dumb(int fd)
{
	struct drm_mode_create_dumb args = {
		.width = 128,
		.height = SIZE / 512,
		.bpp = 32,
	};
	struct vg_bo bo = {};

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &args));
	VG_ASSERT(args.size - SIZE <= PAGE && args.pitch == 512);
	bo.size = args.size;
	bo.handle = args.handle;
	return bo;
}

static struct vg_bo make_virgl_blob(int fd)
{
	static __u32 id;
	__u32 cmd[VG_VIRGL_BLOB_DWORDS];
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(HOST3D, MAPPABLE, SIZE);
	struct vg_bo bo;

	vg_virgl_blob_cmd(cmd, SIZE, ++id);
	args.cmd = VG_PTR(cmd);
	args.cmd_size = sizeof(cmd);
	args.blob_id = id;
	VG_OK(__vg_blob(fd, &args, &bo));
	return bo;
}

static struct vg_bo make(int fd, enum kind kind)
{
	switch (kind) {
	case CLASSIC:
		return make_classic(fd);
	case DUMB:
		return make_dumb(fd);
	case GUEST_BLOB:
		return vg_blob(fd, VIRTGPU_BLOB_MEM_GUEST, MAPPABLE, SIZE);
	case WINDOW_BLOB:
		return vg_blob(fd, HOST3D, MAPPABLE, SIZE);
	case DEFERRED_BLOB:
		return vg_deferred_blob(fd, MAPPABLE, SIZE);
	default:
		return make_virgl_blob(fd);
	}
}

#define NEEDS_WINDOW (VG_BLOB | VG_3D | VG_HOST_VISIBLE)

FIXTURE(map) {
	int fd;
	struct vg_bo bo;
};

FIXTURE_VARIANT(map) {
	unsigned int needs;
	unsigned int capset;
	enum kind kind;
};

FIXTURE_VARIANT_ADD(map, classic) {
	.kind = CLASSIC,
};

FIXTURE_VARIANT_ADD(map, dumb) {
	.kind = DUMB,
};

FIXTURE_VARIANT_ADD(map, guest_blob) {
	.needs = VG_BLOB,
	.kind = GUEST_BLOB,
};

FIXTURE_VARIANT_ADD(map, window_blob) {
	.needs = NEEDS_WINDOW | VG_CAPSET_VENUS,
	.capset = VIRTGPU_DRM_CAPSET_VENUS,
	.kind = WINDOW_BLOB,
};

FIXTURE_VARIANT_ADD(map, deferred_blob) {
	.needs = NEEDS_WINDOW | VG_CAPSET_VENUS,
	.capset = VIRTGPU_DRM_CAPSET_VENUS,
	.kind = DEFERRED_BLOB,
};

FIXTURE_VARIANT_ADD(map, virgl_blob) {
	.needs = NEEDS_WINDOW | VG_CAPSET_VIRGL2,
	.capset = VIRTGPU_DRM_CAPSET_VIRGL2,
	.kind = VIRGL_BLOB,
};

FIXTURE_SETUP(map)
{
	VG_OPEN(self->fd, variant->needs);
	if (variant->kind == DUMB) {
		close(self->fd);
		self->fd = vg_open_primary();
	}
	if (variant->capset)
		vg_context(self->fd, variant->capset, 0, 0);
	self->bo = make(self->fd, variant->kind);
}

FIXTURE_TEARDOWN(map)
{
	close(self->fd);
}

static void *map_at(int fd, __u32 handle, void *where, size_t length, int prot,
		    int flags)
{
	__u64 offset;

	VG_OK(__vg_map(fd, handle, &offset));
	return mmap(where, length, prot, flags, fd, offset);
}

TEST_F(map, the_offset_is_a_page_s_and_stays)
{
	__u64 first, second;

	ASSERT_EQ(0, __vg_map(self->fd, self->bo.handle, &first));
	ASSERT_EQ(0, __vg_map(self->fd, self->bo.handle, &second));
	EXPECT_EQ(first, second);
	EXPECT_EQ(0, first % PAGE);
	EXPECT_NE(0, first);
}

TEST_F(map, two_buffers_have_two_offsets)
{
	__u64 first, second;

	ASSERT_EQ(0, __vg_map(self->fd, self->bo.handle, &first));
	ASSERT_EQ(0, __vg_map(self->fd,
			      make(self->fd, variant->kind).handle, &second));
	EXPECT_NE(first, second);
}

TEST_F(map, padding_is_ignored)
{
	struct drm_virtgpu_map args = {
		.handle = self->bo.handle,
		.pad = 0xffffffff,
		.offset = ~0ull,
	};

	EXPECT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_MAP, &args));
	EXPECT_NE(~0ull, args.offset);
}

TEST_F(map, what_is_written_can_be_read)
{
	unsigned char *map = vg_mmap(self->fd, self->bo.handle, SIZE);

	vg_fill(map, SIZE, 1);
	EXPECT_TRUE(vg_holds(map, SIZE, 1));
}

TEST_F(map, one_mapping_sees_what_another_wrote)
{
	unsigned char *one = vg_mmap(self->fd, self->bo.handle, SIZE);
	unsigned char *two = vg_mmap(self->fd, self->bo.handle, SIZE);

	ASSERT_NE(one, two);
	vg_fill(one, SIZE, 2);
	EXPECT_TRUE(vg_holds(two, SIZE, 2));
	vg_fill(two, SIZE, 3);
	EXPECT_TRUE(vg_holds(one, SIZE, 3));
}

TEST_F(map, data_outlives_the_mapping)
{
	unsigned char *map = vg_mmap(self->fd, self->bo.handle, SIZE);

	vg_fill(map, SIZE, 4);
	ASSERT_EQ(0, munmap(map, SIZE));
	map = vg_mmap(self->fd, self->bo.handle, SIZE);
	EXPECT_TRUE(vg_holds(map, SIZE, 4));
}

TEST_F(map, a_mapping_outlives_the_handle)
{
	unsigned char *map = vg_mmap(self->fd, self->bo.handle, SIZE);

	vg_fill(map, SIZE, 5);
	vg_close_handle(self->fd, self->bo.handle);
	EXPECT_TRUE(vg_holds(map, SIZE, 5));
	vg_fill(map, SIZE, 6);
	EXPECT_TRUE(vg_holds(map, SIZE, 6));
}

TEST_F(map, a_mapping_outlives_the_file)
{
	unsigned char *map = vg_mmap(self->fd, self->bo.handle, SIZE);

	vg_fill(map, SIZE, 7);
	close(self->fd);
	EXPECT_TRUE(vg_holds(map, SIZE, 7));
	ASSERT_EQ(0, munmap(map, SIZE));
	self->fd = vg_open();
}

/* Since 6.15 for host memory; before, the length had to be the whole. */
TEST_F(map, the_start_alone_can_be_mapped)
{
	unsigned char *all = vg_mmap(self->fd, self->bo.handle, SIZE);
	unsigned char *start = __vg_mmap(self->fd, self->bo.handle, PAGE);

	ASSERT_NE(MAP_FAILED, start);
	vg_fill(all, SIZE, 8);
	EXPECT_TRUE(vg_holds(start, PAGE, 8));
}

TEST_F(map, the_start_alone_can_be_mapped_first)
{
	unsigned char *start = __vg_mmap(self->fd, self->bo.handle, PAGE);
	unsigned char *all;

	ASSERT_NE(MAP_FAILED, start);
	vg_fill(start, PAGE, 9);
	all = vg_mmap(self->fd, self->bo.handle, SIZE);
	EXPECT_TRUE(vg_holds(all, PAGE, 9));
}

TEST_F(map, more_than_there_is_is_einval)
{
	EXPECT_EQ(MAP_FAILED,
		  __vg_mmap(self->fd, self->bo.handle, self->bo.size + PAGE));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(map, a_part_can_be_unmapped)
{
	unsigned char *map = vg_mmap(self->fd, self->bo.handle, SIZE);

	vg_fill(map, SIZE, 10);
	ASSERT_EQ(0, munmap(map + PAGE, PAGE));
	EXPECT_TRUE(vg_holds(map, PAGE, 10));
	vg_fill(map + 2 * PAGE, SIZE - 2 * PAGE, 11);
	EXPECT_TRUE(vg_holds(map + 2 * PAGE, SIZE - 2 * PAGE, 11));
}

/* What is left has not been touched before: its pages come by their place in the buffer. */
TEST_F(map, the_rest_of_an_untouched_mapping_shows_its_own_bytes)
{
	unsigned char *whole = vg_mmap(self->fd, self->bo.handle, SIZE);
	unsigned char *map = vg_mmap(self->fd, self->bo.handle, SIZE);

	vg_fill(whole, SIZE, 12);
	ASSERT_EQ(0, munmap(map, PAGE));
	EXPECT_EQ(0, memcmp(map + PAGE, whole + PAGE, SIZE - PAGE));
	memset(map + 2 * PAGE, 0x5a, PAGE);
	EXPECT_EQ(0x5a, whole[2 * PAGE]);
	EXPECT_EQ(0x5a, whole[3 * PAGE - 1]);
}

TEST_F(map, a_fixed_address_is_taken)
{
	void *where = mmap(NULL, SIZE, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *map;

	ASSERT_NE(MAP_FAILED, where);
	map = map_at(self->fd, self->bo.handle, where, SIZE,
		     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED);
	ASSERT_EQ(where, map);
	vg_fill(map, SIZE, 11);
	EXPECT_TRUE(vg_holds(map, SIZE, 11));
}

TEST_F(map, a_mapping_may_be_for_reading_only)
{
	unsigned char *map = vg_mmap(self->fd, self->bo.handle, SIZE);
	unsigned char *view = map_at(self->fd, self->bo.handle, NULL, SIZE,
				     PROT_READ, MAP_SHARED);

	ASSERT_NE(MAP_FAILED, view);
	vg_fill(map, SIZE, 12);
	EXPECT_TRUE(vg_holds(view, SIZE, 12));
}

/* A private copy of it would outlive what it was copied from. */
TEST_F(map, private_writable_mapping_is_einval)
{
	__u64 offset;

	VG_OK(__vg_map(self->fd, self->bo.handle, &offset));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, self->fd,
				   offset));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F_SIGNAL(map, writing_through_a_reading_one_is_a_fault, SIGSEGV)
{
	volatile unsigned char *view = map_at(self->fd, self->bo.handle, NULL,
					      SIZE, PROT_READ, MAP_SHARED);

	ASSERT_NE(MAP_FAILED, view);
	*view = 1;
}

TEST_F(map, a_mapping_cannot_grow)
{
	void *map = vg_mmap(self->fd, self->bo.handle, SIZE);

	EXPECT_EQ(MAP_FAILED, mremap(map, SIZE, 2 * SIZE, MREMAP_MAYMOVE));
}

TEST_F(map, a_child_sees_what_the_parent_writes)
{
	unsigned char *map = vg_mmap(self->fd, self->bo.handle, SIZE);
	int status;
	pid_t child;

	vg_fill(map, SIZE, 13);
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(!vg_holds(map, SIZE, 13));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(map, another_file_may_not_map_it)
{
	int other = vg_open();
	__u64 offset;

	ASSERT_EQ(0, __vg_map(self->fd, self->bo.handle, &offset));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, SIZE, PROT_READ, MAP_SHARED, other,
				   offset));
	EXPECT_TRUE(errno == EACCES || errno == EINVAL)
		TH_LOG("errno %d", errno);
	close(other);
}

TEST_F(map, a_closed_buffer_cannot_be_mapped)
{
	__u64 offset;

	ASSERT_EQ(0, __vg_map(self->fd, self->bo.handle, &offset));
	vg_close_handle(self->fd, self->bo.handle);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, SIZE, PROT_READ, MAP_SHARED, self->fd,
				   offset));
	EXPECT_TRUE(errno == EACCES || errno == EINVAL)
		TH_LOG("errno %d", errno);
}

TEST_F(map, a_closed_handle_is_enoent)
{
	__u64 offset;

	vg_close_handle(self->fd, self->bo.handle);
	EXPECT_EQ(-ENOENT, __vg_map(self->fd, self->bo.handle, &offset));
}

TEST_F(map, it_can_be_mapped_a_hundred_times)
{
	unsigned char *maps[100];
	int i;

	for (i = 0; i < 100; i++)
		maps[i] = vg_mmap(self->fd, self->bo.handle, SIZE);
	vg_fill(maps[99], SIZE, 14);
	EXPECT_TRUE(vg_holds(maps[0], SIZE, 14));
	for (i = 0; i < 100; i++) {
		ASSERT_EQ(0, munmap(maps[i], SIZE));
	}
}

TEST_F(map, the_next_buffer_does_not_show_this_one_s_data)
{
	unsigned char *map = vg_mmap(self->fd, self->bo.handle, SIZE);
	struct vg_bo next;

	vg_fill(map, SIZE, 15);
	ASSERT_EQ(0, munmap(map, SIZE));
	vg_close_handle(self->fd, self->bo.handle);
	next = make(self->fd, variant->kind);
	map = vg_mmap(self->fd, next.handle, SIZE);
	EXPECT_FALSE(vg_holds(map, SIZE, 15));
}

/* Handles that MAP refuses */
FIXTURE(map_refused) {
	int fd;
};

FIXTURE_SETUP(map_refused)
{
	VG_OPEN(self->fd, 0);
}

FIXTURE_TEARDOWN(map_refused)
{
	close(self->fd);
}

TEST_F(map_refused, a_bad_handle_is_enoent)
{
	static const __u32 handles[] = { 0, 1, 1000, 0xffffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(handles); i++) {
		struct drm_virtgpu_map args = { .handle = handles[i] };

		EXPECT_REFUSED(ENOENT, self->fd, DRM_IOCTL_VIRTGPU_MAP, &args);
	}
}

TEST_F(map_refused, another_file_s_handle_is_enoent)
{
	int other = vg_open();
	struct drm_virtgpu_map args = { .handle = vg_picture(other).handle };

	EXPECT_REFUSED(ENOENT, self->fd, DRM_IOCTL_VIRTGPU_MAP, &args);
	close(other);
}

/* Since 6.14; before, in-tree drivers made an offset for it. */
TEST_F(map_refused, a_buffer_of_another_driver_is_einval)
{
	int dmabuf = __vg_foreign_dmabuf(PAGE);
	struct drm_virtgpu_map args = { 0 };

	if (dmabuf < 0)
		SKIP(return, "needs vgem");
	if (__vg_import(self->fd, dmabuf, &args.handle))
		SKIP(return, "needs a device that imports buffers of other drivers");
	EXPECT_REFUSED(EINVAL, self->fd, DRM_IOCTL_VIRTGPU_MAP, &args);
	close(dmabuf);
}

TEST_F(map_refused, asking_makes_no_context)
{
	__u64 offset;

	VG_NEED(self->fd, VG_3D | VG_CONTEXT_INIT);
	EXPECT_EQ(-ENOENT, __vg_map(self->fd, 1, &offset));
	EXPECT_EQ(0, __vg_context_init(self->fd, NULL, 0));
}

TEST_HARNESS_MAIN
