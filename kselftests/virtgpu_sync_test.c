// SPDX-License-Identifier: GPL-2.0-only
/*
 * In which order does submitted work run, and what does it wait for?
 *
 * In-fences that are not done come from another driver, which signals them on demand.
 * A driver may wait for one inside EXECBUFFER or behind it, so such calls are
 * made in a thread.
 */
#include "kselftest_harness.h"

#include <pthread.h>
#include <signal.h>

#include <libvirtgpu.h>

#define FENCE_IN VIRTGPU_EXECBUF_FENCE_FD_IN
#define FENCE_OUT VIRTGPU_EXECBUF_FENCE_FD_OUT
#define RING_IDX VIRTGPU_EXECBUF_RING_IDX

/* Long enough to see that something does not happen */
#define A_WHILE 200

typedef struct drm_virtgpu_execbuffer exec_t;
typedef struct drm_virtgpu_execbuffer_syncobj syncobj_t;

/* One EXECBUFFER in a thread */
struct submitter {
	pthread_t thread;
	int fd;
	exec_t args;
	int ret;
};

static void *submit_in_thread(void *arg)
{
	struct submitter *s = arg;

	s->ret = __vg_submit(s->fd, &s->args);
	return NULL;
}

static void submit_start(struct submitter *s)
{
	VG_ASSERT(!pthread_create(&s->thread, NULL, submit_in_thread, s));
}

static int submit_end(struct submitter *s)
{
	VG_ASSERT(!pthread_join(s->thread, NULL));
	return s->ret;
}

FIXTURE(sync) {
	int fd;
	exec_t args;
};

FIXTURE_VARIANT(sync) {
	unsigned int needs;
	bool rings;
};

FIXTURE_VARIANT_ADD(sync, device_timeline) {
	.needs = VG_3D,
	.rings = false,
};

FIXTURE_VARIANT_ADD(sync, ring) {
	.needs = VG_3D | VG_CONTEXT_INIT,
	.rings = true,
};

FIXTURE_SETUP(sync)
{
	VG_OPEN(self->fd, variant->needs);
	if (variant->rings) {
		vg_ring_context(self->fd, 1, 0);
		self->args.flags = RING_IDX;
	}
	self->args.syncobj_stride = sizeof(syncobj_t);
	self->args.fence_fd = -1;
}

FIXTURE_TEARDOWN(sync)
{
	close(self->fd);
}

TEST_F(sync, fences_signal_in_order)
{
	int fences[20], i;

	for (i = 0; i < 20; i++)
		fences[i] = vg_submit_fence(self->fd, self->args.flags);
	ASSERT_TRUE(vg_fence_signals(fences[19], VG_SOON));
	for (i = 0; i < 20; i++) {
		EXPECT_EQ(1, vg_fence_status(fences[i]));
		close(fences[i]);
	}
}

TEST_F(sync, merged_fences_signal_when_both_have)
{
	int one = vg_submit_fence(self->fd, self->args.flags);
	int two = vg_submit_fence(self->fd, self->args.flags);
	int both = vg_fence_merge(one, two);

	EXPECT_TRUE(vg_fence_signals(both, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(one));
	EXPECT_EQ(1, vg_fence_status(two));
	close(one);
	close(two);
	close(both);
}

TEST_F(sync, fences_of_two_files_merge)
{
	int other = vg_open();
	int one = vg_submit_fence(self->fd, self->args.flags);
	int two = vg_submit_fence(other, 0);
	int both = vg_fence_merge(one, two);

	EXPECT_TRUE(vg_fence_signals(both, VG_SOON));
	close(one);
	close(two);
	close(both);
	close(other);
}

TEST_F(sync, a_merged_fence_may_go_in)
{
	int one = vg_submit_fence(self->fd, self->args.flags);
	int two = vg_submit_fence(self->fd, self->args.flags);

	self->args.flags |= FENCE_IN | FENCE_OUT;
	self->args.fence_fd = vg_fence_merge(one, two);
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_TRUE(vg_fence_signals(self->args.fence_fd, VG_SOON));
	EXPECT_TRUE(vg_fence_signals(one, 0));
	EXPECT_TRUE(vg_fence_signals(two, 0));
}

TEST_F(sync, a_fence_of_another_file_may_go_in)
{
	int other = vg_open();
	int theirs = vg_submit_fence(other, 0);

	self->args.flags |= FENCE_IN | FENCE_OUT;
	self->args.fence_fd = theirs;
	ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	EXPECT_TRUE(vg_fence_signals(self->args.fence_fd, VG_SOON));
	EXPECT_TRUE(vg_fence_signals(theirs, 0));
	close(other);
}

TEST_F(sync, work_waits_for_its_in_fence)
{
	struct submitter s = { .fd = self->fd, .args = self->args };
	syncobj_t out = {};
	struct vg_gate gate;

	VG_NEED(self->fd, VG_SYNCOBJ);
	out.handle = vg_syncobj(self->fd);
	VG_GATE(&gate);
	s.args.flags |= FENCE_IN;
	s.args.fence_fd = gate.fence;
	s.args.out_syncobjs = VG_PTR(&out);
	s.args.num_out_syncobjs = 1;
	submit_start(&s);
	EXPECT_EQ(-ETIME, __vg_syncobj_wait_any_fence(self->fd, out.handle,
						      A_WHILE));
	vg_gate_open(&gate);
	EXPECT_EQ(0, submit_end(&s));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, out.handle, 0, VG_SOON));
	vg_gate_fini(&gate);
}

TEST_F(sync, work_waits_for_its_in_syncobj)
{
	struct submitter s = { .fd = self->fd, .args = self->args };
	syncobj_t in = {};
	syncobj_t out = {};
	struct vg_gate gate;

	VG_NEED(self->fd, VG_SYNCOBJ);
	in.handle = vg_syncobj(self->fd);
	out.handle = vg_syncobj(self->fd);
	VG_GATE(&gate);
	vg_syncobj_set(self->fd, in.handle, gate.fence);
	s.args.in_syncobjs = VG_PTR(&in);
	s.args.num_in_syncobjs = 1;
	s.args.out_syncobjs = VG_PTR(&out);
	s.args.num_out_syncobjs = 1;
	submit_start(&s);
	EXPECT_EQ(-ETIME, __vg_syncobj_wait_any_fence(self->fd, out.handle,
						      A_WHILE));
	vg_gate_open(&gate);
	EXPECT_EQ(0, submit_end(&s));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, out.handle, 0, VG_SOON));
	vg_gate_fini(&gate);
}

TEST_F(sync, work_waits_for_all_of_two_in_fences)
{
	struct submitter s = { .fd = self->fd, .args = self->args };
	syncobj_t in = {};
	syncobj_t out = {};
	struct vg_gate first, second;

	VG_NEED(self->fd, VG_SYNCOBJ);
	in.handle = vg_syncobj(self->fd);
	out.handle = vg_syncobj(self->fd);
	VG_GATE(&first);
	VG_GATE(&second);
	vg_syncobj_set(self->fd, in.handle, first.fence);
	s.args.in_syncobjs = VG_PTR(&in);
	s.args.num_in_syncobjs = 1;
	s.args.flags |= FENCE_IN;
	s.args.fence_fd = second.fence;
	s.args.out_syncobjs = VG_PTR(&out);
	s.args.num_out_syncobjs = 1;
	submit_start(&s);
	/* A fence that signals before the call is looked at is not waited for. */
	EXPECT_EQ(-ETIME, __vg_syncobj_wait_any_fence(self->fd, out.handle,
						      A_WHILE));
	vg_gate_open(&first);
	EXPECT_EQ(-ETIME, __vg_syncobj_wait_any_fence(self->fd, out.handle,
						      A_WHILE));
	vg_gate_open(&second);
	EXPECT_EQ(0, submit_end(&s));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, out.handle, 0, VG_SOON));
	vg_gate_fini(&first);
	vg_gate_fini(&second);
}

TEST_F(sync, later_work_does_not_pass_work_that_waits)
{
	struct submitter s = { .fd = self->fd, .args = self->args };
	syncobj_t out = {};
	struct submitter later = { .fd = self->fd, .args = self->args };
	syncobj_t later_out = {};
	struct vg_gate gate;

	VG_NEED(self->fd, VG_SYNCOBJ);
	out.handle = vg_syncobj(self->fd);
	later_out.handle = vg_syncobj(self->fd);
	VG_GATE(&gate);
	s.args.flags |= FENCE_IN;
	s.args.fence_fd = gate.fence;
	s.args.out_syncobjs = VG_PTR(&out);
	s.args.num_out_syncobjs = 1;
	later.args.out_syncobjs = VG_PTR(&later_out);
	later.args.num_out_syncobjs = 1;
	submit_start(&s);
	EXPECT_EQ(-ETIME, __vg_syncobj_wait_any_fence(self->fd, out.handle,
						      A_WHILE));
	if (__vg_syncobj_wait(self->fd, out.handle, 0, 0) == -EINVAL) {
		/* Still inside EXECBUFFER: what comes now comes before it. */
		vg_gate_open(&gate);
		submit_end(&s);
		SKIP(return, "needs a driver whose EXECBUFFER does not wait");
	}
	submit_start(&later);
	EXPECT_EQ(-ETIME, __vg_syncobj_wait_any_fence(self->fd,
						      later_out.handle,
						      A_WHILE));
	vg_gate_open(&gate);
	EXPECT_EQ(0, submit_end(&s));
	EXPECT_EQ(0, submit_end(&later));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, later_out.handle, 0, VG_SOON));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, out.handle, 0, 0));
	vg_gate_fini(&gate);
}

TEST_F(sync, a_gate_that_times_out_does_not_stop_the_work)
{
	struct submitter s = { .fd = self->fd, .args = self->args };
	syncobj_t out = {};
	struct vg_gate gate;

	VG_NEED(self->fd, VG_SYNCOBJ);
	out.handle = vg_syncobj(self->fd);
	VG_GATE(&gate);
	s.args.flags |= FENCE_IN;
	s.args.fence_fd = gate.fence;
	s.args.out_syncobjs = VG_PTR(&out);
	s.args.num_out_syncobjs = 1;
	submit_start(&s);
	/* A fence ends with an error when its owner is closed. */
	close(gate.owner);
	EXPECT_EQ(0, submit_end(&s));
	EXPECT_EQ(0, __vg_syncobj_wait(self->fd, out.handle, 0, VG_SOON));
	close(gate.fence);
}

static void on_signal(int number)
{
}

/*
 * A driver that waits inside EXECBUFFER comes back with EINTR and has changed
 * nothing; one that does not wait has long returned.
 */
TEST_F(sync, a_signal_ends_the_wait_for_an_in_fence)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct vg_gate gate;
	int ret;

	VG_GATE(&gate);
	ASSERT_EQ(0, sigaction(SIGALRM, &action, NULL));
	self->args.flags |= FENCE_IN | FENCE_OUT;
	self->args.fence_fd = gate.fence;
	alarm(1);
	ret = __vg_ioctl_once(self->fd, DRM_IOCTL_VIRTGPU_EXECBUFFER,
			      &self->args);
	if (ret) {
		EXPECT_EQ(-EINTR, ret);
		EXPECT_EQ(gate.fence, self->args.fence_fd);
		vg_gate_open(&gate);
		ASSERT_EQ(0, __vg_submit(self->fd, &self->args));
	} else {
		EXPECT_FALSE(vg_fence_signals(self->args.fence_fd, 0));
		vg_gate_open(&gate);
	}
	EXPECT_TRUE(vg_fence_signals(self->args.fence_fd, VG_SOON));
	vg_gate_fini(&gate);
}

TEST_F(sync, closing_the_file_with_work_that_waits_is_fine)
{
	struct vg_gate gate;
	pid_t child;

	VG_GATE(&gate);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		self->args.flags |= FENCE_IN;
		self->args.fence_fd = gate.fence;
		__vg_submit(self->fd, &self->args);
		_exit(0);
	}
	close(self->fd);
	usleep(A_WHILE * 1000);
	kill(child, SIGKILL);
	ASSERT_EQ(child, waitpid(child, NULL, 0));
	vg_gate_open(&gate);
	vg_gate_fini(&gate);
	self->fd = vg_open();
	vg_submit(self->fd, 0);
}

/* Two contexts on rings of their own */
TEST(a_context_that_waits_does_not_hold_up_another)
{
	struct submitter s = { .args = { .flags = RING_IDX | FENCE_IN } };
	struct vg_gate gate;
	int other, fence;

	VG_OPEN(s.fd, VG_3D | VG_CONTEXT_INIT);
	other = vg_open();
	VG_GATE(&gate);
	vg_ring_context(s.fd, 1, 0);
	vg_ring_context(other, 1, 0);
	s.args.fence_fd = gate.fence;
	submit_start(&s);
	usleep(A_WHILE * 1000);
	fence = vg_submit_fence(other, RING_IDX);
	EXPECT_TRUE(vg_fence_signals(fence, VG_SOON / 2));
	vg_gate_open(&gate);
	EXPECT_EQ(0, submit_end(&s));
	vg_gate_fini(&gate);
}

/* Many threads on one context */
TEST(threads_may_share_a_context)
{
	struct submitter s[16];
	unsigned int i;
	int fd;

	VG_OPEN(fd, VG_3D);
	for (i = 0; i < ARRAY_SIZE(s); i++) {
		memset(&s[i], 0, sizeof(s[i]));
		s[i].fd = fd;
		s[i].args.flags = FENCE_OUT;
		submit_start(&s[i]);
	}
	for (i = 0; i < ARRAY_SIZE(s); i++) {
		ASSERT_EQ(0, submit_end(&s[i]));
		EXPECT_TRUE(vg_fence_signals(s[i].args.fence_fd, VG_SOON));
	}
	close(fd);
}

TEST_HARNESS_MAIN
