/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time, as the kernel calls it: a jiffy is a millisecond.
 */
#ifndef VSIM_USER_CLOCK_H
#define VSIM_USER_CLOCK_H

#include <limits.h>
#include <time.h>
#include <unistd.h>

#define MAX_SCHEDULE_TIMEOUT	LONG_MAX

static inline unsigned long vsim_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ul + now.tv_nsec / 1000000;
}

#define jiffies			vsim_now()
#define msecs_to_jiffies(ms)	((unsigned long)(ms))
#define usecs_to_jiffies(us)	(((unsigned long)(us) + 999) / 1000)
#define time_after(a, b)	((long)((b) - (a)) < 0)
#define time_before(a, b)	time_after(b, a)

static inline void usleep_range(unsigned long least, unsigned long most)
{
	usleep(least);
}

/* 0: no signal ended it early. */
static inline int msleep_interruptible(unsigned int ms)
{
	usleep(ms * 1000);
	return 0;
}

#endif
