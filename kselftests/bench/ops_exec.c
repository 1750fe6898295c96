// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does EXECBUFFER cost, alone and with all that may come with it?
 */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define FENCE_OUT VIRTGPU_EXECBUF_FENCE_FD_OUT
#define FENCE_IN VIRTGPU_EXECBUF_FENCE_FD_IN
#define RING_IDX VIRTGPU_EXECBUF_RING_IDX

/* What goes with each submission of an operation */
struct exec_state {
	struct drm_virtgpu_execbuffer args;
	struct drm_virtgpu_execbuffer_syncobj out;
	int fence_in;
};

static struct exec_state exec_state;

static int fd_of(const struct bench *b)
{
	return b->op->flags & RING_IDX ? b->ring_fd : b->fd;
}

static void exec_start(struct bench *b)
{
	struct exec_state *state = &exec_state;
	unsigned int i;

	memset(state, 0, sizeof(*state));
	state->args.flags = b->op->flags;
	state->args.command = VG_PTR(b->stream);
	state->args.size = b->op->size;
	state->args.fence_fd = -1;
	for (i = 0; i < b->op->objects; i++) {
		b->bos[i] = vg_blob(fd_of(b), VIRTGPU_BLOB_MEM_GUEST, 0, 4096);
		b->handles[i] = b->bos[i].handle;
	}
	state->args.bo_handles = VG_PTR(b->handles);
	state->args.num_bo_handles = b->op->objects;
	b->state = state;
}

static void exec_start_syncobj(struct bench *b)
{
	struct exec_state *state = &exec_state;

	exec_start(b);
	state->out.handle = vg_syncobj(fd_of(b));
	state->args.syncobj_stride = sizeof(state->out);
	state->args.num_out_syncobjs = 1;
	state->args.out_syncobjs = VG_PTR(&state->out);
}

static void exec_start_fence_in(struct bench *b)
{
	exec_start(b);
	exec_state.fence_in = vg_submit_fence(fd_of(b), 0);
	VG_ASSERT(vg_fence_signals(exec_state.fence_in, VG_SOON));
}

static void exec_end(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->op->objects; i++)
		vg_close_handle(fd_of(b), b->handles[i]);
	if (exec_state.out.handle)
		vg_syncobj_destroy(fd_of(b), exec_state.out.handle);
	if (b->op->flags & FENCE_IN)
		close(exec_state.fence_in);
}

static void exec_run(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		VG_OK(__vg_submit(fd_of(b), &exec_state.args));
	bench_drain(b);
}

static void exec_run_fence_out(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++) {
		VG_OK(__vg_submit(fd_of(b), &exec_state.args));
		close(exec_state.args.fence_fd);
	}
	bench_drain(b);
}

static void exec_run_fence_in(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++) {
		exec_state.args.fence_fd = exec_state.fence_in;
		VG_OK(__vg_submit(fd_of(b), &exec_state.args));
	}
	bench_drain(b);
}

static void exec_run_rings(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++) {
		exec_state.args.ring_idx = i % 64;
		VG_OK(__vg_submit(fd_of(b), &exec_state.args));
	}
	bench_drain(b);
}

static void exec_round_trip(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++) {
		VG_OK(__vg_submit(fd_of(b), &exec_state.args));
		VG_ASSERT(vg_fence_signals(exec_state.args.fence_fd, VG_SOON));
		close(exec_state.args.fence_fd);
	}
}

static void exec_round_trip_syncobj(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++) {
		VG_OK(__vg_submit(fd_of(b), &exec_state.args));
		VG_OK(__vg_syncobj_wait(fd_of(b), exec_state.out.handle, 0, VG_SOON));
	}
}

static void getparam_run(struct bench *b)
{
	__u64 value;
	unsigned int i;

	for (i = 0; i < b->count; i++)
		VG_OK(__vg_getparam(b->fd, VIRTGPU_PARAM_3D_FEATURES, &value));
}

static void open_run(struct bench *b)
{
	unsigned int i;

	for (i = 0; i < b->count; i++)
		close(vg_open());
}

#define EXEC(name_, size_, objects_, flags_, batch_)			\
	{ .name = name_, .needs = VG_3D, .batch = batch_, .size = size_,	\
	  .objects = objects_, .flags = flags_, .start = exec_start,	\
	  .run = exec_run, .end = exec_end }

#define EXEC_WITH(name_, size_, flags_, batch_, start_, run_)		\
	{ .name = name_, .needs = VG_3D, .batch = batch_, .size = size_,	\
	  .flags = flags_, .start = start_, .run = run_, .end = exec_end }

const struct bench_op bench_exec_ops[] = {
	{ .name = "getparam", .batch = 1000, .run = getparam_run },
	{ .name = "open-close", .batch = 200, .run = open_run },
	EXEC("exec-0", 0, 0, 0, 200),
	EXEC("exec-16", 16, 0, 0, 200),
	EXEC("exec-4K", 4096, 0, 0, 200),
	EXEC("exec-64K", 65536, 0, 0, 50),
	EXEC("exec-1M", 1 << 20, 0, 0, 8),
	EXEC("exec-16-burst-1000", 16, 0, 0, 1000),
	EXEC("exec-16-bo-1", 16, 1, 0, 200),
	EXEC("exec-16-bo-16", 16, 16, 0, 200),
	EXEC("exec-16-bo-256", 16, 256, 0, 50),
	EXEC_WITH("exec-16-fence-out", 16, FENCE_OUT, 200, exec_start, exec_run_fence_out),
	EXEC_WITH("exec-16-fence-in", 16, FENCE_IN, 200, exec_start_fence_in, exec_run_fence_in),
	EXEC_WITH("exec-16-syncobj-out", 16, 0, 200, exec_start_syncobj, exec_run),
	EXEC_WITH("exec-0-ring", 0, RING_IDX, 200, exec_start, exec_run),
	EXEC_WITH("exec-0-ring-64", 0, RING_IDX, 200, exec_start, exec_run_rings),
	EXEC_WITH("round-trip-fence", 16, FENCE_OUT, 100, exec_start, exec_round_trip),
	EXEC_WITH("round-trip-ring", 0, FENCE_OUT | RING_IDX, 100, exec_start, exec_round_trip),
	EXEC_WITH("round-trip-syncobj", 16, 0, 100, exec_start_syncobj,
		  exec_round_trip_syncobj),
	{ }
};
