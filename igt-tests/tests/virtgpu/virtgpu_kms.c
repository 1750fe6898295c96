// SPDX-License-Identifier: MIT
/*
 * Does the host get what is to be shown, when and only as far as it changed?
 *
 * What the host has is read back into the dumb buffer itself by
 * TRANSFER_FROM_HOST, after the guest's copy was overwritten.
 */
#include "igt.h"
#include "igt_virtgpu.h"
#include "igt_virtgpu_kms.h"
#include "sw_sync.h"

IGT_TEST_DESCRIPTION("Screens of virtio-gpu: dirty rectangles, flips, fences, limits");

static struct igt_virtgpu_output out;
static struct igt_virtgpu_fb fbs[2];

static void read_back(int fd, struct igt_virtgpu_fb *fb)
{
	const struct igt_virtgpu_box whole = { .w = fb->width, .h = fb->height };

	igt_virtgpu_fb_fill(fb, 0xdeadbeef);
	igt_virtgpu_from_host(fd, fb->handle, fb->pitch, whole);
	igt_virtgpu_wait(fd, fb->handle);
}

/* The host's texels carry no alpha. */
static void expect_texel(struct igt_virtgpu_fb *fb, uint32_t x, uint32_t y, uint32_t color)
{
	uint32_t got = fb->map[y * fb->pitch / 4 + x] & 0xffffff;

	igt_assert_f(got == (color & 0xffffff), "texel %u,%u is %#x, not %#x\n", x, y,
		     got, color & 0xffffff);
}

static void dirty_whole(int fd)
{
	struct igt_virtgpu_fb *fb = &fbs[0];

	igt_virtgpu_fb_fill(fb, 0x112233);
	igt_virtgpu_show(&out, fb->id);
	igt_virtgpu_fb_fill(fb, 0x445566);
	igt_assert_eq(drmModeDirtyFB(fd, fb->id, NULL, 0), 0);
	read_back(fd, fb);
	expect_texel(fb, 0, 0, 0x445566);
	expect_texel(fb, fb->width / 2, fb->height / 2, 0x445566);
	expect_texel(fb, fb->width - 1, fb->height - 1, 0x445566);
}

static void dirty_clips(int fd)
{
	drmModeClip clips[] = {
		{ .x1 = 16, .y1 = 16, .x2 = 48, .y2 = 48 },
		{ .x1 = 200, .y1 = 100, .x2 = 232, .y2 = 132 },
	};
	struct igt_virtgpu_fb *fb = &fbs[0];

	igt_virtgpu_fb_fill(fb, 0x112233);
	igt_virtgpu_show(&out, fb->id);
	igt_assert_eq(drmModeDirtyFB(fd, fb->id, NULL, 0), 0);
	igt_virtgpu_fb_fill(fb, 0x778899);
	igt_assert_eq(drmModeDirtyFB(fd, fb->id, clips, ARRAY_SIZE(clips)), 0);
	read_back(fd, fb);
	for (int i = 0; i < ARRAY_SIZE(clips); i++) {
		expect_texel(fb, clips[i].x1, clips[i].y1, 0x778899);
		expect_texel(fb, clips[i].x2 - 1, clips[i].y2 - 1, 0x778899);
	}
	expect_texel(fb, 0, 0, 0x112233);
	expect_texel(fb, fb->width - 1, fb->height - 1, 0x112233);
}

/*
 * Xorg's shadow framebuffer calls for each little change: none may cost a refresh. The
 * refresh is a slow one, for machines on which the call takes most of a usual one.
 */
static void dirty_rate(int fd)
{
	const drmModeModeInfo usual = out.mode;
	struct timespec start = { };
	const int count = 60;
	double refresh, rate;

	out.mode.clock /= 5;
	refresh = out.mode.clock * 1000.0 / out.mode.htotal / out.mode.vtotal;
	igt_virtgpu_show(&out, fbs[0].id);
	out.mode = usual;
	igt_nsec_elapsed(&start);
	for (int i = 0; i < count; i++) {
		uint16_t x = 16 * (i % 32);
		drmModeClip clip = { .x1 = x, .y1 = 0, .x2 = x + 16, .y2 = 16 };

		igt_assert_eq(drmModeDirtyFB(fd, fbs[0].id, &clip, 1), 0);
	}
	rate = count * (double)NSEC_PER_SEC / igt_nsec_elapsed(&start);
	igt_info("%.0f calls a second at %.1f Hz\n", rate, refresh);
	igt_assert_f(rate > 1.5 * refresh, "each call waits for a refresh\n");
}

static void flip_content(int fd)
{
	igt_virtgpu_fb_fill(&fbs[0], 0x010101);
	igt_virtgpu_show(&out, fbs[0].id);
	for (uint32_t i = 1; i <= 6; i++) {
		struct igt_virtgpu_fb *fb = &fbs[i & 1];

		igt_virtgpu_fb_fill(fb, 0x101010 * i);
		igt_virtgpu_flip(&out, fb->id);
		read_back(fd, fb);
		expect_texel(fb, 0, 0, 0x101010 * i);
		expect_texel(fb, fb->width - 1, fb->height - 1, 0x101010 * i);
	}
}

static void fill_rect(struct igt_virtgpu_fb *fb, struct drm_mode_rect r, uint32_t color)
{
	for (int y = r.y1; y < r.y2; y++)
		for (int x = r.x1; x < r.x2; x++)
			fb->map[y * fb->pitch / 4 + x] = color;
}

static void commit_clip(int fd, uint32_t fb, struct drm_mode_rect clip)
{
	drmModeAtomicReq *req = drmModeAtomicAlloc();
	uint32_t blob;

	igt_assert_eq(drmModeCreatePropertyBlob(fd, &clip, sizeof(clip), &blob), 0);
	drmModeAtomicAddProperty(req, out.primary,
				 igt_virtgpu_prop(fd, out.primary, DRM_MODE_OBJECT_PLANE,
						  "FB_ID"), fb);
	drmModeAtomicAddProperty(req, out.primary,
				 igt_virtgpu_prop(fd, out.primary, DRM_MODE_OBJECT_PLANE,
						  "FB_DAMAGE_CLIPS"), blob);
	igt_assert_eq(drmModeAtomicCommit(fd, req, 0, NULL), 0);
	drmModeAtomicFree(req);
	drmModeDestroyPropertyBlob(fd, blob);
}

/*
 * A compositor with three buffers names in each frame what differs from the frame
 * before, and draws into each what that one has missed. The host's copy of what is
 * on screen has to be the frame, all of it.
 */
static void flip_damage(int fd)
{
	struct igt_virtgpu_fb three[3];
	struct drm_mode_rect clips[30];

	igt_require(igt_virtgpu_prop(fd, out.primary, DRM_MODE_OBJECT_PLANE,
				     "FB_DAMAGE_CLIPS"));
	for (int i = 0; i < 3; i++) {
		igt_virtgpu_fb_init(&three[i], fd, out.mode.hdisplay, out.mode.vdisplay);
		igt_virtgpu_fb_fill(&three[i], 0x112233);
	}
	for (int i = 0; i < 3; i++)
		igt_virtgpu_show(&out, three[i].id);
	for (int i = 0; i < ARRAY_SIZE(clips); i++) {
		/* Not in turn: sometimes a buffer is shown twice, or left out. */
		struct igt_virtgpu_fb *fb = &three[i % 7 % 3];
		int x = 37 * i % (fb->width - 64), y = 53 * i % (fb->height - 64);

		clips[i] = (struct drm_mode_rect) { x, y, x + 64, y + 64 };
		for (int j = 0; j <= i; j++)
			fill_rect(fb, clips[j], 0x10101 * j);
		commit_clip(fd, fb->id, clips[i]);
		igt_virtgpu_fb_fill(fb, 0xdeadbeef);
		igt_virtgpu_from_host(fd, fb->handle, fb->pitch,
				      (struct igt_virtgpu_box) { .w = fb->width,
								 .h = fb->height });
		igt_virtgpu_wait(fd, fb->handle);
		for (int j = 0; j <= i; j++) {
			bool covered = false;

			for (int k = j + 1; k <= i; k++)
				covered |= clips[k].x1 <= clips[j].x1 + 63 &&
					   clips[k].x2 > clips[j].x1 &&
					   clips[k].y1 <= clips[j].y1 + 63 &&
					   clips[k].y2 > clips[j].y1;
			if (covered)
				continue;
			expect_texel(fb, clips[j].x1, clips[j].y1, 0x10101 * j);
			expect_texel(fb, clips[j].x2 - 1, clips[j].y2 - 1, 0x10101 * j);
		}
	}
	for (int i = 0; i < 3; i++)
		igt_virtgpu_fb_fini(&three[i], fd);
}

/* Several who draw, one who flips: nobody is refused, and it ends. */
static void dirty_storm(int fd)
{
	igt_virtgpu_show(&out, fbs[0].id);
	igt_fork(child, 3) {
		for (int i = 0; i < 60; i++) {
			uint16_t x = (child * 97 + i * 13) % (fbs[0].width - 32);
			uint16_t y = (child * 71 + i * 7) % (fbs[0].height - 32);
			drmModeClip clip = { .x1 = x, .y1 = y, .x2 = x + 32, .y2 = y + 32 };

			igt_assert_eq(drmModeDirtyFB(fd, fbs[i & 1].id, &clip, 1), 0);
		}
	}
	for (int i = 1; i <= 20; i++)
		igt_virtgpu_flip_in_turn(&out, fbs[i & 1].id);
	igt_waitchildren_timeout(60, "a rectangle is never shown");
}

static void timestamps(int fd)
{
	struct drm_event_vblank last = { }, now;

	igt_virtgpu_show(&out, fbs[0].id);
	for (int i = 1; i <= 20; i++) {
		igt_assert_eq(__igt_virtgpu_flip(&out, fbs[i & 1].id, -1, NULL), 0);
		igt_assert(igt_virtgpu_flip_done(fd, IGT_VIRTGPU_SOON, &now));
		igt_assert_eq_u32(now.crtc_id, out.crtc);
		if (i > 1) {
			igt_assert_f((int32_t)(now.sequence - last.sequence) > 0,
				     "frame %u after frame %u\n", now.sequence,
				     last.sequence);
			igt_assert(now.tv_sec > last.tv_sec ||
				   (now.tv_sec == last.tv_sec &&
				    now.tv_usec > last.tv_usec));
		}
		last = now;
	}
}

/* The commit's fence goes on to the GPU, which draws after the frame is shown. */
static void out_fence_to_execbuffer(int fd)
{
	int shown, drawn;

	igt_virtgpu_show(&out, fbs[0].id);
	for (int i = 1; i <= 10; i++) {
		igt_assert_eq(__igt_virtgpu_flip(&out, fbs[i & 1].id, -1, &shown), 0);
		igt_assert_fd(shown);
		drawn = igt_virtgpu_submit(fd, 0, shown);
		igt_assert_eq(sync_fence_wait(drawn, IGT_VIRTGPU_SOON), 0);
		igt_assert_eq(sync_fence_status(shown), 1);
		igt_assert_lte_u64(igt_virtgpu_fence_time(shown),
				   igt_virtgpu_fence_time(drawn));
		igt_assert(igt_virtgpu_flip_done(fd, IGT_VIRTGPU_SOON, NULL));
		close(shown);
		close(drawn);
	}
}

/* And the other way round: the frame is shown when it has been drawn. */
static void execbuffer_to_in_fence(int fd)
{
	igt_virtgpu_show(&out, fbs[0].id);
	for (int i = 1; i <= 10; i++) {
		int drawn = igt_virtgpu_submit(fd, 0, -1);

		igt_assert_eq(__igt_virtgpu_flip(&out, fbs[i & 1].id, drawn, NULL), 0);
		igt_assert(igt_virtgpu_flip_done(fd, IGT_VIRTGPU_SOON, NULL));
		igt_assert_eq(sync_fence_status(drawn), 1);
		close(drawn);
	}
}

static void flip_waits(int fd)
{
	struct igt_virtgpu_gate gate;
	int shown;

	igt_virtgpu_show(&out, fbs[0].id);
	igt_virtgpu_gate_init(&gate);
	igt_assert_eq(__igt_virtgpu_flip(&out, fbs[1].id, gate.fence, &shown), 0);
	igt_assert(!igt_virtgpu_flip_done(fd, 300, NULL));
	igt_assert_eq(sync_fence_status(shown), 0);
	igt_assert_eq(sync_fence_status(gate.fence), 0);
	igt_virtgpu_gate_open(&gate);
	igt_assert(igt_virtgpu_flip_done(fd, IGT_VIRTGPU_SOON, NULL));
	igt_virtgpu_expect_done(shown);
	igt_virtgpu_gate_fini(&gate);
}

/* A framebuffer whose memory ends before the picture does */
static void too_small(int fd)
{
	uint32_t handle, pitch, id;
	uint64_t size;

	igt_assert_eq(drmModeCreateDumbBuffer(fd, out.mode.hdisplay, out.mode.vdisplay / 2,
					      32, 0, &handle, &pitch, &size), 0);
	igt_assert_eq(__igt_virtgpu_addfb(&out, handle, pitch, &id), -EINVAL);
	drmModeDestroyDumbBuffer(fd, handle);
}

static void remove_shown(int fd)
{
	for (int i = 0; i < 10; i++) {
		struct igt_virtgpu_fb fb;

		igt_virtgpu_show(&out, fbs[0].id);
		igt_virtgpu_fb_init(&fb, fd, out.mode.hdisplay, out.mode.vdisplay);
		igt_assert_eq(__igt_virtgpu_flip(&out, fb.id, -1, NULL), 0);
		/* Buffer, framebuffer and mapping go while the flip is under way. */
		igt_virtgpu_fb_fini(&fb, fd);
		igt_virtgpu_flip_done(fd, 1000, NULL);
	}
	igt_virtgpu_show(&out, fbs[0].id);
	igt_virtgpu_flip(&out, fbs[1].id);
}

static void modesets(int fd)
{
	drmModeConnector *connector = drmModeGetConnector(fd, out.connector);
	uint32_t id = out.connector;

	igt_assert(connector);
	for (int i = 0; i < 12; i++) {
		drmModeModeInfo *mode = &connector->modes[i % connector->count_modes];
		struct igt_virtgpu_fb fb;
		drmModeCrtc *crtc;

		igt_virtgpu_fb_init(&fb, fd, mode->hdisplay, mode->vdisplay);
		igt_assert_eq(drmModeSetCrtc(fd, out.crtc, fb.id, 0, 0, &id, 1, mode), 0);
		crtc = drmModeGetCrtc(fd, out.crtc);
		igt_assert(crtc);
		igt_assert_eq_u32(crtc->buffer_id, fb.id);
		igt_assert_eq(crtc->mode.hdisplay, mode->hdisplay);
		drmModeFreeCrtc(crtc);
		igt_virtgpu_fb_fini(&fb, fd);
	}
	drmModeFreeConnector(connector);
}

/*
 * Memory that hosts scan out in place. Not every host can, and the guest does
 * not learn it; frames have to go on all the same.
 */
static void blob_flips(int fd)
{
	uint64_t size = (uint64_t)out.mode.hdisplay * 4 * out.mode.vdisplay;
	uint32_t handle = igt_virtgpu_blob(fd, VIRTGPU_BLOB_MEM_GUEST,
					   VIRTGPU_BLOB_FLAG_USE_MAPPABLE |
					   VIRTGPU_BLOB_FLAG_USE_SHAREABLE, size);
	uint32_t id, *map = igt_virtgpu_mmap(fd, handle, size);

	memset(map, 0x33, size);
	igt_assert_eq(__igt_virtgpu_addfb(&out, handle, out.mode.hdisplay * 4, &id), 0);
	igt_virtgpu_show(&out, fbs[0].id);
	for (int i = 0; i < 3; i++) {
		igt_virtgpu_flip(&out, id);
		igt_virtgpu_flip(&out, fbs[i & 1].id);
	}
	igt_assert_eq(drmModeRmFB(fd, id), 0);
	munmap(map, size);
	gem_close(fd, handle);
}

int igt_main()
{
	bool readable = false;
	int fd = -1;

	igt_fixture() {
		fd = drm_open_driver_master(DRIVER_VIRTIO);
		readable = igt_virtgpu_param(fd, VIRTGPU_PARAM_3D_FEATURES);
		/* A context before the first buffer, so that all can be read back. */
		if (readable)
			close(igt_virtgpu_submit(fd, 0, -1));
		igt_virtgpu_output_init(&out, fd);
		for (int i = 0; i < 2; i++)
			igt_virtgpu_fb_init(&fbs[i], fd, out.mode.hdisplay, out.mode.vdisplay);
	}

	igt_describe("DIRTYFB without rectangles brings the whole buffer to the host");
	igt_subtest("dirtyfb-whole") {
		igt_virtgpu_require(fd, 3D_FEATURES);
		dirty_whole(fd);
	}

	igt_describe("DIRTYFB with rectangles brings these to the host, not the whole buffer");
	igt_subtest("dirtyfb-clips") {
		igt_virtgpu_require(fd, 3D_FEATURES);
		dirty_clips(fd);
	}

	igt_describe("DIRTYFB does not wait for a refresh");
	igt_subtest("dirtyfb-rate")
		dirty_rate(fd);

	igt_describe("A flip brings what was drawn before it to the host");
	igt_subtest("flip-content") {
		igt_virtgpu_require(fd, 3D_FEATURES);
		flip_content(fd);
	}

	igt_describe("What all frames of several buffers have changed reaches the host");
	igt_subtest("flip-damage") {
		igt_virtgpu_require(fd, 3D_FEATURES);
		flip_damage(fd);
	}

	igt_describe("Many dirty rectangles while flipping");
	igt_subtest("dirtyfb-storm")
		dirty_storm(fd);

	igt_describe("Flip events count up, in frames and in time");
	igt_subtest("flip-timestamps")
		timestamps(fd);

	igt_describe("Work that waits for a commit's out-fence runs when the frame is shown");
	igt_subtest("out-fence-to-execbuffer") {
		igt_virtgpu_require(fd, 3D_FEATURES);
		out_fence_to_execbuffer(fd);
	}

	igt_describe("A commit that waits for work shows its frame when the work is done");
	igt_subtest("execbuffer-to-in-fence") {
		igt_virtgpu_require(fd, 3D_FEATURES);
		execbuffer_to_in_fence(fd);
	}

	igt_describe("A flip with an in-fence of another driver waits, and its caller does not");
	igt_subtest("flip-waits-for-in-fence")
		flip_waits(fd);

	igt_describe("A framebuffer larger than its memory is refused");
	igt_subtest("fb-too-small")
		too_small(fd);

	igt_describe("A framebuffer may be removed while it is flipped to");
	igt_subtest("remove-while-flipping")
		remove_shown(fd);

	igt_describe("All modes of an output, one after the other");
	igt_subtest("modeset-storm")
		modesets(fd);

	igt_describe("Flips to a blob in guest memory and back end, whatever the host can do");
	igt_subtest("blob-flips") {
		igt_virtgpu_require(fd, RESOURCE_BLOB);
		blob_flips(fd);
	}

	igt_fixture() {
		for (int i = 0; i < 2; i++)
			igt_virtgpu_fb_fini(&fbs[i], fd);
		drm_close_driver(fd);
	}
}
