// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was done: how often each operation, and what came of it?
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "fuzz.h"

#define ERRNOS	134
#define MAX_OPS	256

/* In shared memory: children count, too. The first number is that of the successes. */
static unsigned int (*counts)[ERRNOS];

void fuzz_report_init(void)
{
	counts = mmap(NULL, sizeof(*counts) * MAX_OPS, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	VG_ASSERT(counts != MAP_FAILED);
}

void fuzz_report_count(unsigned int op, int ret)
{
	unsigned int err = ret >= 0 ? 0 : -ret;

	__atomic_add_fetch(&counts[op][err < ERRNOS ? err : ERRNOS - 1], 1, __ATOMIC_RELAXED);
}

static unsigned long sum_of(unsigned int op)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < ERRNOS; i++)
		sum += counts[op][i];
	return sum;
}

unsigned long fuzz_report_total(void)
{
	unsigned long sum = 0;
	unsigned int op;

	for (op = 0; op < fuzz_num_ops(); op++)
		sum += sum_of(op);
	return sum;
}

void fuzz_report_print(void)
{
	unsigned long sum;
	unsigned int op, i;

	printf("# %-24s %8s %8s\n", "operation", "done", "worked");
	for (op = 0; op < fuzz_num_ops(); op++) {
		sum = sum_of(op);
		if (!sum)
			continue;
		printf("# %-24s %8lu %7lu%% ", fuzz_op(op)->name, sum, 100ul * counts[op][0] / sum);
		for (i = 1; i < ERRNOS; i++)
			if (counts[op][i])
				printf(" %s %u", strerrorname_np(i) ?: "?", counts[op][i]);
		printf("\n");
	}
}
