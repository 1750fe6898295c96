/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_SYNC_H
#define VIRTGPU_SYNC_H

#include <linux/types.h>

struct dma_fence;
struct dma_fence_chain;
struct drm_file;
struct drm_syncobj;
struct drm_virtgpu_execbuffer;
struct virtgpu_deps;
struct virtgpu_device;

/**
 * struct virtgpu_sync_out - a syncobj that gets the fence of a submission
 */
struct virtgpu_sync_out {
	/** @syncobj: holds a reference. */
	struct drm_syncobj *syncobj;
	/** @chain: for a timeline point; NULL for a binary syncobj. */
	struct dma_fence_chain *chain;
	/** @point: the timeline point. */
	u64 point;
};

/**
 * struct virtgpu_sync - what a submission waits for and signals
 *
 * Zeroed at first; undone by virtgpu_sync_fini() at any time.
 */
struct virtgpu_sync {
	/** @outs: get the submission's fence. */
	struct virtgpu_sync_out *outs;
	/** @num_outs: how many. */
	u32 num_outs;
	/** @resets: lose their fence once the submission is under way. */
	struct drm_syncobj **resets;
	/** @num_resets: how many. */
	u32 num_resets;
};

/**
 * struct virtgpu_sync_where - where a submission will run
 */
struct virtgpu_sync_where {
	/** @vgdev: the device. */
	const struct virtgpu_device *vgdev;
	/** @fence_context: the timeline's. */
	u64 fence_context;
	/** @ring: its ring, or VIRTGPU_RING_NONE. */
	int ring;
};

int virtgpu_sync_parse_out(struct virtgpu_sync *sync, struct drm_file *file,
			   const struct drm_virtgpu_execbuffer *args);
int virtgpu_sync_parse_in(struct virtgpu_sync *sync, struct virtgpu_deps *deps,
			  const struct virtgpu_sync_where *where, struct drm_file *file,
			  const struct drm_virtgpu_execbuffer *args);
int virtgpu_sync_parse_in_fd(struct virtgpu_deps *deps,
			     const struct virtgpu_sync_where *where,
			     const struct drm_virtgpu_execbuffer *args);
void virtgpu_sync_commit(struct virtgpu_sync *sync, struct dma_fence *fence);
void virtgpu_sync_fini(struct virtgpu_sync *sync);

#endif
