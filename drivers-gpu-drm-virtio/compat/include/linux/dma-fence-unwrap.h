/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dma_fence_unwrap_for_each(): added in 5.18. Looks into chains, and into the
 * arrays that are links of chains.
 */
#ifdef HAVE_HEADER_FENCE_UNWRAP
#include_next <linux/dma-fence-unwrap.h>
#else
#ifndef VIRTGPU_COMPAT_LINUX_DMA_FENCE_UNWRAP_H
#define VIRTGPU_COMPAT_LINUX_DMA_FENCE_UNWRAP_H

#include <linux/dma-fence-array.h>
#include <linux/dma-fence-chain.h>

struct dma_fence_unwrap {
	struct dma_fence *chain;
	struct dma_fence *array;
	unsigned int index;
};

/* What a link of a chain stands for; any other fence stands for itself. */
static inline struct dma_fence *virtgpu_compat_unwrap_link(struct dma_fence *fence)
{
	struct dma_fence_chain *chain = to_dma_fence_chain(fence);

	return chain ? chain->fence : fence;
}

static inline struct dma_fence *virtgpu_compat_unwrap_here(struct dma_fence_unwrap *cursor)
{
	struct dma_fence_array *array;

	cursor->array = virtgpu_compat_unwrap_link(cursor->chain);
	cursor->index = 0;
	array = cursor->array ? to_dma_fence_array(cursor->array) : NULL;
	if (!array)
		return cursor->array;
	return array->num_fences ? array->fences[0] : cursor->array;
}

static inline struct dma_fence *dma_fence_unwrap_first(struct dma_fence *head,
						       struct dma_fence_unwrap *cursor)
{
	cursor->chain = dma_fence_get(head);
	return virtgpu_compat_unwrap_here(cursor);
}

static inline struct dma_fence *dma_fence_unwrap_next(struct dma_fence_unwrap *cursor)
{
	struct dma_fence_array *array = to_dma_fence_array(cursor->array);

	if (array && ++cursor->index < array->num_fences)
		return array->fences[cursor->index];
	/* Drops the link that we leave, and holds the next. */
	cursor->chain = dma_fence_chain_walk(cursor->chain);
	return cursor->chain ? virtgpu_compat_unwrap_here(cursor) : NULL;
}

#define dma_fence_unwrap_for_each(fence, cursor, head) \
	for (fence = dma_fence_unwrap_first(head, cursor); fence; \
	     fence = dma_fence_unwrap_next(cursor))

#endif
#endif
