// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does each operation cost? Does them, and prints one line for each number.
 *
 * Usage: virtgpu-bench [--steady] [--batches N] [PATTERN]...
 *
 *	--steady	the machine's clock counts instructions: nothing but work counts
 *	--batches	how often each operation is measured
 *	PATTERN		do only operations whose name it is, with * and ?
 *
 * A line is "OPERATION NUMBER MEDIAN LOW HIGH", of one operation each; low and
 * high are the quartiles. The counters follow from batches of their own, because
 * counting takes time, and not from a steady machine, where one processor does it all.
 */
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define STREAM_SIZE	(1 << 20)
#define MAX_BATCHES	1000
#define COUNTED_BATCHES	3
/* What takes long is measured less often. */
#define ENOUGH_BATCHES	3
#define ENOUGH_SECONDS	10
/* Words of virgl's command that does nothing, its first one with the length above bit 16 */
#define NOP_WORDS	4
/* In which drivers send what they put off until the host had answered */
#define SETTLE_US	30000

static const struct bench_op *const tables[] = {
	bench_exec_ops, bench_blob_ops, bench_share_ops, bench_display_ops,
	bench_load_ops,
};

static struct bench bench;
static struct bench_clock timer;
static unsigned int batches = 15;

void bench_drain(struct bench *b)
{
	int fence, fd = b->ring_fd >= 0 ? b->ring_fd : b->fd;

	if (fd < 0)
		return;
	fence = vg_submit_fence(fd, b->ring_fd >= 0 ? VIRTGPU_EXECBUF_RING_IDX : 0);
	VG_ASSERT(vg_fence_signals(fence, VG_SOON));
	close(fence);
}

void bench_settle(struct bench *b)
{
	bench_drain(b);
	if (timer.steady)
		usleep(SETTLE_US);
}

static void fill_stream(__u32 *words)
{
	unsigned int i;

	for (i = 0; i < STREAM_SIZE / sizeof(*words); i += NOP_WORDS)
		words[i] = (NOP_WORDS - 1) << 16;
}

static void open_device(struct bench *b)
{
	b->fd = vg_open();
	b->card = vg_open_primary();
	b->ring_fd = -1;
	if (!vg_missing(b->fd, VG_CONTEXT_INIT)) {
		b->ring_fd = vg_open();
		vg_ring_context(b->ring_fd, 64, 0);
	}
	b->stream = calloc(1, STREAM_SIZE);
	VG_ASSERT(b->stream);
	fill_stream(b->stream);
}

static void call(void (*step)(struct bench *b))
{
	if (step)
		step(&bench);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print_number(const char *what, double *values, unsigned int count)
{
	qsort(values, count, sizeof(*values), by_size);
	printf("%s %s %.4f %.4f %.4f\n", bench.op->name, what, values[count / 2],
	       values[count / 4], values[count - 1 - count / 4]);
}

static void measure(void)
{
	double values[MAX_BATCHES];
	time_t began = time(NULL);
	unsigned int i, done;

	for (done = 0; done < batches; done++) {
		if (done >= ENOUGH_BATCHES && time(NULL) - began > ENOUGH_SECONDS)
			break;
		call(bench.op->prepare);
		bench_settle(&bench);
		bench_clock_start(&timer);
		BENCH_MARK(1);
		bench.op->run(&bench);
		BENCH_MARK(0);
		values[done] = (double)(__s64)bench_clock_stop(&timer) / bench.count;
		call(bench.op->clean);
	}
	if (timer.steady)
		for (i = 0; i < done; i++)
			values[i] /= BENCH_STEADY_NS;
	print_number(timer.steady ? "instructions" : "ns", values, done);
}

static void count(void)
{
	double values[BENCH_COUNTERS][COUNTED_BATCHES];
	__s64 before[BENCH_COUNTERS], after[BENCH_COUNTERS];
	unsigned int i, k;

	for (i = 0; i < COUNTED_BATCHES; i++) {
		call(bench.op->prepare);
		bench_settle(&bench);
		bench_counts_read(before);
		bench.op->run(&bench);
		bench_counts_read(after);
		call(bench.op->clean);
		for (k = 0; k < BENCH_COUNTERS; k++)
			values[k][i] = (double)(after[k] - before[k]) / bench.count;
	}
	for (k = 0; k < BENCH_COUNTERS; k++)
		if (before[k] >= 0)
			print_number(bench_counter_names[k], values[k], COUNTED_BATCHES);
}

static void run(const struct bench_op *op, void (*what)(void))
{
	const char *missing = vg_missing(bench.fd, op->needs);

	if (!missing && op->is_there && !op->is_there())
		missing = "something that is not here";
	if (missing) {
		fprintf(stderr, "%s: needs %s\n", op->name, missing);
		return;
	}
	bench.op = op;
	bench.count = op->batch;
	call(op->start);
	/* Caches and pools fill. */
	call(op->prepare);
	op->run(&bench);
	call(op->clean);
	what();
	call(op->end);
	fflush(stdout);
}

static bool wanted(const struct bench_op *op, char **patterns)
{
	if (!*patterns)
		return true;
	for (; *patterns; patterns++)
		if (!fnmatch(*patterns, op->name, 0))
			return true;
	return false;
}

static void run_all(char **patterns, void (*what)(void))
{
	const struct bench_op *op;
	unsigned int i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (op = tables[i]; op->name; op++)
			if (wanted(op, patterns))
				run(op, what);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "steady", no_argument, NULL, 's' },
		{ "batches", required_argument, NULL, 'b' },
		{ }
	};
	bool steady = false;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		switch (option) {
		case 's':
			steady = true;
			break;
		case 'b':
			batches = atoi(optarg);
			break;
		default:
			return 2;
		}
	}
	if (!batches || batches > MAX_BATCHES)
		return 2;
	open_device(&bench);
	bench_clock_init(&timer, steady);
	run_all(argv + optind, measure);
	if (!steady) {
		bench_counts_init(&timer);
		run_all(argv + optind, count);
	}
	bench_clock_fini(&timer);
	return 0;
}
