// SPDX-License-Identifier: GPL-2.0-only
/* timer_shutdown_sync(): since 6.2. */
#include <linux/timer.h>

int probe(struct timer_list *timer)
{
	return timer_shutdown_sync(timer);
}
