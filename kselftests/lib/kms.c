// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a test light a screen, and see that it follows?
 */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <drm/drm.h>
#include <drm/drm_fourcc.h>

#include <libvirtgpu.h>

#define MAX_IDS 32
#define MAX_MODES 256
#define CONNECTED 1

static int read_mode(int fd, __u32 connector, struct drm_mode_modeinfo *mode)
{
	static struct drm_mode_modeinfo modes[MAX_MODES];
	struct drm_mode_get_connector args = { .connector_id = connector };
	int ret;

	/* Without room for modes the driver is asked, with it the list is read. */
	ret = __vg_ioctl(fd, DRM_IOCTL_MODE_GETCONNECTOR, &args);
	if (ret)
		return ret;
	args.modes_ptr = VG_PTR(modes);
	args.count_modes = MAX_MODES;
	args.count_props = 0;
	args.count_encoders = 0;
	ret = __vg_ioctl(fd, DRM_IOCTL_MODE_GETCONNECTOR, &args);
	if (ret)
		return ret;
	if (args.connection != CONNECTED || !args.count_modes || args.count_modes > MAX_MODES)
		return -ENOENT;
	*mode = modes[0];
	return 0;
}

int __vg_screen(int fd, struct vg_screen *screen)
{
	__u32 crtcs[MAX_IDS] = { 0 }, connectors[MAX_IDS] = { 0 };
	struct drm_mode_card_res args = {
		.crtc_id_ptr = VG_PTR(crtcs),
		.count_crtcs = MAX_IDS,
		.connector_id_ptr = VG_PTR(connectors),
		.count_connectors = MAX_IDS,
	};
	unsigned int i;

	if (__vg_ioctl(fd, DRM_IOCTL_MODE_GETRESOURCES, &args))
		return -ENOENT;
	for (i = 0; i < args.count_connectors && i < MAX_IDS; i++) {
		if (read_mode(fd, connectors[i], &screen->mode))
			continue;
		screen->index = i;
		screen->crtc = crtcs[i];
		screen->connector = connectors[i];
		return 0;
	}
	return -ENOENT;
}

struct vg_screen vg_screen(int fd)
{
	struct vg_screen screen;

	VG_OK(__vg_screen(fd, &screen));
	return screen;
}

int __vg_dumb(int fd, __u32 width, __u32 height, __u32 *handle)
{
	struct drm_mode_create_dumb args = { .width = width, .height = height, .bpp = 32 };
	int ret = __vg_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &args);

	*handle = args.handle;
	return ret;
}

__u32 vg_dumb(int fd, __u32 width, __u32 height)
{
	__u32 handle;

	VG_OK(__vg_dumb(fd, width, height, &handle));
	return handle;
}

int __vg_framebuffer(int fd, __u32 handle, __u32 width, __u32 height, __u32 offset,
		     __u32 *fb)
{
	struct drm_mode_fb_cmd2 args = {
		.width = width,
		.height = height,
		.pixel_format = DRM_FORMAT_XRGB8888,
		.handles = { handle },
		.pitches = { width * 4 },
		.offsets = { offset },
	};
	int ret = __vg_ioctl(fd, DRM_IOCTL_MODE_ADDFB2, &args);

	*fb = args.fb_id;
	return ret;
}

__u32 vg_framebuffer(int fd, __u32 handle, __u32 width, __u32 height)
{
	__u32 fb;

	VG_OK(__vg_framebuffer(fd, handle, width, height, 0, &fb));
	return fb;
}

int __vg_screen_framebuffer(int fd, const struct vg_screen *screen, __u32 *fb)
{
	__u32 width = screen->mode.hdisplay, height = screen->mode.vdisplay, handle;
	int ret = __vg_dumb(fd, width, height, &handle);

	return ret ?: __vg_framebuffer(fd, handle, width, height, 0, fb);
}

__u32 vg_screen_framebuffer(int fd, const struct vg_screen *screen)
{
	__u32 fb = 0;

	VG_OK(__vg_screen_framebuffer(fd, screen, &fb));
	return fb;
}

int __vg_show(int fd, const struct vg_screen *screen, __u32 fb)
{
	struct drm_mode_crtc args = { .crtc_id = screen->crtc };

	if (fb) {
		args.fb_id = fb;
		args.set_connectors_ptr = VG_PTR(&screen->connector);
		args.count_connectors = 1;
		args.mode_valid = 1;
		args.mode = screen->mode;
	}
	return __vg_ioctl(fd, DRM_IOCTL_MODE_SETCRTC, &args);
}

int __vg_flip(int fd, const struct vg_screen *screen, __u32 fb)
{
	struct drm_mode_crtc_page_flip args = {
		.crtc_id = screen->crtc,
		.fb_id = fb,
		.flags = DRM_MODE_PAGE_FLIP_EVENT,
	};

	return __vg_ioctl(fd, DRM_IOCTL_MODE_PAGE_FLIP, &args);
}

bool vg_flip_ended(int fd, int ms, struct drm_event_vblank *event)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return poll(&pfd, 1, ms) == 1 && read(fd, event, sizeof(*event)) == sizeof(*event) &&
	       event->base.type == DRM_EVENT_FLIP_COMPLETE;
}

__u32 vg_flip_done(int fd, int ms)
{
	struct drm_event_vblank event;

	return vg_flip_ended(fd, ms, &event) ? event.sequence : 0;
}

int __vg_cursor(int fd, const struct vg_screen *screen, __u32 handle, __u32 width,
		__s32 x, __s32 y)
{
	struct drm_mode_cursor2 args = {
		.flags = DRM_MODE_CURSOR_BO | DRM_MODE_CURSOR_MOVE,
		.crtc_id = screen->crtc,
		.x = x,
		.y = y,
		.width = handle ? width : 0,
		.height = handle ? width : 0,
		.handle = handle,
	};

	return __vg_ioctl(fd, DRM_IOCTL_MODE_CURSOR2, &args);
}

int __vg_cursor_move(int fd, const struct vg_screen *screen, __s32 x, __s32 y)
{
	struct drm_mode_cursor2 args = {
		.flags = DRM_MODE_CURSOR_MOVE,
		.crtc_id = screen->crtc,
		.x = x,
		.y = y,
	};

	return __vg_ioctl(fd, DRM_IOCTL_MODE_CURSOR2, &args);
}

int __vg_dirty(int fd, __u32 fb, struct drm_clip_rect *clips, unsigned int count)
{
	struct drm_mode_fb_dirty_cmd args = {
		.fb_id = fb,
		.num_clips = count,
		.clips_ptr = count ? VG_PTR(clips) : 0,
	};

	return __vg_ioctl(fd, DRM_IOCTL_MODE_DIRTYFB, &args);
}
