/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a test make the kernel's allocations fail, one after the other?
 *
 * Kernels with CONFIG_FAULT_INJECTION, FAILSLAB and FAIL_PAGE_ALLOC let a thread
 * say that its nth allocation from now on fails (/proc/thread-self/fail-nth);
 * with FAULT_INJECTION_USERCOPY copies from and to programs count, too. With
 * FAULT_INJECTION_STACKTRACE_FILTER only those count that the driver, or what it
 * calls, makes: what the rest of the kernel does without memory is not its matter.
 * A test does the same call in rounds, each with a higher n, until none is left to
 * fail.
 */
#ifndef LIBVIRTGPU_FAULT_H
#define LIBVIRTGPU_FAULT_H

#include <stdbool.h>

struct vg_fault {
	int file;		/* fail-nth of this thread */
	unsigned int nth;	/* of this round, from 1 */
	unsigned int step;	/* to the next round's */
	bool hit;		/* something failed in this round */
	unsigned int hits;	/* rounds in which something failed */
	unsigned int misses;	/* rounds since the last of those */
};

/* False where the kernel cannot: @fault is not usable then. */
bool vg_fault_init(struct vg_fault *fault);

/*
 * Spares what one function of the kernel does. @kind: failslab, fail_page_alloc or
 * fail_usercopy. False where the function is not known.
 */
bool vg_fault_spare(const char *kind, const char *function);

/* Ends the last round, if any; false when the last ones had nothing to fail any more. */
bool vg_fault_round(struct vg_fault *fault);

/* Around the call under test */
void vg_fault_arm(struct vg_fault *fault);
void vg_fault_disarm(struct vg_fault *fault);

/* The call with this round's allocation failing */
#define VG_FAILING(fault, call) ({					\
	__typeof__(call) __result;					\
	vg_fault_arm(fault);						\
	__result = (call);						\
	vg_fault_disarm(fault);						\
	__result;							\
})

/* Initialises or skips. */
#define VG_FAULT(fault) do {						\
	if (!vg_fault_init(fault))					\
		SKIP(return, "needs CONFIG_FAULT_INJECTION (fail-nth), FAILSLAB, the stack filter and debugfs"); \
} while (0)

#endif
