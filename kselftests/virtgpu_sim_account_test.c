// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much of the kernel's memory does what a client makes take, and does it count for
 * its cgroup?
 */
#include "sim_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define GROUP "/sys/fs/cgroup/virtgpu-account"

/* Bytes that the client makes the kernel keep */
#define BYTES (32l << 20)

FIXTURE(account) {
	int fd;
	struct vg_gate gate;
	int done[2];
};

FIXTURE_SETUP(account)
{
	SIM_SETUP();
	if (__vg_write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory"))
		SKIP(return, "needs a cgroup2 with the memory controller");
	VG_GATE(&self->gate);
	VG_ASSERT(!mkdir(GROUP, 0755) || errno == EEXIST);
	VG_ASSERT(!pipe(self->done));
	SIM_PLUG();
}

FIXTURE_TEARDOWN_PARENT(account)
{
	rmdir(GROUP);
	SIM_TEARDOWN();
}

static long counted(void)
{
	char words[32] = "";
	int file = open(GROUP "/memory.current", O_RDONLY | O_CLOEXEC);

	VG_ASSERT(file >= 0 && read(file, words, sizeof(words) - 1) > 0);
	close(file);
	return atol(words);
}

static void park(int fd, const struct vg_gate *gate)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN,
		.fence_fd = gate->fence,
		.size = 4 << 20,
	};
	long i;

	/* Of which nothing is touched, so that it does not count itself */
	args.command = VG_PTR(mmap(NULL, args.size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	for (i = 0; i < BYTES; i += args.size)
		VG_OK(__vg_submit(fd, &args));
}

static void make(int fd, const struct vg_gate *gate)
{
	vg_blob(fd, GUEST, MAPPABLE, BYTES);
}

/* The host takes its time to let go of the first. */
static void make_again(int fd, const struct vg_gate *gate)
{
	vg_sim_script("RESOURCE_UNREF 0 delay 200");
	vg_close_handle(fd, vg_blob(fd, GUEST, MAPPABLE, BYTES).handle);
	vg_blob(fd, GUEST, MAPPABLE, BYTES);
}

/* A client in a group of its own does something; returns what the group has then. */
static long counted_when(FIXTURE_DATA(account) *self,
			 void (*call)(int fd, const struct vg_gate *gate))
{
	pid_t child = fork();
	char word = 0;
	long bytes;

	VG_ASSERT(child >= 0);
	if (!child) {
		VG_ASSERT(!__vg_write_file(GROUP "/cgroup.procs", "0"));
		call(vg_open(), &self->gate);
		VG_ASSERT(write(self->done[1], &word, 1) == 1);
		pause();
	}
	VG_ASSERT(read(self->done[0], &word, 1) == 1);
	bytes = counted();
	vg_reap(child, 0);
	vg_gate_open(&self->gate);
	return bytes;
}

TEST_F(account, parked_streams_count)
{
	EXPECT_LE(BYTES, counted_when(self, park));
}

TEST_F(account, buffers_in_guest_memory_count)
{
	EXPECT_LE(BYTES, counted_when(self, make));
}

/* A group that has room for one has it as soon as the host has let go of the one before. */
TEST_F(account, buffer_takes_the_place_of_one_just_closed)
{
	char limit[24];

	snprintf(limit, sizeof(limit), "%ld", BYTES + BYTES / 2);
	VG_OK(__vg_write_file(GROUP "/memory.max", limit));
	EXPECT_LE(BYTES, counted_when(self, make_again));
}

/* Whose size no memory would suffice for hears of it, and waits for no other's. */
TEST_F(sim, buffer_that_never_fits_is_refused_at_once)
{
	struct drm_virtgpu_resource_create_blob args = vg_blob_args(GUEST, MAPPABLE, 1ULL << 44);
	struct vg_bo bo;
	long from;

	SIM_PLUG();
	vg_sim_script("RESOURCE_UNREF 0 hold");
	bo = vg_blob(self->fd, GUEST, MAPPABLE, PAGE);
	vg_close_handle(self->fd, bo.handle);
	from = vg_now();
	EXPECT_EQ(-ENOMEM, __vg_blob(self->fd, &args, &bo));
	EXPECT_GT(500, vg_now() - from);
	vg_sim_control("release");
}

#define STORAGES 1024
#define KIB 1024

/* How many pieces of so many bytes has the kernel's allocator given away? */
static long pieces(long size)
{
	FILE *file = fopen("/proc/slabinfo", "re");
	long used, all, each, sum = 0;
	char line[512], name[64];

	VG_ASSERT(file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "kmalloc-%63s %ld %ld %ld", name, &used, &all, &each) == 4 &&
		    each == size)
			sum += used;
	}
	fclose(file);
	return sum;
}

/* A program may have thousands, and the allocator makes two KiB of what is just over one. */
TEST_F(sim, storage_of_the_host_takes_less_than_two_kib_of_the_guest)
{
	long before;
	int i;

	if (!access("/proc/lockdep", F_OK))
		SKIP(return, "needs a kernel without lockdep");
	SIM_PLUG();
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	before = pieces(2 * KIB);
	for (i = 0; i < STORAGES; i++)
		vg_blob(self->fd, HOST3D, SHAREABLE, PAGE);
	EXPECT_LT(pieces(2 * KIB) - before, STORAGES / 2);
}

TEST_HARNESS_MAIN
