// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a buffer that several timelines write get its fences, where there is
 * room for one only (kernels before 5.19)?
 *
 * The core's own way to set the exclusive fence drops every other, because it
 * expects the writer to have waited for them. Our writers don't: the host keeps
 * the order within a timeline, and clients that between timelines. So the shared
 * fences stay, and the exclusive one that has not signalled yet is chained to the
 * new one.
 */
#include <linux/dma-resv.h>

#ifdef VIRTGPU_COMPAT_RESV_EXCL

#include <linux/dma-fence-chain.h>

static struct dma_fence *virtgpu_resv_chain(struct dma_fence *old, struct dma_fence *fence)
{
	struct dma_fence_chain *chain;

	/* Seldom: two timelines are at work on one buffer. Small, so it is found. */
	do {
		chain = dma_fence_chain_alloc();
	} while (!chain);
	dma_fence_chain_init(chain, dma_fence_get(old), dma_fence_get(fence), 1);
	return &chain->base;
}

/**
 * virtgpu_compat_resv_add_fence - somebody is about to write a buffer
 * @resv: the reservation object, locked
 * @fence: signals when that is done
 */
void virtgpu_compat_resv_add_fence(struct dma_resv *resv, struct dma_fence *fence)
{
	struct dma_fence *old = dma_resv_excl_fence(resv);
	struct dma_fence *new;

	dma_resv_assert_held(resv);
	if (old && old->context != fence->context && !dma_fence_is_signaled(old))
		new = virtgpu_resv_chain(old, fence);
	else
		new = dma_fence_get(fence);

	write_seqcount_begin(&resv->seq);
	RCU_INIT_POINTER(resv->fence_excl, new);
	write_seqcount_end(&resv->seq);
	dma_fence_put(old);
}

#endif
