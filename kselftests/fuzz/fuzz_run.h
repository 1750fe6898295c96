/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who offers what to whom? Included by fuzz.h.
 */
#ifndef FUZZ_RUN_H
#define FUZZ_RUN_H

struct fuzz_options {
	__u64 seed;
	unsigned long ops;	/* of each thread; 0: no end */
	unsigned int seconds;	/* 0: no end */
	unsigned int threads;
	unsigned int deadline;	/* seconds that a step may take */
	bool faults;
	bool trace;		/* each step goes to the kernel's log before it is done */
	const char *only;	/* patterns of names, with commas; NULL: all */
	const char *without;
};

extern struct fuzz_options fuzz_options;

/* step.c: where do steps come from, and how are they written down? */
__u64 fuzz_random(__u64 *state);
void fuzz_step_make(struct fuzz_step *step, __u64 *random);
void fuzz_step_print(const struct fuzz_step *step, char *text, size_t size);
int fuzz_step_parse(struct fuzz_step *step, const char *text);

/* table.c: which operations are there? */
extern const struct fuzz_op *const fuzz_tables[];	/* each ends with an operation without a name */
unsigned int fuzz_num_ops(void);
const struct fuzz_op *fuzz_op(unsigned int index);
unsigned int fuzz_num_fields(const struct fuzz_op *op);
unsigned int fuzz_op_draw(__u64 draw);

extern const struct fuzz_op fuzz_ops_virtgpu[], fuzz_ops_sync[], fuzz_ops_prime[], fuzz_ops_kms[];
extern const struct fuzz_op fuzz_ops_atomic[], fuzz_ops_memory[], fuzz_ops_process[], fuzz_ops_host[];

/* pool.c: what is there to choose from? */
extern pthread_mutex_t fuzz_lock;	/* guards the lists, and which descriptor a file has */
extern struct fuzz_file fuzz_files[FUZZ_FILES];
struct fuzz_item fuzz_pick(struct fuzz_file *file, enum fuzz_kind kind, __u64 draw);
struct fuzz_item fuzz_take(struct fuzz_file *file, enum fuzz_kind kind, __u64 draw);
void fuzz_put(struct fuzz_file *file, enum fuzz_kind kind, __u64 id, __u64 size);
void fuzz_forget(struct fuzz_file *file);
struct fuzz_item fuzz_need(struct fuzz_file *file, int fd, enum fuzz_kind kind, __u64 draw);
struct fuzz_item fuzz_need_picture(struct fuzz_file *file, int fd, __u64 draw);
void fuzz_pool_fini(void);

/* file.c: how is a node opened? */
int fuzz_file_open(struct fuzz_file *file, bool primary);
void fuzz_file_reopen(struct fuzz_file *file);

/* run.c: how is a step done? */
int fuzz_run(struct fuzz_thread *t, const struct fuzz_step *step);
bool fuzz_may_be_raw(const struct fuzz_field *f);
int fuzz_ioctl(int fd, unsigned long request, void *arg);

/* ops_memory.c: maps of the device */
void *fuzz_map_address(__u64 draw, size_t size);
void fuzz_map_keep(int fd, __u64 offset, __u64 size, __u64 draw);
int fuzz_map_try(__u64 draw, int prot, int fd, __u64 offset, __u64 size);
void fuzz_maps_init(void);

/* ops_process.c: processes that come and go */
void fuzz_reap(struct fuzz_thread *t);

/* ops_host.c: the software device */
void fuzz_host_calm(void);
void fuzz_host_set_timeout(void);

/* watch.c: who does what at present, and since when? */
void fuzz_watch_init(void);
void fuzz_watch_begin(const struct fuzz_thread *t, const struct fuzz_step *step);
void fuzz_watch_end(const struct fuzz_thread *t, const struct fuzz_step *step, int ret);
bool fuzz_watch_stuck(void);
unsigned int fuzz_watch_oldest(void);
void fuzz_watch_nudge(void);
extern volatile bool *fuzz_watch_over;

/* report.c: what was done? */
void fuzz_report_init(void);
void fuzz_report_count(unsigned int op, int ret);
unsigned long fuzz_report_total(void);
void fuzz_report_print(void);

/* coverage.c: how much of the driver ran? */
void fuzz_coverage_print(void);

#endif
