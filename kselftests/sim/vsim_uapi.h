/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can a test tell the software device inside a SUBMIT_3D? A stream that
 * begins with VSIM_MAGIC is a list of operations, four words each.
 */
#ifndef VSIM_UAPI_H
#define VSIM_UAPI_H

#include <linux/types.h>

#define VSIM_MAGIC	0x4d495356

enum vsim_op {
	/* Nothing */
	VSIM_OP_NOP,
	/* Answer this command when operation RELEASE names @a, or the test says release */
	VSIM_OP_HOLD,
	/* Answer this command @a milliseconds later */
	VSIM_OP_DELAY,
	/* Answer this command with type @a */
	VSIM_OP_FAIL,
	/* Let go of all that is held as @a, in whatever context */
	VSIM_OP_RELEASE,
	/* Write value @c to the first @b bytes of what the host has of resource @a */
	VSIM_OP_FILL,
	/* Make storage that a blob of this context may claim as blob_id @a */
	VSIM_OP_MAKE,
	/* Do nothing else for @a microseconds */
	VSIM_OP_WORK,
};

struct vsim_operation {
	__u32 op;
	__u32 a;
	__u32 b;
	__u32 c;
};

#endif
