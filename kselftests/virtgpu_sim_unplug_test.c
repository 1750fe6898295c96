// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of those who use a device that goes?
 */
#include "sim_fixture.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#include <drm/drm.h>

#define DELAY 300000	/* microseconds until a thread surely waits */

/* A call in a thread of its own, while the device goes */
struct waiter {
	int fd;
	__u32 handle;
	int ret;
	int (*call)(struct waiter *w);
	pthread_t thread;
};

static void *waiter_run(void *arg)
{
	struct waiter *w = arg;

	w->ret = w->call(w);
	return NULL;
}

/* What @call says when the device goes while it waits */
static int unplug_under(int fd, __u32 handle, int (*call)(struct waiter *w))
{
	struct waiter w = { .fd = fd, .handle = handle, .call = call };

	VG_ASSERT(!pthread_create(&w.thread, NULL, waiter_run, &w));
	usleep(DELAY);
	vg_sim_unplug();
	VG_ASSERT(!pthread_join(w.thread, NULL));
	return w.ret;
}

static int call_wait(struct waiter *w)
{
	return __vg_wait(w->fd, w->handle, 0);
}

static int call_mmap(struct waiter *w)
{
	return __vg_mmap(w->fd, w->handle, PAGE) == MAP_FAILED ? -errno : 0;
}

static int call_get_caps(struct waiter *w)
{
	char data[64];
	struct drm_virtgpu_get_caps args = {
		.cap_set_id = VIRTGPU_DRM_CAPSET_VENUS,
		.addr = VG_PTR(data),
		.size = sizeof(data),
	};

	return __vg_ioctl(w->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args);
}

static int call_poll(struct waiter *w)
{
	return vg_fence_signals(w->handle, VG_SOON) ? vg_fence_status(w->handle) : -ETIME;
}

static int call_syncobj(struct waiter *w)
{
	return __vg_syncobj_wait(w->fd, w->handle, 0, VG_SOON);
}

/* Submits until the driver takes no more. */
static int call_flood(struct waiter *w)
{
	struct drm_virtgpu_execbuffer args = { .flags = RING_IDX };
	int ret;

	do {
		ret = __vg_submit(w->fd, &args);
	} while (!ret);
	return ret;
}

TEST_F(sim, open_files_get_enodev_from_each_call)
{
	struct drm_virtgpu_execbuffer args = { 0 };
	struct drm_virtgpu_resource_create create;
	struct vg_bo bo;
	__u64 value;

	SIM_PLUG();
	bo = vg_picture(self->fd);
	create = vg_picture_args(32, 32);
	vg_sim_unplug();
	EXPECT_EQ(-ENODEV, __vg_getparam(self->fd, VIRTGPU_PARAM_3D_FEATURES, &value));
	EXPECT_EQ(-ENODEV, __vg_submit(self->fd, &args));
	EXPECT_EQ(-ENODEV, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &create));
	EXPECT_EQ(-ENODEV, __vg_wait(self->fd, bo.handle, 0));
	EXPECT_EQ(-ENODEV, __vg_map(self->fd, bo.handle, &value));
	EXPECT_EQ(-ENODEV, __vg_close_handle(self->fd, bo.handle));
	EXPECT_EQ(-ENODEV, __vg_context_init(self->fd, NULL, 0));
}

TEST_F(sim, a_held_fence_ends_with_enodev)
{
	int fence;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	fence = vg_sim_fence(self->fd, RING_IDX, 0, VSIM_OP_HOLD, 1);
	vg_sim_unplug();
	ASSERT_TRUE(vg_fence_signals(fence, 0));
	EXPECT_EQ(-ENODEV, vg_fence_status(fence));
}

TEST_F(sim, parked_work_ends_with_enodev)
{
	struct drm_virtgpu_execbuffer args = { 0 };

	SIM_PLUG();
	vg_ring_context(self->fd, 2, 0);
	args.flags = RING_IDX | FENCE_OUT | VIRTGPU_EXECBUF_FENCE_FD_IN;
	args.ring_idx = 1;
	args.fence_fd = vg_sim_fence(self->fd, RING_IDX, 0, VSIM_OP_HOLD, 1);
	ASSERT_EQ(0, __vg_submit(self->fd, &args));
	vg_sim_unplug();
	ASSERT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	EXPECT_EQ(-ENODEV, vg_fence_status(args.fence_fd));
}

TEST_F(sim, who_waits_for_a_buffer_wakes)
{
	struct vsim_operation hold = { .op = VSIM_OP_HOLD };
	struct drm_virtgpu_execbuffer args = { .num_bo_handles = 1 };
	struct vg_bo bo;

	SIM_PLUG();
	bo = vg_picture(self->fd);
	args.bo_handles = VG_PTR(&bo.handle);
	ASSERT_EQ(0, __vg_sim_submit(self->fd, &args, &hold, 1));
	EXPECT_EQ(0, unplug_under(self->fd, bo.handle, call_wait));
}

TEST_F(sim, who_waits_for_a_mapping_gets_enodev)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("RESOURCE_MAP_BLOB 0 never");
	bo = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
	EXPECT_EQ(-ENODEV, unplug_under(self->fd, bo.handle, call_mmap));
}

TEST_F(sim, who_waits_for_a_mapping_that_was_made_gets_enodev)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("RESOURCE_MAP_BLOB 0 lose");
	bo = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
	EXPECT_EQ(-ENODEV, unplug_under(self->fd, bo.handle, call_mmap));
}

TEST_F(sim, who_waits_for_a_capset_gets_enodev)
{
	SIM_PLUG();
	vg_sim_script("GET_CAPSET 0 never");
	EXPECT_EQ(-ENODEV, unplug_under(self->fd, 0, call_get_caps));
}

TEST_F(sim, who_polls_a_fence_wakes)
{
	int fence;

	SIM_PLUG();
	fence = vg_sim_fence(self->fd, 0, 0, VSIM_OP_HOLD, 1);
	EXPECT_EQ(-ENODEV, unplug_under(self->fd, fence, call_poll));
}

TEST_F(sim, who_waits_for_a_syncobj_wakes)
{
	__u32 syncobj;

	SIM_PLUG();
	VG_NEED(self->fd, VG_SYNCOBJ);
	syncobj = vg_syncobj(self->fd);
	vg_syncobj_set(self->fd, syncobj, vg_sim_fence(self->fd, 0, 0, VSIM_OP_HOLD, 1));
	EXPECT_EQ(0, unplug_under(self->fd, syncobj, call_syncobj));
}

TEST_F(sim, who_floods_a_stuck_device_gets_enodev)
{
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	vg_sim_script("SUBMIT_3D 0 never");
	EXPECT_EQ(-ENODEV, unplug_under(self->fd, 0, call_flood));
}

/* Makes contexts until the driver takes no more. */
static int call_contexts(struct waiter *w)
{
	struct drm_virtgpu_context_set_param param = {
		.param = VIRTGPU_CONTEXT_PARAM_CAPSET_ID,
		.value = VIRTGPU_DRM_CAPSET_VENUS,
	};
	int fd, ret;

	do {
		fd = __vg_open();
		ret = fd < 0 ? fd : __vg_context_init(fd, &param, 1);
		close(fd);
	} while (!ret);
	return ret;
}

/* Who waits until the line is shorter hears of it at once, and not when time is up. */
TEST_F(sim, who_waits_for_room_in_the_line_gets_enodev)
{
	long from = vg_now();

	SIM_PLUG();
	vg_sim_script("CTX_CREATE 0 hold");
	EXPECT_EQ(-ENODEV, unplug_under(self->fd, 0, call_contexts));
	EXPECT_GT(15000, vg_now() - from);
}

static sigjmp_buf back;

static void on_sigbus(int sig)
{
	siglongjmp(back, 1);
}

/* Does writing to a page end in a bus error? */
static bool is_taken_away(volatile char *page)
{
	signal(SIGBUS, on_sigbus);
	if (sigsetjmp(back, 1))
		return true;
	*page = 2;
	return false;
}

TEST_F(sim, a_mapping_of_the_window_is_taken_away)
{
	volatile char *map;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	map = vg_mmap(self->fd, vg_blob(self->fd, HOST3D, MAPPABLE, PAGE).handle, PAGE);
	map[0] = 1;
	vg_sim_unplug();
	EXPECT_TRUE(is_taken_away(map));
	EXPECT_EQ(0, munmap((void *)map, PAGE));
}

TEST_F(sim, mapping_first_touched_without_device_is_bus_error)
{
	volatile char *map;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	map = vg_mmap(self->fd, vg_blob(self->fd, HOST3D, MAPPABLE, PAGE).handle, PAGE);
	vg_sim_unplug();
	EXPECT_TRUE(is_taken_away(map));
	EXPECT_EQ(0, munmap((void *)map, PAGE));
}

TEST_F(sim, mapping_of_dmabuf_in_the_window_is_taken_away)
{
	volatile char *map;
	int dmabuf;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	dmabuf = vg_export(self->fd, vg_blob(self->fd, HOST3D, MAPPABLE | SHAREABLE, PAGE).handle);
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, dmabuf, 0);
	ASSERT_NE(MAP_FAILED, map);
	map[0] = 1;
	vg_sim_unplug();
	EXPECT_TRUE(is_taken_away(map));
	EXPECT_EQ(0, munmap((void *)map, PAGE));
}

/* The place in the window may be somebody else's by now: nobody gets a mapping of it. */
TEST_F(sim, dmabuf_mapped_first_without_device_is_enodev)
{
	const size_t size = 4 << 20;
	struct vg_bo bo;
	int dmabuf;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_blob(self->fd, HOST3D, MAPPABLE | SHAREABLE, size);
	dmabuf = vg_export(self->fd, bo.handle);
	vg_fill(vg_mmap(self->fd, bo.handle, size), size, 1);
	vg_sim_unplug();
	EXPECT_EQ(MAP_FAILED, mmap(NULL, size, PROT_READ, MAP_SHARED, dmabuf, 0));
	EXPECT_EQ(ENODEV, errno);
}

/* How many page faults does it take to write to a page? */
static long faults_of_writing(volatile char *page)
{
	struct rusage before, after;

	/* What the call itself needs is there the second time. */
	getrusage(RUSAGE_SELF, &after);
	getrusage(RUSAGE_SELF, &before);
	*page = 1;
	getrusage(RUSAGE_SELF, &after);
	return after.ru_minflt - before.ru_minflt;
}

/*
 * Who takes pages away finds only mappings that are complete. So a mapping gets
 * none while it is made, and all that it has room for at the first touch.
 */
TEST_F(sim, pages_of_the_window_come_when_touched)
{
	/* Not across the border of a page table. */
	void *where = (void *)(uintptr_t)(1ull << 40);
	volatile char *map;
	__u64 offset;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	ASSERT_EQ(0, __vg_map(self->fd, vg_blob(self->fd, HOST3D, MAPPABLE, 4 * PAGE).handle,
			      &offset));
	map = mmap(where, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE,
		   self->fd, offset);
	ASSERT_NE(MAP_FAILED, map);
	EXPECT_EQ(1, faults_of_writing(map + 2 * PAGE));
	EXPECT_EQ(0, faults_of_writing(map));
	EXPECT_EQ(0, faults_of_writing(map + 3 * PAGE));
}

TEST_F(sim, an_exported_buffer_can_be_closed_later)
{
	int dmabuf;

	SIM_PLUG();
	dmabuf = vg_export(self->fd, vg_picture(self->fd).handle);
	vg_sim_unplug();
	close(self->fd);
	vg_sim_control("plug");
	close(dmabuf);
	self->fd = vg_open();
	vg_picture(self->fd);
}

TEST_F(sim, a_fence_outlives_device_and_file)
{
	int fence;

	SIM_PLUG();
	fence = vg_sim_fence(self->fd, 0, 0, VSIM_OP_HOLD, 1);
	close(self->fd);
	vg_sim_unplug();
	ASSERT_TRUE(vg_fence_signals(fence, 0));
	EXPECT_EQ(-ENODEV, vg_fence_status(fence));
}

TEST_F(sim, devices_come_and_go_under_open_files)
{
	int fds[10], i;

	for (i = 0; i < 10; i++) {
		SIM_PLUG();
		fds[i] = self->fd;
		vg_sim_fence(fds[i], 0, 0, VSIM_OP_HOLD, 1);
		vg_picture(fds[i]);
		vg_sim_unplug();
	}
	for (i = 0; i < 10; i++)
		close(fds[i]);
	SIM_PLUG();
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
}

TEST_F(sim, a_screen_that_goes_is_no_trouble)
{
	vg_sim_set("num_scanouts", 2);
	SIM_PLUG();
	EXPECT_TRUE(vg_sim_becomes("plugged", 1));
	vg_sim_unplug();
	EXPECT_EQ(0, vg_sim_state("plugged"));
}

static void be_interrupted(int signal)
{
}

static void *open_gate(void *gate)
{
	sigset_t all;

	/* They are for the other thread. */
	sigfillset(&all);
	VG_ASSERT(!pthread_sigmask(SIG_BLOCK, &all, NULL));
	usleep(2 * DELAY);
	vg_gate_open(gate);
	return NULL;
}

/*
 * The device goes by somebody's hand who is interrupted while a flip is waited for. A
 * screen that stayed on would have a clock that runs on, which the kernel warns of.
 */
TEST_F(sim, screen_is_switched_off_by_whom_a_signal_interrupts)
{
	struct itimerval often = { { 0, 1000 }, { 0, 1000 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = be_interrupted, .sa_flags = SA_RESTART };
	int log = vg_log_open();
	struct vg_screen screen;
	struct vg_gate gate;
	pthread_t thread;
	__u32 busy;

	VG_GATE(&gate);
	vg_sim_set("num_scanouts", 1);
	vg_sim_control("plug");
	self->fd = vg_open_primary();
	screen = vg_screen(self->fd);
	VG_OK(__vg_show(self->fd, &screen, vg_screen_framebuffer(self->fd, &screen)));
	busy = vg_dumb(self->fd, screen.mode.hdisplay, screen.mode.vdisplay);
	VG_OK(__vg_make_busy(self->fd, busy, &gate));
	VG_OK(__vg_flip(self->fd, &screen, vg_framebuffer(self->fd, busy, screen.mode.hdisplay,
							  screen.mode.vdisplay)));
	VG_ASSERT(!pthread_create(&thread, NULL, open_gate, &gate));
	VG_ASSERT(!sigaction(SIGALRM, &action, NULL));
	VG_ASSERT(!setitimer(ITIMER_REAL, &often, NULL));
	vg_sim_unplug();
	VG_ASSERT(!setitimer(ITIMER_REAL, &never, NULL));
	VG_ASSERT(!pthread_join(thread, NULL));
	vg_gate_fini(&gate);
	EXPECT_NE(0, vg_flip_done(self->fd, VG_SOON));
	close(self->fd);
	EXPECT_EQ(NULL, vg_log_complaint(log));
}

/* The device goes at the moment when it sees a command. */
FIXTURE(going) {
	int fd;
};

FIXTURE_VARIANT(going) {
	const char *command;
};

#define GOING(name)							\
FIXTURE_VARIANT_ADD(going, at_##name) {					\
	.command = #name,						\
}

GOING(CTX_CREATE);
GOING(CTX_DESTROY);
GOING(CTX_ATTACH_RESOURCE);
GOING(CTX_DETACH_RESOURCE);
GOING(RESOURCE_CREATE_3D);
GOING(RESOURCE_ATTACH_BACKING);
GOING(RESOURCE_CREATE_BLOB);
GOING(RESOURCE_MAP_BLOB);
GOING(RESOURCE_UNMAP_BLOB);
GOING(RESOURCE_UNREF);
GOING(SUBMIT_3D);
GOING(TRANSFER_TO_HOST_3D);
GOING(GET_CAPSET);
GOING(GET_CAPSET_INFO);
GOING(GET_DISPLAY_INFO);
GOING(GET_EDID);
GOING(SET_SCANOUT);
GOING(RESOURCE_FLUSH);

FIXTURE_SETUP(going)
{
	SIM_SETUP();
	vg_sim_set("num_scanouts", 1);
}

FIXTURE_TEARDOWN_PARENT(going)
{
	SIM_TEARDOWN();
}

/* One of everything; any of it may fail, none may hang. */
static void use_all(int fd)
{
	struct drm_virtgpu_resource_create_blob args = vg_blob_args(HOST3D, MAPPABLE, PAGE);
	struct drm_virtgpu_resource_create create = vg_picture_args(32, 32);
	struct drm_virtgpu_3d_transfer_to_host transfer = { .box = { .w = 32, .h = 32, .d = 1 } };
	struct drm_virtgpu_execbuffer exec = { .flags = RING_IDX };
	struct drm_virtgpu_context_set_param params[] = {
		{ VIRTGPU_CONTEXT_PARAM_CAPSET_ID, VIRTGPU_DRM_CAPSET_VENUS },
		{ VIRTGPU_CONTEXT_PARAM_NUM_RINGS, 1 },
	};
	struct waiter w = { .fd = fd };
	struct vg_bo bo = { 0 };
	void *map;

	call_get_caps(&w);
	__vg_context_init(fd, params, ARRAY_SIZE(params));
	__vg_ioctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &create);
	transfer.bo_handle = create.bo_handle;
	__vg_ioctl(fd, DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST, &transfer);
	__vg_wait(fd, create.bo_handle, 0);
	__vg_submit(fd, &exec);
	__vg_blob(fd, &args, &bo);
	map = __vg_mmap(fd, bo.handle, PAGE);
	if (map != MAP_FAILED)
		munmap(map, PAGE);
	__vg_close_handle(fd, bo.handle);
	__vg_close_handle(fd, create.bo_handle);
}

static void use_screen(void)
{
	int fd = __vg_open_driver("virtio_gpu", false);
	struct vg_screen screen;
	__u32 fb = 0;

	if (fd < 0)
		return;
	if (!__vg_screen(fd, &screen)) {
		struct drm_mode_create_dumb dumb = {
			.width = screen.mode.hdisplay, .height = screen.mode.vdisplay, .bpp = 32,
		};

		__vg_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &dumb);
		__vg_framebuffer(fd, dumb.handle, dumb.width, dumb.height, 0, &fb);
		__vg_show(fd, &screen, fb);
	}
	close(fd);
}

TEST_F(going, hangs_nobody)
{
	vg_sim_script("%s 0 unplug times 1", variant->command);
	VG_ASSERT(!__vg_sim_control("plug"));
	self->fd = __vg_open();
	if (self->fd >= 0) {
		use_all(self->fd);
		close(self->fd);
	}
	use_screen();
	EXPECT_TRUE(vg_sim_becomes("plugged", 0));
}

TEST_HARNESS_MAIN
