// SPDX-License-Identifier: GPL-2.0-only
/*
 * For which fences does a command have to wait?
 */
#include <linux/dma-fence-unwrap.h>
#include <linux/slab.h>

#include "virtgpu_deps.h"
#include "virtgpu_device_types.h"
#include "virtgpu_fence.h"

/*
 * Does the host's own order make a wait unnecessary? It does on the same
 * timeline; and among commands without a ring, which all contexts of the device
 * share on the host, once the other is in the queue.
 */
static bool virtgpu_deps_ordered(const struct virtgpu_device *vgdev,
				 u64 fence_context, int ring, struct dma_fence *fence)
{
	struct virtgpu_fence *ours;

	if (fence->context == fence_context)
		return true;
	ours = virtgpu_fence_from(fence);
	return ours && ours->vgdev == vgdev && ring == VIRTGPU_RING_NONE &&
	       ours->ring == VIRTGPU_RING_NONE && READ_ONCE(ours->queued);
}

/**
 * virtgpu_deps_reserve - make room
 * @deps: the fences so far; zeroed at first
 * @capacity: for how many in all
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_deps_reserve(struct virtgpu_deps *deps, unsigned int capacity)
{
	struct dma_fence **fences;

	fences = krealloc_array(deps->fences, capacity, sizeof(*fences),
				GFP_KERNEL_ACCOUNT);
	if (!fences)
		return -ENOMEM;
	deps->fences = fences;
	deps->capacity = capacity;
	return 0;
}

/**
 * virtgpu_deps_add - wait for a fence too, if that is necessary
 * @deps: the fences so far; zeroed at first
 * @vgdev: the device
 * @fence_context: of the timeline on which the command will run
 * @ring: its ring, or VIRTGPU_RING_NONE
 * @fence: the fence; the reference is consumed
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_deps_add(struct virtgpu_deps *deps, const struct virtgpu_device *vgdev,
		     u64 fence_context, int ring, struct dma_fence *fence)
{
	struct dma_fence_unwrap iter;
	struct dma_fence *f;
	bool needed = false;

	dma_fence_unwrap_for_each(f, &iter, fence) {
		if (!needed && !dma_fence_is_signaled(f))
			needed = !virtgpu_deps_ordered(vgdev, fence_context, ring, f);
	}
	if (!needed) {
		dma_fence_put(fence);
		return 0;
	}
	if (deps->count == deps->capacity && virtgpu_deps_reserve(deps, deps->capacity * 2 ?: 4)) {
		dma_fence_put(fence);
		return -ENOMEM;
	}
	deps->fences[deps->count++] = fence;
	return 0;
}

/**
 * virtgpu_deps_fini - drop the fences
 * @deps: the fences; empty afterwards
 */
void virtgpu_deps_fini(struct virtgpu_deps *deps)
{
	for (unsigned int i = 0; i < deps->count; i++)
		dma_fence_put(deps->fences[i]);
	kfree(deps->fences);
	memset(deps, 0, sizeof(*deps));
}
