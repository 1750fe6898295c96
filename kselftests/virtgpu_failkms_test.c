// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the display do when an allocation fails under a request? Each of its
 * allocations fails once: the request then is refused, or works all the same,
 * and the next one works.
 */
#include "kselftest_harness.h"

#include <poll.h>
#include <drm/drm_mode.h>

#include <libvirtgpu.h>

/* A lit output, and two pictures of its size */
FIXTURE(failkms) {
	int fd;
	struct vg_fault fault;
	__u32 crtc;
	__u32 connector;
	struct drm_mode_modeinfo mode;
	__u32 handle[2];
	__u32 fb[2];
	unsigned int refused;
	int last;
};

static int find_connector(int fd, __u32 id, struct drm_mode_modeinfo *mode)
{
	struct drm_mode_modeinfo modes[64];
	struct drm_mode_get_connector args = {
		.connector_id = id,
		.modes_ptr = VG_PTR(modes),
		.count_modes = ARRAY_SIZE(modes),
	};

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_GETCONNECTOR, &args));
	if (args.connection != 1 || !args.count_modes ||
	    args.count_modes > ARRAY_SIZE(modes))
		return -ENOENT;
	*mode = modes[0];
	return 0;
}

/* The first connected output of the device, 0 or -ENOENT */
static int find_output(int fd, __u32 *crtc, __u32 *connector,
		       struct drm_mode_modeinfo *mode)
{
	__u32 crtcs[16] = { 0 }, connectors[16] = { 0 };
	struct drm_mode_card_res args = {
		.crtc_id_ptr = VG_PTR(crtcs),
		.count_crtcs = ARRAY_SIZE(crtcs),
		.connector_id_ptr = VG_PTR(connectors),
		.count_connectors = ARRAY_SIZE(connectors),
	};
	unsigned int i;

	if (__vg_ioctl(fd, DRM_IOCTL_MODE_GETRESOURCES, &args))
		return -ENOENT;
	for (i = 0; i < args.count_connectors; i++) {
		if (find_connector(fd, connectors[i], mode))
			continue;
		*crtc = crtcs[i];
		*connector = connectors[i];
		return 0;
	}
	return -ENOENT;
}

static __u32 make_dumb(int fd, __u32 width, __u32 height)
{
	struct drm_mode_create_dumb args = {
		.width = width, .height = height, .bpp = 32,
	};

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &args));
	return args.handle;
}

static int add_fb(int fd, __u32 handle, __u32 width, __u32 height, __u32 *fb)
{
	struct drm_mode_fb_cmd args = {
		.width = width, .height = height, .pitch = width * 4,
		.bpp = 32, .depth = 24, .handle = handle,
	};
	int ret = __vg_ioctl(fd, DRM_IOCTL_MODE_ADDFB, &args);

	*fb = args.fb_id;
	return ret;
}

static int set_mode(int fd, __u32 crtc, __u32 *connector, __u32 fb,
		    struct drm_mode_modeinfo *mode)
{
	struct drm_mode_crtc args = {
		.set_connectors_ptr = VG_PTR(connector),
		.count_connectors = !!mode,
		.crtc_id = crtc,
		.fb_id = mode ? fb : 0,
		.mode_valid = !!mode,
	};

	if (mode)
		args.mode = *mode;
	return __vg_ioctl(fd, DRM_IOCTL_MODE_SETCRTC, &args);
}

static int flip(int fd, __u32 crtc, __u32 fb)
{
	struct drm_mode_crtc_page_flip args = {
		.crtc_id = crtc, .fb_id = fb, .flags = DRM_MODE_PAGE_FLIP_EVENT,
	};

	return __vg_ioctl(fd, DRM_IOCTL_MODE_PAGE_FLIP, &args);
}

/* The event of a flip, which comes soon */
static bool flip_ends(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	struct drm_event_vblank event;

	return poll(&poll_fd, 1, VG_SOON) == 1 &&
	       read(fd, &event, sizeof(event)) == sizeof(event) &&
	       event.base.type == DRM_EVENT_FLIP_COMPLETE;
}

FIXTURE_SETUP(failkms)
{
	unsigned int i;

	self->fd = __vg_open_driver("virtio_gpu", false);
	if (self->fd < 0 || find_output(self->fd, &self->crtc, &self->connector, &self->mode))
		SKIP(return, "needs a virtio_gpu primary node with a connected output");
	VG_FAULT(&self->fault);
	if (__vg_ioctl(self->fd, DRM_IOCTL_SET_MASTER, NULL))
		SKIP(return, "needs to be master of the display");
	for (i = 0; i < 2; i++) {
		self->handle[i] = make_dumb(self->fd, self->mode.hdisplay, self->mode.vdisplay);
		VG_OK(add_fb(self->fd, self->handle[i], self->mode.hdisplay,
			     self->mode.vdisplay, &self->fb[i]));
	}
	VG_OK(set_mode(self->fd, self->crtc, &self->connector, self->fb[0], &self->mode));
	self->last = 1;
}

FIXTURE_TEARDOWN(failkms)
{
	close(self->fd);
}

#define TRY(ret, call)							\
do {									\
	(ret) = VG_FAILING(&self->fault, call);				\
	EXPECT_TRUE(!(ret) || (ret) == -ENOMEM || (ret) == -EFAULT)	\
		TH_LOG("allocation %u: %s", self->fault.nth, strerror(-(ret))); \
	self->refused += !!(ret);					\
	if (!self->fault.hit)						\
		self->last = (ret);					\
} while (0)

#define EXPECT_DONE()							\
do {									\
	EXPECT_LT(0, self->refused);					\
	EXPECT_EQ(0, self->last);					\
	TH_LOG("%u allocations, %u of them refused", self->fault.hits,	\
	       self->refused);						\
} while (0)

TEST_F(failkms, addfb)
{
	while (vg_fault_round(&self->fault)) {
		__u32 fb;
		int ret;

		TRY(ret, add_fb(self->fd, self->handle[0], self->mode.hdisplay,
				self->mode.vdisplay, &fb));
		if (!ret)
			EXPECT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_MODE_RMFB, &fb));
	}
	EXPECT_DONE();
}

TEST_F(failkms, setcrtc)
{
	int ret;

	while (vg_fault_round(&self->fault)) {
		VG_OK(set_mode(self->fd, self->crtc, &self->connector, 0, NULL));
		TRY(ret, set_mode(self->fd, self->crtc, &self->connector, self->fb[0],
				  &self->mode));
	}
	EXPECT_DONE();
	EXPECT_EQ(0, set_mode(self->fd, self->crtc, &self->connector, self->fb[0],
			      &self->mode));
}

TEST_F(failkms, page_flip)
{
	int ret;

	while (vg_fault_round(&self->fault)) {
		TRY(ret, flip(self->fd, self->crtc, self->fb[self->fault.nth % 2]));
		if (!ret)
			EXPECT_TRUE(flip_ends(self->fd))
				TH_LOG("allocation %u", self->fault.nth);
	}
	EXPECT_DONE();
	ASSERT_EQ(0, flip(self->fd, self->crtc, self->fb[0]));
	EXPECT_TRUE(flip_ends(self->fd));
}

TEST_F(failkms, dirtyfb)
{
	struct drm_clip_rect clips[] = {
		{ .x1 = 0, .y1 = 0, .x2 = 16, .y2 = 16 },
		{ .x1 = 32, .y1 = 32, .x2 = 64, .y2 = 64 },
	};
	struct drm_mode_fb_dirty_cmd args = {
		.fb_id = self->fb[0],
		.num_clips = ARRAY_SIZE(clips),
		.clips_ptr = VG_PTR(clips),
	};
	int ret;

	while (vg_fault_round(&self->fault))
		TRY(ret, __vg_ioctl(self->fd, DRM_IOCTL_MODE_DIRTYFB, &args));
	EXPECT_DONE();
}

TEST_F(failkms, cursor)
{
	struct drm_mode_cursor2 args = {
		.flags = DRM_MODE_CURSOR_BO | DRM_MODE_CURSOR_MOVE,
		.crtc_id = self->crtc,
		.width = 64,
		.height = 64,
	};
	int ret;

	while (vg_fault_round(&self->fault)) {
		/* A new picture each time: the same one would be no change. */
		args.handle = make_dumb(self->fd, 64, 64);
		args.x = self->fault.nth;
		TRY(ret, __vg_ioctl(self->fd, DRM_IOCTL_MODE_CURSOR2, &args));
		vg_close_handle(self->fd, args.handle);
	}
	EXPECT_DONE();
	args.handle = 0;
	EXPECT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_MODE_CURSOR2, &args));
}

TEST_HARNESS_MAIN
