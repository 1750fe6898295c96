/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is an operation, and what does it cost?
 *
 * An operation is done in batches. What a batch needs is made before, and thrown
 * away after it; only run() is measured. It ends when the host has done all that
 * it was asked for, so that what an operation leaves for later is counted, too.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libvirtgpu.h>

#define BENCH_MAX_BATCH	1024

/* Of a machine whose clock counts instructions: scripts/lab/run --steady */
#define BENCH_STEADY_NS	4

/* Instructions that do nothing, at which profile/blocks.c begins (1) and ends (0) to count */
#ifdef __x86_64__
#define BENCH_MARK(begin)						\
	__asm__ volatile(".byte 0x0f, 0x1f, 0x80, " #begin ", 0x47, 0x56, 0x42" ::: "memory")
#else
#define BENCH_MARK(begin) do { } while (0)
#endif

/* What run() and its like have at hand */
struct bench {
	int fd;			/* render node with a context of virgl, if the host has 3D */
	int ring_fd;		/* with a context of rings, or -1 */
	int card;		/* primary node */
	unsigned int count;	/* operations of this batch */
	const struct bench_op *op;
	struct vg_bo bos[BENCH_MAX_BATCH];
	void *maps[BENCH_MAX_BATCH];
	__u32 handles[BENCH_MAX_BATCH];
	void *stream;		/* what the host does nothing for */
	void *state;		/* of the operation */
};

struct bench_op {
	const char *name;
	unsigned int needs;	/* VG_ features */
	unsigned int batch;	/* operations */
	__u64 size;
	unsigned int objects;
	__u32 flags;
	bool (*is_there)(void);	/* what it needs beside the device */
	void (*start)(struct bench *b);
	void (*prepare)(struct bench *b);
	void (*run)(struct bench *b);
	void (*clean)(struct bench *b);
	void (*end)(struct bench *b);
};

/* Tables that end with an empty name */
extern const struct bench_op bench_exec_ops[];
extern const struct bench_op bench_blob_ops[];
extern const struct bench_op bench_share_ops[];
extern const struct bench_op bench_display_ops[];
extern const struct bench_op bench_load_ops[];

/* The host has done what was asked for until now: a round trip. */
void bench_drain(struct bench *b);

/* Nor does the driver have anything left to do, as far as anybody can tell. */
void bench_settle(struct bench *b);

/* bench_clock: what passed, without what nobody needed */
struct bench_clock {
	bool steady;
	int idler;		/* process that runs when nobody else wants to, or 0 */
	unsigned int num_hosts;
	int hosts[2];		/* threads of the device in software */
	__u64 began;
	__u64 others;
	__u64 interrupts;
};

void bench_clock_init(struct bench_clock *clock, bool steady);
void bench_clock_fini(struct bench_clock *clock);
void bench_clock_start(struct bench_clock *clock);
/* Nanoseconds of work since bench_clock_start(), or of time where the clock is not steady */
__u64 bench_clock_stop(struct bench_clock *clock);

/* bench_counts: how often things happened */
enum bench_counter {
	BENCH_COMMANDS,
	BENCH_KICKS,
	BENCH_INTERRUPTS,
	BENCH_ALLOCATIONS,
	BENCH_PAGES,
	BENCH_SWITCHES,
	BENCH_COUNTERS
};

extern const char *const bench_counter_names[BENCH_COUNTERS];

void bench_counts_init(const struct bench_clock *clock);
/* -1: cannot be counted here */
void bench_counts_read(__s64 counts[BENCH_COUNTERS]);

#endif
