/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does the front-end say of the guest's memory?
 */
#ifndef VSIM_USER_GUEST_H
#define VSIM_USER_GUEST_H

#include "env.h"

#define VSIM_REGIONS	8

/* struct vsim_region - a part of it, as the front-end describes it */
struct vsim_region {
	u64 guest;	/* its address in the guest */
	u64 size;
	u64 front;	/* in the front-end */
	u64 offset;	/* in the file that came with it */
};

/* All of the memory, in place of what was; with both queues' locks. 0 or a negative errno */
int vsim_guest_set(const struct vsim_region *regions, const int *files, unsigned int count);

/* Where this process has what the front-end has at @front; NULL: nowhere */
void *vsim_guest_front(u64 front, u64 len);

#endif
