/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where do lists, locks, memory and the like come from? The files that say what a device
 * keeps and does name no header of the kernel: they include this one.
 */
#ifndef VSIM_ENV_H
#define VSIM_ENV_H

#include <linux/bits.h>
#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kref.h>
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

#endif
