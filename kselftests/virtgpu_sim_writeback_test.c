// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a writeback connector give back what was asked to be shown, and disturb nobody?
 */
#include "sim_fixture.h"

#include <string.h>

#include <drm/drm.h>
#include <drm/drm_fourcc.h>

#define CURSOR	64
#define GREY	0x00406080
#define WHITE	0x00ffffff
#define RED	0x00ff0000
#define MAX	16

/* A grey screen, and its writeback connector */
FIXTURE(writeback) {
	int fd;
	struct vg_screen screen;
	__u32 width, height, count;
	__u32 connector;
	__u32 primary;
	__u32 fb;		/* shown */
};

SIM_SCREENS(writeback);

static void fill(__u32 *pixels, size_t count, __u32 word)
{
	while (count--)
		*pixels++ = word;
}

static __u32 filled(FIXTURE_DATA(writeback) *self, __u32 word, __u32 **pixels)
{
	__u32 handle = vg_dumb(self->fd, self->width, self->height);
	__u32 *map = vg_mmap(self->fd, handle, self->count * 4);

	fill(map, self->count, word);
	if (pixels)
		*pixels = map;
	return vg_framebuffer(self->fd, handle, self->width, self->height);
}

/* How many connectors does the file see? The last of them goes to @last. */
static unsigned int connectors(int fd, __u32 *last)
{
	__u32 ids[MAX] = { 0 };
	struct drm_mode_card_res args = { .connector_id_ptr = VG_PTR(ids), .count_connectors = MAX };

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_GETRESOURCES, &args));
	if (last)
		*last = ids[args.count_connectors - 1];
	return args.count_connectors;
}

/* 0, or -errno without writeback */
static int see_writeback(int fd)
{
	struct drm_set_client_cap args = {
		.capability = DRM_CLIENT_CAP_WRITEBACK_CONNECTORS,
		.value = 1,
	};

	return __vg_ioctl(fd, DRM_IOCTL_SET_CLIENT_CAP, &args);
}

/* What a commit that writes back says of the connector; *@fence becomes the out-fence. */
static void want(FIXTURE_DATA(writeback) *self, struct vg_commit *commit, __u32 fb,
		 __s32 *fence)
{
	vg_commit_set(self->fd, commit, self->connector, "CRTC_ID", self->screen.crtc);
	vg_commit_set(self->fd, commit, self->connector, "WRITEBACK_FB_ID", fb);
	if (fence)
		vg_commit_set(self->fd, commit, self->connector, "WRITEBACK_OUT_FENCE_PTR",
			      VG_PTR(fence));
}

/* 0 once it is written, or what the commit says */
static int write_back(FIXTURE_DATA(writeback) *self, struct vg_commit *commit, __u32 fb)
{
	__s32 fence = -1;
	int ret;

	want(self, commit, fb, &fence);
	ret = __vg_commit(self->fd, commit, DRM_MODE_ATOMIC_ALLOW_MODESET);
	if (ret)
		return ret;
	VG_ASSERT(vg_fence_signals(fence, VG_SOON));
	ret = vg_fence_status(fence);
	close(fence);
	return ret < 0 ? ret : 0;
}

static int write_now(FIXTURE_DATA(writeback) *self, __u32 fb)
{
	struct vg_commit commit = { 0 };

	return write_back(self, &commit, fb);
}

/* Is each pixel in the square at @x,@y @inside and each other one @outside? */
static bool shows(FIXTURE_DATA(writeback) *self, const __u32 *pixels, int x, int y, __u32 inside,
		  __u32 outside)
{
	for (int j = 0; j < (int)self->height; j++) {
		for (int i = 0; i < (int)self->width; i++) {
			bool in = i >= x && i < x + CURSOR && j >= y && j < y + CURSOR;
			__u32 is = pixels[j * self->width + i];

			if (is == (in ? inside : outside))
				continue;
			fprintf(stderr, "# at %d,%d is %08x\n", i, j, is);
			return false;
		}
	}
	return true;
}

#define EXPECT_ALL(word, pixels) \
	EXPECT_TRUE(shows(self, pixels, -CURSOR, -CURSOR, 0, word))

FIXTURE_SETUP(writeback)
{
	SIM_SETUP();
	SIM_PLUG_SCREEN(variant->features);
	self->width = self->screen.mode.hdisplay;
	self->height = self->screen.mode.vdisplay;
	self->count = self->width * self->height;
	self->fb = filled(self, GREY, NULL);
	VG_OK(__vg_show(self->fd, &self->screen, self->fb));
	vg_atomic_client(self->fd);
	if (see_writeback(self->fd) || connectors(self->fd, &self->connector) < 2)
		SKIP(return, "needs a writeback connector");
	self->primary = vg_plane(self->fd, &self->screen, VG_PRIMARY);
}

FIXTURE_TEARDOWN_PARENT(writeback)
{
	SIM_TEARDOWN();
}

/* One screen is one connector, for all that do not ask. */
TEST_F(writeback, connector_is_seen_by_those_who_ask_only)
{
	int other = vg_open_primary();

	EXPECT_EQ(1, connectors(other, NULL));
	vg_atomic_client(other);
	EXPECT_EQ(1, connectors(other, NULL));
	EXPECT_EQ(2, connectors(self->fd, NULL));
	close(other);
}

TEST_F(writeback, what_is_shown_is_written)
{
	__u32 *pixels, fb = filled(self, RED, &pixels);

	ASSERT_EQ(0, write_now(self, fb));
	EXPECT_ALL(GREY, pixels);
}

/* The second commit changes nothing but what is written to. */
TEST_F(writeback, what_is_shown_is_written_again)
{
	__u32 *first, *second, fbs[2] = { filled(self, RED, &first), filled(self, RED, &second) };

	ASSERT_EQ(0, write_now(self, fbs[0]));
	ASSERT_EQ(0, write_now(self, fbs[1]));
	EXPECT_ALL(GREY, first);
	EXPECT_ALL(GREY, second);
}

TEST_F(writeback, what_the_same_commit_shows_is_written)
{
	struct vg_commit commit = { 0 };
	__u32 *pixels, fb = filled(self, RED, &pixels);

	vg_commit_set(self->fd, &commit, self->primary, "FB_ID", filled(self, WHITE, NULL));
	ASSERT_EQ(0, write_back(self, &commit, fb));
	EXPECT_ALL(WHITE, pixels);
}

TEST_F(writeback, pointer_is_written_as_it_is_blended)
{
	static const struct {
		int x, y;
	} places[] = { { 10, 20 }, { -20, -30 } };
	__u32 *pixels, fb = filled(self, RED, &pixels), handle = vg_dumb(self->fd, CURSOR, CURSOR);
	unsigned int i;

	fill(vg_mmap(self->fd, handle, CURSOR * CURSOR * 4), CURSOR * CURSOR, 0x80808080);
	for (i = 0; i < 2; i++) {
		VG_OK(__vg_cursor(self->fd, &self->screen, handle, CURSOR, places[i].x,
				  places[i].y));
		ASSERT_EQ(0, write_now(self, fb));
		EXPECT_TRUE(shows(self, pixels, places[i].x, places[i].y, 0xa0b0c0, GREY));
	}
}

TEST_F(writeback, screen_without_planes_is_written_black)
{
	struct vg_commit commit = { 0 };
	__u32 *pixels, fb = filled(self, RED, &pixels);

	vg_commit_set(self->fd, &commit, self->primary, "FB_ID", 0);
	vg_commit_set(self->fd, &commit, self->primary, "CRTC_ID", 0);
	ASSERT_EQ(0, write_back(self, &commit, fb));
	EXPECT_ALL(0, pixels);
}

/* Each commit writes once, and those that name no buffer write nothing. */
TEST_F(writeback, commit_without_a_buffer_writes_nothing)
{
	struct vg_commit commit = { 0 };
	__u32 *pixels, fb = filled(self, RED, &pixels);

	ASSERT_EQ(0, write_now(self, fb));
	fill(pixels, self->count, RED);
	vg_commit_set(self->fd, &commit, self->primary, "FB_ID", filled(self, WHITE, NULL));
	ASSERT_EQ(0, __vg_commit(self->fd, &commit, 0));
	usleep(100000);
	EXPECT_ALL(RED, pixels);
}

TEST_F(writeback, commits_in_a_row_are_written_in_order)
{
	__u32 *pixels, fb = filled(self, RED, &pixels);
	__u32 fbs[] = { self->fb, filled(self, WHITE, NULL) };
	int i;

	for (i = 0; i < 10; i++) {
		struct vg_commit commit = { 0 };

		vg_commit_set(self->fd, &commit, self->primary, "FB_ID", fbs[i % 2]);
		ASSERT_EQ(0, write_back(self, &commit, fb));
		EXPECT_EQ(i % 2 ? WHITE : GREY, pixels[self->count - 1]);
	}
}

/* Who does not wait for the pictures is no more than one ahead of them. */
TEST_F(writeback, commits_in_a_row_leave_one_unwritten_at_most)
{
	__u32 fb = filled(self, RED, NULL);
	__s32 fences[20];
	int i;

	for (i = 0; i < (int)ARRAY_SIZE(fences); i++) {
		struct vg_commit commit = { 0 };

		want(self, &commit, fb, &fences[i]);
		ASSERT_EQ(0, __vg_commit(self->fd, &commit, DRM_MODE_ATOMIC_ALLOW_MODESET));
		if (i)
			EXPECT_TRUE(vg_fence_signals(fences[i - 1], 0));
	}
	EXPECT_TRUE(vg_fence_signals(fences[i - 1], VG_SOON));
	for (i = 0; i < (int)ARRAY_SIZE(fences); i++)
		close(fences[i]);
}

/* What is only tried is not written, and nothing of it stays. */
TEST_F(writeback, commit_that_is_only_tried_writes_nothing)
{
	struct vg_commit commit = { 0 };
	__u32 *pixels, fb = filled(self, RED, &pixels);

	want(self, &commit, fb, NULL);
	EXPECT_EQ(0, __vg_commit(self->fd, &commit, DRM_MODE_ATOMIC_ALLOW_MODESET |
						    DRM_MODE_ATOMIC_TEST_ONLY));
	usleep(100000);
	EXPECT_ALL(RED, pixels);
}

TEST_F(writeback, buffer_of_another_size_is_einval)
{
	__u32 w = self->width, h = self->height;

	EXPECT_EQ(-EINVAL, write_now(self, vg_framebuffer(self->fd, vg_dumb(self->fd, w, h + 1),
							  w, h + 1)));
	EXPECT_EQ(-EINVAL, write_now(self, vg_framebuffer(self->fd, vg_dumb(self->fd, w - 8, h),
							  w - 8, h)));
	EXPECT_EQ(-EINVAL, write_now(self, vg_framebuffer(self->fd, vg_dumb(self->fd, w + 8, h),
							  w + 8, h)));
}

TEST_F(writeback, buffer_of_another_format_is_einval)
{
	struct drm_mode_fb_cmd2 args = {
		.width = self->width,
		.height = self->height,
		.pixel_format = DRM_FORMAT_XBGR8888,
		.handles = { vg_dumb(self->fd, self->width, self->height) },
		.pitches = { self->width * 4 },
	};

	if (!(variant->features & VG_F_BLOB))
		SKIP(return, "needs a device with RESOURCE_BLOB, without 3D");
	ASSERT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_MODE_ADDFB2, &args));
	EXPECT_EQ(-EINVAL, write_now(self, args.fb_id));
}

/* Neither can it be read, nor written. */
TEST_F(writeback, picture_of_the_host_is_einval)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(self->width, self->height);
	struct vg_commit commit = { 0 };
	__u32 host, fb = filled(self, RED, NULL);

	if (!vg_param(self->fd, VIRTGPU_PARAM_3D_FEATURES))
		SKIP(return, "needs VIRTGPU_PARAM_3D_FEATURES");
	ASSERT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args));
	host = vg_framebuffer(self->fd, args.bo_handle, self->width, self->height);
	EXPECT_EQ(-EINVAL, write_now(self, host));
	vg_commit_set(self->fd, &commit, self->primary, "FB_ID", host);
	EXPECT_EQ(-EINVAL, write_back(self, &commit, fb));
	EXPECT_EQ(0, write_now(self, fb));
}

/* The host's window need not go dark for it. */
TEST_F(writeback, host_is_told_of_no_other_scanout)
{
	__u64 before;

	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	before = vg_sim_state("SET_SCANOUT") + vg_sim_state("SET_SCANOUT_BLOB");
	ASSERT_EQ(0, write_now(self, filled(self, RED, NULL)));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
	EXPECT_EQ(before, vg_sim_state("SET_SCANOUT") + vg_sim_state("SET_SCANOUT_BLOB"));
}

/* No host is asked for it: one that never answers holds nobody up. */
TEST_F(writeback, silent_host_holds_up_no_out_fence)
{
	__u32 *pixels, fb = filled(self, RED, &pixels);

	vg_sim_script("RESOURCE_FLUSH 0 hold");
	EXPECT_EQ(0, write_now(self, fb));
	EXPECT_ALL(GREY, pixels);
	vg_sim_control("release");
}

TEST_F(writeback, reset_changes_nothing)
{
	__u64 resets = vg_sim_state("resets");
	__u32 *pixels, fb = filled(self, RED, &pixels);

	ASSERT_EQ(0, write_now(self, fb));
	vg_sim_control("needs_reset");
	ASSERT_TRUE(vg_sim_becomes("resets", resets + 1));
	fill(pixels, self->count, RED);
	ASSERT_EQ(0, write_now(self, fb));
	EXPECT_ALL(GREY, pixels);
}

TEST_F(writeback, device_that_goes_leaves_no_fence)
{
	struct vg_commit commit = { 0 };
	__s32 fence = -1;

	want(self, &commit, filled(self, RED, NULL), &fence);
	ASSERT_EQ(0, __vg_commit(self->fd, &commit, DRM_MODE_ATOMIC_ALLOW_MODESET |
						    DRM_MODE_ATOMIC_NONBLOCK));
	vg_sim_unplug();
	EXPECT_TRUE(vg_fence_signals(fence, VG_SOON));
	close(fence);
}

TEST_HARNESS_MAIN
