// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which EDID does a screen have when the host's says more than usual, or comes late?
 */
#include "sim_fixture.h"

#include "sim_connector.h"

/* Byte @at of the answer to GET_EDID that has byte @at of the EDID */
#define ANSWER(at) (32 + (at))

/* The last bytes of the first block: @more blocks follow, which leave the sum at 0. */
static void claim_extensions(const __u8 *edid, __u8 more)
{
	vg_sim_script("GET_EDID 0 set %u %u", ANSWER(124),
		      (__u32)(__u8)(edid[127] - more) << 24 | more << 16);
}

/*
 * A monitor of HDMI 2.1 says that one block follows, for those who know no better, and
 * says there (HF-EEODB, CTA-861-I 7.5.13) that it is @more. Another serial number tells
 * that it was read; its byte moves, the sum stays.
 */
static void say_twice(int fd, __u8 more)
{
	__u8 edid[EDID_MAX];

	VG_ASSERT(edid_of(fd, edid));
	claim_extensions(edid, 1);
	vg_sim_script("GET_EDID 0 set %u 0x00070302", ANSWER(128));
	vg_sim_script("GET_EDID 0 set %u 0x%02x78e2", ANSWER(132), more);
	vg_sim_script("GET_EDID 0 set %u 0x%02x000000", ANSWER(252), (__u8)(0x9a - more));
	vg_sim_script("GET_EDID 0 set %u 0x100", ANSWER(12));
}

/* The last block is an extension for timings (VTB), with a sum of 0, too. */
TEST_F(sim, edid_with_a_second_count_of_blocks_is_kept)
{
	__u8 edid[EDID_MAX];

	SCREEN_PLUG(1);
	say_twice(self->fd, 3);
	vg_sim_script("GET_EDID 0 set %u 0x00000010", ANSWER(384));
	vg_sim_script("GET_EDID 0 set %u 0xf0000000", ANSWER(508));
	vg_sim_control("events 1");
	ASSERT_TRUE(gets_serial(self->fd, 0x100));
	memset(edid, 0xee, sizeof(edid));
	EXPECT_TRUE(edid_of(self->fd, edid));
	EXPECT_EQ(0x02, edid[128]);
	/* Kernels before 6.0 do not know the second count. */
	if (edid[256] != 0xee) {
		EXPECT_EQ(0x10, edid[384]);
	}
}

TEST_F(sim, edid_with_a_second_count_beyond_what_was_sent_is_kept)
{
	SCREEN_PLUG(1);
	say_twice(self->fd, 20);
	vg_sim_control("events 1");
	EXPECT_TRUE(gets_serial(self->fd, 0x100));
}

/* Half a minute: for so long the driver waits for the host. */
TEST_F_TIMEOUT(sim, edid_that_is_not_answered_once_is_asked_for_again, 120)
{
	__u32 serial = 1;
	int i;

	SCREEN_PLUG(1);
	ASSERT_EQ(1, serial_of(self->fd));
	vg_sim_script("GET_EDID 0 never times 1");
	vg_sim_script("GET_EDID 0 set %u 0x100", ANSWER(12));
	vg_sim_control("events 1");
	for (i = 0; i < 1200 && serial == 1; i++) {
		usleep(50000);
		serial = serial_of(self->fd);
	}
	EXPECT_EQ(1, vg_sim_fired(0));
	EXPECT_EQ(0x100, serial);
}

TEST_HARNESS_MAIN
