/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kzalloc_obj() and the like: added in 7.0, and back-ported to stable kernels.
 * krealloc_array(): added in 5.11.
 * Whether memory may be used again without having been freed depends on the kernel, too.
 */
#include_next <linux/slab.h>

#ifndef kzalloc_obj
#define kmalloc_obj(obj)	kmalloc(sizeof(obj), GFP_KERNEL)
#define kzalloc_obj(obj)	kzalloc(sizeof(obj), GFP_KERNEL)
#endif

#if !defined(HAVE_KREALLOC_ARRAY) && !defined(krealloc_array)
#include <linux/overflow.h>

/* A product that overflows is SIZE_MAX here, which no allocator serves. */
#define krealloc_array(old, n, size, gfp)	krealloc(old, array_size(n, size), gfp)
#endif

/* KASAN sees that something is used after its end only if it has been freed. */
#define virtgpu_compat_may_reuse()	(!IS_ENABLED(CONFIG_KASAN))
