/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_TIMELINE_H
#define VIRTGPU_TIMELINE_H

#include <linux/dma-fence.h>
#include <linux/list.h>
#include <linux/types.h>

struct drm_gem_object;
struct virtgpu_context;
struct virtgpu_device;
struct virtgpu_vbuf;

/**
 * struct virtgpu_timeline - commands that run one after the other
 *
 * A context has one for each ring and one for all that names no ring. Guarded
 * by &virtgpu_context.lock.
 */
struct virtgpu_timeline {
	/** @fences: the dma_fence context. */
	u64 fences;
	/** @seqno: place of the last fence. */
	u64 seqno;
	/** @last: the last fence, or NULL. */
	struct dma_fence *last;
	/** @waiting: commands not yet queued, oldest first. */
	struct list_head waiting;
};

/**
 * struct virtgpu_deps - fences that a command has to wait for
 */
struct virtgpu_deps {
	/** @fences: the fences; each holds a reference. */
	struct dma_fence **fences;
	/** @count: how many there are. */
	unsigned int count;
	/** @room: how many @fences has room for. */
	unsigned int room;
};

/**
 * struct virtgpu_wait - what keeps a command from being queued
 */
struct virtgpu_wait {
	/** @cb: on the fence that is waited for now. */
	struct dma_fence_cb cb;
	/** @done: when the wait is over, in a list of what is to be freed. */
	struct list_head done;
	/** @ctx: whose worker is called when that fence signals. */
	struct virtgpu_context *ctx;
	/** @deps: all that has to signal, each in turn. */
	struct virtgpu_deps deps;
	/** @next: the first of them that may still be unsignalled. */
	unsigned int next;
	/** @armed: @cb is on that fence, or was and has been called. */
	bool armed;
	/** @objs: kept alive until the command is queued. */
	struct drm_gem_object **objs;
	/** @num_objs: how many. */
	unsigned int num_objs;
};

int virtgpu_deps_add(struct virtgpu_deps *deps, const struct virtgpu_device *vgdev,
		     const struct virtgpu_timeline *timeline, int ring,
		     struct dma_fence *fence);
void virtgpu_deps_fini(struct virtgpu_deps *deps);

int virtgpu_deps_reserve(struct virtgpu_deps *deps, unsigned int room);
struct virtgpu_wait *virtgpu_wait_alloc(struct virtgpu_context *ctx,
					struct virtgpu_deps *deps,
					struct drm_gem_object **objs,
					unsigned int num_objs);
void virtgpu_wait_free(struct virtgpu_wait *wait);

void virtgpu_timeline_init(struct virtgpu_timeline *timeline, u64 fences);
void virtgpu_timeline_fini(struct virtgpu_timeline *timeline);
void virtgpu_timeline_submit(struct virtgpu_context *ctx,
			     struct virtgpu_timeline *timeline,
			     struct virtgpu_vbuf *vbuf);
int virtgpu_timeline_flush(struct virtgpu_context *ctx,
			   struct virtgpu_timeline *timeline);
void virtgpu_timeline_teardown(struct virtgpu_context *ctx, struct virtgpu_vbuf *vbuf,
			       struct drm_gem_object *gem);
void virtgpu_timeline_farewell(struct virtgpu_context *ctx, struct virtgpu_vbuf *vbuf);
void virtgpu_timeline_run(struct virtgpu_context *ctx);
void virtgpu_timeline_cancel(struct virtgpu_context *ctx);

#endif
