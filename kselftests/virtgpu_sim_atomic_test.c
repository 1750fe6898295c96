// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does an atomic commit do to the picture, and to the pointer above it?
 */
#include "sim_fixture.h"

#include <drm/drm.h>
#include <drm/drm_fourcc.h>

#define CURSOR 64
#define WHOLE(pixels) ((__u64)(pixels) << 16)

/* A lit screen whose buffer is a little wider than what it shows */
FIXTURE(atomic) {
	int fd;
	struct vg_screen screen;
	__u32 fb;
	__u32 primary;
	__u32 cursor;
	struct vg_commit commit;
};

SIM_SCREENS(atomic);

FIXTURE_SETUP(atomic)
{
	__u32 width, height;

	SIM_SETUP();
	SIM_PLUG_SCREEN(variant->features);
	vg_atomic_client(self->fd);
	self->primary = vg_plane(self->fd, &self->screen, VG_PRIMARY);
	self->cursor = vg_plane(self->fd, &self->screen, VG_CURSOR);
	width = self->screen.mode.hdisplay + 64;
	height = self->screen.mode.vdisplay;
	self->fb = vg_framebuffer(self->fd, vg_dumb(self->fd, width, height), width, height);
	VG_OK(__vg_show(self->fd, &self->screen, self->fb));
	memset(&self->commit, 0, sizeof(self->commit));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
}

FIXTURE_TEARDOWN_PARENT(atomic)
{
	SIM_TEARDOWN();
}

#define SET(object, name, value) \
	vg_commit_set(self->fd, &self->commit, object, name, value)

/* Commits what has been set, and begins anew. */
#define COMMIT(flags) ({						\
	int __done = __vg_commit(self->fd, &self->commit, flags);	\
									\
	memset(&self->commit, 0, sizeof(self->commit));			\
	__done;								\
})

/* The host has nothing more to do, and has seen the command @more times since. */
#define EXPECT_MORE(name, before, more) do {				\
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));			\
	EXPECT_EQ((before) + (more), vg_sim_state(name)) TH_LOG(name);	\
} while (0)

/* The picture */

TEST_F(atomic, a_picture_moved_off_the_screen_darkens_it)
{
	SET(self->primary, "CRTC_X", self->screen.mode.hdisplay);
	ASSERT_EQ(0, COMMIT(0));
	EXPECT_TRUE(vg_sim_becomes("scanout", 0));
	SET(self->primary, "CRTC_X", 0);
	ASSERT_EQ(0, COMMIT(0));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_NE(0, vg_sim_state("scanout"));
}

TEST_F(atomic, a_picture_that_covers_a_part_of_the_screen_is_einval)
{
	SET(self->primary, "CRTC_X", 8);
	EXPECT_EQ(-EINVAL, COMMIT(0));
}

/* A blob has no format but that of its framebuffer; a classic resource has its own. */
TEST_F(atomic, picture_in_each_format_of_the_device_is_shown_where_it_can_be)
{
	static const struct {
		__u32 fourcc;
		__u32 wire;	/* enum virtio_gpu_formats */
	} formats[] = {
		{ DRM_FORMAT_XRGB8888, 2 }, { DRM_FORMAT_ARGB8888, 1 },
		{ DRM_FORMAT_XBGR8888, 134 }, { DRM_FORMAT_ABGR8888, 67 },
		{ DRM_FORMAT_BGRX8888, 4 }, { DRM_FORMAT_BGRA8888, 3 },
		{ DRM_FORMAT_RGBX8888, 68 }, { DRM_FORMAT_RGBA8888, 121 },
	};
	bool shapeless = variant->features & VG_F_BLOB;
	__u32 width = self->screen.mode.hdisplay, height = self->screen.mode.vdisplay;
	struct drm_mode_fb_cmd2 args = {
		.width = width,
		.height = height,
		.handles = { vg_dumb(self->fd, width, height) },
		.pitches = { 4 * width },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		args.pixel_format = formats[i].fourcc;
		/* The pointer has its own format: that one makes a framebuffer anywhere. */
		if (__vg_ioctl(self->fd, DRM_IOCTL_MODE_ADDFB2, &args)) {
			EXPECT_FALSE(shapeless) TH_LOG("format %u", i);
			continue;
		}
		SET(self->primary, "FB_ID", args.fb_id);
		EXPECT_EQ(!i || shapeless ? 0 : -EINVAL, COMMIT(0)) TH_LOG("format %u", i);
		EXPECT_TRUE(vg_sim_becomes("waiting", 0));
		if (shapeless)
			EXPECT_EQ(formats[i].wire, vg_sim_state("format"));
	}
}

/* Of a picture in guest pages it is known how it lies there; of the host's it is not. */
TEST_F(atomic, picture_in_guest_pages_is_linear)
{
	__u32 planes[] = { self->primary, self->cursor }, i;
	struct {
		struct drm_format_modifier_blob head;
		__u8 rest[512];
	} formats = { 0 };
	struct drm_format_modifier modifier;
	__u64 blob = 0;

	for (i = 0; i < ARRAY_SIZE(planes); i++) {
		if (!variant->features) {
			EXPECT_EQ(0, vg_property(self->fd, planes[i], "IN_FORMATS", NULL));
			continue;
		}
		ASSERT_NE(0, vg_property(self->fd, planes[i], "IN_FORMATS", &blob));
		vg_read_blob(self->fd, blob, &formats, sizeof(formats));
		ASSERT_EQ(1, formats.head.count_modifiers);
		memcpy(&modifier, (char *)&formats + formats.head.modifiers_offset,
		       sizeof(modifier));
		EXPECT_EQ(DRM_FORMAT_MOD_LINEAR, modifier.modifier);
		EXPECT_EQ(0, modifier.offset);
		EXPECT_EQ((1ull << formats.head.count_formats) - 1, modifier.formats);
	}
}

TEST_F(atomic, framebuffer_with_another_modifier_is_einval)
{
	__u32 width = self->screen.mode.hdisplay, height = self->screen.mode.vdisplay;
	struct drm_mode_fb_cmd2 args = {
		.width = width,
		.height = height,
		.pixel_format = DRM_FORMAT_XRGB8888,
		.flags = DRM_MODE_FB_MODIFIERS,
		.handles = { vg_dumb(self->fd, width, height) },
		.pitches = { 4 * width },
	};

	args.modifier[0] = I915_FORMAT_MOD_X_TILED;
	EXPECT_EQ(-EINVAL, __vg_ioctl(self->fd, DRM_IOCTL_MODE_ADDFB2, &args));
	args.modifier[0] = DRM_FORMAT_MOD_LINEAR;
	EXPECT_EQ(variant->features ? 0 : -EINVAL,
		  __vg_ioctl(self->fd, DRM_IOCTL_MODE_ADDFB2, &args));
	if (!variant->features)
		return;
	SET(self->primary, "FB_ID", args.fb_id);
	EXPECT_EQ(0, COMMIT(0));
}

/* A frame with this damage; its event comes in any case. */
#define FRAME(x1, x2) do {						\
	struct drm_mode_rect __clip = { x1, 0, x2, 16 };		\
									\
	SET(self->primary, "FB_ID", self->fb);				\
	SET(self->primary, "FB_DAMAGE_CLIPS",				\
	    vg_property_blob(self->fd, &__clip, sizeof(__clip)));	\
	ASSERT_EQ(0, COMMIT(DRM_MODE_PAGE_FLIP_EVENT));			\
	EXPECT_NE(0, vg_flip_done(self->fd, VG_SOON));			\
} while (0)

TEST_F(atomic, damage_in_the_picture_is_shown)
{
	__u64 flushes = vg_sim_state("RESOURCE_FLUSH");

	FRAME(0, 16);
	EXPECT_MORE("RESOURCE_FLUSH", flushes, 1);
}

TEST_F(atomic, damage_beyond_the_picture_costs_the_host_nothing)
{
	__u64 flushes = vg_sim_state("RESOURCE_FLUSH");
	__u64 copies = vg_sim_state("TRANSFER_TO_HOST_2D");

	FRAME(self->screen.mode.hdisplay, self->screen.mode.hdisplay + 64);
	EXPECT_MORE("RESOURCE_FLUSH", flushes, 0);
	EXPECT_MORE("TRANSFER_TO_HOST_2D", copies, 0);
}

/* The pointer */

static __u32 pointer_framebuffer(int fd)
{
	struct drm_mode_fb_cmd2 args = {
		.width = CURSOR,
		.height = CURSOR,
		.pixel_format = DRM_FORMAT_ARGB8888,
		.handles = { vg_dumb(fd, CURSOR, CURSOR) },
		.pitches = { 4 * CURSOR },
	};

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_ADDFB2, &args));
	return args.fb_id;
}

/* The pointer shows @width x @height pixels of a framebuffer from @x, @y on. */
#define SET_POINTER(fb, x, y, width, height) do {			\
	SET(self->cursor, "FB_ID", fb);					\
	SET(self->cursor, "CRTC_ID", self->screen.crtc);		\
	SET(self->cursor, "SRC_X", WHOLE(x));				\
	SET(self->cursor, "SRC_Y", WHOLE(y));				\
	SET(self->cursor, "SRC_W", WHOLE(width));			\
	SET(self->cursor, "SRC_H", WHOLE(height));			\
	SET(self->cursor, "CRTC_X", 10);				\
	SET(self->cursor, "CRTC_Y", 10);				\
	SET(self->cursor, "CRTC_W", width);				\
	SET(self->cursor, "CRTC_H", height);				\
} while (0)

/* The pointer is on the screen, and the host has heard of it; its framebuffer. */
#define SHOW_POINTER() ({						\
	__u64 __updates = vg_sim_state("UPDATE_CURSOR");		\
	__u32 __fb = pointer_framebuffer(self->fd);		\
									\
	SET_POINTER(__fb, 0, 0, CURSOR, CURSOR);			\
	ASSERT_EQ(0, COMMIT(0));					\
	EXPECT_TRUE(vg_sim_becomes("UPDATE_CURSOR", __updates + 1));	\
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));			\
	EXPECT_NE(0, vg_sim_state("cursor"));				\
	__fb;								\
})

TEST_F(atomic, a_pointer_that_only_moves_is_not_sent_anew)
{
	static const char * const ways[] = { "CRTC_X", "CRTC_Y" };
	__u64 updates, moves = vg_sim_state("MOVE_CURSOR");
	unsigned int i;

	SHOW_POINTER();
	updates = vg_sim_state("UPDATE_CURSOR");
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		SET(self->cursor, ways[i], 20);
		ASSERT_EQ(0, COMMIT(0));
		EXPECT_MORE("MOVE_CURSOR", moves, i + 1);
	}
	EXPECT_MORE("UPDATE_CURSOR", updates, 0);
}

/* Compositors name the pointer in each frame, whether it has changed or not. */
TEST_F(atomic, pointer_set_again_unchanged_sends_nothing)
{
	__u64 updates, moves, copies;
	__u32 fb;
	int i;

	fb = SHOW_POINTER();
	updates = vg_sim_state("UPDATE_CURSOR");
	moves = vg_sim_state("MOVE_CURSOR");
	copies = vg_sim_state("TRANSFER_TO_HOST_2D");
	for (i = 0; i < 5; i++) {
		SET_POINTER(fb, 0, 0, CURSOR, CURSOR);
		ASSERT_EQ(0, COMMIT(0));
	}
	EXPECT_MORE("UPDATE_CURSOR", updates, 0);
	EXPECT_MORE("MOVE_CURSOR", moves, 0);
	EXPECT_MORE("TRANSFER_TO_HOST_2D", copies, 0);
}

TEST_F(atomic, pointer_with_damage_is_sent_anew)
{
	static const struct drm_mode_rect clip = { 0, 0, 8, 8 };
	__u64 updates;

	if (!vg_property(self->fd, self->cursor, "FB_DAMAGE_CLIPS", NULL))
		SKIP(return, "needs FB_DAMAGE_CLIPS on the cursor plane");
	SHOW_POINTER();
	updates = vg_sim_state("UPDATE_CURSOR");
	SET(self->cursor, "FB_DAMAGE_CLIPS", vg_property_blob(self->fd, &clip, sizeof(clip)));
	ASSERT_EQ(0, COMMIT(0));
	EXPECT_MORE("UPDATE_CURSOR", updates, 1);
}

/* A program without atomic commits has drawn into its buffer, and says so this way. */
TEST_F(atomic, pointer_of_the_same_buffer_by_ioctl_is_sent_anew)
{
	__u32 handle = vg_dumb(self->fd, CURSOR, CURSOR);
	__u64 updates = vg_sim_state("UPDATE_CURSOR");
	int i;

	for (i = 1; i <= 3; i++) {
		ASSERT_EQ(0, __vg_cursor(self->fd, &self->screen, handle, CURSOR, 10, 10));
		EXPECT_MORE("UPDATE_CURSOR", updates, i);
	}
}

TEST_F(atomic, pointer_whose_framebuffer_is_dirty_is_sent_anew)
{
	struct drm_clip_rect clip = { 0, 0, 8, 8 };
	__u64 updates;
	__u32 fb;

	fb = SHOW_POINTER();
	updates = vg_sim_state("UPDATE_CURSOR");
	ASSERT_EQ(0, __vg_dirty(self->fd, fb, &clip, 1));
	EXPECT_MORE("UPDATE_CURSOR", updates, 1);
	ASSERT_EQ(0, __vg_dirty(self->fd, fb, NULL, 0));
	EXPECT_MORE("UPDATE_CURSOR", updates, 2);
}

TEST_F(atomic, a_pointer_that_points_with_another_pixel_is_sent_anew)
{
	static const char * const hotspots[] = { "HOTSPOT_X", "HOTSPOT_Y" };
	__u64 updates;
	unsigned int i;

	if (!vg_property(self->fd, self->cursor, "HOTSPOT_X", NULL))
		SKIP(return, "needs DRM_CLIENT_CAP_CURSOR_PLANE_HOTSPOT (6.6)");
	SHOW_POINTER();
	updates = vg_sim_state("UPDATE_CURSOR");
	for (i = 0; i < ARRAY_SIZE(hotspots); i++) {
		SET(self->cursor, hotspots[i], 5);
		SET(self->cursor, "CRTC_X", 20 + i);
		ASSERT_EQ(0, COMMIT(0));
		EXPECT_MORE("UPDATE_CURSOR", updates, i + 1);
	}
}

/* Who asks for it hears that the screen is dark. */
TEST_F(atomic, commit_that_darkens_the_screen_has_its_event)
{
	SET(self->screen.crtc, "ACTIVE", 0);
	ASSERT_EQ(0, COMMIT(DRM_MODE_ATOMIC_ALLOW_MODESET | DRM_MODE_PAGE_FLIP_EVENT));
	EXPECT_NE(0, vg_flip_done(self->fd, VG_SOON));
}

/* It is shown when there is light. */
TEST_F(atomic, picture_on_a_dark_screen_costs_the_host_nothing)
{
	__u64 flushes;

	SET(self->screen.crtc, "ACTIVE", 0);
	ASSERT_EQ(0, COMMIT(DRM_MODE_ATOMIC_ALLOW_MODESET));
	EXPECT_TRUE(vg_sim_becomes("scanout", 0));
	flushes = vg_sim_state("RESOURCE_FLUSH");
	SET(self->primary, "SRC_X", WHOLE(64));
	ASSERT_EQ(0, COMMIT(0));
	EXPECT_MORE("RESOURCE_FLUSH", flushes, 0);
	EXPECT_EQ(0, vg_sim_state("scanout"));
	SET(self->screen.crtc, "ACTIVE", 1);
	ASSERT_EQ(0, COMMIT(DRM_MODE_ATOMIC_ALLOW_MODESET));
	EXPECT_MORE("RESOURCE_FLUSH", flushes, 1);
	EXPECT_NE(0, vg_sim_state("scanout"));
}

TEST_F(atomic, a_pointer_goes_with_the_light_and_comes_with_it)
{
	__u64 moves;

	SHOW_POINTER();
	SET(self->screen.crtc, "ACTIVE", 0);
	ASSERT_EQ(0, COMMIT(DRM_MODE_ATOMIC_ALLOW_MODESET));
	EXPECT_TRUE(vg_sim_becomes("cursor", 0));
	moves = vg_sim_state("MOVE_CURSOR");
	EXPECT_EQ(0, __vg_cursor_move(self->fd, &self->screen, 30, 30));
	EXPECT_MORE("MOVE_CURSOR", moves, 0);
	EXPECT_EQ(0, vg_sim_state("cursor"));
	SET(self->screen.crtc, "ACTIVE", 1);
	ASSERT_EQ(0, COMMIT(DRM_MODE_ATOMIC_ALLOW_MODESET));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_NE(0, vg_sim_state("cursor"));
}

TEST_F(atomic, a_pointer_outlives_another_mode)
{
	struct drm_mode_modeinfo narrow = self->screen.mode;

	SHOW_POINTER();
	narrow.hdisplay -= 8;
	SET(self->screen.crtc, "MODE_ID", vg_property_blob(self->fd, &narrow, sizeof(narrow)));
	SET(self->primary, "SRC_W", WHOLE(narrow.hdisplay));
	SET(self->primary, "CRTC_W", narrow.hdisplay);
	ASSERT_EQ(0, COMMIT(DRM_MODE_ATOMIC_ALLOW_MODESET));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_NE(0, vg_sim_state("cursor"));
}

TEST_F(atomic, a_pointer_is_no_part_of_a_flip_at_once)
{
	SHOW_POINTER();
	SET(self->cursor, "FB_ID", pointer_framebuffer(self->fd));
	EXPECT_EQ(-EINVAL, COMMIT(DRM_MODE_PAGE_FLIP_ASYNC));
}

/* A thread that changes the pointer and waits as long as that takes */
struct mover {
	pthread_t thread;
	int fd;
	const struct vg_screen *screen;
	__u32 handle;
	int ret;
};

static void *change_pointer(void *arg)
{
	struct mover *mover = arg;

	mover->ret = __vg_cursor(mover->fd, mover->screen, mover->handle, CURSOR, 40, 40);
	return NULL;
}

TEST_F(atomic, a_pointer_that_is_still_being_drawn_is_waited_for)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(CURSOR, CURSOR);
	struct mover mover = { .fd = self->fd, .screen = &self->screen, .ret = 1 };
	struct drm_virtgpu_execbuffer draw = {
		.bo_handles = VG_PTR(&args.bo_handle),
		.num_bo_handles = 1,
		.fence_fd = -1,
	};
	__u64 updates;

	VG_NEED(self->fd, VG_3D);
	VG_OK(__vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args));
	mover.handle = args.bo_handle;
	SHOW_POINTER();
	updates = vg_sim_state("UPDATE_CURSOR");
	vg_sim_script("SUBMIT_3D 0 hold");
	VG_OK(__vg_submit(self->fd, &draw));
	VG_ASSERT(!pthread_create(&mover.thread, NULL, change_pointer, &mover));
	usleep(200000);
	EXPECT_EQ(updates, vg_sim_state("UPDATE_CURSOR"));
	vg_sim_control("release");
	VG_ASSERT(!pthread_join(mover.thread, NULL));
	EXPECT_EQ(0, mover.ret);
	EXPECT_MORE("UPDATE_CURSOR", updates, 1);
}

TEST_HARNESS_MAIN
