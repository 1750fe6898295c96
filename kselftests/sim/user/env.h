/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What stands for the kernel's headers in a process?
 */
#ifndef VSIM_USER_ENV_H
#define VSIM_USER_ENV_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/types.h>
#include <linux/virtio_config.h>
#include <linux/virtio_gpu.h>
#include <linux/virtio_ring.h>

#include "basics.h"
#include "clock.h"
#include "list.h"
#include "lock.h"
#include "memory.h"
#include "text.h"
#include "xarray.h"

#endif
