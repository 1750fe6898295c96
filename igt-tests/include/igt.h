/* SPDX-License-Identifier: MIT */
/*
 * What do the tests here use of IGT? Debian ships libigt.so.0 without headers;
 * these declare the little that is needed, with the names of IGT's own, so that
 * the same test sources build inside an IGT checkout, where these are not used.
 */
#ifndef IGT_H
#define IGT_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <xf86drm.h>
#include <xf86drmMode.h>

#include "drmtest.h"
#include "igt_core.h"
#include "ioctl_wrappers.h"

#endif
