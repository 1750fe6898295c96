// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which EDID does a screen have when that of the host comes late?
 */
#include "sim_fixture.h"

#include "sim_connector.h"

/* Byte @at of the answer to GET_EDID that has byte @at of the EDID */
#define ANSWER(at) (32 + (at))

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
