/* SPDX-License-Identifier: MIT */
/*
 * Which of IGT's sysfs helpers do the tests here use?
 */
#ifndef IGT_SYSFS_H
#define IGT_SYSFS_H

#include <stdbool.h>

/* The folder of the DRM device in sysfs, -1 if there is none. */
int igt_sysfs_open(int device);
bool igt_sysfs_set(int dir, const char *attr, const char *value);
char *igt_sysfs_get(int dir, const char *attr);

#endif
