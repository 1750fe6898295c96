// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can one client take from all, and what does it leave behind?
 */
#include "sim_fixture.h"

#include <signal.h>
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

/* Makes buffers and closes them; each detach waits behind what is parked. */
static void make_and_close(int fd, unsigned int *count)
{
	while (*count < MANY) {
		struct vg_bo bo = vg_blob(fd, GUEST, MAPPABLE, 1 << 20);

		VG_OK(__vg_close_handle(fd, bo.handle));
		++*count;
	}
}

/* A child that is made to wait is killed; returns how far it got. */
static unsigned int count_until_throttled(int fd, const struct vg_gate *gate, bool buffers)
{
	unsigned int *count = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int last = ~0u;
	pid_t child;
	int status;

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
	while (last != *count) {
		last = *count;
		usleep(1500000);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return last;
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
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(other, 0), 1000));
	vg_gate_open(&gate);
	vg_gate_fini(&gate);
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

/* So is one whose parked work waits for a fence of another driver. */
TEST_F_TIMEOUT(sim, closed_context_with_parked_work_destroyed, 60)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN | FENCE_OUT,
	};
	struct vg_gate gate;

	VG_GATE(&gate);
	SIM_PLUG();
	args.fence_fd = gate.fence;
	ASSERT_EQ(0, __vg_submit(self->fd, &args));
	close(self->fd);
	EXPECT_TRUE(vg_sim_becomes("contexts", 0) || vg_sim_becomes("contexts", 0));
	EXPECT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	vg_gate_fini(&gate);
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
