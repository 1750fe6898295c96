// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of the screens when the host describes them wrongly, or again and
 * again?
 */
#include "sim_fixture.h"

#include "sim_connector.h"

#include <fcntl.h>
#include <glob.h>

static bool has_mode(const struct screen *screen, unsigned int width, unsigned int height)
{
	__u32 i;

	for (i = 0; i < screen->num_modes; i++)
		if (screen->modes[i].hdisplay == width && screen->modes[i].vdisplay == height)
			return true;
	return false;
}

/* Within 10 seconds: the driver hears of a change, asks, and believes. */
static bool gets_mode(int fd, unsigned int width, unsigned int height)
{
	struct screen screen;
	int i;

	for (i = 0; i < 200; i++) {
		VG_OK(look(fd, 0, &screen));
		if (screen.connection == CONNECTED && has_mode(&screen, width, height))
			return true;
		usleep(50000);
	}
	return false;
}

/* Likewise: screen @index */
static bool gets_connected(int fd, unsigned int index)
{
	struct screen screen;
	int i;

	for (i = 0; i < 200; i++) {
		VG_OK(look(fd, index, &screen));
		if (screen.connection == CONNECTED)
			return true;
		usleep(50000);
	}
	return false;
}

/* Answers that leave a screen without them */
FIXTURE(told) {
	int fd;
};

FIXTURE_VARIANT(told) {
	const char *rule;
};

#define TOLD(name, text)						\
FIXTURE_VARIANT_ADD(told, name) {					\
	.rule = text,							\
}

TOLD(display_info_refused, "GET_DISPLAY_INFO 0 refuse ERR_UNSPEC");
TOLD(display_info_of_another_type, "GET_DISPLAY_INFO 0 type OK_EDID");
TOLD(display_info_cut_short, "GET_DISPLAY_INFO 0 short 40");
TOLD(display_info_full_of_ones, "GET_DISPLAY_INFO 0 fill 0xff");
TOLD(a_width_of_0, "GET_DISPLAY_INFO 0 set 32 0");
TOLD(a_width_of_4_giga, "GET_DISPLAY_INFO 0 set 32 0xffffffff");
TOLD(a_height_of_2_giga, "GET_DISPLAY_INFO 0 set 36 0x80000000");
TOLD(an_edid_refused, "GET_EDID 0 refuse ERR_UNSPEC");
TOLD(an_edid_of_another_type, "GET_EDID 0 type OK_NODATA");
TOLD(an_edid_cut_short, "GET_EDID 0 short 100");
TOLD(an_edid_without_a_size, "GET_EDID 0 short 24");
TOLD(an_edid_of_no_bytes, "GET_EDID 0 set 24 0");
TOLD(an_edid_of_4_gib, "GET_EDID 0 set 24 0xffffffff");
TOLD(an_edid_of_100_bytes, "GET_EDID 0 set 24 100");
TOLD(an_edid_full_of_ones, "GET_EDID 0 fill 0xff");
TOLD(an_edid_full_of_zeros, "GET_EDID 0 fill 0");
TOLD(an_edid_with_255_more_blocks, "GET_EDID 0 set 156 0x00ff0000");

FIXTURE_SETUP(told)
{
	SIM_SETUP();
}

FIXTURE_TEARDOWN_PARENT(told)
{
	SIM_TEARDOWN();
}

TEST_F(told, leaves_a_screen_with_modes)
{
	struct screen screen;

	vg_sim_script("%s", variant->rule);
	SCREEN_PLUG(1);
	ASSERT_EQ(0, look(self->fd, 0, &screen));
	EXPECT_EQ(1, screen.connectors);
	EXPECT_EQ(CONNECTED, screen.connection);
	EXPECT_TRUE(has_mode(&screen, 1024, 768));
}

TEST_F(told, is_forgotten_when_the_host_says_better)
{
	vg_sim_script("%s times 1", variant->rule);
	SCREEN_PLUG(1);
	vg_sim_control("display 0 800 600");
	EXPECT_TRUE(gets_mode(self->fd, 800, 600));
}

TEST_F(sim, four_billion_screens_are_16)
{
	struct screen screen;

	SCREEN_PLUG(0xffffffff);
	ASSERT_EQ(0, look(self->fd, 0, &screen));
	EXPECT_EQ(16, screen.connectors);
}

TEST_F(sim, without_screens_there_is_no_modesetting)
{
	struct screen screen;

	SCREEN_PLUG(0);
	EXPECT_EQ(-EOPNOTSUPP, look(self->fd, 0, &screen));
}

TEST_F(sim, a_screen_that_changes_has_new_modes)
{
	SCREEN_PLUG(1);
	vg_sim_control("display 0 1280 1024");
	EXPECT_TRUE(gets_mode(self->fd, 1280, 1024));
	vg_sim_control("display 0 800 600");
	EXPECT_TRUE(gets_mode(self->fd, 800, 600));
}

/* Without an EDID, which tells the size of the window, too */
TEST_F(sim, a_screen_that_only_gets_higher_has_new_modes)
{
	vg_sim_withhold(VG_F_EDID);
	SCREEN_PLUG(1);
	vg_sim_control("display 0 1024 800");
	EXPECT_TRUE(gets_mode(self->fd, 1024, 800));
}

TEST_F(sim, a_screen_that_is_exchanged_for_its_like_is_told_apart)
{
	SCREEN_PLUG(1);
	EXPECT_EQ(1, serial_of(self->fd));
	/* The byte moves by one, so the checksum stays. */
	vg_sim_script("GET_EDID 0 set 44 0x100");
	vg_sim_control("events 1");
	EXPECT_TRUE(gets_serial(self->fd, 0x100));
}

TEST_F(sim, a_screen_whose_edid_comes_late_gets_it)
{
	vg_sim_script("GET_EDID 0 refuse ERR_UNSPEC times 1");
	SCREEN_PLUG(1);
	vg_sim_control("events 1");
	EXPECT_TRUE(gets_serial(self->fd, 1));
}

/* The host says that @more blocks follow, which are all zero, up to 7 of them. */
static void break_extensions(int fd, __u8 more)
{
	__u8 edid[EDID_MAX];

	VG_ASSERT(edid_of(fd, edid));
	vg_sim_script("GET_EDID 0 set 156 %u",
		      (__u32)(__u8)(edid[127] - more) << 24 | more << 16);
	/* Another serial number tells that it was read; its byte moves, the sum stays. */
	vg_sim_script("GET_EDID 0 set 44 0x100");
}

TEST_F(sim, edid_with_a_broken_extension_keeps_its_base)
{
	SCREEN_PLUG(1);
	break_extensions(self->fd, 1);
	vg_sim_control("events 1");
	EXPECT_TRUE(gets_serial(self->fd, 0x100));
}

TEST_F(sim, edid_with_more_extensions_than_were_sent_keeps_its_base)
{
	SCREEN_PLUG(1);
	break_extensions(self->fd, 200);
	vg_sim_control("events 1");
	EXPECT_TRUE(gets_serial(self->fd, 0x100));
}

/* What the user says of the monitor counts for more than what the host says */

/* One mode of 1600x888, which no host and no table has */
static void user_edid(__u8 edid[EDID_SIZE])
{
	static const __u8 start[] = {
		0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x59, 0x16, 0x02, 0x00,
		0x02, 0x00, 0x00, 0x00, 0x01, 0x22, 0x01, 0x04, 0xa5, 0x00, 0x00, 0x78, 0x06,
	};
	/* 97 MHz; 1600 + 160, 888 + 30; E-EDID 1.4, section 3.10.2 */
	static const __u8 timing[] = {
		0xe4, 0x25, 0x40, 0xa0, 0x60, 0x78, 0x1e, 0x30, 0x30, 0x20, 0x36, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x1e,
	};
	__u8 sum = 0;
	int i;

	memset(edid, 0, EDID_SIZE);
	memcpy(edid, start, sizeof(start));
	memset(edid + 38, 1, 16);
	memcpy(edid + 54, timing, sizeof(timing));
	for (i = 72; i < 126; i += 18)
		edid[i + 3] = 0x10;
	for (i = 0; i < EDID_SIZE - 1; i++)
		sum += edid[i];
	edid[EDID_SIZE - 1] = -sum;
}

/* Writes to the debugfs file of screen 0; false without one. */
static bool override_edid(const void *data, size_t size)
{
	glob_t found;
	int file;

	if (glob("/sys/kernel/debug/dri/*/Virtual-*/edid_override", 0, NULL, &found))
		return false;
	file = open(found.gl_pathv[0], O_WRONLY | O_CLOEXEC);
	VG_ASSERT(file >= 0);
	VG_ASSERT(write(file, data, size) == (ssize_t)size);
	close(file);
	globfree(&found);
	return true;
}

static bool prefers(int fd, unsigned int width, unsigned int height)
{
	struct screen screen;
	unsigned int preferred = 0;
	bool found = false;
	__u32 i;

	VG_OK(look(fd, 0, &screen));
	for (i = 0; i < screen.num_modes; i++) {
		if (!(screen.modes[i].type & DRM_MODE_TYPE_PREFERRED))
			continue;
		preferred++;
		found |= screen.modes[i].hdisplay == width && screen.modes[i].vdisplay == height;
	}
	return found && preferred == 1;
}

/* Within 10 seconds */
static bool gets_to_prefer(int fd, unsigned int width, unsigned int height)
{
	int i;

	for (i = 0; i < 200; i++) {
		if (prefers(fd, width, height))
			return true;
		usleep(50000);
	}
	return false;
}

FIXTURE(user) {
	int fd;
};

FIXTURE_VARIANT(user) {
	__u64 withheld;
};

FIXTURE_VARIANT_ADD(user, beside_an_edid_of_the_host) {
	.withheld = 0,
};

FIXTURE_VARIANT_ADD(user, without_one) {
	.withheld = VG_F_EDID,
};

FIXTURE_SETUP(user)
{
	SIM_SETUP();
	vg_sim_withhold(variant->withheld);
	SCREEN_PLUG(1);
}

FIXTURE_TEARDOWN_PARENT(user)
{
	SIM_TEARDOWN();
}

TEST_F(user, edid_of_the_user_is_offered_and_preferred)
{
	__u8 edid[EDID_SIZE];

	user_edid(edid);
	if (!override_edid(edid, sizeof(edid)))
		SKIP(return, "needs edid_override in debugfs");
	/* Another window, so that drivers look that keep what they know. */
	vg_sim_control("display 0 1000 700");
	EXPECT_TRUE(gets_to_prefer(self->fd, 1600, 888));
}

TEST_F(user, edid_of_the_user_is_gone_after_the_reset)
{
	__u8 edid[EDID_SIZE];

	user_edid(edid);
	if (!override_edid(edid, sizeof(edid)))
		SKIP(return, "needs edid_override in debugfs");
	vg_sim_control("display 0 1000 700");
	EXPECT_TRUE(gets_to_prefer(self->fd, 1600, 888));
	VG_ASSERT(override_edid("reset", 5));
	vg_sim_control("display 0 1100 700");
	EXPECT_TRUE(gets_to_prefer(self->fd, 1100, 700));
}

/* A window that the user has made as small as a window gets */
TEST_F(sim, window_of_8_pixels_prefers_a_mode_that_hosts_show)
{
	SCREEN_PLUG(1);
	vg_sim_control("display 0 8 8");
	EXPECT_TRUE(gets_to_prefer(self->fd, 16, 16));
}

/*
 * The one mode that the monitor names is interlaced, which the device cannot show. Another
 * serial number tells that it was read, and leaves the sum.
 */
TEST_F(sim, window_as_large_as_an_interlaced_mode_prefers_another_mode)
{
	struct screen screen;

	SCREEN_PLUG(1);
	VG_OK(look(self->fd, 0, &screen));
	vg_sim_script("GET_EDID 0 set 100 0x9e000000");
	vg_sim_script("GET_EDID 0 set 44 0x81");
	vg_sim_control("events 1");
	ASSERT_TRUE(gets_serial(self->fd, 0x81));
	EXPECT_TRUE(prefers(self->fd, screen.modes[0].hdisplay, screen.modes[0].vdisplay));
}

/* The host took note that we have heard of its event, and says no more. */
TEST_F(sim, hotplug_news_refused_once_are_asked_for_again)
{
	SCREEN_PLUG(1);
	vg_sim_script("GET_DISPLAY_INFO 0 refuse ERR_UNSPEC times 2");
	vg_sim_control("display 0 800 600");
	EXPECT_TRUE(gets_mode(self->fd, 800, 600));
}

/* The host is asked again, whether it announces anything or not. */
TEST_F(sim, screen_refused_at_first_is_asked_for_again)
{
	vg_sim_script("GET_DISPLAY_INFO 0 refuse ERR_UNSPEC times 1");
	vg_sim_set("width", 1001);
	vg_sim_set("height", 601);
	SCREEN_PLUG(1);
	EXPECT_TRUE(gets_mode(self->fd, 1001, 601));
}

/* The first screen's file in sysfs, where users say "on" or "detect" of it */
static int open_status(void)
{
	glob_t found;
	int file;

	VG_ASSERT(!glob("/sys/class/drm/card*-Virtual-*/status", 0, NULL, &found));
	file = open(found.gl_pathv[0], O_RDWR | O_CLOEXEC);
	VG_ASSERT(file >= 0);
	globfree(&found);
	return file;
}

static void say(int status, const char *word)
{
	VG_ASSERT(pwrite(status, word, strlen(word), 0) > 0);
}

/* What everybody sees who does not have the driver look */
static bool is_connected(int status)
{
	char text[32] = "";

	VG_ASSERT(pread(status, text, sizeof(text) - 1, 0) > 0);
	return !strcmp(text, "connected\n");
}

TEST_F(sim, a_screen_that_the_user_keeps_on_stays_on)
{
	int status;

	SCREEN_PLUG(2);
	status = open_status();
	say(status, "on");
	vg_sim_control("display 0 0 0");
	/* The news of both screens are heard at once. */
	vg_sim_control("display 1 640 480");
	EXPECT_TRUE(gets_connected(self->fd, 1));
	EXPECT_TRUE(is_connected(status));
	say(status, "detect");
	EXPECT_FALSE(is_connected(status));
	close(status);
}

TEST_F(sim, a_size_that_no_table_has_is_a_mode_without_edid_too)
{
	vg_sim_withhold(VG_F_EDID);
	SCREEN_PLUG(1);
	vg_sim_control("display 0 1001 601");
	EXPECT_TRUE(gets_mode(self->fd, 1001, 601));
}

TEST_F(sim, a_second_screen_comes_and_goes)
{
	struct screen screen;
	int i;

	SCREEN_PLUG(2);
	ASSERT_EQ(0, look(self->fd, 1, &screen));
	EXPECT_NE(CONNECTED, screen.connection);
	vg_sim_control("display 1 640 480");
	EXPECT_TRUE(gets_connected(self->fd, 1));
	VG_OK(look(self->fd, 1, &screen));
	EXPECT_TRUE(has_mode(&screen, 640, 480));
	vg_sim_control("display 1 0 0");
	for (i = 0; i < 200 && screen.connection == CONNECTED; i++) {
		usleep(50000);
		VG_OK(look(self->fd, 1, &screen));
	}
	EXPECT_NE(CONNECTED, screen.connection);
}

TEST_F(sim, a_storm_of_events_ends_in_the_last_state)
{
	int i;

	SCREEN_PLUG(1);
	for (i = 0; i < 50; i++) {
		vg_sim_control("events 100");
		vg_sim_control("display 0 %d 600", 800 + 8 * (i % 2));
	}
	vg_sim_control("display 0 1280 720");
	EXPECT_TRUE(gets_mode(self->fd, 1280, 720));
}

TEST_F(sim, a_storm_of_events_during_work_harms_none)
{
	int i, fence = -1;

	SCREEN_PLUG(1);
	vg_sim_script("SUBMIT_3D 0 storm 20");
	for (i = 0; i < 200; i++) {
		close(fence);
		fence = vg_submit_fence(self->fd, 0);
	}
	ASSERT_TRUE(vg_fence_signals(fence, VG_SOON));
	EXPECT_EQ(1, vg_fence_status(fence));
}

TEST_F(sim, a_storm_of_events_at_the_end_harms_none)
{
	int i;

	for (i = 0; i < 5; i++) {
		SCREEN_PLUG(1);
		vg_sim_control("events 1000");
		vg_sim_unplug();
	}
}

TEST_F(sim, a_picture_is_shown_and_taken_off_before_it_goes)
{
	struct drm_virtgpu_resource_info info;
	struct vg_screen screen;
	__u32 handle, fb;

	SCREEN_PLUG(1);
	screen = vg_screen(self->fd);
	handle = vg_dumb(self->fd, screen.mode.hdisplay, screen.mode.vdisplay);
	fb = vg_framebuffer(self->fd, handle, screen.mode.hdisplay, screen.mode.vdisplay);
	VG_OK(__vg_show(self->fd, &screen, fb));
	info = vg_info(self->fd, handle);
	EXPECT_TRUE(vg_sim_becomes("scanout", info.res_handle));
	vg_close_handle(self->fd, handle);
	VG_OK(__vg_ioctl(self->fd, DRM_IOCTL_MODE_RMFB, &fb));
	EXPECT_TRUE(vg_sim_becomes("scanout", 0));
	EXPECT_STREQ(VG_NO_VIOLATIONS, vg_sim_violations());
}

TEST_F(sim, a_host_that_refuses_to_show_anything_harms_none)
{
	struct vg_screen screen;

	vg_sim_script("SET_SCANOUT 0 refuse ERR_INVALID_SCANOUT_ID");
	vg_sim_script("RESOURCE_FLUSH 0 refuse ERR_UNSPEC");
	vg_sim_script("TRANSFER_TO_HOST_2D 0 refuse ERR_UNSPEC");
	SCREEN_PLUG(1);
	screen = vg_screen(self->fd);
	VG_OK(__vg_show(self->fd, &screen, vg_screen_framebuffer(self->fd, &screen)));
	EXPECT_TRUE(vg_fence_signals(vg_submit_fence(self->fd, 0), VG_SOON));
}

/* Nothing but what the first version of the device had */
TEST_F(sim, a_plain_display_device_keeps_the_rules)
{
	struct drm_virtgpu_3d_transfer_to_host args = { .box = { .w = 32, .h = 32, .d = 1 } };
	struct vg_screen screen;

	vg_sim_set("features", VG_F_VERSION_1);
	vg_sim_set("window_size", 0);
	SCREEN_PLUG(1);
	screen = vg_screen(self->fd);
	VG_OK(__vg_show(self->fd, &screen, vg_screen_framebuffer(self->fd, &screen)));
	args.bo_handle = vg_picture(self->fd).handle;
	EXPECT_EQ(0, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST, &args));
	EXPECT_TRUE(vg_sim_becomes("waiting", 0));
}

TEST_HARNESS_MAIN
