// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is the host asked for when programs share its window?
 */
#include "sim_fixture.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>

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

/* What was of no help to it can be evicted for the next. */
TEST_F(sim_window, request_after_one_without_room_evicts)
{
	munmap(self->maps[0], self->part);
	munmap(self->maps[2], self->part);
	EXPECT_EQ(-ENOSPC, make(self->fd, 2 * self->part));
	EXPECT_EQ(0, make(self->fd, self->part));
	EXPECT_EQ(0, make(self->fd, self->part));
	EXPECT_TRUE(vg_sim_becomes("RESOURCE_UNMAP_BLOB", 2));
}

/* The first is the older one, but the next to it is in use. */
TEST_F(sim_window, request_with_room_evicts_what_helps)
{
	munmap(self->maps[0], self->part);
	munmap(self->maps[2], self->part);
	munmap(self->maps[3], self->part);
	EXPECT_EQ(0, make(self->fd, 2 * self->part));
	EXPECT_TRUE(vg_sim_becomes("RESOURCE_UNMAP_BLOB", 2));
	/* It is still shown: the host was asked for the new one only. */
	vg_mmap(self->fd, self->handles[0], self->part);
	EXPECT_EQ(PARTS + 1, vg_sim_state("RESOURCE_MAP_BLOB"));
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

/* A file whose context has storage on the host */
static void open_context(int fd)
{
	vg_context(fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
}

/* Venus makes a blob without an id for what it uses at once: the host is asked with the creation. */
TEST_F(sim, blob_without_id_is_shown_ahead)
{
	__u32 handle;

	SIM_PLUG();
	open_context(self->fd);
	handle = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE).handle;
	EXPECT_TRUE(vg_sim_becomes("RESOURCE_MAP_BLOB", 1));
	vg_fill(vg_mmap(self->fd, handle, PAGE), PAGE, 1);
	EXPECT_EQ(1, vg_sim_state("RESOURCE_MAP_BLOB"));
}

TEST_F(sim, deferred_blob_is_not_shown_ahead)
{
	SIM_PLUG();
	open_context(self->fd);
	vg_deferred_blob(self->fd, MAPPABLE, PAGE);
	/* What comes after it has been answered. */
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
	EXPECT_EQ(0, vg_sim_state("RESOURCE_MAP_BLOB"));
}

/* mmap means that the host shows it, also if it was asked before. */
TEST_F(sim, blob_shown_ahead_is_waited_for)
{
	__u32 handle;
	long from;

	SIM_PLUG();
	open_context(self->fd);
	vg_sim_script("RESOURCE_MAP_BLOB 0 delay 300");
	from = vg_now();
	handle = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE).handle;
	vg_fill(vg_mmap(self->fd, handle, PAGE), PAGE, 1);
	EXPECT_GE(vg_now() - from, 290);
	/* The answer has raised an interrupt: nobody looks for it before a second has passed. */
	EXPECT_LT(vg_now() - from, 950);
	EXPECT_EQ(1, vg_sim_state("RESOURCE_MAP_BLOB"));
}

/* A host that would not show it then is asked again, and not told to forget it. */
TEST_F(sim, blob_refused_ahead_is_eio_then_asked_again)
{
	__u32 handle;

	SIM_PLUG();
	open_context(self->fd);
	vg_sim_script("RESOURCE_MAP_BLOB 0 refuse ERR_OUT_OF_MEMORY times 1");
	handle = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE).handle;
	EXPECT_EQ(MAP_FAILED, __vg_mmap(self->fd, handle, PAGE));
	EXPECT_EQ(EIO, errno);
	EXPECT_EQ(0, vg_sim_state("RESOURCE_UNMAP_BLOB"));
	vg_fill(vg_mmap(self->fd, handle, PAGE), PAGE, 1);
	EXPECT_EQ(2, vg_sim_state("RESOURCE_MAP_BLOB"));
}

/* Another thread's mmap, of storage that the host is asked to show then */
struct slow_mmap {
	int fd;
	__u32 handle;
	pthread_t thread;
	int ret;
};

static void *map_slowly(void *arg)
{
	struct slow_mmap *slow = arg;

	slow->ret = __vg_mmap(slow->fd, slow->handle, PAGE) == MAP_FAILED ? -errno : 0;
	return NULL;
}

/* A page that comes when it is touched does not wait for the host, nor for who does. */
TEST_F(sim, page_touched_beside_mmap_that_waits_comes_at_once)
{
	struct slow_mmap slow = {};
	char *map;
	long from;

	if (vg_kernel_release() < 6007)
		SKIP(return, "needs a kernel whose page faults don't wait for mmap (6.7)");
	SIM_PLUG();
	open_context(self->fd);
	map = vg_mmap(self->fd, vg_blob(self->fd, HOST3D, MAPPABLE, PAGE).handle, PAGE);
	slow.fd = self->fd;
	vg_sim_script("RESOURCE_MAP_BLOB 0 delay 4000");
	slow.handle = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE).handle;
	/* What this thread uses from here on it has used: other pages may well wait. */
	from = vg_now();
	usleep(1);
	VG_ASSERT(!pthread_create(&slow.thread, NULL, map_slowly, &slow));
	usleep(500000);
	*(volatile char *)map = 1;
	EXPECT_LT(vg_now() - from, 3000);
	pthread_join(slow.thread, NULL);
	EXPECT_EQ(0, slow.ret);
	EXPECT_GE(vg_now() - from, 3900);
}

/* Nor does another program whose storage the host shows at once. */
TEST_F(sim, mmap_beside_another_that_waits_returns_at_once)
{
	__u32 slow, quick;
	pid_t child;
	long from;

	SIM_PLUG();
	open_context(self->fd);
	slow = vg_deferred_blob(self->fd, MAPPABLE, PAGE).handle;
	quick = vg_deferred_blob(self->fd, MAPPABLE, PAGE).handle;
	vg_sim_script("RESOURCE_MAP_BLOB 0 delay 4000 times 1");
	child = fork();
	VG_ASSERT(child >= 0);
	if (!child) {
		__vg_mmap(self->fd, slow, PAGE);
		_exit(0);
	}
	EXPECT_TRUE(vg_sim_becomes("RESOURCE_MAP_BLOB", 1));
	from = vg_now();
	vg_mmap(self->fd, quick, PAGE);
	EXPECT_LT(vg_now() - from, 2000);
	vg_reap(child, 0);
}

#define LARGE (8u << 20)

/* Kibibytes of page tables that the process has */
static long page_tables(void)
{
	return vg_proc_number("/proc/self/status", "VmPTE");
}

static char *map_large(int fd)
{
	open_context(fd);
	return vg_mmap(fd, vg_blob(fd, HOST3D, MAPPABLE, LARGE).handle, LARGE);
}

/* The kernel puts large mappings where huge pages can be, and so are the ranges of the window. */
TEST_F(sim, large_mapping_has_huge_pages)
{
	long before;
	char *map;

	if (vg_kernel_release() < 6012)
		SKIP(return, "needs a kernel that maps huge pages of what is no RAM (6.12)");
	SIM_PLUG();
	map = map_large(self->fd);
	/* The tables above those of pages come with the first. */
	vg_fill(map, PAGE, 1);
	before = page_tables();
	vg_fill(map, LARGE, 1);
	EXPECT_EQ(before, page_tables());
	EXPECT_TRUE(vg_holds(map, LARGE, 1));
}

/* A huge page is no more when a part of it is unmapped, and its bytes come back page by page. */
TEST_F(sim, large_mapping_unmapped_in_part_keeps_the_rest)
{
	char *map;

	SIM_PLUG();
	map = map_large(self->fd);
	vg_fill(map, LARGE, 2);
	ASSERT_EQ(0, munmap(map + LARGE - PAGE, PAGE));
	ASSERT_EQ(0, mprotect(map, PAGE, PROT_READ));
	EXPECT_TRUE(vg_holds(map, LARGE - PAGE, 2));
	map[PAGE] = 7;
	EXPECT_EQ(7, map[PAGE]);
}

/* What x86 kernels note of how a place is cached, one a line */
static unsigned int noted_places(void)
{
	FILE *file = fopen("/sys/kernel/debug/x86/pat_memtype_list", "r");
	unsigned int count = 0;
	int c;

	if (!file)
		return 0;
	while ((c = getc(file)) != EOF)
		count += c == '\n';
	fclose(file);
	return count;
}

/* Before 6.16 such a note stays for ever if it is of a mapping that went in parts. */
TEST_F(sim, place_unmapped_in_parts_can_be_cached_in_another_way)
{
	unsigned int before;
	unsigned char *map;
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	before = noted_places();
	bo = vg_blob(self->fd, HOST3D, MAPPABLE, 4 * PAGE);
	map = vg_mmap(self->fd, bo.handle, 4 * PAGE);
	vg_fill(map, 4 * PAGE, 1);
	munmap(map + PAGE, PAGE);
	munmap(map, PAGE);
	munmap(map + 2 * PAGE, 2 * PAGE);
	vg_close_handle(self->fd, bo.handle);
	ASSERT_TRUE(vg_sim_becomes("resources", 0));
	EXPECT_EQ(before, noted_places());
	vg_sim_script("RESOURCE_MAP_BLOB 0 set 24 3");
	bo = vg_blob(self->fd, HOST3D, MAPPABLE, 4 * PAGE);
	map = __vg_mmap(self->fd, bo.handle, 4 * PAGE);
	ASSERT_NE(MAP_FAILED, map);
	vg_fill(map, 4 * PAGE, 2);
	EXPECT_TRUE(vg_holds(map, 4 * PAGE, 2));
}

/* What two processes and two mappings of one see is the same. */
TEST_F(sim, large_mapping_is_shared)
{
	__u32 handle;
	pid_t child;
	char *map;

	SIM_PLUG();
	open_context(self->fd);
	handle = vg_blob(self->fd, HOST3D, MAPPABLE, LARGE).handle;
	map = vg_mmap(self->fd, handle, LARGE);
	vg_fill(map, LARGE / 2, 3);
	child = fork();
	VG_ASSERT(child >= 0);
	if (!child) {
		char *again = vg_mmap(self->fd, handle, LARGE);

		vg_fill(map, LARGE, 4);
		_exit(vg_holds(again, LARGE, 4) ? 0 : 1);
	}
	EXPECT_EQ(0, vg_reap(child, 10000));
	EXPECT_TRUE(vg_holds(map, LARGE, 4));
}

TEST_HARNESS_MAIN
