// SPDX-License-Identifier: MIT
/*
 * In which order does work of many clients end, and who waits for whom?
 */
#include <signal.h>

#include "igt.h"
#include "igt_virtgpu.h"
#include "sw_sync.h"

IGT_TEST_DESCRIPTION("Order and waiting of virtio-gpu submissions under load");

#define MANY 300
#define CLIENTS 8

/* Fences of one timeline signal in the order of their submissions. */
static void expect_order(int *fences, int count)
{
	uint64_t last = 0;

	igt_assert_eq(sync_fence_wait(fences[count - 1], IGT_VIRTGPU_SOON), 0);
	for (int i = 0; i < count; i++) {
		uint64_t now;

		igt_assert_eq(sync_fence_status(fences[i]), 1);
		now = igt_virtgpu_fence_time(fences[i]);
		igt_assert_lte_u64(last, now);
		last = now;
		close(fences[i]);
	}
}

static void submit_in_order(int fd, uint32_t flags)
{
	int fences[MANY];

	for (int i = 0; i < MANY; i++)
		fences[i] = igt_virtgpu_submit(fd, flags, -1);
	expect_order(fences, MANY);
}

static void order_of_many_clients(void)
{
	igt_fork(child, CLIENTS) {
		int fd = drm_open_driver_render(DRIVER_VIRTIO);

		submit_in_order(fd, 0);
		close(fd);
	}
	igt_waitchildren();
}

/* Each submission waits for the one before it, which is the other file's. */
static void chain(int fd)
{
	int other = drm_reopen_driver(fd);
	int fences[100];

	for (int i = 0; i < ARRAY_SIZE(fences); i++)
		fences[i] = igt_virtgpu_submit(i & 1 ? other : fd, 0,
					       i ? fences[i - 1] : -1);
	expect_order(fences, ARRAY_SIZE(fences));
	close(other);
}

/* One submission that waits for the last of every client's. */
static void merged(int fd)
{
	int files[CLIENTS], last[CLIENTS], all = -1, out;

	for (int i = 0; i < CLIENTS; i++) {
		files[i] = drm_reopen_driver(fd);
		for (int n = 0; n < 20; n++)
			close(igt_virtgpu_submit(files[i], 0, -1));
		last[i] = igt_virtgpu_submit(files[i], 0, -1);
		if (all < 0) {
			all = dup(last[i]);
		} else {
			int both = sync_fence_merge(all, last[i]);

			close(all);
			all = both;
		}
	}
	out = igt_virtgpu_submit(fd, 0, all);
	igt_assert_eq(sync_fence_wait(out, IGT_VIRTGPU_SOON), 0);
	for (int i = 0; i < CLIENTS; i++) {
		igt_assert_eq(sync_fence_status(last[i]), 1);
		igt_assert_lte_u64(igt_virtgpu_fence_time(last[i]),
				   igt_virtgpu_fence_time(out));
		close(last[i]);
		close(files[i]);
	}
	close(all);
	close(out);
}

/*
 * A client whose work waits. A driver may wait inside EXECBUFFER, so this is
 * done by a child.
 */
static void wait_in_child(struct igt_virtgpu_gate *gate, uint32_t flags)
{
	int fd = drm_open_driver_render(DRIVER_VIRTIO);
	int out;

	if (flags & VIRTGPU_EXECBUF_RING_IDX)
		igt_virtgpu_context(fd, 1, 0);
	out = igt_virtgpu_submit(fd, flags, gate->fence);
	igt_assert_eq(sync_fence_wait(out, IGT_VIRTGPU_SOON), 0);
	igt_assert_eq(sync_fence_status(gate->fence), 1);
	igt_assert_lte_u64(igt_virtgpu_fence_time(gate->fence),
			   igt_virtgpu_fence_time(out));
	close(fd);
}

/* Who waits does not hold up who does not. */
static void independence(int fd, uint32_t flags)
{
	struct igt_virtgpu_gate gate;
	int files[CLIENTS];

	igt_virtgpu_gate_init(&gate);
	igt_fork(child, CLIENTS)
		wait_in_child(&gate, flags);
	usleep(300000);
	for (int i = 0; i < CLIENTS; i++) {
		files[i] = drm_reopen_driver(fd);
		igt_virtgpu_expect_done(igt_virtgpu_submit(files[i], 0, -1));
		igt_assert_eq(sync_fence_status(gate.fence), 0);
		close(files[i]);
	}
	igt_virtgpu_gate_open(&gate);
	igt_waitchildren_timeout(20, "a client waits although its fence signalled");
	igt_virtgpu_gate_fini(&gate);
}

/* The ring of a context waits; what is submitted without a ring goes on. */
static void ring_independence(int fd)
{
	struct igt_virtgpu_gate gate;

	igt_virtgpu_gate_init(&gate);
	igt_virtgpu_context(fd, 1, 0);
	igt_fork(child, 1) {
		int out = igt_virtgpu_submit(fd, VIRTGPU_EXECBUF_RING_IDX, gate.fence);

		igt_assert_eq(sync_fence_wait(out, IGT_VIRTGPU_SOON), 0);
		igt_assert_eq(sync_fence_status(gate.fence), 1);
	}
	usleep(300000);
	for (int i = 0; i < 20; i++)
		igt_virtgpu_expect_done(igt_virtgpu_submit(fd, 0, -1));
	igt_assert_eq(sync_fence_status(gate.fence), 0);
	igt_virtgpu_gate_open(&gate);
	igt_waitchildren_timeout(20, "the ring waits although its fence signalled");
	igt_virtgpu_gate_fini(&gate);
}

/* SIGKILL ends a client whose work waits, long before the fence signals. */
static void killed(int fd)
{
	struct igt_virtgpu_gate gate;
	struct timespec start = { };
	int status;
	pid_t child;

	igt_virtgpu_gate_init(&gate);
	child = fork();
	igt_assert_lte(0, child);
	if (!child) {
		int own = __drm_open_driver_render(DRIVER_VIRTIO);

		for (int i = 0; i < 4; i++)
			igt_virtgpu_submit(own, 0, gate.fence);
		pause();
		_exit(0);
	}
	usleep(300000);
	igt_nsec_elapsed(&start);
	kill(child, SIGKILL);
	igt_assert_eq(waitpid(child, &status, 0), child);
	igt_assert(WIFSIGNALED(status));
	igt_assert_f(igt_nsec_elapsed(&start) < 4ull * NSEC_PER_SEC,
		     "the client lived on for its fence\n");
	igt_assert_eq(sync_fence_status(gate.fence), 0);
	igt_virtgpu_expect_done(igt_virtgpu_submit(fd, 0, -1));
	igt_virtgpu_gate_open(&gate);
	igt_virtgpu_gate_fini(&gate);
}

/* Whoever holds a fence learns of the end, though the submitter is gone. */
static void outlives(void)
{
	uint32_t flags = 0;
	int fences[40][8];

	for (int i = 0; i < ARRAY_SIZE(fences); i++) {
		int fd = drm_open_driver_render(DRIVER_VIRTIO);

		/* Hosts finish the rings of a context in threads of their own. */
		if (igt_virtgpu_param(fd, VIRTGPU_PARAM_CONTEXT_INIT)) {
			igt_virtgpu_context(fd, 1, 0);
			flags = VIRTGPU_EXECBUF_RING_IDX;
		}
		for (int n = 0; n < ARRAY_SIZE(fences[i]); n++)
			fences[i][n] = igt_virtgpu_submit(fd, flags, -1);
		close(fd);
	}
	for (int i = 0; i < ARRAY_SIZE(fences); i++)
		for (int n = 0; n < ARRAY_SIZE(fences[i]); n++) {
			igt_assert_eq(sync_fence_wait(fences[i][n], IGT_VIRTGPU_SOON), 0);
			close(fences[i][n]);
		}
}

/* Interrupted calls either did their work or changed nothing. */
static void signals(int fd)
{
	uint32_t handle = igt_virtgpu_texture(fd, 64, 64);
	int fds = igt_virtgpu_count_fds(), done = 0;

	igt_fork_signal_helper();
	for (int tries = 0; done < MANY && tries < 100 * MANY; tries++) {
		struct drm_virtgpu_execbuffer args = {
			.flags = VIRTGPU_EXECBUF_FENCE_FD_OUT,
			.fence_fd = -5,
			.bo_handles = to_user_pointer(&handle),
			.num_bo_handles = 1,
		};

		if (!ioctl(fd, DRM_IOCTL_VIRTGPU_EXECBUFFER, &args)) {
			close(args.fence_fd);
			done++;
		} else {
			igt_assert_eq(errno, EINTR);
			igt_assert_eq(args.fence_fd, -5);
		}
	}
	igt_stop_signal_helper();
	igt_assert_eq(done, MANY);
	igt_assert_eq(igt_virtgpu_count_fds(), fds);
	igt_virtgpu_wait(fd, handle);
	gem_close(fd, handle);
}

/* Two clients hand each other points of one timeline. */
static void timeline(int fd)
{
	int other = drm_reopen_driver(fd), file = -1;
	uint32_t mine, theirs;
	uint64_t point = 0;

	igt_assert_eq(drmSyncobjCreate(fd, 0, &mine), 0);
	igt_assert_eq(drmSyncobjHandleToFD(fd, mine, &file), 0);
	igt_assert_eq(drmSyncobjFDToHandle(other, file, &theirs), 0);
	for (uint64_t i = 1; i <= 60; i++) {
		bool odd = i & 1;
		struct drm_virtgpu_execbuffer_syncobj in = {
			.handle = odd ? mine : theirs, .point = i - 1,
		}, out = {
			.handle = odd ? mine : theirs, .point = i,
		};
		struct drm_virtgpu_execbuffer args = {
			.syncobj_stride = sizeof(in),
			.num_in_syncobjs = i > 1,
			.in_syncobjs = to_user_pointer(&in),
			.num_out_syncobjs = 1,
			.out_syncobjs = to_user_pointer(&out),
		};

		igt_assert_eq(__igt_virtgpu_execbuffer(odd ? fd : other, &args), 0);
	}
	point = 60;
	igt_assert_eq(drmSyncobjTimelineWait(other, &theirs, &point, 1, INT64_MAX, 0,
					     NULL), 0);
	igt_assert_eq(drmSyncobjQuery(fd, &mine, &point, 1), 0);
	igt_assert_eq(point, 60);
	close(file);
	close(other);
}

/* WAIT sees a submission that holds the buffer, and its end. */
static void busy(int fd)
{
	uint32_t handle = igt_virtgpu_texture(fd, 64, 64);
	bool seen = false;

	for (int tries = 0; tries < 50 && !seen; tries++) {
		for (int i = 0; i < 50; i++)
			igt_virtgpu_submit_bo(fd, handle);
		seen = __igt_virtgpu_wait(fd, handle, VIRTGPU_WAIT_NOWAIT) == -EBUSY;
	}
	igt_assert_f(seen, "the buffer was never busy\n");
	igt_virtgpu_wait(fd, handle);
	igt_assert_eq(__igt_virtgpu_wait(fd, handle, VIRTGPU_WAIT_NOWAIT), 0);
	gem_close(fd, handle);
}

int igt_main()
{
	int fd = -1;

	igt_fixture() {
		fd = drm_open_driver_render(DRIVER_VIRTIO);
		igt_virtgpu_require(fd, 3D_FEATURES);
	}

	igt_describe("Fences of one client signal in the order of its submissions");
	igt_subtest("fences-in-order")
		submit_in_order(fd, 0);

	igt_describe("The same for each of many clients at once");
	igt_subtest("fences-in-order-many-clients")
		order_of_many_clients();

	igt_describe("A chain of in-fences from file to file ends in order");
	igt_subtest("in-fence-chain")
		chain(fd);

	igt_describe("A merged in-fence of many clients is waited for in full");
	igt_subtest("in-fence-of-many-clients")
		merged(fd);

	igt_describe("Clients that wait for a fence do not hold up the others");
	igt_subtest("waiting-clients-stop-nobody")
		independence(fd, 0);

	igt_describe("Clients whose rings wait do not hold up the others");
	igt_subtest("waiting-rings-stop-nobody") {
		igt_virtgpu_require(fd, CONTEXT_INIT);
		independence(fd, VIRTGPU_EXECBUF_RING_IDX);
	}

	igt_describe("What is submitted without a ring passes a ring that waits");
	igt_subtest("ringless-passes-waiting-ring") {
		int own = drm_reopen_driver(fd);

		igt_virtgpu_require(fd, CONTEXT_INIT);
		ring_independence(own);
		close(own);
	}

	igt_describe("A client whose work waits can be killed at once");
	igt_subtest("killed-while-waiting")
		killed(fd);

	igt_describe("Fences signal although the files that they came from are closed");
	igt_subtest("fences-outlive-files")
		outlives();

	igt_describe("Submissions under a storm of signals leak nothing and lose nothing");
	igt_subtest("signal-storm")
		signals(fd);

	igt_describe("Two clients pass a timeline on, point by point");
	igt_subtest("timeline-between-clients") {
		uint64_t cap = 0;

		drmGetCap(fd, DRM_CAP_SYNCOBJ_TIMELINE, &cap);
		igt_require_f(cap, "device lacks DRM_CAP_SYNCOBJ_TIMELINE\n");
		timeline(fd);
	}

	igt_describe("WAIT answers busy while a submission holds the buffer, and not after");
	igt_subtest("buffer-busy-until-done")
		busy(fd);

	igt_fixture()
		drm_close_driver(fd);
}
