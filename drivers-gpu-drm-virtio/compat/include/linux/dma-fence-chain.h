/* SPDX-License-Identifier: GPL-2.0-only */
/* dma_fence_chain_alloc() and dma_fence_chain_free(): added in 5.14. */
#include_next <linux/dma-fence-chain.h>

#ifndef VIRTGPU_COMPAT_LINUX_DMA_FENCE_CHAIN_H
#define VIRTGPU_COMPAT_LINUX_DMA_FENCE_CHAIN_H

#ifndef HAVE_FENCE_CHAIN_ALLOC
#include <linux/slab.h>

static inline struct dma_fence_chain *dma_fence_chain_alloc(void)
{
	return kmalloc_obj(struct dma_fence_chain);
}

static inline void dma_fence_chain_free(struct dma_fence_chain *chain)
{
	kfree(chain);
}
#endif

#endif
