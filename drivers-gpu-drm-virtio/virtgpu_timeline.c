// SPDX-License-Identifier: GPL-2.0-only
/*
 * In which order does a context's work reach the host, and what waits?
 *
 * A submission whose in-fences are not yet signalled does not hold up the
 * thread: it waits on its timeline, and all that is submitted to the same
 * timeline later waits behind it. Other timelines go on. Commands that take
 * something away (a detach, the end of the context) wait for everything that
 * waits anywhere in the context.
 *
 * Fences signal in any context, and their callbacks may not take locks that are
 * held around fence calls; so a callback only starts the context's worker, and
 * the worker moves what is ready.
 */
#include <linux/dma-fence-unwrap.h>
#include <linux/slab.h>

#include <drm/drm_gem.h>

#include "virtgpu_context.h"
#include "virtgpu_device_types.h"
#include "virtgpu_fence.h"
#include "virtgpu_timeline.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/*
 * Does the host's own order make a wait unnecessary? It does on the same
 * timeline; and among commands without a ring, which all contexts of the device
 * share on the host, once the other is in the queue.
 */
static bool virtgpu_deps_ordered(const struct virtgpu_device *vgdev,
				 const struct virtgpu_timeline *timeline, int ring,
				 struct dma_fence *fence)
{
	struct virtgpu_fence *ours;

	if (fence->context == timeline->fences)
		return true;
	ours = virtgpu_fence_from(fence);
	return ours && ours->vgdev == vgdev && ring == VIRTGPU_RING_NONE &&
	       ours->ring == VIRTGPU_RING_NONE && READ_ONCE(ours->queued);
}

/**
 * virtgpu_deps_reserve - make room
 * @deps: the fences so far; zeroed at first
 * @room: for how many in all
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_deps_reserve(struct virtgpu_deps *deps, unsigned int room)
{
	struct dma_fence **fences;

	fences = krealloc_array(deps->fences, room, sizeof(*fences), GFP_KERNEL);
	if (!fences)
		return -ENOMEM;
	deps->fences = fences;
	deps->room = room;
	return 0;
}

/**
 * virtgpu_deps_add - wait for a fence too, if that is necessary
 * @deps: the fences so far; zeroed at first
 * @vgdev: the device
 * @timeline: where the command will run
 * @ring: its ring, or VIRTGPU_RING_NONE
 * @fence: the fence; the reference is consumed
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_deps_add(struct virtgpu_deps *deps, const struct virtgpu_device *vgdev,
		     const struct virtgpu_timeline *timeline, int ring,
		     struct dma_fence *fence)
{
	struct dma_fence_unwrap iter;
	struct dma_fence *f;
	bool needed = false;

	dma_fence_unwrap_for_each(f, &iter, fence) {
		if (!needed && !dma_fence_is_signaled(f))
			needed = !virtgpu_deps_ordered(vgdev, timeline, ring, f);
	}
	if (!needed) {
		dma_fence_put(fence);
		return 0;
	}
	if (deps->count == deps->room && virtgpu_deps_reserve(deps, deps->room * 2 ?: 4)) {
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

/**
 * virtgpu_wait_alloc - what a command has to wait for
 * @ctx: its context
 * @deps: the fences; taken over
 * @objs: objects that the command names; taken over, with the array
 * @num_objs: how many
 *
 * Return: the wait, or NULL without memory: then nothing was taken over.
 */
struct virtgpu_wait *virtgpu_wait_alloc(struct virtgpu_context *ctx,
					struct virtgpu_deps *deps,
					struct drm_gem_object **objs,
					unsigned int num_objs)
{
	struct virtgpu_wait *wait = kzalloc_obj(*wait);

	if (!wait)
		return NULL;
	wait->ctx = ctx;
	wait->deps = *deps;
	memset(deps, 0, sizeof(*deps));
	wait->objs = objs;
	wait->num_objs = num_objs;
	return wait;
}

/**
 * virtgpu_wait_free - drop what a command waited for
 * @wait: the wait, or NULL; its callback is on no fence
 */
void virtgpu_wait_free(struct virtgpu_wait *wait)
{
	if (!wait)
		return;
	for (unsigned int i = 0; i < wait->num_objs; i++)
		drm_gem_object_put(wait->objs[i]);
	kvfree(wait->objs);
	virtgpu_deps_fini(&wait->deps);
	kfree(wait);
}

/**
 * virtgpu_timeline_init - an empty timeline
 * @timeline: the timeline
 * @fences: its dma_fence context
 */
void virtgpu_timeline_init(struct virtgpu_timeline *timeline, u64 fences)
{
	timeline->fences = fences;
	INIT_LIST_HEAD(&timeline->waiting);
}

/**
 * virtgpu_timeline_fini - the context has ended
 * @timeline: the timeline
 */
void virtgpu_timeline_fini(struct virtgpu_timeline *timeline)
{
	dma_fence_put(timeline->last);
}

/* Any context, with the lock of @fence. The worker owns a reference. */
static void virtgpu_timeline_wake(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct virtgpu_context *ctx = container_of(cb, struct virtgpu_wait, cb)->ctx;

	virtgpu_context_get(ctx);
	if (!queue_work(virtgpu_vbuf_workqueue(), &ctx->work))
		virtgpu_context_put(ctx);
}

/* Is there a fence that has to signal first? If so, it will call the worker. */
static bool virtgpu_wait_blocked(struct virtgpu_wait *wait)
{
	struct virtgpu_deps *deps = &wait->deps;

	for (; wait->next < deps->count; wait->next++) {
		struct dma_fence *fence = deps->fences[wait->next];

		if (wait->armed && !dma_fence_is_signaled(fence))
			return true;
		if (wait->armed) {
			dma_fence_remove_callback(fence, &wait->cb);
			wait->armed = false;
			continue;
		}
		wait->armed = true;
		if (!dma_fence_add_callback(fence, &wait->cb, virtgpu_timeline_wake))
			return true;
		wait->armed = false;
	}
	return false;
}

static void virtgpu_timeline_append(struct virtgpu_context *ctx,
				    struct virtgpu_timeline *timeline,
				    struct virtgpu_vbuf *vbuf)
{
	vbuf->order = ctx->order++;
	list_add_tail(&vbuf->node, &timeline->waiting);
	virtgpu_context_get(ctx);
}

/**
 * virtgpu_timeline_submit - run a command in its turn
 * @ctx: the context
 * @timeline: which of its timelines
 * @vbuf: the command, with &virtgpu_vbuf.wait if it waits; consumed
 *
 * Can't fail. The fence gets its place here. The caller kicks the queue.
 */
void virtgpu_timeline_submit(struct virtgpu_context *ctx,
			     struct virtgpu_timeline *timeline,
			     struct virtgpu_vbuf *vbuf)
{
	struct virtgpu_wait *wait = vbuf->wait;
	bool ready;

	spin_lock(&ctx->lock);
	if (vbuf->fence) {
		virtgpu_fence_arm(vbuf->fence, ++timeline->seqno);
		dma_fence_put(timeline->last);
		timeline->last = dma_fence_get(&vbuf->fence->base);
	}
	ready = list_empty(&timeline->waiting) && !(wait && virtgpu_wait_blocked(wait));
	if (ready) {
		vbuf->wait = NULL;
		virtgpu_vq_queue(ctx->vgdev->ctrlq, vbuf);
	} else {
		virtgpu_timeline_append(ctx, timeline, vbuf);
	}
	spin_unlock(&ctx->lock);
	if (ready)
		virtgpu_wait_free(wait);
}

/**
 * virtgpu_timeline_flush - wait until nothing waits
 * @ctx: the context
 * @timeline: which of its timelines
 *
 * Return: 0, -ERESTARTSYS if the caller was killed, or -EBUSY after 15 seconds.
 */
int virtgpu_timeline_flush(struct virtgpu_context *ctx,
			   struct virtgpu_timeline *timeline)
{
	long ret;

	if (likely(list_empty_careful(&timeline->waiting)))
		return 0;
	ret = wait_event_killable_timeout(ctx->moved,
					  list_empty_careful(&timeline->waiting),
					  msecs_to_jiffies(VIRTGPU_HOST_TIMEOUT_MS));
	if (ret < 0)
		return ret;
	return ret ? 0 : -EBUSY;
}

/* The oldest command that waits anywhere in the context, or U64_MAX. */
static u64 virtgpu_timeline_oldest(struct virtgpu_context *ctx)
{
	u64 oldest = U64_MAX;

	lockdep_assert_held(&ctx->lock);
	for (unsigned int i = 0; i <= ctx->num_rings; i++) {
		struct virtgpu_vbuf *vbuf;

		vbuf = list_first_entry_or_null(&ctx->timelines[i].waiting,
						struct virtgpu_vbuf, node);
		if (vbuf)
			oldest = min(oldest, vbuf->order);
	}
	return oldest;
}

/**
 * virtgpu_timeline_teardown - run a command behind all that waits now
 * @ctx: the context
 * @vbuf: the command, without a fence; consumed
 * @gem: an object that must not go before the command, or NULL
 *
 * Can't fail. The caller kicks the queue.
 */
void virtgpu_timeline_teardown(struct virtgpu_context *ctx, struct virtgpu_vbuf *vbuf,
			       struct drm_gem_object *gem)
{
	struct virtgpu_wait *wait = vbuf->wait;
	bool ready;

	spin_lock(&ctx->lock);
	ready = list_empty(&ctx->teardown) && virtgpu_timeline_oldest(ctx) == U64_MAX &&
		!(wait && virtgpu_wait_blocked(wait));
	if (ready) {
		vbuf->wait = NULL;
		virtgpu_vq_queue(ctx->vgdev->ctrlq, vbuf);
	} else {
		if (gem) {
			drm_gem_object_get(gem);
			vbuf->obj = gem;
		}
		vbuf->order = ctx->order;
		list_add_tail(&vbuf->node, &ctx->teardown);
		virtgpu_context_get(ctx);
	}
	spin_unlock(&ctx->lock);
	if (ready)
		virtgpu_wait_free(wait);
}

/**
 * virtgpu_timeline_farewell - run a command when the context is idle
 * @ctx: the context, for which nothing will be submitted any more
 * @vbuf: the command, without a fence; consumed
 *
 * Hosts drop the fences of a context that is destroyed, so those have to signal
 * first, or somebody who holds one would wait for ever.
 */
void virtgpu_timeline_farewell(struct virtgpu_context *ctx, struct virtgpu_vbuf *vbuf)
{
	struct virtgpu_deps *deps = &ctx->farewell->deps;

	for (unsigned int i = 0; i <= ctx->num_rings; i++) {
		struct virtgpu_timeline *timeline = &ctx->timelines[i];

		if (timeline->last)
			deps->fences[deps->count++] = timeline->last;
		timeline->last = NULL;
	}
	vbuf->wait = ctx->farewell;
	ctx->farewell = NULL;
	virtgpu_timeline_teardown(ctx, vbuf, NULL);
}

/* Queue a command, unless it still has to wait. */
static bool virtgpu_timeline_release(struct virtgpu_context *ctx,
				     struct virtgpu_vbuf *vbuf, bool cancel,
				     struct list_head *done)
{
	struct virtgpu_wait *wait = vbuf->wait;

	lockdep_assert_held(&ctx->lock);
	if (wait && !cancel && virtgpu_wait_blocked(wait))
		return false;
	list_del(&vbuf->node);
	vbuf->wait = NULL;
	if (wait)
		list_add_tail(&wait->done, done);
	virtgpu_vq_queue(ctx->vgdev->ctrlq, vbuf);
	return true;
}

/*
 * Queue everything that need not wait any longer. What the commands waited for
 * is collected in @done, to be freed without the lock.
 */
static unsigned int virtgpu_timeline_advance(struct virtgpu_context *ctx, bool cancel,
					     struct list_head *done)
{
	struct virtgpu_vbuf *vbuf, *next;
	unsigned int count = 0;
	u64 oldest;

	spin_lock(&ctx->lock);
	for (unsigned int i = 0; i <= ctx->num_rings; i++) {
		list_for_each_entry_safe(vbuf, next, &ctx->timelines[i].waiting, node) {
			if (!virtgpu_timeline_release(ctx, vbuf, cancel, done))
				break;
			count++;
		}
	}
	oldest = virtgpu_timeline_oldest(ctx);
	list_for_each_entry_safe(vbuf, next, &ctx->teardown, node) {
		if (vbuf->order > oldest)
			break;
		if (!virtgpu_timeline_release(ctx, vbuf, cancel, done))
			break;
		count++;
	}
	spin_unlock(&ctx->lock);
	return count;
}

static void virtgpu_timeline_drain(struct virtgpu_context *ctx, bool cancel)
{
	struct virtgpu_wait *wait, *next;
	unsigned int count;
	LIST_HEAD(done);

	count = virtgpu_timeline_advance(ctx, cancel, &done);
	if (count) {
		virtgpu_vq_kick(ctx->vgdev->ctrlq);
		wake_up_all(&ctx->moved);
	}
	list_for_each_entry_safe(wait, next, &done, done) {
		if (wait->armed)
			dma_fence_remove_callback(wait->deps.fences[wait->next], &wait->cb);
		virtgpu_wait_free(wait);
	}
	while (count--)
		virtgpu_context_put(ctx);
}

/**
 * virtgpu_timeline_run - queue what waits no longer
 * @ctx: the context; referenced by the caller
 */
void virtgpu_timeline_run(struct virtgpu_context *ctx)
{
	virtgpu_timeline_drain(ctx, false);
}

/**
 * virtgpu_timeline_cancel - queue everything, whatever it waits for
 * @ctx: the context; referenced by the caller
 *
 * For a device whose queue is stopped: every command ends with its error.
 */
void virtgpu_timeline_cancel(struct virtgpu_context *ctx)
{
	virtgpu_timeline_drain(ctx, true);
}
