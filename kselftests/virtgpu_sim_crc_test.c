// SPDX-License-Identifier: GPL-2.0-only
/*
 * Are the checksums in debugfs those of what was asked to be shown?
 */
#include "sim_fixture.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <drm/drm.h>
#include <drm/drm_fourcc.h>

#define CURSOR	64
#define GREY	0x00406080
#define WHITE	0x00ffffff

struct crc {
	__u32 frame;
	__u32 value;
};

/* A grey screen, and who reads its checksums */
FIXTURE(crc) {
	int fd;
	struct vg_screen screen;
	__u32 width, height;
	__u32 fb;		/* shown */
	__u32 *pixels;		/* what it shows */
	char folder[80];
	int data;
};

SIM_SCREENS(crc);

static void fill(__u32 *pixels, size_t count, __u32 word)
{
	while (count--)
		*pixels++ = word;
}

/* A framebuffer of the screen's size, filled; @pixels: where it is mapped, may be NULL */
static __u32 filled(FIXTURE_DATA(crc) *self, __u32 word, __u32 **pixels)
{
	__u32 handle = vg_dumb(self->fd, self->width, self->height);
	__u32 *map = vg_mmap(self->fd, handle, self->width * self->height * 4);

	fill(map, self->width * self->height, word);
	if (pixels)
		*pixels = map;
	return vg_framebuffer(self->fd, handle, self->width, self->height);
}

static void use_folder(FIXTURE_DATA(crc) *self)
{
	struct stat node;

	VG_ASSERT(!fstat(self->fd, &node));
	snprintf(self->folder, sizeof(self->folder), "/sys/kernel/debug/dri/%u/crtc-%u/crc",
		 minor(node.st_rdev), self->screen.index);
}

/* 0 or -errno */
static int choose(FIXTURE_DATA(crc) *self, const char *source)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/control", self->folder);
	return __vg_write_file(path, source);
}

/* A file, or -errno */
static int start(FIXTURE_DATA(crc) *self)
{
	char path[96];
	int data;

	snprintf(path, sizeof(path), "%s/data", self->folder);
	data = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return data < 0 ? -errno : data;
}

/* The next entry; false if there is none within @ms. The file knows no poll before 5.x. */
static bool next(int data, int ms, struct crc *crc)
{
	long end = vg_now() + ms;
	char text[64];
	ssize_t got;

	while ((got = read(data, text, sizeof(text) - 1)) <= 0) {
		if (got < 0 && errno != EAGAIN)
			return false;
		if (vg_now() > end)
			return false;
		usleep(1000);
	}
	text[got] = '\0';
	return sscanf(text, "%x %x", &crc->frame, &crc->value) == 2;
}

static void drain(int data)
{
	struct crc crc;

	while (next(data, 0, &crc))
		;
}

/* What is shown now: of a vblank that comes yet. A worker may be behind. */
static __u32 now(FIXTURE_DATA(crc) *self)
{
	union drm_wait_vblank wait = { .request.type = _DRM_VBLANK_RELATIVE };
	struct crc crc;

	VG_OK(__vg_ioctl(self->fd, DRM_IOCTL_WAIT_VBLANK, &wait));
	do {
		VG_ASSERT(next(self->data, VG_SOON, &crc));
	} while ((int)(crc.frame - wait.reply.sequence) <= 0);
	return crc.value;
}

static __u32 of(FIXTURE_DATA(crc) *self, __u32 fb)
{
	VG_OK(__vg_flip(self->fd, &self->screen, fb));
	VG_ASSERT(vg_flip_done(self->fd, VG_SOON));
	return now(self);
}

FIXTURE_SETUP(crc)
{
	SIM_SETUP();
	self->data = -1;
	SIM_PLUG_SCREEN(variant->features);
	self->width = self->screen.mode.hdisplay;
	self->height = self->screen.mode.vdisplay;
	use_folder(self);
	if (access(self->folder, R_OK))
		SKIP(return, "needs checksums, root and debugfs");
	self->fb = filled(self, GREY, &self->pixels);
	VG_OK(__vg_show(self->fd, &self->screen, self->fb));
	self->data = VG_OK(start(self));
}

FIXTURE_TEARDOWN_PARENT(crc)
{
	SIM_TEARDOWN();
}

/* Each vblank has an entry, and their numbers follow one another. */
TEST_F(crc, frames_of_checksums_have_no_gap)
{
	struct crc first, crc;
	int i;

	ASSERT_TRUE(next(self->data, VG_SOON, &first));
	for (i = 1; i <= 20; i++) {
		ASSERT_TRUE(next(self->data, VG_SOON, &crc));
		EXPECT_EQ(first.frame + i, crc.frame);
		EXPECT_EQ(first.value, crc.value);
	}
}

TEST_F(crc, checksum_of_the_same_picture_is_the_same)
{
	__u32 grey = now(self), other = filled(self, WHITE, NULL);

	EXPECT_NE(grey, of(self, other));
	EXPECT_EQ(grey, of(self, filled(self, GREY, NULL)));
	EXPECT_EQ(grey, of(self, self->fb));
}

/* The X of XRGB8888 is nothing that one sees. */
TEST_F(crc, checksum_changes_with_a_pixel_and_not_with_its_x)
{
	__u32 grey = now(self), last = self->width * self->height - 1;

	self->pixels[last] ^= 1;
	EXPECT_NE(grey, now(self));
	self->pixels[last] ^= 1;
	EXPECT_EQ(grey, now(self));
	fill(self->pixels, last + 1, GREY | 0xa5000000);
	EXPECT_EQ(grey, now(self));
}

/* Somewhere in a buffer that is larger, which is full of something else */
TEST_F(crc, checksum_does_not_depend_on_the_place_in_a_buffer)
{
	__u32 grey = now(self), width = self->width + 24, height = self->height + 7, i, fb;
	__u32 handle = vg_dumb(self->fd, width, height);
	__u32 *map = vg_mmap(self->fd, handle, width * height * 4);
	struct drm_mode_fb_cmd2 args = {
		.width = self->width,
		.height = self->height,
		.pixel_format = DRM_FORMAT_XRGB8888,
		.handles = { handle },
		.pitches = { width * 4 },
		.offsets = { 3 * width * 4 + 5 * 4 },
	};
	struct drm_mode_crtc crtc = {
		.crtc_id = self->screen.crtc,
		.set_connectors_ptr = VG_PTR(&self->screen.connector),
		.count_connectors = 1,
		.mode_valid = 1,
		.mode = self->screen.mode,
		.x = 5,
		.y = 3,
	};

	fill(map, width * height, WHITE);
	for (i = 0; i < self->height; i++)
		fill(map + (i + 3) * width + 5, self->width, GREY);
	ASSERT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_MODE_ADDFB2, &args));
	EXPECT_EQ(grey, of(self, args.fb_id));
	/* Or as a part of a framebuffer */
	fb = vg_framebuffer(self->fd, handle, width, height);
	crtc.fb_id = fb;
	ASSERT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_MODE_SETCRTC, &crtc));
	EXPECT_EQ(grey, now(self));
}

TEST_F(crc, checksum_does_not_depend_on_the_format)
{
	static const struct {
		__u32 fourcc, word;
	} formats[] = {
		{ DRM_FORMAT_ARGB8888, 0xff406080 },
		{ DRM_FORMAT_XBGR8888, 0x00806040 },
		{ DRM_FORMAT_ABGR8888, 0xff806040 },
		{ DRM_FORMAT_BGRX8888, 0x80604000 },
		{ DRM_FORMAT_BGRA8888, 0x806040ff },
		{ DRM_FORMAT_RGBX8888, 0x40608000 },
		{ DRM_FORMAT_RGBA8888, 0x406080ff },
	};
	__u32 grey = now(self);
	unsigned int i;

	if (!(variant->features & VG_F_BLOB))
		SKIP(return, "needs a device with RESOURCE_BLOB, without 3D");
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		__u32 handle = vg_dumb(self->fd, self->width, self->height);
		struct drm_mode_fb_cmd2 args = {
			.width = self->width,
			.height = self->height,
			.pixel_format = formats[i].fourcc,
			.handles = { handle },
			.pitches = { self->width * 4 },
		};

		fill(vg_mmap(self->fd, handle, self->width * self->height * 4),
		     self->width * self->height, formats[i].word);
		ASSERT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_MODE_ADDFB2, &args));
		/* Another format is another modeset for some kernels. */
		ASSERT_EQ(0, __vg_show(self->fd, &self->screen, args.fb_id));
		EXPECT_EQ(grey, now(self)) TH_LOG("%.4s", (const char *)&formats[i].fourcc);
	}
}

/* A pointer of words, and what is seen of it drawn into the picture */
static void draw(FIXTURE_DATA(crc) *self, int x, int y, __u32 word)
{
	int i, j;

	for (j = y < 0 ? 0 : y; j < y + CURSOR && j < (int)self->height; j++)
		for (i = x < 0 ? 0 : x; i < x + CURSOR && i < (int)self->width; i++)
			self->pixels[j * self->width + i] = word;
}

static void set_pointer(FIXTURE_DATA(crc) *self, __u32 word, int x, int y)
{
	__u32 handle = vg_dumb(self->fd, CURSOR, CURSOR);

	fill(vg_mmap(self->fd, handle, CURSOR * CURSOR * 4), CURSOR * CURSOR, word);
	VG_OK(__vg_cursor(self->fd, &self->screen, handle, CURSOR, x, y));
}

TEST_F(crc, checksum_with_a_pointer_is_that_of_one_drawn)
{
	const int w = self->width, h = self->height;
	const struct {
		int x, y;
	} places[] = {
		{ 10, 20 }, { -1, -1 }, { -CURSOR + 1, 5 }, { 5, -CURSOR + 1 },
		{ w - 1, 7 }, { 7, h - 1 }, { w - 30, h - 30 }, { -CURSOR, 0 }, { w, h },
	};
	__u32 grey = now(self), seen;
	unsigned int i;

	set_pointer(self, 0xffffffff, 100, 100);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		ASSERT_EQ(0, __vg_cursor_move(self->fd, &self->screen, places[i].x,
					      places[i].y));
		seen = now(self);
		VG_OK(__vg_cursor(self->fd, &self->screen, 0, CURSOR, 0, 0));
		EXPECT_EQ(grey, now(self));
		draw(self, places[i].x, places[i].y, WHITE);
		EXPECT_EQ(now(self), seen) TH_LOG("at %d,%d", places[i].x, places[i].y);
		draw(self, places[i].x, places[i].y, GREY);
		set_pointer(self, 0xffffffff, 100, 100);
	}
}

/* Premultiplied: what is below shines through with the rest of 255 parts. */
TEST_F(crc, checksum_with_a_translucent_pointer_is_that_of_the_blend)
{
	static const struct {
		__u32 above, result;
	} blends[] = {
		{ 0x00000000, GREY },
		{ 0xff123456, 0x123456 },
		{ 0x80808080, 0xa0b0c0 },	/* 128 and 127 of 255 of the grey */
		{ 0x33000000, 0x334d66 },	/* four fifths */
		{ 0x40102030, 0x406890 },
	};
	unsigned int i;
	__u32 seen;

	for (i = 0; i < ARRAY_SIZE(blends); i++) {
		set_pointer(self, blends[i].above, 9, 9);
		seen = now(self);
		VG_OK(__vg_cursor(self->fd, &self->screen, 0, CURSOR, 0, 0));
		draw(self, 9, 9, blends[i].result);
		EXPECT_EQ(now(self), seen) TH_LOG("%08x", blends[i].above);
		draw(self, 9, 9, GREY);
	}
}

/* What the flip's event tells of is in the checksum of that vblank, and not before. */
TEST_F(crc, flip_is_in_the_checksum_of_the_vblank_that_its_event_names)
{
	__u32 fbs[2] = { self->fb, filled(self, WHITE, NULL) }, values[2], before, done;
	struct crc crc;
	int i;

	values[0] = now(self);
	values[1] = of(self, fbs[1]);
	for (i = 0; i < 6; i++) {
		union drm_wait_vblank wait = { .request.type = _DRM_VBLANK_RELATIVE };

		drain(self->data);
		VG_OK(__vg_ioctl(self->fd, DRM_IOCTL_WAIT_VBLANK, &wait));
		before = wait.reply.sequence;
		ASSERT_EQ(0, __vg_flip(self->fd, &self->screen, fbs[i % 2]));
		done = vg_flip_done(self->fd, VG_SOON);
		ASSERT_NE(0, done);
		do {
			ASSERT_TRUE(next(self->data, VG_SOON, &crc));
			if ((int)(crc.frame - before) <= 0)
				EXPECT_EQ(values[!(i % 2)], crc.value);
			if ((int)(crc.frame - done) >= 0)
				EXPECT_EQ(values[i % 2], crc.value);
		} while ((int)(crc.frame - done) < 2);
	}
}

TEST_F(crc, screen_without_planes_is_black)
{
	__u32 primary, black = of(self, filled(self, 0, NULL));
	struct vg_commit commit = { 0 };

	ASSERT_NE(black, of(self, self->fb));
	vg_atomic_client(self->fd);
	primary = vg_plane(self->fd, &self->screen, VG_PRIMARY);
	vg_commit_set(self->fd, &commit, primary, "FB_ID", 0);
	vg_commit_set(self->fd, &commit, primary, "CRTC_ID", 0);
	ASSERT_EQ(0, __vg_commit(self->fd, &commit, 0));
	EXPECT_EQ(black, now(self));
}

TEST_F(crc, checksums_go_on_with_another_mode)
{
	__u32 grey = now(self);
	struct vg_screen narrow = self->screen;

	narrow.mode.hdisplay -= 8;
	ASSERT_EQ(0, __vg_show(self->fd, &narrow, self->fb));
	EXPECT_NE(grey, now(self));
	ASSERT_EQ(0, __vg_show(self->fd, &self->screen, self->fb));
	EXPECT_EQ(grey, now(self));
}

TEST_F(crc, checksums_pause_while_the_screen_is_dark)
{
	__u32 grey = now(self);
	struct crc crc;

	ASSERT_EQ(0, __vg_show(self->fd, &self->screen, 0));
	usleep(100000);
	drain(self->data);
	EXPECT_FALSE(next(self->data, 200, &crc));
	ASSERT_EQ(0, __vg_show(self->fd, &self->screen, self->fb));
	EXPECT_EQ(grey, now(self));
}

TEST_F(crc, checksums_of_a_dark_screen_are_eio)
{
	close(self->data);
	ASSERT_EQ(0, __vg_show(self->fd, &self->screen, 0));
	EXPECT_EQ(-EIO, start(self));
}

TEST_F(crc, source_that_there_is_not_is_einval)
{
	close(self->data);
	EXPECT_EQ(0, choose(self, "auto"));
	EXPECT_EQ(-EINVAL, choose(self, "automatic"));
	EXPECT_EQ(0, choose(self, "auto"));
}

TEST_F(crc, only_one_reads_the_checksums)
{
	EXPECT_EQ(-EBUSY, start(self));
	close(self->data);
	self->data = start(self);
	EXPECT_LE(0, self->data);
}

TEST_F(crc, flips_go_on_while_readers_come_and_go)
{
	__u32 fbs[2] = { self->fb, filled(self, WHITE, NULL) }, grey = now(self);
	int i;

	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, __vg_flip(self->fd, &self->screen, fbs[i % 2]));
		close(self->data);
		self->data = VG_OK(start(self));
		ASSERT_NE(0, vg_flip_done(self->fd, VG_SOON));
	}
	EXPECT_EQ(grey, of(self, fbs[0]));
}

/* There is room for two seconds of entries. What is lost is newer, and nobody complains. */
TEST_F(crc, reader_that_is_too_slow_loses_entries)
{
	struct crc first, crc;
	__u32 grey = now(self);
	int log = vg_log_open(), i;

	sleep(4);
	EXPECT_FALSE(vg_log_has(log, "Overflow of CRC buffer"));
	ASSERT_TRUE(next(self->data, VG_SOON, &first));
	for (i = 1; next(self->data, 0, &crc) && crc.frame == first.frame + i; i++)
		EXPECT_EQ(grey, crc.value);
	EXPECT_LT(50, i);
	EXPECT_EQ(grey, now(self));
}

static void show_and_drop(FIXTURE_DATA(crc) *self)
{
	__u32 handle = vg_dumb(self->fd, self->width, self->height);
	__u32 fb = vg_framebuffer(self->fd, handle, self->width, self->height);

	of(self, fb);
	of(self, self->fb);
	VG_OK(__vg_ioctl(self->fd, DRM_IOCTL_MODE_RMFB, &fb));
	vg_close_handle(self->fd, handle);
}

/* Nobody keeps what is not shown any more. */
TEST_F(crc, buffers_go_while_somebody_reads)
{
	__u64 before;
	int i;

	/* The console has what it needs, and the host has heard of what is gone, after a while. */
	show_and_drop(self);
	sleep(3);
	before = vg_sim_state("resources");
	for (i = 0; i < 5; i++)
		show_and_drop(self);
	EXPECT_TRUE(vg_sim_becomes("resources", before));
}

/* Its pixels are the host's: none is made up for it. */
TEST_F(crc, picture_that_only_the_host_has_has_no_checksum)
{
	struct drm_virtgpu_resource_create args;
	__u32 grey = now(self), fb;
	struct crc crc;

	if (!vg_param(self->fd, VIRTGPU_PARAM_3D_FEATURES))
		SKIP(return, "needs VIRTGPU_PARAM_3D_FEATURES");
	args = vg_picture_args(self->width, self->height);
	ASSERT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args));
	fb = vg_framebuffer(self->fd, args.bo_handle, self->width, self->height);
	ASSERT_EQ(0, __vg_flip(self->fd, &self->screen, fb));
	ASSERT_NE(0, vg_flip_done(self->fd, VG_SOON));
	usleep(200000);
	drain(self->data);
	EXPECT_FALSE(next(self->data, 200, &crc));
	EXPECT_EQ(grey, of(self, self->fb));

	close(self->data);
	ASSERT_EQ(0, __vg_flip(self->fd, &self->screen, fb));
	ASSERT_NE(0, vg_flip_done(self->fd, VG_SOON));
	EXPECT_EQ(-EOPNOTSUPP, start(self));
}

/* The host forgets everything, and the guest goes on asking for the same. */
TEST_F(crc, reset_changes_no_checksum)
{
	__u64 resets = vg_sim_state("resets");
	__u32 grey = now(self);

	vg_sim_control("needs_reset");
	ASSERT_TRUE(vg_sim_becomes("resets", resets + 1));
	EXPECT_EQ(grey, now(self));
	EXPECT_NE(grey, of(self, filled(self, WHITE, NULL)));
	EXPECT_EQ(grey, of(self, self->fb));
}

struct reader {
	int data;
	int entries;
	int err;
};

static void *read_all(void *arg)
{
	struct reader *r = arg;
	char text[64];
	ssize_t got;

	while ((got = read(r->data, text, sizeof(text))) > 0)
		r->entries++;
	r->err = got < 0 ? errno : 0;
	return NULL;
}

/* Whoever waits for an entry gets an error, and may close the file after the device. */
TEST_F(crc, reader_ends_when_the_device_goes)
{
	struct reader reader = { 0 };
	pthread_t thread;

	VG_ASSERT(!fcntl(self->data, F_SETFL, 0));
	reader.data = self->data;
	VG_ASSERT(!pthread_create(&thread, NULL, read_all, &reader));
	usleep(100000);
	vg_sim_unplug();
	VG_ASSERT(!pthread_join(thread, NULL));
	EXPECT_LT(0, reader.entries);
	EXPECT_NE(0, reader.err);
	close(self->fd);
	EXPECT_EQ(0, close(self->data));
}

/* How many use the driver's module */
static long users(void)
{
	char text[16] = "";
	int file = open("/sys/module/virtio_gpu/refcnt", O_RDONLY | O_CLOEXEC);

	VG_ASSERT(file >= 0 && read(file, text, sizeof(text) - 1) > 0);
	close(file);
	return atol(text);
}

/* The core calls the driver when such a file is closed, whoever has gone until then. */
TEST_F(crc, module_is_in_use_while_somebody_reads)
{
	long before = users();

	EXPECT_EQ(0, close(self->data));
	EXPECT_EQ(before - 1, users());
}

/* The core returns into the driver once more; a second is enough for that. */
TEST_F(crc, module_is_in_use_a_moment_longer_than_a_reader_of_no_device)
{
	long before, closed, from;

	vg_sim_unplug();
	close(self->fd);
	before = users();
	from = vg_now();
	EXPECT_EQ(0, close(self->data));
	closed = users();
	/* On a busy machine it may be over by now. */
	if (vg_now() - from < 1000)
		EXPECT_EQ(before, closed);
	while (users() == before && vg_now() - from < VG_SOON)
		usleep(10000);
	EXPECT_EQ(before - 1, users());
}

TEST_HARNESS_MAIN
