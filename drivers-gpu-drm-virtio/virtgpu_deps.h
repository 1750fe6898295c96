/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_DEPS_H
#define VIRTGPU_DEPS_H

#include <linux/types.h>

struct dma_fence;
struct virtgpu_device;

/**
 * struct virtgpu_deps - fences that a command has to wait for
 */
struct virtgpu_deps {
	/** @fences: the fences; each holds a reference. */
	struct dma_fence **fences;
	/** @count: how many there are. */
	unsigned int count;
	/** @capacity: how many @fences has room for. */
	unsigned int capacity;
};

int virtgpu_deps_add(struct virtgpu_deps *deps, const struct virtgpu_device *vgdev,
		     u64 fence_context, int ring, struct dma_fence *fence);
int virtgpu_deps_reserve(struct virtgpu_deps *deps, unsigned int capacity);
void virtgpu_deps_fini(struct virtgpu_deps *deps);

#endif
