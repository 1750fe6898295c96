// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of the host's memory can be seen, and when is the window full?
 */
#include "kselftest_harness.h"

#include <signal.h>
#include <sys/mman.h>

#include <libvirtgpu.h>

#define HOST3D VIRTGPU_BLOB_MEM_HOST3D
#define MAPPABLE VIRTGPU_BLOB_FLAG_USE_MAPPABLE
#define DEFER DRM_VIRTGPU_BLOB_FLAG_HINT_DEFER_MAPPING
#define CREATE_BLOB DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB

#define PAGE VG_PAGE
#define SIZE (16 * PAGE)

FIXTURE(window) {
	int fd;
};

FIXTURE_SETUP(window)
{
	VG_OPEN(self->fd, VG_BLOB | VG_3D | VG_HOST_VISIBLE | VG_CAPSET_VENUS);
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
}

FIXTURE_TEARDOWN(window)
{
	close(self->fd);
}

TEST_F(window, memory_that_is_not_mappable_is_einval)
{
	struct vg_bo bo = vg_blob(self->fd, HOST3D, 0, SIZE);

	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, bo.handle, SIZE));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(window, deferring_does_not_make_it_mappable)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(HOST3D, 0, SIZE);
	struct vg_bo bo;

	args.blob_hints = DEFER;
	ASSERT_EQ(0, __vg_blob(self->fd, &args, &bo));
	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, bo.handle, SIZE));
	EXPECT_EQ(EINVAL, errno);
}

/* A blob that Venus knows nothing of: it refuses, later than the ioctl ends. */
static struct vg_bo refused_blob(int fd, __u32 hints)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(HOST3D, MAPPABLE, SIZE);
	struct vg_bo bo;

	args.blob_id = 0xdead;
	args.blob_hints = hints;
	VG_OK(__vg_blob(fd, &args, &bo));
	return bo;
}

/* EINVAL from in-tree drivers */
TEST_F(window, a_blob_that_the_host_refused_is_eio)
{
	struct vg_bo bo = refused_blob(self->fd, 0);

	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, bo.handle, SIZE));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, bo.handle, SIZE));
	EXPECT_EQ(EIO, errno);
}

TEST_F(window, a_deferred_blob_that_the_host_refused_is_eio)
{
	struct vg_bo bo = refused_blob(self->fd, DEFER);

	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, bo.handle, SIZE));
	EXPECT_EQ(EIO, errno);
}

TEST_F(window, a_refused_blob_spoils_no_other)
{
	struct vg_bo bad = refused_blob(self->fd, 0);
	struct vg_bo good = vg_blob(self->fd, HOST3D, MAPPABLE, SIZE);
	unsigned char *map;

	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, bad.handle, SIZE));
	vg_close_handle(self->fd, bad.handle);
	map = vg_mmap(self->fd, good.handle, SIZE);
	vg_fill(map, SIZE, 16);
	EXPECT_TRUE(vg_holds(map, SIZE, 16));
}

TEST_F(window, one_page_works)
{
	struct vg_bo bo = vg_blob(self->fd, HOST3D, MAPPABLE, 1);
	char *map = vg_mmap(self->fd, bo.handle, PAGE);

	map[PAGE - 1] = 1;
}

/* Larger than a huge page, and not a whole number of them */
TEST_F(window, a_large_odd_size_works)
{
	size_t size = (5 << 20) + 3 * PAGE;
	struct vg_bo bo = vg_blob(self->fd, HOST3D, MAPPABLE, size);
	unsigned char *one = vg_mmap(self->fd, bo.handle, size);
	unsigned char *two = vg_mmap(self->fd, bo.handle, size);

	vg_fill(one, size, 17);
	EXPECT_TRUE(vg_holds(two, size, 17));
}

TEST_F(window, buffers_do_not_overlap)
{
	unsigned char *maps[32];
	int i;

	for (i = 0; i < 32; i++) {
		maps[i] = vg_mmap(self->fd,
				  vg_blob(self->fd, HOST3D, MAPPABLE, SIZE).handle, SIZE);
		vg_fill(maps[i], SIZE, i);
	}
	for (i = 0; i < 32; i++) {
		EXPECT_TRUE(vg_holds(maps[i], SIZE, i));
	}
}

TEST_F(window, a_buffer_can_be_made_mapped_and_closed_many_times)
{
	int i;

	for (i = 0; i < 100; i++) {
		struct vg_bo bo = vg_blob(self->fd, HOST3D, MAPPABLE, SIZE);
		unsigned char *map = vg_mmap(self->fd, bo.handle, SIZE);

		vg_fill(map, SIZE, i);
		ASSERT_TRUE(vg_holds(map, SIZE, i));
		ASSERT_EQ(0, munmap(map, SIZE));
		vg_close_handle(self->fd, bo.handle);
	}
}

/*
 * mmap() in a child, because the in-tree driver never comes back from it:
 * 0 it worked, an errno, or -1 when it did not end in time.
 */
static int mmap_in_child(int fd, __u32 handle, size_t size)
{
	int tries, status;
	pid_t child = fork();

	VG_ASSERT(child >= 0);
	if (!child) {
		void *map = __vg_mmap(fd, handle, size);

		_exit(map == MAP_FAILED ? errno : 0);
	}
	for (tries = 0; tries < VG_SOON / 10; tries++) {
		if (waitpid(child, &status, WNOHANG) == child)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		usleep(10000);
	}
	kill(child, SIGKILL);
	return -1;
}

TEST_F(window, a_blob_larger_than_it_is_enospc)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(HOST3D, MAPPABLE, 1ull << 44);

	EXPECT_REFUSED(ENOSPC, self->fd, CREATE_BLOB, &args);
}

TEST_F(window, a_blob_of_no_bytes_is_refused)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(HOST3D, MAPPABLE, 0);
	struct vg_bo bo;
	int ret = __vg_blob(self->fd, &args, &bo);

	EXPECT_TRUE(ret == -EINVAL || ret == -ENOSPC)
		TH_LOG("returned %d", ret);
}

#define PIECE (128 << 20)
#define PIECES 64	/* more than the window has */

struct piece {
	struct vg_bo bo;
	void *map;
};

/*
 * A piece of the window: room is taken when the blob is made, or while it is
 * mapped. -ENOSPC when there is none, whichever call says so.
 */
static int take_piece(int fd, struct piece *piece)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(HOST3D, MAPPABLE, PIECE);
	int ret;

	ret = __vg_blob(fd, &args, &piece->bo);
	if (ret)
		return ret;
	piece->map = __vg_mmap(fd, piece->bo.handle, PIECE);
	if (piece->map == MAP_FAILED) {
		ret = errno == ENOMEM ? -ENOSPC : -errno;
		vg_close_handle(fd, piece->bo.handle);
	}
	return ret;
}

static void drop_piece(int fd, struct piece *piece)
{
	VG_ASSERT(!munmap(piece->map, PIECE));
	vg_close_handle(fd, piece->bo.handle);
}

/* The room comes back once the host has let go: that may take a moment. */
static int take_piece_when_free(int fd, struct piece *piece)
{
	int ret, tries;

	for (tries = 0; tries < VG_SOON / 10; tries++) {
		ret = take_piece(fd, piece);
		if (ret != -ENOSPC)
			return ret;
		usleep(10000);
	}
	return ret;
}

/* Takes all of the window, once the test before is done with it; gives the number of pieces. */
static int fill_window(int fd, struct piece *pieces)
{
	int n = 0, ret = take_piece_when_free(fd, &pieces[0]);

	while (!ret && ++n < PIECES)
		ret = take_piece(fd, &pieces[n]);
	VG_ASSERT(ret == -ENOSPC);
	return n;
}

TEST_F(window, is_enospc_when_full_and_free_again_when_closed)
{
	struct piece pieces[PIECES], one_more;
	__u32 next;
	int n;

	VG_NEED_ADDRESS_SPACE();
	n = fill_window(self->fd, pieces);
	ASSERT_LT(0, n);
	next = vg_next_handle(self->fd);
	EXPECT_EQ(-ENOSPC, take_piece(self->fd, &one_more));
	EXPECT_EQ(next, vg_next_handle(self->fd));
	drop_piece(self->fd, &pieces[0]);
	EXPECT_EQ(0, take_piece_when_free(self->fd, &one_more));
}

TEST_F(window, closing_a_file_gives_its_room_back)
{
	struct piece pieces[PIECES];
	int other = vg_open();
	int i, n;

	VG_NEED_ADDRESS_SPACE();
	vg_context(other, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	n = fill_window(other, pieces);
	for (i = 0; i < n; i++)
		VG_ASSERT(!munmap(pieces[i].map, PIECE));
	close(other);
	for (i = 0; i < n; i++) {
		ASSERT_EQ(0, take_piece_when_free(self->fd, &pieces[i]));
	}
}

TEST_F(window, a_mapping_keeps_its_room_when_the_file_is_closed)
{
	struct piece pieces[PIECES], one_more;
	int other = vg_open();

	VG_NEED_ADDRESS_SPACE();
	vg_context(other, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	fill_window(other, pieces);
	close(other);
	vg_submit(self->fd, 0);
	EXPECT_EQ(-ENOSPC, take_piece(self->fd, &one_more));
	memset(pieces[0].map, 1, PAGE);
}

TEST_F(window, memory_that_is_not_mappable_takes_no_room)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(HOST3D, 0, PIECE);
	struct piece pieces[PIECES];
	struct vg_bo bo;

	VG_NEED_ADDRESS_SPACE();
	fill_window(self->fd, pieces);
	EXPECT_EQ(0, __vg_blob(self->fd, &args, &bo));
}

TEST_F(window, a_deferred_blob_takes_no_room_yet)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(HOST3D, MAPPABLE, PIECE);
	struct piece pieces[PIECES];
	struct vg_bo bo;

	VG_NEED_ADDRESS_SPACE();
	fill_window(self->fd, pieces);
	args.blob_hints = DRM_VIRTGPU_BLOB_FLAG_HINT_DEFER_MAPPING;
	EXPECT_EQ(0, __vg_blob(self->fd, &args, &bo));
}

/*
 * The child must not inherit the mappings: where it hangs, it would keep the
 * window from all tests that follow.
 */
TEST_F(window, a_deferred_blob_is_refused_when_it_is_full)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(HOST3D, MAPPABLE, PIECE);
	struct piece pieces[PIECES];
	struct vg_bo deferred;
	int i, n, ret;

	VG_NEED_ADDRESS_SPACE();
	n = fill_window(self->fd, pieces);
	args.blob_hints = DEFER;
	ASSERT_EQ(0, __vg_blob(self->fd, &args, &deferred));
	for (i = 0; i < n; i++)
		VG_ASSERT(!madvise(pieces[i].map, PIECE, MADV_DONTFORK));
	ret = mmap_in_child(self->fd, deferred.handle, PIECE);
	EXPECT_TRUE(ret == ENOSPC || ret == ENOMEM)
		TH_LOG("mmap: %d (-1: no end)", ret);
	for (i = 0; i < n; i++)
		drop_piece(self->fd, &pieces[i]);
}

/* The field has 32 bits; the in-tree driver cuts the number. */
TEST_F(window, info_of_more_than_4_gib_says_all_ones)
{
	struct vg_bo bo = vg_blob(self->fd, HOST3D, 0, (4ull << 30) + PAGE);

	EXPECT_EQ(0xffffffff, vg_info(self->fd, bo.handle).size);
}

TEST_HARNESS_MAIN
