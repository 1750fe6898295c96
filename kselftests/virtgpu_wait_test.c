// SPDX-License-Identifier: GPL-2.0-only
/*
 * When does WAIT end?
 */
#include "kselftest_harness.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <libvirtgpu.h>

#define WAIT DRM_IOCTL_VIRTGPU_WAIT
#define NOWAIT VIRTGPU_WAIT_NOWAIT

FIXTURE(wait) {
	int fd;
	__u32 handle;
};

FIXTURE_VARIANT(wait) {
	unsigned int needs;
	bool blob;
};

FIXTURE_VARIANT_ADD(wait, classic) {
	.blob = false,
};

FIXTURE_VARIANT_ADD(wait, guest_blob) {
	.needs = VG_BLOB,
	.blob = true,
};

FIXTURE_SETUP(wait)
{
	VG_OPEN(self->fd, variant->needs);
	if (variant->blob)
		self->handle = vg_blob(self->fd, VIRTGPU_BLOB_MEM_GUEST,
				       0, VG_PAGE).handle;
	else
		self->handle = vg_picture(self->fd).handle;
	VG_OK(__vg_wait(self->fd, self->handle, 0));
}

FIXTURE_TEARDOWN(wait)
{
	close(self->fd);
}

/* Makes the buffer busy with a gate's fence, or skips. */
#define BUSY(gate)							\
do {									\
	VG_GATE(gate);							\
	if (__vg_make_busy(self->fd, self->handle, gate))		\
		SKIP(return, "needs DMA_BUF_IOCTL_IMPORT_SYNC_FILE");	\
} while (0)

static double seconds(void)
{
	struct timespec now;

	VG_ASSERT(!clock_gettime(CLOCK_MONOTONIC, &now));
	return now.tv_sec + now.tv_nsec / 1e9;
}

TEST_F(wait, an_idle_buffer_is_0)
{
	EXPECT_EQ(0, __vg_wait(self->fd, self->handle, 0));
	EXPECT_EQ(0, __vg_wait(self->fd, self->handle, NOWAIT));
}

TEST_F(wait, unknown_flags_are_ignored)
{
	EXPECT_EQ(0, __vg_wait(self->fd, self->handle, 0xfffffffe));
	EXPECT_EQ(0, __vg_wait(self->fd, self->handle, 0xffffffff));
}

TEST_F(wait, a_bad_handle_is_enoent)
{
	static const __u32 bad[] = { 0, 1000, 0xffffffff };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct drm_virtgpu_3d_wait args = { .handle = bad[i] };

		EXPECT_REFUSED(ENOENT, self->fd, WAIT, &args);
		args.flags = NOWAIT;
		EXPECT_REFUSED(ENOENT, self->fd, WAIT, &args);
	}
}

TEST_F(wait, a_closed_handle_is_enoent)
{
	vg_close_handle(self->fd, self->handle);
	EXPECT_EQ(-ENOENT, __vg_wait(self->fd, self->handle, 0));
}

TEST_F(wait, a_busy_buffer_is_ebusy_at_once)
{
	struct drm_virtgpu_3d_wait args = {
		.handle = self->handle,
		.flags = NOWAIT,
	};
	struct vg_gate gate;
	double start;

	BUSY(&gate);
	start = seconds();
	EXPECT_REFUSED(EBUSY, self->fd, WAIT, &args);
	EXPECT_GT(1, seconds() - start);
	vg_gate_open(&gate);
	EXPECT_EQ(0, __vg_wait(self->fd, self->handle, NOWAIT));
	vg_gate_fini(&gate);
}

static void *open_later(void *gate)
{
	usleep(500000);
	vg_gate_open(gate);
	return NULL;
}

TEST_F(wait, a_busy_buffer_is_waited_for)
{
	struct vg_gate gate;
	pthread_t thread;
	double start;

	BUSY(&gate);
	start = seconds();
	VG_ASSERT(!pthread_create(&thread, NULL, open_later, &gate));
	EXPECT_EQ(0, __vg_wait(self->fd, self->handle, 0));
	EXPECT_LT(0.4, seconds() - start);
	VG_ASSERT(!pthread_join(thread, NULL));
	vg_gate_fini(&gate);
}

static void on_signal(int number)
{
}

TEST_F(wait, a_signal_is_eintr)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct drm_virtgpu_3d_wait args = { .handle = self->handle };
	struct vg_gate gate;

	BUSY(&gate);
	ASSERT_EQ(0, sigaction(SIGALRM, &action, NULL));
	alarm(1);
	EXPECT_EQ(-EINTR, __vg_ioctl_once(self->fd, WAIT, &args));
	vg_gate_open(&gate);
	EXPECT_EQ(0, __vg_wait(self->fd, self->handle, 0));
	vg_gate_fini(&gate);
}

TEST_F(wait, a_busy_buffer_can_be_closed)
{
	struct vg_gate gate;

	BUSY(&gate);
	vg_close_handle(self->fd, self->handle);
	vg_gate_open(&gate);
	vg_gate_fini(&gate);
	self->handle = vg_picture(self->fd).handle;
	EXPECT_EQ(0, __vg_wait(self->fd, self->handle, 0));
}

TEST_F(wait, work_with_the_buffer_is_waited_for)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_OUT,
		.bo_handles = VG_PTR(&self->handle),
		.num_bo_handles = 1,
	};

	VG_NEED(self->fd, VG_3D);
	ASSERT_EQ(0, __vg_submit(self->fd, &args));
	EXPECT_EQ(0, __vg_wait(self->fd, self->handle, 0));
	EXPECT_EQ(1, vg_fence_status(args.fence_fd));
	close(args.fence_fd);
}

TEST_F(wait, work_with_other_buffers_is_not)
{
	struct vg_gate gate;
	__u32 other = vg_picture(self->fd).handle;

	VG_OK(__vg_wait(self->fd, other, 0));
	BUSY(&gate);
	EXPECT_EQ(0, __vg_wait(self->fd, other, 0));
	vg_gate_open(&gate);
	vg_gate_fini(&gate);
}

TEST_HARNESS_MAIN
