// SPDX-License-Identifier: GPL-2.0-only
/*
 * The screen: dumb buffers, framebuffers, modes, flips, the pointer
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <drm/drm_fourcc.h>
#include <drm/drm_mode.h>

#include "fuzz.h"

static void done_dumb(struct fuzz_call *c)
{
	struct drm_mode_create_dumb *args = (void *)c->arg;

	fuzz_put(c->file, FUZZ_HANDLE, args->handle, args->size);
}

static int create_dumb(struct fuzz_call *c)
{
	struct drm_mode_create_dumb *args = (void *)c->arg;
	__u64 size = (__u64)args->width * args->height * 4;

	/* Hostile, but not such that the machine's memory is what is tested */
	if (size > 64 << 20 && size < 1ull << 42)
		args->height = 1;
	return fuzz_ioctl(c->fd, c->op->request, args);
}

static int destroy_dumb(struct fuzz_call *c)
{
	struct drm_mode_destroy_dumb args = {
		.handle = fuzz_take(c->file, FUZZ_HANDLE, c->values[0]).id };

	return fuzz_ioctl(c->fd, c->op->request, &args);
}

/* As large as the buffer allows, unless the draws say otherwise */
static int add_fb(struct fuzz_call *c)
{
	struct drm_mode_fb_cmd2 *args = (void *)c->arg;

	struct drm_mode_create_dumb dumb = { .width = args->width, .height = 3 * args->width / 4, .bpp = 32 };

	args->handles[0] = c->values[0];
	if (c->values[5] && !fuzz_ioctl(c->fd, DRM_IOCTL_MODE_CREATE_DUMB, &dumb)) {
		args->handles[0] = dumb.handle;
		c->item.size = dumb.size;
		fuzz_put(c->file, FUZZ_HANDLE, dumb.handle, dumb.size);
	}
	args->pitches[0] = args->width * 4;
	args->offsets[0] = c->values[3];
	args->height = args->pitches[0] ? c->item.size / args->pitches[0] : 0;
	if (args->height > 3 * args->width / 4)
		args->height = 3 * args->width / 4;
	if (c->values[4]) {
		args->flags = DRM_MODE_FB_MODIFIERS;
		args->modifier[0] = c->values[4] - 1;
	}
	return fuzz_ioctl(c->fd, c->op->request, args);
}

static void done_fb(struct fuzz_call *c)
{
	struct drm_mode_fb_cmd2 *args = (void *)c->arg;

	fuzz_put(c->file, FUZZ_FB, args->fb_id, (__u64)args->width << 16 | args->height);
}

/* RMFB, or CLOSEFB, which leaves it on the screen */
static int remove_fb(struct fuzz_call *c)
{
	struct drm_mode_closefb args = { .fb_id = fuzz_take(c->file, FUZZ_FB, c->values[0]).id };

	return fuzz_ioctl(c->fd, c->op->request, &args);
}

static void done_get_fb(struct fuzz_call *c)
{
	struct drm_mode_fb_cmd2 *args = (void *)c->arg;
	struct drm_gem_close close_args = { .handle = args->handles[0] };

	if (args->handles[0])
		fuzz_ioctl(c->fd, DRM_IOCTL_GEM_CLOSE, &close_args);
}

/* Modes are read from the host each time that the connector is probed. */
static int probe(struct fuzz_call *c)
{
	struct vg_screen screen = {};
	int ret = __vg_screen(c->fd, &screen);

	if (!ret)
		c->file->screen = screen;
	return ret;
}

static int set_crtc(struct fuzz_call *c)
{
	struct drm_mode_crtc *args = (void *)c->arg;
	__u32 connector = c->file->screen.connector;

	args->crtc_id = c->file->screen.crtc;
	if (c->values[1]) {
		args->fb_id = fuzz_need_picture(c->file, c->fd, c->values[0]).id;
		args->mode = c->file->screen.mode;
		args->mode_valid = 1;
		args->set_connectors_ptr = VG_PTR(&connector);
		args->count_connectors = 1;
	}
	return fuzz_ioctl(c->fd, c->op->request, args);
}

static int page_flip(struct fuzz_call *c)
{
	struct drm_mode_crtc_page_flip *args = (void *)c->arg;

	args->fb_id = fuzz_need_picture(c->file, c->fd, c->values[0]).id;
	return fuzz_ioctl(c->fd, c->op->request, args);
}

static int dirty_fb(struct fuzz_call *c)
{
	struct drm_mode_fb_dirty_cmd *args = (void *)c->arg;
	struct drm_clip_rect *clips = (void *)c->thread->scratch;
	unsigned int i;

	args->num_clips = c->values[1];
	for (i = 0; i < args->num_clips; i++)
		clips[i] = (struct drm_clip_rect){ i * 8, i * 8, i * 8 + 1 + c->values[2], i * 8 + 16 };
	args->clips_ptr = VG_PTR(clips);
	return fuzz_ioctl(c->fd, c->op->request, args);
}

/* An image needs a buffer of its size, and moving none. */
static int cursor(struct fuzz_call *c)
{
	struct drm_mode_cursor2 *args = (void *)c->arg;
	struct drm_mode_create_dumb dumb = { .width = 64, .height = 64, .bpp = 32 };

	if (args->flags & DRM_MODE_CURSOR_BO && c->values[2]) {
		if (c->item.size >= 64 * 64 * 4) {
			args->handle = c->item.id;
		} else if (!fuzz_ioctl(c->fd, DRM_IOCTL_MODE_CREATE_DUMB, &dumb)) {
			args->handle = dumb.handle;
			fuzz_put(c->file, FUZZ_HANDLE, dumb.handle, dumb.size);
		}
	}
	return fuzz_ioctl(c->fd, c->op->request, args);
}

static int vblank(struct fuzz_call *c)
{
	union drm_wait_vblank args = { .request = {
		.type = _DRM_VBLANK_RELATIVE | (c->values[1] ? _DRM_VBLANK_EVENT : 0),
		.sequence = c->values[0],
	} };

	return fuzz_ioctl(c->fd, c->op->request, &args);
}

/* It stays without for a while, if the file has it: see run.c. */
static int drop_master(struct fuzz_call *c)
{
	return fuzz_ioctl(c->fd, DRM_IOCTL_DROP_MASTER, NULL);
}

static int lease(struct fuzz_call *c)
{
	__u32 objects[] = { c->file->screen.crtc, c->file->screen.connector, c->file->planes[0] };
	struct drm_mode_create_lease args = { .object_ids = VG_PTR(objects), .object_count = 3 };
	struct drm_mode_revoke_lease revoke = {};
	int ret = fuzz_ioctl(c->fd, DRM_IOCTL_MODE_CREATE_LEASE, &args);

	if (ret)
		return ret;
	__vg_dirty(args.fd, c->values[0], NULL, 0);
	__vg_show(args.fd, &c->file->screen, c->values[0]);
	if (c->values[1]) {
		revoke.lessee_id = args.lessee_id;
		fuzz_ioctl(c->fd, DRM_IOCTL_MODE_REVOKE_LEASE, &revoke);
	}
	return close(args.fd) ? -errno : 0;
}

#define CALL(n)	.name = #n, .request = DRM_IOCTL_##n, .node = FUZZ_PRIMARY
#define MODE(n)		.name = #n, .request = DRM_IOCTL_MODE_##n, .node = FUZZ_PRIMARY
#define WHICH		FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, 4095))

const struct fuzz_op fuzz_ops_kms[] = {
	{ MODE(CREATE_DUMB), .weight = 12, .call = create_dumb, .done = done_dumb,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_mode_create_dumb, width, ONEOF, FUZZ_AMONG(1024, 1024, 800, 64, 64, 33)),
		      FUZZ_FIELD(drm_mode_create_dumb, height, ONEOF, FUZZ_AMONG(768, 768, 600, 64, 64, 7)),
		      FUZZ_FIELD(drm_mode_create_dumb, bpp, ONEOF, FUZZ_AMONG(32, 32, 32, 32, 16))) },
	{ MODE(MAP_DUMB), .weight = 4, FUZZ_FIELDS(FUZZ_FIELD(drm_mode_map_dumb, handle, HANDLE)) },
	{ MODE(DESTROY_DUMB), .weight = 8, .call = destroy_dumb, FUZZ_FIELDS(WHICH) },
	{ MODE(ADDFB2), .weight = 15, .call = add_fb, .done = done_fb,
	  FUZZ_FIELDS(FUZZ_DRAW("handle", HANDLE),
		      FUZZ_FIELD(drm_mode_fb_cmd2, width, ONEOF, FUZZ_AMONG(1024, 1024, 1024, 800, 64, 64, 32)),
		      FUZZ_FIELD(drm_mode_fb_cmd2, pixel_format, ONEOF,
				 FUZZ_AMONG(DRM_FORMAT_XRGB8888, DRM_FORMAT_XRGB8888, DRM_FORMAT_XRGB8888,
					    DRM_FORMAT_ARGB8888, DRM_FORMAT_ARGB8888, DRM_FORMAT_XBGR8888)),
		      FUZZ_DRAW("offset", ONEOF, FUZZ_AMONG(0, 0, 0, 0, 0, 0, 0, 4096)),
		      FUZZ_DRAW("modifier", ONEOF, FUZZ_AMONG(0, 0, 0, 0, 0, 0, 1, 2)),
		      FUZZ_DRAW("dumb", ONEOF, FUZZ_AMONG(1, 1, 1, 0))) },
	{ MODE(RMFB), .weight = 6, .call = remove_fb, FUZZ_FIELDS(WHICH) },
	{ MODE(CLOSEFB), .weight = 3, .call = remove_fb, FUZZ_FIELDS(WHICH) },
	{ MODE(GETFB2), .weight = 3, .done = done_get_fb,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_mode_fb_cmd2, fb_id, FB)) },
	{ .name = "GETCONNECTOR", .weight = 3, .node = FUZZ_PRIMARY, .call = probe },
	{ MODE(SETCRTC), .weight = 8, .call = set_crtc,
	  FUZZ_FIELDS(WHICH, FUZZ_DRAW("on", ONEOF, FUZZ_AMONG(1, 1, 1, 0)),
		      FUZZ_FIELD(drm_mode_crtc, x, ONEOF, FUZZ_AMONG(0, 0, 0, 0, 1)),
		      FUZZ_FIELD(drm_mode_crtc, y, ONEOF, FUZZ_AMONG(0, 0, 0, 0, 1))) },
	{ MODE(PAGE_FLIP), .weight = 12, .call = page_flip,
	  FUZZ_FIELDS(WHICH, FUZZ_FIELD(drm_mode_crtc_page_flip, crtc_id, CRTC),
		      FUZZ_FIELD(drm_mode_crtc_page_flip, flags, ONEOF, FUZZ_AMONG(0, 1, 1)),
		      FUZZ_FIELD(drm_mode_crtc_page_flip, user_data, NUM, FUZZ_RANGE(0, 4095))) },
	{ MODE(DIRTYFB), .weight = 12, .call = dirty_fb,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_mode_fb_dirty_cmd, fb_id, FB),
		      FUZZ_DRAW("clips", NUM, FUZZ_RANGE(0, 9)), FUZZ_DRAW("width", NUM, FUZZ_RANGE(0, 30))) },
	{ MODE(CURSOR2), .weight = 15, .call = cursor,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_mode_cursor2, flags, NUM, FUZZ_RANGE(1, 3)), FUZZ_DRAW("image", HANDLE),
		      FUZZ_DRAW("shown", ONEOF, FUZZ_AMONG(1, 1, 1, 0)),
		      FUZZ_FIELD(drm_mode_cursor2, crtc_id, CRTC),
		      FUZZ_FIELD(drm_mode_cursor2, x, NUM, FUZZ_RANGE(0, 1100)),
		      FUZZ_FIELD(drm_mode_cursor2, y, NUM, FUZZ_RANGE(0, 800)),
		      FUZZ_FIELD(drm_mode_cursor2, width, ONEOF, FUZZ_AMONG(64, 64, 64, 64, 32)),
		      FUZZ_FIELD(drm_mode_cursor2, height, ONEOF, FUZZ_AMONG(64)),
		      FUZZ_FIELD(drm_mode_cursor2, hot_x, NUM, FUZZ_RANGE(0, 63))) },
	{ .name = "WAIT_VBLANK", .request = DRM_IOCTL_WAIT_VBLANK, .weight = 4, .node = FUZZ_PRIMARY,
	  .call = vblank,
	  FUZZ_FIELDS(FUZZ_DRAW("number", NUM, FUZZ_RANGE(0, 2)), FUZZ_DRAW("event", NUM, FUZZ_RANGE(0, 1))) },
	{ CALL(CRTC_GET_SEQUENCE), .weight = 1,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_crtc_get_sequence, crtc_id, CRTC)) },
	{ .name = "MASTER", .weight = 2, .node = FUZZ_PRIMARY, .call = drop_master },
	{ .name = "LEASE", .weight = 1, .node = FUZZ_PRIMARY, .call = lease,
	  FUZZ_FIELDS(FUZZ_DRAW("fb", FB), FUZZ_DRAW("revoked", NUM, FUZZ_RANGE(0, 1))) },
	{}
};
