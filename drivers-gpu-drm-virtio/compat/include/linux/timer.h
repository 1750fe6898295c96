/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * timer_shutdown_sync(): added in 6.2. Before, a timer can be started again
 * after this; the driver has seen to it that nobody does.
 */
#include_next <linux/timer.h>

#if !defined(HAVE_TIMER_SHUTDOWN_SYNC) && !defined(timer_shutdown_sync)
#define timer_shutdown_sync	del_timer_sync
#endif
