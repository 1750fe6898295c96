// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can one client take from all, and what does it leave behind?
 */
#include "sim_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* Far beyond what may be parked: 256 commands, 64 MiB */
#define MANY 2000

/* Submits behind the gate until it is made to wait; says how often that went well. */
static void submit_behind(int fd, const struct vg_gate *gate, unsigned int *count)
{
	while (*count < MANY) {
		struct drm_virtgpu_execbuffer args = {
			.flags = VIRTGPU_EXECBUF_FENCE_FD_IN,
			.fence_fd = gate->fence,
		};

		if (__vg_submit(fd, &args))
			break;
		++*count;
	}
}

/* What another client's round trip takes at most, in milliseconds */
#define OTHERS_MS 1000

/* Makes buffers and closes them; each detach waits behind what is parked. */
static void make_and_close(int fd, unsigned int *count)
{
	while (*count < MANY) {
		struct vg_bo bo = vg_blob(fd, GUEST, MAPPABLE, 1 << 20);

		VG_OK(__vg_close_handle(fd, bo.handle));
		++*count;
	}
}

/* What one client may have in a ring of 256, all else of it answered: two descriptors each. */
#define SHARE	96

static unsigned int *shared_count(void)
{
	return mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/* Where it stands still */
static unsigned int settled(const unsigned int *count)
{
	unsigned int last = ~0u;

	while (last != *(volatile const unsigned int *)count) {
		last = *(volatile const unsigned int *)count;
		usleep(1500000);
	}
	return last;
}

/* A child that is made to wait is killed; returns how far it got. */
static unsigned int count_until_throttled(int fd, const struct vg_gate *gate, bool buffers)
{
	unsigned int *count = shared_count();
	unsigned int last;
	pid_t child;

	child = fork();
	if (!child) {
		unsigned int one = MANY - 1;

		if (buffers) {
			submit_behind(fd, gate, &one);
			make_and_close(fd, count);
		} else {
			submit_behind(fd, gate, count);
		}
		_exit(0);
	}
	last = settled(count);
	vg_reap(child, 0);
	return last;
}

/* A child submits as fast as it can, counts, and waits for nothing. */
static pid_t flood(__u32 op, __u32 a, unsigned int *count)
{
	const struct vsim_operation work = { .op = op, .a = a };
	pid_t child = fork();
	int fd = -1;

	VG_ASSERT(child >= 0);
	if (!child)
		fd = vg_open();
	while (!child) {
		struct drm_virtgpu_execbuffer args = { 0 };

		VG_OK(__vg_sim_submit(fd, &args, &work, 1));
		++*count;
	}
	return child;
}

/* Microseconds of a round trip whose work takes the host @work of them: the median of some */
#define TRIPS 15

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int round_trip(int fd, unsigned int work)
{
	struct timespec from, to;
	int took[TRIPS], i;

	for (i = 0; i < TRIPS; i++) {
		int fence;

		clock_gettime(CLOCK_MONOTONIC, &from);
		fence = vg_sim_fence(fd, 0, 0, VSIM_OP_WORK, work);
		VG_ASSERT(vg_fence_signals(fence, 20000));
		clock_gettime(CLOCK_MONOTONIC, &to);
		close(fence);
		took[i] = (to.tv_sec - from.tv_sec) * 1000000 +
			  (to.tv_nsec - from.tv_nsec) / 1000;
	}
	qsort(took, TRIPS, sizeof(*took), compare);
	return took[TRIPS / 2];
}

/* Whatever a client parks, it is made to wait, and can be killed then. */
TEST_F_TIMEOUT(sim, parked_submissions_bounded, 120)
{
	struct vg_gate gate;
	unsigned int count;

	VG_GATE(&gate);
	SIM_PLUG();
	count = count_until_throttled(self->fd, &gate, false);
	EXPECT_GT(count, 0);
	EXPECT_LE(count, 256);
	vg_gate_open(&gate);
	vg_gate_fini(&gate);
}

/* So it is for buffers that it has closed, and that a parked detach keeps. */
TEST_F_TIMEOUT(sim, closed_buffers_behind_parked_work_bounded, 120)
{
	struct vg_gate gate;
	unsigned int count;

	VG_GATE(&gate);
	SIM_PLUG();
	count = count_until_throttled(self->fd, &gate, true);
	EXPECT_GT(count, 0);
	EXPECT_LE(count, 65);
	vg_gate_open(&gate);
	vg_gate_fini(&gate);
}

/* Another client does not notice. */
TEST_F_TIMEOUT(sim, parked_client_others_go_on, 120)
{
	struct vg_gate gate;
	int other;

	VG_GATE(&gate);
	SIM_PLUG();
	count_until_throttled(self->fd, &gate, false);
	other = vg_open();
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(other, 0), OTHERS_MS));
	vg_gate_open(&gate);
	vg_gate_fini(&gate);
}

/* A client whose commands are never answered leaves room in the ring, and goes on later. */
TEST_F_TIMEOUT(sim, unanswered_client_others_go_on, 120)
{
	unsigned int *count = shared_count(), before;
	pid_t child;
	int other;

	SIM_PLUG();
	child = flood(VSIM_OP_HOLD, 1, count);
	before = settled(count);
	EXPECT_GT(before, 16);
	EXPECT_LE(before, SHARE);
	other = vg_open();
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(other, 0), OTHERS_MS));
	vg_sim_control("release");
	EXPECT_GT(settled(count), before);
	vg_reap(child, 0);
	vg_sim_control("release");
}

/* A child does something again and again, and counts, while the host answers one kind of command never. */
static pid_t work_while_held(const char *held, void (*work)(int fd, unsigned int *count), int fd,
			     unsigned int *count)
{
	pid_t child;

	vg_sim_script("%s 0 hold", held);
	child = fork();
	VG_ASSERT(child >= 0);
	if (!child) {
		work(fd, count);
		_exit(0);
	}
	return child;
}

/* It has no more than its share then. */
static void others_go_on_beside(struct __test_metadata *_metadata, const char *held,
				void (*make)(int fd, unsigned int *count), int fd)
{
	unsigned int *count = shared_count();
	pid_t child = work_while_held(held, make, fd, count);
	int other;

	EXPECT_LE(settled(count), SHARE);
	other = vg_open();
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(other, 0), OTHERS_MS));
	vg_sim_control("defaults");
	vg_sim_control("release");
	vg_reap(child, 0);
	vg_sim_control("release");
}

/* So it is for one that makes buffers. */
TEST_F_TIMEOUT(sim, buffers_not_made_others_go_on, 120)
{
	SIM_PLUG();
	others_go_on_beside(_metadata, "RESOURCE_CREATE_BLOB", make_and_close, self->fd);
}

static void make_shown(int fd, unsigned int *count)
{
	while (*count < MANY) {
		vg_blob(fd, HOST3D, MAPPABLE, PAGE);
		++*count;
	}
}

/* So it is where the host makes them, and does not show them. */
TEST_F_TIMEOUT(sim, blobs_not_shown_others_go_on, 120)
{
	SIM_PLUG();
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	others_go_on_beside(_metadata, "RESOURCE_MAP_BLOB", make_shown, self->fd);
}

/* Gets a handle of another file's buffer, and drops it, again and again. */
static void open_and_close(int fd, unsigned int *count)
{
	int maker = vg_open(), dmabuf;
	__u32 handle;

	dmabuf = vg_export(maker, vg_blob(maker, GUEST, MAPPABLE | SHAREABLE, PAGE).handle);
	while (*count < MANY) {
		VG_OK(__vg_import(fd, dmabuf, &handle));
		vg_close_handle(fd, handle);
		++*count;
	}
}

/* So it is for one that has the host attach a buffer. */
TEST_F_TIMEOUT(sim, buffers_not_attached_others_go_on, 120)
{
	SIM_PLUG();
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	others_go_on_beside(_metadata, "CTX_ATTACH_RESOURCE", open_and_close, self->fd);
}

/* What stands in line when everybody waits, and what the ring has room for */
#define LINE	(1024 + 256)

/* It is made to wait then, and can be killed. */
static void line_is_bounded(struct __test_metadata *_metadata, const char *held,
			    void (*work)(int fd, unsigned int *count), int fd)
{
	unsigned int *count = shared_count();
	pid_t child = work_while_held(held, work, fd, count);
	long from;

	EXPECT_LE(settled(count), LINE);
	from = vg_now();
	vg_reap(child, 0);
	EXPECT_LE(vg_now() - from, 2000);
	vg_sim_control("defaults");
	vg_sim_control("release");
}

static void make_contexts(int fd, unsigned int *count)
{
	while (*count < MANY) {
		int file = vg_open();

		vg_context(file, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
		close(file);
		++*count;
	}
}

/* A client that makes one context after the other is made to wait. */
TEST_F_TIMEOUT(sim, contexts_not_made_bounded, 120)
{
	SIM_PLUG();
	line_is_bounded(_metadata, "CTX_CREATE", make_contexts, self->fd);
}

static void plug_without_3d(__u64 features)
{
	vg_sim_set("num_scanouts", 1);
	vg_sim_set("features", features);
	vg_sim_set("window_size", 0);
	vg_sim_control("plug");
}

static void show_pointers(int fd, unsigned int *count)
{
	__u32 images[2] = { vg_dumb(fd, 32, 32), vg_dumb(fd, 32, 32) };
	struct vg_screen screen = vg_screen(fd);

	while (*count < MANY) {
		__vg_cursor(fd, &screen, images[*count % 2], 32, 0, 0);
		++*count;
	}
}

/* So is one that shows one pointer after the other, of which each has to be copied. */
TEST_F_TIMEOUT(sim, pointers_not_made_bounded, 120)
{
	struct vg_screen screen;

	plug_without_3d(VG_F_VERSION_1 | VG_F_EDID);
	self->fd = vg_open_primary();
	screen = vg_screen(self->fd);
	VG_OK(__vg_show(self->fd, &screen, vg_screen_framebuffer(self->fd, &screen)));
	line_is_bounded(_metadata, "RESOURCE_CREATE_2D", show_pointers, self->fd);
	/* The core keeps the framebuffer of a pointer that is shown. */
	EXPECT_EQ(0, __vg_cursor(self->fd, &screen, 0, 0, 0, 0));
}

static void import_foreign(int fd, unsigned int *count)
{
	int dmabuf = __vg_foreign_dmabuf(PAGE);
	__u32 handle;

	while (*count < MANY) {
		VG_OK(__vg_import(fd, dmabuf, &handle));
		vg_close_handle(fd, handle);
		++*count;
	}
}

/* So is one that imports one buffer after the other. */
TEST_F_TIMEOUT(sim, imports_not_made_bounded, 120)
{
	int dmabuf = __vg_foreign_dmabuf(PAGE);

	if (dmabuf < 0)
		SKIP(return, "needs vgem");
	close(dmabuf);
	plug_without_3d(VG_F_VERSION_1 | VG_F_INDIRECT | VG_F_UUID | VG_F_BLOB);
	self->fd = vg_open_primary();
	line_is_bounded(_metadata, "RESOURCE_CREATE_BLOB", import_foreign, self->fd);
}

/* A client that waits because it has its share can be killed. */
TEST_F_TIMEOUT(sim, client_with_its_share_killed, 60)
{
	unsigned int *count = shared_count();
	pid_t child;
	long from;

	SIM_PLUG();
	child = flood(VSIM_OP_HOLD, 1, count);
	settled(count);
	from = vg_now();
	vg_reap(child, 0);
	EXPECT_LE(vg_now() - from, 2000);
	vg_sim_control("release");
}

/* Beside one that floods a host that works, a client waits for one more command, not for many. */
TEST_F_TIMEOUT(sim, round_trip_beside_flood_bounded, 120)
{
	const unsigned int work = 5000;
	int other, alone, beside;
	pid_t child;

	SIM_PLUG();
	other = vg_open();
	alone = round_trip(other, work);
	child = flood(VSIM_OP_WORK, work, shared_count());
	usleep(200000);
	beside = round_trip(other, work);
	vg_reap(child, 0);
	TH_LOG("round trip: %d us alone, %d us beside a flood", alone, beside);
	EXPECT_LE(beside, alone * 5 / 2);
}

/* A closed context whose last fence never comes is destroyed all the same. */
TEST_F_TIMEOUT(sim, closed_context_with_endless_fence_destroyed, 60)
{
	int fence;

	SIM_PLUG();
	close(self->fd);
	self->fd = vg_open();
	fence = vg_sim_fence(self->fd, 0, 0, VSIM_OP_HOLD, 1);
	EXPECT_EQ(1, vg_sim_state("contexts"));
	close(self->fd);
	EXPECT_EQ(1, vg_sim_state("contexts"));
	usleep(11000000);
	EXPECT_TRUE(vg_sim_becomes("contexts", 0));
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(-ECANCELED, vg_fence_status(fence));
	vg_sim_control("release");
}

/* So is one whose parked work waits for another client's endless fence. (A gate's has an end.) */
TEST_F_TIMEOUT(sim, closed_context_with_parked_work_destroyed, 60)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN | FENCE_OUT,
	};
	int other;

	SIM_PLUG();
	other = vg_open();
	vg_ring_context(other, 1, 0);
	args.fence_fd = vg_sim_fence(other, RING_IDX, 0, VSIM_OP_HOLD, 1);
	ASSERT_EQ(0, __vg_submit(self->fd, &args));
	close(self->fd);
	EXPECT_TRUE(vg_sim_becomes("contexts", 1) || vg_sim_becomes("contexts", 1));
	EXPECT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	vg_sim_control("release");
}

/* A buffer that is closed and comes back at once stays attached on the host. */
TEST_F(sim, handle_reopened_behind_parked_work_attached)
{
	struct drm_virtgpu_execbuffer args = { .flags = VIRTGPU_EXECBUF_FENCE_FD_IN };
	struct vg_gate gate;
	struct vg_bo bo;
	__u32 handle;
	int dmabuf;

	VG_GATE(&gate);
	SIM_PLUG();
	bo = vg_blob(self->fd, GUEST, MAPPABLE | SHAREABLE, PAGE);
	dmabuf = vg_export(self->fd, bo.handle);
	args.fence_fd = gate.fence;
	ASSERT_EQ(0, __vg_submit(self->fd, &args));
	ASSERT_EQ(0, __vg_close_handle(self->fd, bo.handle));
	ASSERT_EQ(0, __vg_import(self->fd, dmabuf, &handle));
	vg_gate_open(&gate);
	/* It runs after all that was parked, so the detach would have come by then. */
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
	EXPECT_EQ(0, vg_sim_state("CTX_DETACH_RESOURCE"));
	vg_gate_fini(&gate);
}

#define MIB			1024

/* Of each of eight buffers, and what others may take or give meanwhile; in KiB */
#define OOM_BUFFER		(8 * MIB)
#define OOM_NOISE		(12 * MIB)

/* KiB; on kernels that do not say how much of it is a GPU's, all that is in use */
static long memory(void)
{
	const char *meminfo = "/proc/meminfo";

	if (vg_kernel_release() >= 7000)
		return vg_proc_number(meminfo, "GPUActive");
	return vg_proc_number(meminfo, "MemTotal") - vg_proc_number(meminfo, "MemFree");
}

/* The same when no test before has anything that is still on its way back */
static long memory_at_rest(void)
{
	long last = -MIB, now = memory();

	while (labs(now - last) > 256) {
		usleep(300000);
		last = now;
		now = memory();
	}
	return now;
}

/* Whom the OOM killer kills: first who has the higher score */
static pid_t oom_candidate(const char *score, int buffers)
{
	int ready[2];
	pid_t child;
	char byte;
	int i;

	VG_ASSERT(!pipe(ready));
	child = fork();
	VG_ASSERT(child >= 0);
	if (!child) {
		int fd = buffers ? vg_open() : -1;

		VG_OK(__vg_write_file("/proc/self/oom_score_adj", score));
		for (i = 0; i < buffers; i++)
			vg_blob(fd, GUEST, MAPPABLE, OOM_BUFFER * 1024);
		VG_ASSERT(write(ready[1], "", 1) == 1);
		for (;;)
			pause();
	}
	VG_ASSERT(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	close(ready[1]);
	return child;
}

#define TRY_MS 2000

/*
 * Has the OOM killer take it, which is the best to be killed. Kernels before 6.1 kill nobody
 * as long as drivers find something to give back: says how often.
 */
static int kill_candidate(pid_t pid)
{
	const int waits = TRY_MS / 20;
	int i;

	for (i = 0; waitpid(pid, NULL, WNOHANG) != pid; i++) {
		VG_ASSERT(i < 10 * waits);
		if (i % waits == 0)
			VG_OK(__vg_write_file("/proc/sysrq-trigger", "f"));
		usleep(20000);
	}
	return i / waits;
}

/*
 * What a process held that the OOM killer has killed is back before the next is
 * killed, though the host takes its time.
 */
TEST_F_TIMEOUT(sim, buffers_of_oom_victim_back_before_next_kill, 60)
{
	pid_t first, second;
	long before, held;

	SIM_PLUG();
	before = memory_at_rest();
	first = oom_candidate("1000", 8);
	second = oom_candidate("999", 0);
	held = memory();
	EXPECT_GT(held, before + 8 * OOM_BUFFER - OOM_NOISE);
	vg_sim_script("RESOURCE_UNREF 0 delay 200");
	kill_candidate(first);
	EXPECT_GT(memory(), held - OOM_NOISE);
	kill_candidate(second);
	EXPECT_LT(memory(), before + OOM_NOISE);
}

/* The kernel waits for that as long as the host takes, and not a second. */
TEST_F_TIMEOUT(sim, oom_killer_waits_no_longer_than_the_host, 60)
{
	pid_t first, second;
	long from, in_vain;

	SIM_PLUG();
	first = oom_candidate("1000", 1);
	second = oom_candidate("999", 0);
	/* Nor does it wait until the host has nothing else to do. */
	vg_sim_fence(self->fd, 0, 0, VSIM_OP_HOLD, 1);
	vg_sim_script("RESOURCE_UNREF 0 delay 100");
	kill_candidate(first);
	from = vg_now();
	in_vain = kill_candidate(second);
	EXPECT_LT(vg_now() - from - in_vain * TRY_MS, 900);
	vg_sim_control("release");
}

/* An error does not give a file the context that CONTEXT_INIT is to make. */
TEST_F(sim, ring_without_context_leaves_none)
{
	struct drm_virtgpu_execbuffer args = { .flags = RING_IDX, .fence_fd = -1 };
	struct drm_virtgpu_context_set_param param = {
		.param = VIRTGPU_CONTEXT_PARAM_NUM_RINGS,
		.value = 2,
	};

	SIM_PLUG();
	EXPECT_EQ(-EINVAL, __vg_submit(self->fd, &args));
	EXPECT_EQ(0, __vg_context_init(self->fd, &param, 1));
}

TEST_HARNESS_MAIN
