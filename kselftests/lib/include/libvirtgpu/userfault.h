/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How is a request stopped at an argument of its own, until the test goes on?
 */
#ifndef LIBVIRTGPU_USERFAULT_H
#define LIBVIRTGPU_USERFAULT_H

#include <stdbool.h>

struct vg_userfault {
	int fd;
	void *page;	/* of which nothing is there yet: whoever reads it waits */
};

/* -errno on kernels without userfaultfd */
int __vg_userfault_init(struct vg_userfault *u);

/* Does somebody wait, or begin to within VG_SOON milliseconds? */
bool vg_userfault_waits(struct vg_userfault *u);

/* The page has these bytes, and is there. @bytes: VG_PAGE of them */
void vg_userfault_fill(struct vg_userfault *u, const void *bytes);

/* Opens one or skips. */
#define VG_USERFAULT(u) do {						\
	if (__vg_userfault_init(u))					\
		SKIP(return, "needs userfaultfd");			\
} while (0)

#endif
