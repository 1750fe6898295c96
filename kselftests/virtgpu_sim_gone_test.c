// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of clients' work that the host never ends, and of clients beside them?
 */
#include "sim_fixture.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>

/* What others' round trips take at most, in milliseconds */
#define OTHERS_MS	1000

/* How long the work of a closed context may take, and a bit; in microseconds */
#define DEADLINE_US	11000000

/* For how long a host may keep the ring that has the hang timeout of a test, and a bit */
#define KEPT_US		(VG_SIM_HANG_TIMEOUT * 1000 + 1000000)

/* More clients than it takes to have all of a ring of 256 descriptors */
#define CLIENTS		5

/* A child submits so much that never ends, or until it is made to wait. */
static pid_t begin_endless_work(unsigned int count)
{
	const struct vsim_operation hold = { .op = VSIM_OP_HOLD, .a = 1 };
	pid_t child = fork();
	int fd;

	VG_ASSERT(child >= 0);
	if (child)
		return child;
	fd = vg_open();
	while (count--) {
		struct drm_virtgpu_execbuffer args = { .flags = FENCE_OUT };

		VG_OK(__vg_sim_submit(fd, &args, &hold, 1));
		close(args.fence_fd);
	}
	for (;;)
		pause();
}

static void begin_all(pid_t *children)
{
	int i;

	for (i = 0; i < CLIENTS; i++) {
		children[i] = begin_endless_work(UINT_MAX);
		usleep(500000);
	}
}

static void kill_all(const pid_t *children)
{
	int i;

	for (i = 0; i < CLIENTS; i++)
		vg_reap(children[i], 0);
}

/* When they have gone the ring is had back, though nothing in it is ever answered. */
TEST_F_TIMEOUT(sim, ring_full_of_endless_work_comes_back, 120)
{
	pid_t children[CLIENTS];

	SIM_PLUG();
	close(self->fd);
	begin_all(children);
	kill_all(children);
	usleep(DEADLINE_US);
	EXPECT_TRUE(vg_sim_becomes("contexts", 0));
	self->fd = vg_open();
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), 10 * OTHERS_MS));
	vg_sim_control("release");
}

/* A screen that shows something, and can show something else */
struct frames {
	struct vg_screen screen;
	__u32 fbs[2];
};

static int plug_screen(struct frames *frames)
{
	int fd, i;

	vg_sim_set("num_scanouts", 1);
	vg_sim_control("plug");
	fd = vg_open_primary();
	frames->screen = vg_screen(fd);
	for (i = 0; i < 2; i++)
		frames->fbs[i] = vg_screen_framebuffer(fd, &frames->screen);
	VG_OK(__vg_show(fd, &frames->screen, frames->fbs[0]));
	return fd;
}

/* The screen has a place of its own, while clients wait for theirs. */
TEST_F_TIMEOUT(sim, screen_goes_on_beside_endless_work, 120)
{
	pid_t children[CLIENTS];
	struct frames frames;

	self->fd = plug_screen(&frames);
	begin_all(children);
	ASSERT_EQ(0, __vg_flip(self->fd, &frames.screen, frames.fbs[1]));
	EXPECT_NE(0, vg_flip_done(self->fd, OTHERS_MS));
	kill_all(children);
	vg_sim_control("release");
}

/* Flips, and half of what it takes to give up waiting for each answer, in milliseconds */
#define FLIPS		30
#define FLIPS_MS	(FLIPS * 50)

/* The host has not given the places of who is gone back: answers to others are noticed at once. */
TEST_F_TIMEOUT(sim, screen_goes_on_behind_what_the_host_keeps, 60)
{
	struct frames frames;
	pid_t child;
	long from;
	int i;

	self->fd = plug_screen(&frames);
	/* So little that interrupts are not needed to make room */
	child = begin_endless_work(16);
	usleep(500000);
	vg_reap(child, 0);
	usleep(DEADLINE_US);
	from = vg_now();
	for (i = 1; i <= FLIPS; i++) {
		ASSERT_EQ(0, __vg_flip(self->fd, &frames.screen, frames.fbs[i % 2]));
		ASSERT_NE(0, vg_flip_done(self->fd, OTHERS_MS));
	}
	EXPECT_GT(FLIPS_MS, vg_now() - from);
	vg_sim_control("release");
}

/* A host that keeps the ring for contexts that it has destroyed is reset for it. */
TEST_F_TIMEOUT(sim, ring_that_the_host_keeps_is_had_back, 120)
{
	pid_t children[CLIENTS];
	int i;

	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	close(self->fd);
	for (i = 0; i < 2 && !vg_sim_state("resets"); i++) {
		begin_all(children);
		kill_all(children);
		usleep(DEADLINE_US + KEPT_US);
	}
	ASSERT_TRUE(vg_sim_becomes("resets", 1));
	self->fd = vg_open();
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
}

/* Behind whom as much is parked as a client may: 60 MiB */
static void park_and_go(int in_fence)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN,
		.fence_fd = in_fence,
		.size = 4 << 20,
	};
	void *stream = calloc(1, args.size);
	int i, fd = vg_open();

	VG_ASSERT(stream);
	args.command = VG_PTR(stream);
	for (i = 0; i < 15; i++)
		VG_OK(__vg_submit(fd, &args));
	close(fd);
	free(stream);
}

/* Whoever has parked nothing has its time, however much others have left. */
TEST_F_TIMEOUT(sim, work_of_who_leaves_nothing_parked_ends, 60)
{
	int hold, last, other, i;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	hold = vg_sim_fence(self->fd, RING_IDX, 0, VSIM_OP_HOLD, 1);
	vg_sim_script("CTX_DESTROY 0 hold");
	for (i = 0; i < 3; i++)
		park_and_go(hold);
	other = vg_open();
	vg_ring_context(other, 1, 0);
	last = vg_sim_fence(other, RING_IDX, 0, VSIM_OP_DELAY, 3000);
	close(other);
	usleep(500000);
	vg_sim_control("defaults");
	vg_sim_control("release");
	ASSERT_TRUE(vg_fence_signals(last, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(last));
}

static void be_interrupted(int number)
{
}

static void *make_storage(void *fd)
{
	vg_blob(*(int *)fd, HOST3D, 0, PAGE);
	return NULL;
}

/* So many submissions that one command more is too much for a client that is alone */
#define ALMOST_ALL	95

/* Hosts make storage once: a call that begins anew would ask for what is gone. */
TEST_F(sim, storage_whose_maker_is_interrupted_made_once)
{
	struct sigaction action = { .sa_handler = be_interrupted, .sa_flags = SA_RESTART };
	pthread_t thread;
	int i;

	SIM_PLUG();
	for (i = 0; i < ALMOST_ALL; i++)
		close(vg_sim_fence(self->fd, 0, 0, VSIM_OP_HOLD, 1));
	VG_ASSERT(!sigaction(SIGUSR1, &action, NULL));
	VG_ASSERT(!pthread_create(&thread, NULL, make_storage, &self->fd));
	usleep(300000);
	pthread_kill(thread, SIGUSR1);
	usleep(300000);
	vg_sim_control("release");
	VG_ASSERT(!pthread_join(thread, NULL));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(1, vg_sim_state("RESOURCE_CREATE_BLOB"));
}

TEST_HARNESS_MAIN
