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
 *
 * But kernels before 5.15 look at the exclusive fence only if there is no shared one,
 * when they are asked for all. So the new one is shared, too, as long as another is
 * that has not signalled; if there is none, those that have go. Shared fences are not
 * chained: chains drop them in interrupts, where not every driver can free its own.
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

static struct dma_fence *virtgpu_resv_shared(struct dma_resv *resv, u32 index)
{
	struct dma_resv_list *list = rcu_dereference_protected(resv->fence, dma_resv_held(resv));

	return rcu_dereference_protected(list->shared[index], dma_resv_held(resv));
}

static u32 virtgpu_resv_num_shared(struct dma_resv *resv)
{
	struct dma_resv_list *list = rcu_dereference_protected(resv->fence, dma_resv_held(resv));

	return list ? list->shared_count : 0;
}

static bool virtgpu_resv_is_shared(struct dma_resv *resv)
{
	for (u32 i = 0; i < virtgpu_resv_num_shared(resv); i++) {
		if (!dma_fence_is_signaled(virtgpu_resv_shared(resv, i)))
			return true;
	}
	return false;
}

/* Within a write section. Their references are the caller's then. */
static void virtgpu_resv_clear_shared(struct dma_resv *resv)
{
	struct dma_resv_list *list = rcu_dereference_protected(resv->fence, dma_resv_held(resv));

	if (list)
		list->shared_count = 0;
}

/**
 * virtgpu_compat_resv_reserve - make room for a fence
 * @resv: the reservation object, locked until the fence is added
 *
 * The place of an exclusive fence is always there.
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_compat_resv_reserve(struct dma_resv *resv)
{
	return virtgpu_resv_num_shared(resv) ? dma_resv_reserve_shared(resv, 1) : 0;
}

/**
 * virtgpu_compat_resv_add_fence - somebody is about to write a buffer
 * @resv: the reservation object, locked; there is room
 * @fence: signals when that is done
 */
void virtgpu_compat_resv_add_fence(struct dma_resv *resv, struct dma_fence *fence)
{
	struct dma_fence *old = dma_resv_excl_fence(resv);
	struct dma_fence *new;
	u32 stale = 0;

	dma_resv_assert_held(resv);
	if (old && old->context != fence->context && !dma_fence_is_signaled(old))
		new = virtgpu_resv_chain(old, fence);
	else
		new = dma_fence_get(fence);
	if (virtgpu_resv_is_shared(resv))
		dma_resv_add_shared_fence(resv, new);
	else
		stale = virtgpu_resv_num_shared(resv);

	write_seqcount_begin(&resv->seq);
	RCU_INIT_POINTER(resv->fence_excl, new);
	if (stale)
		virtgpu_resv_clear_shared(resv);
	write_seqcount_end(&resv->seq);

	while (stale--)
		dma_fence_put(virtgpu_resv_shared(resv, stale));
	dma_fence_put(old);
}

#endif
