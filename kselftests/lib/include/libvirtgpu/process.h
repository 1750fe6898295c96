/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a test do what may never end?
 */
#ifndef LIBVIRTGPU_PROCESS_H
#define LIBVIRTGPU_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* Milliseconds of a clock that only runs forward */
long vg_now(void);

/* Tells the kernel something: 0 or -errno */
int __vg_write_file(const char *path, const char *text);

/* The number behind "name:" in a file of /proc */
long vg_proc_number(const char *path, const char *name);

/* A process of its own that does something, and ends with the status that it returns. */
pid_t vg_spawn(int (*call)(void));

/* Its exit status; after @ms milliseconds it is killed: VG_LATE, or VG_HUNG if it stays. */
int vg_reap(pid_t child, int ms);
#define VG_HUNG	(-1)
#define VG_LATE	(-2)

/* Both at once */
int vg_within(int ms, int (*call)(void));

/* Waits until something is so; false after @ms milliseconds. */
bool vg_becomes(bool (*is)(void), int ms);

#endif
