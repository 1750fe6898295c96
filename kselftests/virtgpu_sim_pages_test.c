// SPDX-License-Identifier: GPL-2.0-only
/*
 * Of which pages is a large buffer in the guest's memory made?
 */
#include "sim_fixture.h"

#include <sched.h>
#include <sys/mman.h>

#define LARGE (16u << 20)
#define HUGE (2u << 20)

FIXTURE(sim_pages) {
	int fd;
	__u32 handle;
	char *map;
};

/* KiB */
static long without;

static long gpu_memory(void)
{
	return vg_proc_number("/proc/meminfo", "GPUActive");
}

static bool buffer_is_gone(void)
{
	return gpu_memory() <= without;
}

FIXTURE_SETUP(sim_pages)
{
	SIM_SETUP();
	if (vg_kernel_release() < 6012)
		SKIP(return, "needs a kernel that maps huge pages of what is no RAM (6.12)");
	SIM_PLUG();
	VG_OK(__vg_write_file("/proc/sys/vm/compact_memory", "1"));
	self->handle = vg_blob(self->fd, GUEST, MAPPABLE, LARGE).handle;
	self->map = vg_mmap(self->fd, self->handle, LARGE);
}

FIXTURE_TEARDOWN_PARENT(sim_pages)
{
	SIM_TEARDOWN();
}

/* A buffer's memory is the GPU's for as long as it lives, and then no longer. */
TEST_F(sim_pages, buffer_counts_as_memory_of_the_gpu)
{
	if (vg_kernel_release() < 7000)
		SKIP(return, "needs a kernel with GPUActive in /proc/meminfo (7.x)");
	without = gpu_memory() - LARGE / 1024;
	EXPECT_GE(without, 0);
	munmap(self->map, LARGE);
	vg_close_handle(self->fd, self->handle);
	EXPECT_TRUE(vg_becomes(buffer_is_gone, VG_SOON));
}

/* The host may still read and write it until it has answered that it does not. */
TEST_F(sim_pages, memory_of_a_closed_buffer_is_kept_until_the_host_has_answered)
{
	if (vg_kernel_release() < 7000)
		SKIP(return, "needs a kernel with GPUActive in /proc/meminfo (7.x)");
	without = gpu_memory() - LARGE / 1024;
	vg_sim_script("RESOURCE_UNREF 0 hold times 1");
	munmap(self->map, LARGE);
	vg_close_handle(self->fd, self->handle);
	EXPECT_TRUE(vg_sim_becomes("RESOURCE_UNREF", 1));
	usleep(500000);
	EXPECT_FALSE(buffer_is_gone());
	vg_sim_control("release");
	EXPECT_TRUE(vg_becomes(buffer_is_gone, VG_SOON));
}

/* The tables above those of pages come with the first. */
TEST_F(sim_pages, large_buffer_mapped_takes_few_page_tables)
{
	long before;

	vg_fill(self->map, getpagesize(), 1);
	before = vg_proc_number("/proc/self/status", "VmPTE");
	vg_fill(self->map, LARGE, 1);
	EXPECT_LE(vg_proc_number("/proc/self/status", "VmPTE") - before, 8);
	EXPECT_TRUE(vg_holds(self->map, LARGE, 1));
}

/* A huge page is no more when a part of it is unmapped, and its bytes come back page by page. */
TEST_F(sim_pages, large_buffer_unmapped_in_part_keeps_the_rest)
{
	char *map = self->map;

	vg_fill(map, LARGE, 2);
	ASSERT_EQ(0, munmap(map + LARGE - PAGE, PAGE));
	ASSERT_EQ(0, mprotect(map, PAGE, PROT_READ));
	EXPECT_TRUE(vg_holds(map, LARGE - PAGE, 2));
	map[PAGE] = 7;
	EXPECT_EQ(7, map[PAGE]);
}

/*
 * A touch brings the pages around, as far as there is a page table for them: what follows
 * may be a huge page, whose bytes are none. (Kernels with DEBUG_VM stop at such a call.)
 */
TEST_F(sim_pages, page_touched_before_a_huge_page_leaves_its_bytes)
{
	char *huge = self->map + HUGE;
	int i, changed = 0;

	*(volatile char *)(huge + HUGE / 2) = 0;
	/* What is left before it is less than a huge page. */
	ASSERT_EQ(0, munmap(self->map, PAGE));
	*(volatile char *)(huge - PAGE) = 0;
	for (i = 0; i < PAGE; i++)
		changed += huge[i] != 0;
	EXPECT_EQ(0, changed);
}

/* Milliseconds for which a task was kept waiting, at most */
static long longest;
static volatile bool is_made;

static void *wake_often(void *unused)
{
	long last = vg_now(), now;

	while (!is_made) {
		usleep(1000);
		now = vg_now();
		if (now - last > longest)
			longest = now - last;
		last = now;
	}
	return NULL;
}

/*
 * A large buffer takes the kernel long to zero, and all of it is one call. A more urgent
 * task of the same processor has its turn meanwhile, on kernels that take nobody's away.
 */
TEST_F(sim, urgent_task_runs_while_a_large_buffer_is_made)
{
	const struct sched_param urgent = { .sched_priority = 1 };
	__u64 size = (__u64)vg_proc_number("/proc/meminfo", "MemAvailable") * 1024 / 2;
	pthread_t thread;
	cpu_set_t first;
	long begun, took;

	SIM_PLUG();
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	ASSERT_EQ(0, sched_setaffinity(0, sizeof(first), &first));
	ASSERT_EQ(0, pthread_create(&thread, NULL, wake_often, NULL));
	ASSERT_EQ(0, pthread_setschedparam(thread, SCHED_FIFO, &urgent));
	begun = vg_now();
	vg_blob(self->fd, GUEST, MAPPABLE, size / HUGE * HUGE);
	took = vg_now() - begun;
	is_made = true;
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_LT(longest, took / 4 + 20);
}

TEST_HARNESS_MAIN
