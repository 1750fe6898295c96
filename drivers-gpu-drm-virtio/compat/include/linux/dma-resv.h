/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fences of a buffer with their usage: added in 5.19. Before, a buffer has one
 * exclusive fence, of who writes, and any number of shared ones; the bodies of
 * dma_resv_reserve_fences() and dma_resv_add_fence() are in compat/dma_resv.c.
 */
#include_next <linux/dma-resv.h>

#ifndef VIRTGPU_COMPAT_LINUX_DMA_RESV_H
#define VIRTGPU_COMPAT_LINUX_DMA_RESV_H

#ifndef HAVE_RESV_USAGE
/* Numbers for which the older question "all fences?" has the right answer. */
enum virtgpu_compat_resv_usage {
	DMA_RESV_USAGE_WRITE = 0,
	DMA_RESV_USAGE_READ = 1,
};

int virtgpu_compat_resv_reserve(struct dma_resv *resv);
void virtgpu_compat_resv_add_fence(struct dma_resv *resv, struct dma_fence *fence);

/* Callers want room for one, and keep the lock until they have added it. */
#define dma_resv_reserve_fences(resv, count)	((void)(count), virtgpu_compat_resv_reserve(resv))
#define dma_resv_add_fence(resv, fence, usage)	virtgpu_compat_resv_add_fence(resv, fence)
#define VIRTGPU_COMPAT_RESV_EXCL

/*
 * Who asks is after our own fences, which are all of those that write. What the
 * place has is the last of them, with the others chained to it.
 */
struct virtgpu_compat_resv_iter {
	char none;
};

#undef dma_resv_for_each_fence
#define dma_resv_iter	virtgpu_compat_resv_iter
#define dma_resv_for_each_fence(cursor, resv, usage, fence) \
	for ((void)(cursor), fence = dma_resv_excl_fence(resv); fence; fence = NULL)

#ifdef HAVE_RESV_RCU_SUFFIX
#define dma_resv_wait_timeout	dma_resv_wait_timeout_rcu
#define dma_resv_test_signaled	dma_resv_test_signaled_rcu
#endif
#ifndef HAVE_RESV_EXCL_FENCE
#define dma_resv_excl_fence	dma_resv_get_excl
#endif
#endif

#endif
