/* SPDX-License-Identifier: GPL-2.0-only */
/* kzalloc_obj() and the like: added in 7.0, and back-ported to stable kernels. */
#include_next <linux/slab.h>

#ifndef kzalloc_obj
#define kmalloc_obj(obj)	kmalloc(sizeof(obj), GFP_KERNEL)
#define kzalloc_obj(obj)	kzalloc(sizeof(obj), GFP_KERNEL)
#endif
