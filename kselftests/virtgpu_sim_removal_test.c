// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may not happen before a device that goes is reset, and what not after?
 */
#include "sim_fixture.h"

#include <stdlib.h>

#define DELAY 300000	/* microseconds until a thread surely waits */

/* A submission in a thread of its own */
struct submitter {
	int fd;
	struct drm_virtgpu_execbuffer args;
	int ret;
};

static void *submit(void *arg)
{
	struct submitter *s = arg;

	s->ret = __vg_submit(s->fd, &s->args);
	return NULL;
}

/*
 * Nothing is parked behind another driver's fence that may signal when the device is no
 * more, and what would be called then neither.
 */
TEST_F(sim, work_submitted_while_the_device_goes_ends_with_enodev)
{
	struct submitter s = { .args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN | FENCE_OUT,
		.size = PAGE,
	} };
	struct vg_userfault userfault;
	void *bytes = calloc(1, PAGE);
	int log = vg_log_open();
	struct vg_gate gate;
	pthread_t thread;

	ASSERT_NE(NULL, bytes);
	VG_USERFAULT(&userfault);
	VG_GATE(&gate);
	SIM_PLUG();
	vg_submit(self->fd, 0);
	s.fd = self->fd;
	s.args.command = VG_PTR(userfault.page);
	s.args.fence_fd = gate.fence;
	VG_ASSERT(!pthread_create(&thread, NULL, submit, &s));
	ASSERT_TRUE(vg_userfault_waits(&userfault));
	vg_sim_unplug();
	vg_userfault_fill(&userfault, bytes);
	free(bytes);
	VG_ASSERT(!pthread_join(thread, NULL));
	ASSERT_EQ(0, s.ret);
	EXPECT_TRUE(vg_fence_signals(s.args.fence_fd, 1000));
	EXPECT_EQ(-ENODEV, vg_fence_status(s.args.fence_fd));
	close(self->fd);
	usleep(DELAY);
	vg_gate_open(&gate);
	usleep(DELAY);
	EXPECT_EQ(NULL, vg_log_complaint(log));
	vg_gate_fini(&gate);
}

static void *unplug(void *unused)
{
	vg_sim_unplug();
	return NULL;
}

/*
 * Until the reset is over, the device may write to what it was given. Of the fences one
 * is the host's, and one stands in line behind it; so does the end of a buffer.
 */
TEST_F(sim, nothing_ends_before_the_device_that_goes_is_reset)
{
	int first, last = -1, i;
	pthread_t thread;
	struct vg_bo bo;

	vg_sim_set("queue_size", 4);
	vg_sim_set("reset_ms", 1000);
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_blob(self->fd, GUEST, MAPPABLE, 16 << 20);
	first = vg_sim_fence(self->fd, RING_IDX, 0, VSIM_OP_HOLD, 1);
	for (i = 0; i < 8; i++) {
		close(last);
		last = vg_submit_fence(self->fd, RING_IDX);
	}
	vg_close_handle(self->fd, bo.handle);
	VG_ASSERT(!pthread_create(&thread, NULL, unplug, NULL));
	usleep(DELAY);
	EXPECT_FALSE(vg_fence_signals(last, 0));
	EXPECT_FALSE(vg_fence_signals(first, 0));
	VG_ASSERT(!pthread_join(thread, NULL));
	EXPECT_TRUE(vg_fence_signals(last, VG_SOON));
	EXPECT_EQ(-ENODEV, vg_fence_status(first));
	/* The memory: the device looks at its reset whether it was freed. */
	EXPECT_STREQ(VG_NO_VIOLATIONS, vg_sim_violations());
}

/* SETCRTC in a thread of its own */
struct shower {
	int fd;
	struct vg_screen screen;
	__u32 fb;
};

static void *show(void *arg)
{
	struct shower *s = arg;

	__vg_show(s->fd, &s->screen, s->fb);
	return NULL;
}

/* Who shows a buffer waits for the work in it, and has locks that the removal needs. */
TEST_F(sim, who_waits_to_show_a_busy_buffer_holds_up_nobody)
{
	struct vsim_operation hold = { .op = VSIM_OP_HOLD };
	struct drm_virtgpu_execbuffer args = { .num_bo_handles = 1 };
	struct shower s;
	pthread_t thread;
	__u32 handle;
	long from;

	vg_sim_set("num_scanouts", 1);
	vg_sim_control("plug");
	self->fd = vg_open_primary();
	s.fd = self->fd;
	s.screen = vg_screen(self->fd);
	VG_OK(__vg_show(self->fd, &s.screen, vg_screen_framebuffer(self->fd, &s.screen)));
	handle = vg_dumb(self->fd, s.screen.mode.hdisplay, s.screen.mode.vdisplay);
	s.fb = vg_framebuffer(self->fd, handle, s.screen.mode.hdisplay,
			      s.screen.mode.vdisplay);
	args.bo_handles = VG_PTR(&handle);
	VG_OK(__vg_sim_submit(self->fd, &args, &hold, 1));
	VG_ASSERT(!pthread_create(&thread, NULL, show, &s));
	usleep(DELAY);
	from = vg_now();
	vg_sim_unplug();
	EXPECT_GT(5000, vg_now() - from);
	VG_ASSERT(!pthread_join(thread, NULL));
}

TEST_HARNESS_MAIN
