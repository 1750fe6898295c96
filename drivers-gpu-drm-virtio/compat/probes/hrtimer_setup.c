// SPDX-License-Identifier: GPL-2.0-only
/* hrtimer_setup(): takes the place of hrtimer_init() since 6.13 to 6.15. */
#include <linux/hrtimer.h>

void probe(struct hrtimer *timer)
{
	hrtimer_setup(timer, NULL, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
}
