/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where do lists, locks, memory and the like come from? What a device keeps and does is
 * the same in the kernel and in a process (user/); those files include this one first.
 */
#ifndef VSIM_ENV_H
#define VSIM_ENV_H

#ifdef __KERNEL__
#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/virtio_config.h>
#include <linux/virtio_gpu.h>
#include <linux/virtio_ring.h>
#include <linux/xarray.h>

#include "vsim_kernel.h"
#include "vsim_link.h"
#else
#include "user/env.h"
#include "user/link.h"
#endif

#endif
