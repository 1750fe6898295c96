/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_FENCE_H
#define VIRTGPU_FENCE_H

#include <linux/compiler.h>
#include <linux/dma-fence.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct drm_device;
struct drm_file;
struct virtgpu_device;
struct virtgpu_fence_event;

/* virtgpu_fence.ring of work that names no ring. */
#define VIRTGPU_RING_NONE	(-1)

/**
 * struct virtgpu_fence - the promise that the host finishes one command
 *
 * Allocated by virtgpu_fence_alloc(), given a place on its timeline by
 * virtgpu_fence_arm(), signalled once by virtgpu_fence_signal() from whatever context the answer
 * arrives in. Freed by the last dma_fence_put().
 */
struct virtgpu_fence {
	/** @base: what the rest of the kernel sees. */
	struct dma_fence base;
	/** @lock: the dma_fence lock of @base. */
	spinlock_t lock;
	/** @vgdev: only compared, never followed: a fence may outlive it. */
	const struct virtgpu_device *vgdev;
	/** @event: sent to the submitter when the fence signals, or NULL. */
	struct virtgpu_fence_event *event;
	/** @cancelled: in the list of fences that the host has forgotten. */
	struct list_head cancelled;
	/** @ring: index of the context's ring, or VIRTGPU_RING_NONE. */
	int ring;
	/** @armed: it has its place, and a reference to the module. */
	bool armed;
	/**
	 * @queued: the command stands in the control queue, or never will; whatever
	 * is queued later reaches the host later. Read without a lock.
	 */
	bool queued;
};

struct virtgpu_fence *virtgpu_fence_alloc(const struct virtgpu_device *vgdev,
					  u64 context, int ring);
void virtgpu_fence_free(struct virtgpu_fence *fence);
void virtgpu_fence_arm(struct virtgpu_fence *fence, u64 seqno);
void virtgpu_fence_signal(struct virtgpu_fence *fence, int error);
struct virtgpu_fence *virtgpu_fence_from(struct dma_fence *fence);

/* The command stands in the control queue, or never will. @fence: its own, or NULL */
static inline void virtgpu_fence_set_queued(struct virtgpu_fence *fence)
{
	if (fence)
		WRITE_ONCE(fence->queued, true);
}

int virtgpu_fence_event_reserve(struct virtgpu_fence *fence,
				struct drm_device *drm, struct drm_file *file);

#endif
