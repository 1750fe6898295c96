// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which operations are there, and how often is each done?
 */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

#define MAX_OPS 256
/* A device that comes and goes all the time sees only beginnings: its misbehaviour is that rarer. */
#define HOST_SHARE 16

const struct fuzz_op *const fuzz_tables[] = {
	fuzz_ops_virtgpu, fuzz_ops_sync, fuzz_ops_prime, fuzz_ops_kms, fuzz_ops_atomic, fuzz_ops_memory,
	fuzz_ops_process, fuzz_ops_host, NULL
};

static const struct fuzz_op *ops[MAX_OPS];
static unsigned int bounds[MAX_OPS];	/* sums of the weights up to each */
static unsigned int num_ops;

static bool is_among(const char *name, const char *list)
{
	char patterns[512], *rest = patterns, *pattern;

	snprintf(patterns, sizeof(patterns), "%s", list);
	while ((pattern = strsep(&rest, ",")))
		if (!fnmatch(pattern, name, 0))
			return true;
	return false;
}

static unsigned int weight_of(const struct fuzz_op *const *table, const struct fuzz_op *op)
{
	if (*table == fuzz_ops_host && !fuzz_options.faults)
		return 0;
	if (fuzz_options.only && !is_among(op->name, fuzz_options.only))
		return 0;
	if (fuzz_options.without && is_among(op->name, fuzz_options.without))
		return 0;
	return *table == fuzz_ops_host ? op->weight : op->weight * HOST_SHARE;
}

unsigned int fuzz_num_ops(void)
{
	const struct fuzz_op *const *table;
	const struct fuzz_op *op;
	unsigned int sum = 0;

	if (num_ops)
		return num_ops;
	for (table = fuzz_tables; *table; table++) {
		for (op = *table; op->name && num_ops < MAX_OPS; op++) {
			sum += weight_of(table, op);
			bounds[num_ops] = sum;
			ops[num_ops++] = op;
		}
	}
	VG_ASSERT(sum);
	return num_ops;
}

const struct fuzz_op *fuzz_op(unsigned int index)
{
	return ops[index];
}

unsigned int fuzz_num_fields(const struct fuzz_op *op)
{
	unsigned int count = 0;

	while (op->fields && op->fields[count].kind != FUZZ_END)
		count++;
	return count;
}

unsigned int fuzz_op_draw(__u64 draw)
{
	unsigned int index = 0;

	draw %= bounds[num_ops - 1];
	while (bounds[index] <= draw)
		index++;
	return index;
}
