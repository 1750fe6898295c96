/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What do the files of the fuzzer share?
 *
 * A step is an operation and a draw for each of its fields: small numbers that choose
 * among what there is ("the fourth buffer of the second file"). So a sequence depends on the
 * seed only, stays meaningful when lines are taken out of it, and runs on another device.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include <drm/drm.h>
#include <libvirtgpu.h>

#define FUZZ_ARGS	14
#define FUZZ_FILES	4
#define FUZZ_LIST	48
#define FUZZ_THREADS	16
#define FUZZ_SCRATCH	65536
#define FUZZ_PAGE	4096

/* What an argument is. The first ones are lists, those up to FUZZ_BLOB of a file's own */
enum fuzz_kind {
	FUZZ_END,
	FUZZ_HANDLE,
	FUZZ_SYNCOBJ,
	FUZZ_FB,
	FUZZ_BLOB,
	FUZZ_FENCE,
	FUZZ_DMABUF,
	FUZZ_LISTS,
	FUZZ_NUM = FUZZ_LISTS,	/* from @low to @high */
	FUZZ_ONEOF,		/* an element of @list, which has @high */
	FUZZ_BITS,		/* some of @high, and all of @low */
	FUZZ_PAGES,		/* bytes: from @low to @high pages */
	FUZZ_POINTER,		/* to @high bytes that may be written, in a map of the device or not */
	FUZZ_CRTC,
	FUZZ_CONNECTOR,
	FUZZ_PLANE,
};

/* struct fuzz_field - an argument of an operation; @size 0: it is not in the ioctl's struct */
struct fuzz_field {
	const char *name;
	enum fuzz_kind kind;
	unsigned short offset;
	unsigned short size;
	__u64 low, high;
	const __u32 *list;
};

#define FUZZ_FIELD(s, f, k, ...) \
	{ .name = #f, .kind = FUZZ_##k, .offset = offsetof(struct s, f), \
	  .size = sizeof(((struct s *)0)->f), ## __VA_ARGS__ }
#define FUZZ_DRAW(n, k, ...)	{ .name = n, .kind = FUZZ_##k, ## __VA_ARGS__ }
#define FUZZ_RANGE(l, h)	.low = (l), .high = (h)
#define FUZZ_AMONG(...)		.list = (const __u32[]){ __VA_ARGS__ }, \
				.high = sizeof((__u32[]){ __VA_ARGS__ }) / sizeof(__u32)
#define FUZZ_FIELDS(...)	.fields = (const struct fuzz_field[]){ __VA_ARGS__, {} }

/* Which file an operation is for */
enum fuzz_node { FUZZ_ANY, FUZZ_PRIMARY, FUZZ_NO_FILE };

struct fuzz_item {
	__u64 id;
	__u64 size;	/* bytes; of a framebuffer its width above bit 16 and its height */
};

struct fuzz_list {
	unsigned int count, next;
	struct fuzz_item items[FUZZ_LIST];
};

#define FUZZ_PROPERTIES	96

/* struct fuzz_property - one of an object of the display */
struct fuzz_property {
	__u32 object, id;
	enum fuzz_kind kind;
	__u64 low, high;
	char name[32];
};

/* struct fuzz_file - an open node, and what it owns */
struct fuzz_file {
	int fd;			/* -1: there is no node at present */
	bool primary;
	bool context;
	unsigned int losses;	/* answers since it was opened that say that it is lost */
	struct vg_screen screen;
	__u32 planes[2];	/* the screen's primary one and its cursor */
	unsigned int num_properties;
	struct fuzz_property properties[FUZZ_PROPERTIES];
	struct fuzz_list lists[FUZZ_FENCE];
};

struct fuzz_step {
	unsigned int op;
	unsigned int thread;
	unsigned int raw;	/* a bit for each argument that is the value, not a choice */
	__u64 args[FUZZ_ARGS];	/* the first: which file */
};

/* struct fuzz_call - a step while it is done */
struct fuzz_call {
	struct fuzz_thread *thread;
	struct fuzz_file *file;
	int fd;			/* of @file; another thread may close it meanwhile */
	const struct fuzz_op *op;
	__u64 values[FUZZ_ARGS - 1];
	struct fuzz_item item;	/* the last one that was chosen from a list */
	__u8 arg[256] __attribute__((aligned(8)));
};

struct fuzz_op {
	const char *name;
	unsigned int weight;
	unsigned long request;	/* 0: no ioctl of the node */
	enum fuzz_node node;
	const struct fuzz_field *fields;
	int (*call)(struct fuzz_call *c);	/* instead of the request, or to fill in what is odd */
	void (*done)(struct fuzz_call *c);	/* it has worked: keep what came of it */
};

/* struct fuzz_thread - who does steps; its memory is known to no other */
struct fuzz_thread {
	unsigned int index;
	__u64 random;
	bool is_child;
	int child;		/* a process that it has started, or 0 */
	__u8 *scratch;
};

#include "fuzz_run.h"

#endif
