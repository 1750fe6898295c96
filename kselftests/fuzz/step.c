// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where do steps come from, and how are they written down?
 *
 * A line is "[@THREAD] OPERATION FILE DRAW...": a number for each field of the operation, and
 * "=NUMBER" where the number is the value itself, which is how hostile ones are written.
 * What is missing at the end is 0. A # begins a comment.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

/* One step in so many has a hostile value. */
#define HOSTILE_STEPS	8

static const __u64 hostile[] = {
	0, 1, 2, 3, 0x10, 63, 64, 65, 0xfff, 0x1000, 0x1001, 0xffff, 0x10000, 0x7fffffff, 0x80000000,
	0xfffff000, 0xffffffff, 0x100000000, 0x7fffffffffffffff, 0x8000000000000000,
	0xffff800000000000, 0xfffffffffffff000, 0xffffffffffffffff,
};

/* xorshift64*: never 0 unless the state is */
__u64 fuzz_random(__u64 *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1d >> 16;
}

void fuzz_step_make(struct fuzz_step *step, __u64 *random)
{
	unsigned int i, count;
	__u64 draw;

	memset(step, 0, sizeof(*step));
	step->op = fuzz_op_draw(fuzz_random(random));
	count = 1 + fuzz_num_fields(fuzz_op(step->op));
	for (i = 0; i < count; i++)
		step->args[i] = fuzz_random(random) % 4096;
	draw = fuzz_random(random);
	if (count == 1 || draw % HOSTILE_STEPS)
		return;
	i = 1 + draw / HOSTILE_STEPS % (count - 1);
	if (!fuzz_may_be_raw(&fuzz_op(step->op)->fields[i - 1]))
		return;
	draw = fuzz_random(random);
	step->raw |= 1u << i;
	step->args[i] = draw & 1 ? fuzz_random(random) << (draw >> 1 & 31) :
			hostile[(draw >> 1) % (sizeof(hostile) / sizeof(hostile[0]))];
}

void fuzz_step_print(const struct fuzz_step *step, char *text, size_t size)
{
	const struct fuzz_op *op = fuzz_op(step->op);
	unsigned int i, count = 1 + fuzz_num_fields(op);
	size_t used = snprintf(text, size, "@%u %s", step->thread, op->name);

	while (count && !step->args[count - 1] && !(step->raw >> (count - 1) & 1))
		count--;
	for (i = 0; i < count && used < size; i++)
		used += snprintf(text + used, size - used, step->raw >> i & 1 ? " =0x%llx" : " %llu",
				 step->args[i]);
}

static int find_op(const char *name)
{
	unsigned int i;

	for (i = 0; i < fuzz_num_ops(); i++)
		if (!strcmp(fuzz_op(i)->name, name))
			return i;
	return -ENOENT;
}

/* 1: a step, 0: an empty line, or -errno */
int fuzz_step_parse(struct fuzz_step *step, const char *text)
{
	char line[512], *word, *rest = line, *end;
	unsigned int i = 0;
	int op;

	memset(step, 0, sizeof(*step));
	snprintf(line, sizeof(line), "%s", text);
	line[strcspn(line, "#\n")] = '\0';
	word = strtok_r(line, " \t", &rest);
	if (word && *word == '@') {
		step->thread = strtoul(word + 1, NULL, 10) % FUZZ_THREADS;
		word = strtok_r(NULL, " \t", &rest);
	}
	if (!word)
		return 0;
	op = find_op(word);
	if (op < 0)
		return op;
	step->op = op;
	while ((word = strtok_r(NULL, " \t", &rest))) {
		if (i > fuzz_num_fields(fuzz_op(op)))
			return -E2BIG;
		if (*word == '=')
			step->raw |= 1u << i;
		step->args[i++] = strtoull(word + (*word == '='), &end, 0);
		if (*end)
			return -EINVAL;
	}
	return 1;
}
