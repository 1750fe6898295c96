// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the display do when an allocation fails under a request? Each of its
 * allocations fails once: the request then is refused, or works all the same,
 * and the next one works.
 */
#include "kselftest_harness.h"

#include <drm/drm.h>

#include <libvirtgpu.h>

/* A lit output, and two pictures of its size */
FIXTURE(failkms) {
	int fd;
	struct vg_fault fault;
	struct vg_screen screen;
	__u32 width;
	__u32 height;
	__u32 handle[2];
	__u32 fb[2];
	unsigned int refused;
	int last;
};

FIXTURE_SETUP(failkms)
{
	unsigned int i;

	self->fd = __vg_open_driver("virtio_gpu", false);
	if (self->fd < 0 || __vg_screen(self->fd, &self->screen))
		SKIP(return, "needs a virtio_gpu primary node with a connected output");
	VG_FAULT(&self->fault);
	if (__vg_ioctl(self->fd, DRM_IOCTL_SET_MASTER, NULL))
		SKIP(return, "needs to be master of the display");
	self->width = self->screen.mode.hdisplay;
	self->height = self->screen.mode.vdisplay;
	for (i = 0; i < 2; i++) {
		self->handle[i] = vg_dumb(self->fd, self->width, self->height);
		self->fb[i] = vg_framebuffer(self->fd, self->handle[i], self->width, self->height);
	}
	VG_OK(__vg_show(self->fd, &self->screen, self->fb[0]));
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

		TRY(ret, __vg_framebuffer(self->fd, self->handle[0], self->width, self->height,
					  0, &fb));
		if (!ret)
			EXPECT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_MODE_RMFB, &fb));
	}
	EXPECT_DONE();
}

TEST_F(failkms, setcrtc)
{
	int ret;

	while (vg_fault_round(&self->fault)) {
		VG_OK(__vg_show(self->fd, &self->screen, 0));
		TRY(ret, __vg_show(self->fd, &self->screen, self->fb[0]));
	}
	EXPECT_DONE();
	EXPECT_EQ(0, __vg_show(self->fd, &self->screen, self->fb[0]));
}

TEST_F(failkms, page_flip)
{
	int ret;

	while (vg_fault_round(&self->fault)) {
		TRY(ret, __vg_flip(self->fd, &self->screen, self->fb[self->fault.nth % 2]));
		if (!ret)
			EXPECT_NE(0, vg_flip_done(self->fd, VG_SOON))
				TH_LOG("allocation %u", self->fault.nth);
		/* What could not be written back is the ioctl's argument: the flip may have been made. */
		if (ret == -EFAULT)
			vg_flip_done(self->fd, 300);
	}
	EXPECT_DONE();
	ASSERT_EQ(0, __vg_flip(self->fd, &self->screen, self->fb[0]));
	EXPECT_NE(0, vg_flip_done(self->fd, VG_SOON));
}

TEST_F(failkms, dirtyfb)
{
	struct drm_clip_rect clips[] = {
		{ .x1 = 0, .y1 = 0, .x2 = 16, .y2 = 16 },
		{ .x1 = 32, .y1 = 32, .x2 = 64, .y2 = 64 },
	};
	int ret;

	while (vg_fault_round(&self->fault))
		TRY(ret, __vg_dirty(self->fd, self->fb[0], clips, ARRAY_SIZE(clips)));
	EXPECT_DONE();
}

TEST_F(failkms, cursor)
{
	int ret;

	while (vg_fault_round(&self->fault)) {
		/* A new picture each time: the same one would be no change. */
		__u32 handle = vg_dumb(self->fd, 64, 64);

		TRY(ret, __vg_cursor(self->fd, &self->screen, handle, 64, self->fault.nth, 0));
		vg_close_handle(self->fd, handle);
	}
	EXPECT_DONE();
	EXPECT_EQ(0, __vg_cursor(self->fd, &self->screen, 0, 0, 0, 0));
}

TEST_HARNESS_MAIN
