// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a device that is lost come back, and what comes back with it?
 */
#include "sim_fixture.h"
#include "sim_lost.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

static int try_mmap(int fd, __u32 handle)
{
	return __vg_mmap(fd, handle, PAGE) == MAP_FAILED ? -errno : 0;
}

/* A device that says that it has failed is reset, and works again. */
TEST_F(sim, needs_reset_device_comes_back)
{
	SIM_PLUG();
	vg_submit(self->fd, 0);
	vg_sim_control("needs_reset");
	EXPECT_TRUE(sim_is_back(self->fd));
}

/* A device that was reset by somebody else, as by its bus, says nothing. */
TEST_F(sim, device_without_status_comes_back)
{
	SIM_PLUG();
	vg_submit(self->fd, 0);
	vg_sim_control("lose_status");
	EXPECT_TRUE(sim_is_back(self->fd));
}

/* The work under way ends with an error, in the order of its timeline. */
TEST_F(sim, failed_submission_fence_ends_with_eio)
{
	int fence;

	SIM_PLUG();
	vg_sim_script("SUBMIT_3D 0 reset times 1");
	fence = vg_submit_fence(self->fd, 0);
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(-EIO, vg_fence_status(fence));
	EXPECT_TRUE(sim_is_back(self->fd));
}

/* Who waits for a mapping hears of it, and is not left waiting. */
TEST_F(sim, failed_mapping_ends_with_eio)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_deferred_blob(self->fd, MAPPABLE, PAGE);
	vg_sim_script("RESOURCE_MAP_BLOB 0 reset times 1");
	EXPECT_EQ(-EIO, try_mmap(self->fd, bo.handle));
	EXPECT_TRUE(sim_is_back(self->fd));
}

/* Nor does the silence of a device that was reset by somebody else pass for the host's. */
TEST_F(sim, mapping_of_a_device_without_status_ends_with_eio)
{
	struct vg_bo bo;
	pid_t child;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_deferred_blob(self->fd, MAPPABLE, PAGE);
	vg_sim_script("RESOURCE_MAP_BLOB 0 never times 1");
	child = fork();
	if (!child) {
		usleep(200000);
		vg_sim_control("lose_status");
		_exit(0);
	}
	EXPECT_EQ(-EIO, try_mmap(self->fd, bo.handle));
	waitpid(child, NULL, 0);
	EXPECT_TRUE(sim_is_back(self->fd));
}

/* A host that was silent until it is reset is back, too. */
TEST_F(sim, silent_host_reset_comes_back)
{
	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	vg_sim_script("GET_DISPLAY_INFO 0 never times 1");
	vg_sim_script("SUBMIT_3D 0 never times 1");
	vg_submit(self->fd, 0);
	EXPECT_TRUE(sim_is_back(self->fd));
}

/* A host that stays silent is given up, and nobody waits for ever. */
TEST_F(sim, dead_host_reset_in_vain_is_given_up)
{
	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	vg_sim_script("GET_DISPLAY_INFO 0 never");
	vg_sim_control("needs_reset");
	EXPECT_TRUE(sim_is_gone(self->fd));
}

/* Guest blobs are made again, under the same name and with their pages. */
TEST_F(sim, guest_blob_made_again)
{
	struct vg_bo bo;
	__u8 *map;

	SIM_PLUG();
	bo = sim_kept_blob(self->fd, &map);
	vg_sim_control("needs_reset");
	ASSERT_TRUE(sim_is_back(self->fd));
	EXPECT_TRUE(vg_sim_becomes("resources", 1));
	EXPECT_EQ(SIM_KEPT, map[PAGE - 1]);
	EXPECT_EQ(bo.res, vg_info(self->fd, bo.handle).res_handle);
}

/* Storage on the host is gone, and so is every way to it. */
TEST_F(sim, host_blob_lost_with_its_mapping)
{
	struct vg_bo bo;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_blob(self->fd, HOST3D, MAPPABLE, PAGE);
	vg_mmap(self->fd, bo.handle, PAGE);
	vg_sim_control("needs_reset");
	ASSERT_TRUE(sim_is_back(self->fd));
	EXPECT_EQ(-EIO, try_mmap(self->fd, bo.handle));
	EXPECT_EQ(0, __vg_close_handle(self->fd, bo.handle));
}

static sigjmp_buf bus_error;

static void on_sigbus(int sig)
{
	siglongjmp(bus_error, 1);
}

/* A page that a program has is taken away: what the window shows there is another's by now. */
TEST_F(sim, page_of_a_lost_blob_is_taken_away)
{
	volatile char *map;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	map = vg_mmap(self->fd, vg_blob(self->fd, HOST3D, MAPPABLE, PAGE).handle, PAGE);
	*map = 1;
	vg_sim_control("needs_reset");
	ASSERT_TRUE(sim_is_back(self->fd));
	signal(SIGBUS, on_sigbus);
	if (!sigsetjmp(bus_error, 1)) {
		*map = 2;
		EXPECT_TRUE(false) TH_LOG("the page is still there");
	}
}

/* A client that gets a lost blob's handle later: no context is told of what is not there. */
TEST_F(sim, lost_blob_imported_later_not_attached)
{
	struct vg_bo bo;
	int dmabuf, other;
	__u32 handle;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_blob(self->fd, HOST3D, MAPPABLE | SHAREABLE, PAGE);
	dmabuf = vg_export(self->fd, bo.handle);
	vg_sim_control("needs_reset");
	ASSERT_TRUE(sim_is_back(self->fd));
	other = vg_open();
	vg_submit(other, 0);
	handle = vg_import(other, dmabuf);
	EXPECT_EQ(-EIO, __vg_submit_bo(other, handle));
	EXPECT_EQ(0, __vg_close_handle(other, handle));
	close(other);
}

/* The same, if the handle was there before the client had a context. */
TEST_F(sim, lost_blob_of_new_context_not_attached)
{
	struct vg_bo bo;
	int other;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	bo = vg_blob(self->fd, HOST3D, MAPPABLE | SHAREABLE, PAGE);
	other = vg_open();
	vg_import(other, vg_export(self->fd, bo.handle));
	vg_sim_control("needs_reset");
	ASSERT_TRUE(sim_is_back(self->fd));
	vg_submit(other, 0);
	close(other);
}

/* There is nothing to copy to or from. */
TEST_F(sim, lost_blob_transfer_eio)
{
	struct drm_virtgpu_3d_transfer_to_host to = { .box = { .w = 8, .h = 8, .d = 1 } };
	struct drm_virtgpu_3d_transfer_from_host from = { .box = { .w = 8, .h = 8, .d = 1 } };
	int other;

	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	to.bo_handle = vg_blob(self->fd, HOST3D, MAPPABLE | SHAREABLE, PAGE).handle;
	other = vg_export(self->fd, to.bo_handle);
	vg_sim_control("needs_reset");
	ASSERT_TRUE(sim_is_back(self->fd));
	self->fd = vg_open();
	vg_submit(self->fd, 0);
	to.bo_handle = vg_import(self->fd, other);
	from.bo_handle = to.bo_handle;
	EXPECT_EQ(-EIO, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST, &to));
	EXPECT_EQ(-EIO, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST, &from));
}

/* A blob of @fd whose command stands where @args says, in a thread of its own */
struct maker {
	int fd;
	struct drm_virtgpu_resource_create_blob args;
	int ret;
};

static void *make_blob(void *arg)
{
	struct maker *maker = arg;
	struct vg_bo bo;

	maker->ret = __vg_blob(maker->fd, &maker->args, &bo);
	return NULL;
}

/* Storage that a context has is lost with it: the host is asked for no blob of it. */
TEST_F(sim, host_blob_made_across_a_reset_eio)
{
	struct { __u32 magic; struct vsim_operation op; } *cmd;
	char *bytes = calloc(1, PAGE);
	struct vg_userfault userfault;
	struct maker maker;
	pthread_t thread;

	VG_USERFAULT(&userfault);
	ASSERT_NE(NULL, bytes);
	SIM_PLUG();
	vg_ring_context(self->fd, 1, 0);
	cmd = (void *)bytes;
	cmd->magic = VSIM_MAGIC;
	cmd->op = (struct vsim_operation){ VSIM_OP_MAKE, 7 };
	maker.fd = self->fd;
	maker.args = vg_blob_args(HOST3D, MAPPABLE, PAGE);
	maker.args.blob_id = 7;
	maker.args.cmd = VG_PTR(userfault.page);
	maker.args.cmd_size = sizeof(*cmd);
	ASSERT_EQ(0, pthread_create(&thread, NULL, make_blob, &maker));
	ASSERT_TRUE(vg_userfault_waits(&userfault));
	vg_sim_control("needs_reset");
	ASSERT_TRUE(sim_is_back(self->fd));
	vg_userfault_fill(&userfault, bytes);
	free(bytes);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(-EIO, maker.ret);
}

/* What is made while the device is being reset is made once it works again. */
TEST_F(sim, create_during_reset_waits)
{
	struct drm_virtgpu_resource_create create = vg_picture_args(32, 32);
	int i;

	SIM_PLUG();
	for (i = 0; i < 3; i++) {
		vg_sim_control("needs_reset");
		EXPECT_EQ(0, __vg_ioctl(vg_open(), DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &create));
	}
}

/* A buffer of another driver, and its import in a process of its own */
static pid_t import_in_a_child(int fd, int dmabuf)
{
	pid_t child = fork();
	__u32 handle;
	int ret;

	if (child)
		return child;
	do
		ret = __vg_import(fd, dmabuf, &handle);
	while (ret == -EAGAIN);
	_exit(ret ? 1 : 0);
}

/* What imports waits, too; but whoever closes a buffer meanwhile does not wait for it. */
TEST_F_TIMEOUT(sim, import_during_reset_waits_alone, 60)
{
	int dmabuf = __vg_foreign_dmabuf(PAGE), status = -1;
	__u32 handle;
	pid_t child;
	__u64 from;

	if (dmabuf < 0)
		SKIP(return, "needs vgem");
	vg_sim_set("features", VG_F_VERSION_1 | VG_F_INDIRECT | VG_F_UUID | VG_F_BLOB);
	vg_sim_set("window_size", 0);
	SIM_PLUG();
	handle = vg_blob(self->fd, GUEST, MAPPABLE, PAGE).handle;
	vg_sim_script("GET_DISPLAY_INFO 0 hold");
	vg_sim_control("needs_reset");
	EXPECT_TRUE(vg_sim_becomes("waiting", 1));
	child = import_in_a_child(self->fd, dmabuf);
	usleep(300000);
	from = vg_now();
	vg_close_handle(self->fd, handle);
	EXPECT_GT(1000, vg_now() - from);
	vg_sim_control("defaults");
	vg_sim_control("release");
	EXPECT_TRUE(waitpid(child, &status, 0) == child && !status);
	close(dmabuf);
}

/* How long a reset takes in the tests that follow, in milliseconds */
#define RESET_MS 1000

/* A device that is being reset */
static void begin_reset(int fd)
{
	vg_submit(fd, 0);
	vg_sim_set("reset_ms", RESET_MS);
	vg_sim_control("needs_reset");
	usleep(RESET_MS * 1000 / 4);
}

/* It is made soon after, and not when somebody looks again. */
TEST_F(sim, create_during_long_reset_is_done_soon_after)
{
	struct drm_virtgpu_resource_create create = vg_picture_args(32, 32);
	long from = vg_now();

	SIM_PLUG();
	vg_sim_script("GET_DISPLAY_INFO 0 delay 500 times 1");
	begin_reset(self->fd);
	EXPECT_EQ(0, __vg_ioctl(vg_open(), DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &create));
	EXPECT_GT(10000, vg_now() - from);
}

/* Who waits for a device that does not come back hears that there is none. */
TEST_F(sim, create_during_reset_in_vain_is_enodev)
{
	struct drm_virtgpu_resource_create create = vg_picture_args(32, 32);
	int fd;

	SIM_PLUG();
	SIM_HANG_TIMEOUT();
	fd = vg_open();
	vg_sim_script("GET_DISPLAY_INFO 0 never");
	begin_reset(self->fd);
	EXPECT_EQ(-ENODEV, __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &create));
	close(fd);
}

/* A device that fails before it has come back is reset once more. */
TEST_F(sim, failure_while_coming_back_is_reset_again)
{
	struct vg_bo bo;

	SIM_PLUG();
	bo = vg_blob(self->fd, GUEST, MAPPABLE, PAGE);
	vg_submit(self->fd, 0);
	vg_sim_script("GET_DISPLAY_INFO 0 reset times 1");
	vg_sim_control("needs_reset");
	ASSERT_TRUE(sim_is_back(self->fd));
	EXPECT_TRUE(vg_sim_becomes("resources", 1));
	EXPECT_EQ(bo.res, vg_info(self->fd, bo.handle).res_handle);
}

/* So is one that fails while it is brought what it had; nothing counts as refused. */
TEST_F(sim, failure_while_restoring_is_reset_again)
{
	struct vg_bo bo;
	long start;

	SIM_PLUG();
	bo = vg_blob(self->fd, GUEST, MAPPABLE, PAGE);
	vg_submit(self->fd, 0);
	EXPECT_TRUE(vg_sim_becomes("resources", 1));
	vg_sim_script("RESOURCE_CREATE_BLOB 0 reset times 1");
	start = vg_now();
	vg_sim_control("needs_reset");
	ASSERT_TRUE(sim_is_back(self->fd));
	EXPECT_GT(4000, vg_now() - start);
	EXPECT_TRUE(vg_sim_becomes("resources", 1));
	close(self->fd);
	self->fd = vg_open();
	bo = vg_blob(self->fd, GUEST, MAPPABLE, PAGE);
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(0, __vg_submit_bo(self->fd, bo.handle));
}

/* For ever is too long: these resets count, too. */
TEST_F(sim, failure_at_each_coming_back_is_given_up)
{
	SIM_PLUG();
	vg_submit(self->fd, 0);
	vg_sim_script("GET_DISPLAY_INFO 0 reset");
	vg_sim_control("needs_reset");
	EXPECT_TRUE(sim_is_gone(self->fd));
}

/* The fourth failure within ten minutes is one too many. */
TEST_F(sim, repeated_loss_given_up)
{
	int i;

	SIM_PLUG();
	for (i = 0; i < 4; i++) {
		int fd = vg_open();

		vg_submit(fd, 0);
		vg_sim_control("needs_reset");
		EXPECT_TRUE(i == 3 ? sim_is_gone(fd) : sim_is_back(fd));
		close(fd);
	}
}

/* Work that waits for another driver's fence ends as well, and is never sent. */
TEST_F(sim, parked_work_ends_with_eio)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN | FENCE_OUT,
	};
	struct vg_gate gate;

	VG_GATE(&gate);
	SIM_PLUG();
	args.fence_fd = gate.fence;
	ASSERT_EQ(0, __vg_submit(self->fd, &args));
	vg_sim_control("needs_reset");
	ASSERT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
	EXPECT_EQ(-EIO, vg_fence_status(args.fence_fd));
	vg_gate_open(&gate);
	EXPECT_TRUE(sim_is_back(self->fd));
	vg_gate_fini(&gate);
}

/* The screen shows again what it showed, without a word of userspace. */
FIXTURE(reset) {
	int fd;
	struct vg_screen screen;
	__u32 fbs[2];
};

SIM_SCREENS(reset);

FIXTURE_SETUP(reset)
{
	SIM_SETUP();
	SIM_PLUG_SCREEN(variant->features);
	self->fbs[0] = vg_screen_framebuffer(self->fd, &self->screen);
	self->fbs[1] = vg_screen_framebuffer(self->fd, &self->screen);
	VG_OK(__vg_show(self->fd, &self->screen, self->fbs[0]));
	VG_OK(__vg_cursor(self->fd, &self->screen, vg_dumb(self->fd, 64, 64), 64, 5, 5));
}

FIXTURE_TEARDOWN_PARENT(reset)
{
	SIM_TEARDOWN();
}

static bool is_lit(void)
{
	return vg_sim_state("scanout") && vg_sim_state("cursor");
}

TEST_F(reset, idle_screen_shown_again)
{
	vg_sim_control("needs_reset");
	usleep(200000);
	EXPECT_TRUE(vg_becomes(is_lit, 10000));
}

/* A program draws on while the host is away: what that tells it does not count. */
TEST_F(reset, screen_drawn_to_meanwhile_shown_again)
{
	struct drm_clip_rect clip = { 0, 0, 16, 16 };
	int round;

	for (round = 0; round < 3; round++) {
		long start = vg_now();

		vg_sim_control("needs_reset");
		while (vg_now() - start < 500)
			__vg_dirty(self->fd, self->fbs[0], &clip, 1);
		EXPECT_TRUE(vg_becomes(is_lit, 10000)) TH_LOG("round %d", round);
	}
}

/* There is nothing to show, of a picture or of a pointer. */
TEST_F(reset, picture_refused_meanwhile_is_not_shown)
{
	const char *creation = variant->features & VG_F_BLOB ? "RESOURCE_CREATE_BLOB" :
							       "RESOURCE_CREATE_2D";
	__u64 flushes, creations;

	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	flushes = vg_sim_state("RESOURCE_FLUSH");
	creations = vg_sim_state(creation);
	vg_sim_script("%s 0 refuse ERR_OUT_OF_MEMORY", creation);
	vg_sim_control("needs_reset");
	EXPECT_TRUE(vg_sim_becomes(creation, creations + 3));
	usleep(300000);
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(0, vg_sim_state("scanout"));
	EXPECT_EQ(0, vg_sim_state("cursor"));
	EXPECT_EQ(flushes, vg_sim_state("RESOURCE_FLUSH"));
	EXPECT_EQ(-EIO, __vg_flip(self->fd, &self->screen, self->fbs[1]));
}

TEST_F(reset, flips_go_on)
{
	int i, done = 0;

	for (i = 0; i < 200 && done < 40; i++) {
		if (i == 10)
			vg_sim_control("needs_reset");
		if (!__vg_flip(self->fd, &self->screen, self->fbs[i % 2]))
			done += !!vg_flip_done(self->fd, VG_SOON);
		else
			usleep(10000);
	}
	EXPECT_EQ(40, done);
	EXPECT_TRUE(vg_becomes(is_lit, 10000));
}

/* Vblanks are the guest's own: who waits for one, or comes to, is told no nonsense. */
TEST_F(reset, vblanks_go_on)
{
	union drm_wait_vblank far = { .request.type = _DRM_VBLANK_RELATIVE | _DRM_VBLANK_EVENT,
				      .request.sequence = 90 };
	struct pollfd pfd = { .fd = self->fd, .events = POLLIN };
	__u64 resets = vg_sim_state("resets");
	struct drm_event_vblank event;
	int i;

	VG_OK(__vg_ioctl(self->fd, DRM_IOCTL_WAIT_VBLANK, &far));
	vg_sim_control("needs_reset");
	for (i = 0; i < 60; i++) {
		union drm_wait_vblank next = { .request.type = _DRM_VBLANK_RELATIVE,
					       .request.sequence = 1 };

		ASSERT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_WAIT_VBLANK, &next))
			TH_LOG("frame %d", i);
	}
	EXPECT_EQ(resets + 1, vg_sim_state("resets"));
	ASSERT_EQ(1, poll(&pfd, 1, VG_SOON));
	ASSERT_EQ((int)sizeof(event), read(self->fd, &event, sizeof(event)));
	/* On a busy machine one vblank may be told of with the next; none comes early. */
	EXPECT_LE(far.reply.sequence, event.sequence);
}

TEST_HARNESS_MAIN
