/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does the kernel complain about while a test runs?
 */
#ifndef LIBVIRTGPU_LOG_H
#define LIBVIRTGPU_LOG_H

#include <stdbool.h>

/* The kernel's log from now on */
int vg_log_open(void);

/* The first warning or worse since the last call, or NULL; lives until the next. */
const char *vg_log_complaint(int fd);

/* Has it said this since the last call of either? */
bool vg_log_has(int fd, const char *words);

#endif
