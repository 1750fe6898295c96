// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does EXECBUFFER become a command?
 *
 * 1. Everything that the client passed is read and looked up, in the order of
 *    the documented errors, into one struct virtgpu_submit.
 * 2. Everything that can fail is reserved: the fd and file of the out-fence,
 *    slots in the reservation objects of the buffers.
 * 3. virtgpu_submit_commit(): from here on nothing can fail. The fence gets its
 *    place, the command is queued or waits for its in-fences, and the fence is
 *    handed to whoever was promised it.
 */
#include <linux/file.h>
#include <linux/minmax.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/sync_file.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_cmd.h"
#include "virtgpu_context.h"
#include "virtgpu_device_types.h"
#include "virtgpu_fence.h"
#include "virtgpu_job.h"
#include "virtgpu_job_order.h"
#include "virtgpu_lookup.h"
#include "virtgpu_object.h"
#include "virtgpu_object_check.h"
#include "virtgpu_submit.h"
#include "virtgpu_sync.h"
#include "virtgpu_payload.h"
#include "virtgpu_user.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/* Buffers in one submission; virgl's largest lists have some thousands. */
#define VIRTGPU_MAX_OBJECTS	65536

/* Buffers that need no array of their own, and that are looked up at once. */
#define VIRTGPU_INLINE_OBJECTS	16

/**
 * struct virtgpu_submit - one EXECBUFFER on its way
 * @vgdev: the device
 * @file: the client
 * @args: what it passed
 * @ctx: its context
 * @ring: the ring, or VIRTGPU_RING_NONE
 * @timeline: where the command will run
 * @vbuf: the command
 * @fence: its fence, until @vbuf has it; NULL if nobody wants to know
 * @objs: the buffers: @inline_objs, or an array
 * @num_objs: how many
 * @deps: fences to wait for
 * @order: fences of what has to be queued before
 * @out_fd: the fd reserved for the out-fence, or negative
 * @out_file: the file that it will be
 * @has_sync: there are syncobjs, or fences to wait for, and @sync is used
 * @sync: syncobjs
 * @has_ticket: others had reservation locks, and @ticket is used
 * @ticket: of those locks
 * @inline_objs: room for some buffers
 */
struct virtgpu_submit {
	struct virtgpu_device *vgdev;
	struct drm_file *file;
	struct drm_virtgpu_execbuffer *args;
	struct virtgpu_context *ctx;
	int ring;
	struct virtgpu_timeline *timeline;
	struct virtgpu_vbuf *vbuf;
	struct virtgpu_fence *fence;
	struct drm_gem_object **objs;
	u32 num_objs;
	struct virtgpu_deps deps;
	struct virtgpu_deps order;
	int out_fd;
	struct sync_file *out_file;
	bool has_sync;
	struct virtgpu_sync sync;
	bool has_ticket;
	struct ww_acquire_ctx ticket;
	struct drm_gem_object *inline_objs[VIRTGPU_INLINE_OBJECTS];
};

static int virtgpu_submit_get_ring(struct virtgpu_submit *submit)
{
	const struct drm_virtgpu_execbuffer *args = submit->args;

	submit->ring = VIRTGPU_RING_NONE;
	if (args->flags & VIRTGPU_EXECBUF_RING_IDX) {
		if (args->ring_idx >= submit->ctx->num_rings)
			return -EINVAL;
		submit->ring = array_index_nospec(args->ring_idx, submit->ctx->num_rings);
	}
	submit->timeline = virtgpu_context_timeline(submit->ctx, submit->ring);
	return 0;
}

static bool virtgpu_submit_wants_event(const struct virtgpu_submit *submit)
{
	return submit->ring != VIRTGPU_RING_NONE &&
	       submit->ctx->poll_mask & BIT_ULL(submit->ring);
}

/* A fence costs the host a sync point, so there is one only if it is wanted. */
static int virtgpu_submit_get_fence(struct virtgpu_submit *submit)
{
	const struct drm_virtgpu_execbuffer *args = submit->args;
	bool event = virtgpu_submit_wants_event(submit);

	if (!(args->flags & VIRTGPU_EXECBUF_FENCE_FD_OUT) && !args->num_bo_handles &&
	    !args->num_out_syncobjs && !event)
		return 0;
	submit->fence = virtgpu_fence_alloc(submit->vgdev, submit->timeline->fence_context,
					    submit->ring);
	if (!submit->fence)
		return -ENOMEM;
	if (!event)
		return 0;
	return virtgpu_fence_event_reserve(submit->fence, submit->vgdev->drm,
					   submit->file);
}

/* Look up @count handles, at most VIRTGPU_INLINE_OBJECTS, under one lock. */
static int virtgpu_submit_get_some(struct virtgpu_submit *submit,
				   const u32 __user *user_handles, u32 count)
{
	u32 handles[VIRTGPU_INLINE_OBJECTS] __uninitialized;
	struct drm_gem_object **objs = submit->objs + submit->num_objs, *gem;
	struct virtgpu_lookup lookup;
	u32 found = 0;
	int ret = 0;

	if (virtgpu_user_read_words(handles, user_handles, count))
		return -EFAULT;
	spin_lock(&submit->file->table_lock);
	virtgpu_lookup_begin(&lookup, submit->file);
	while (found < count && !ret) {
		gem = virtgpu_lookup_find(&lookup, handles[found]);
		if (!gem) {
			ret = -ENOENT;
			break;
		}
		drm_gem_object_get(gem);
		objs[found++] = gem;
		ret = virtgpu_object_check(to_virtgpu_object(gem));
	}
	spin_unlock(&submit->file->table_lock);
	submit->num_objs += found;
	return ret;
}

static int virtgpu_submit_get_objects(struct virtgpu_submit *submit)
{
	const u32 __user *handles = u64_to_user_ptr(submit->args->bo_handles);
	u32 count = submit->args->num_bo_handles;
	int ret = 0;

	if (!count)
		return 0;
	if (count > VIRTGPU_MAX_OBJECTS)
		return -E2BIG;
	if (count > VIRTGPU_INLINE_OBJECTS)
		submit->objs = kvmalloc_array(count, sizeof(*submit->objs),
					      GFP_KERNEL_ACCOUNT);
	if (!submit->objs)
		return -ENOMEM;
	while (submit->num_objs < count && !ret)
		ret = virtgpu_submit_get_some(submit, handles + submit->num_objs,
					      min_t(u32, count - submit->num_objs,
						    VIRTGPU_INLINE_OBJECTS));
	return ret;
}

static int virtgpu_submit_get_command(struct virtgpu_submit *submit)
{
	const struct drm_virtgpu_execbuffer *args = submit->args;

	if (args->size > VIRTGPU_PAYLOAD_MAX)
		return -E2BIG;
	submit->vbuf = virtgpu_cmd_submit(submit->ctx->id, args->size);
	if (!submit->vbuf)
		return -ENOMEM;
	return virtgpu_cmd_submit_stream(submit->vbuf, u64_to_user_ptr(args->command));
}

static int virtgpu_submit_get_out_fd(struct virtgpu_submit *submit)
{
	if (!(submit->args->flags & VIRTGPU_EXECBUF_FENCE_FD_OUT))
		return 0;
	submit->out_fd = get_unused_fd_flags(O_CLOEXEC);
	if (submit->out_fd < 0)
		return submit->out_fd;
	submit->out_file = sync_file_create(&submit->fence->base);
	return submit->out_file ? 0 : -ENOMEM;
}

static int virtgpu_submit_get_sync(struct virtgpu_submit *submit)
{
	const struct virtgpu_sync_where where = {
		.vgdev = submit->vgdev,
		.fence_context = submit->timeline->fence_context,
		.ring = submit->ring,
	};

	return virtgpu_sync_parse_out(&submit->sync, submit->file, submit->args) ?:
	       virtgpu_sync_parse_in(&submit->sync, &submit->deps, &where, submit->file,
				     submit->args) ?:
	       virtgpu_sync_parse_in_fd(&submit->deps, &where, submit->args);
}

/* What others have submitted with a buffer, and is parked, is queued before. */
static int virtgpu_submit_get_order(struct virtgpu_submit *submit)
{
	int ret = 0;

	for (u32 i = 0; i < submit->num_objs && !ret; i++)
		ret = virtgpu_job_order_find(&submit->order, submit->vgdev,
					     submit->timeline->fence_context,
					     submit->objs[i]->resv);
	return ret;
}

/* The objects outlive this call if the command has to wait. */
static int virtgpu_submit_get_job(struct virtgpu_submit *submit)
{
	struct drm_gem_object **objs = NULL;
	u32 count = submit->num_objs;

	if (!submit->deps.count && !submit->order.count)
		return 0;
	if (count) {
		objs = kvmalloc_array(count, sizeof(*objs), GFP_KERNEL);
		if (!objs)
			return -ENOMEM;
		for (u32 i = 0; i < count; i++)
			objs[i] = submit->objs[i];
	}
	submit->vbuf->job = virtgpu_job_alloc(&submit->ctx->jobq, &submit->deps, &submit->order,
					      objs, count);
	if (!submit->vbuf->job) {
		kvfree(objs);
		return -ENOMEM;
	}
	for (u32 i = 0; i < count; i++)
		drm_gem_object_get(objs[i]);
	return 0;
}

static void virtgpu_submit_unlock_some(struct virtgpu_submit *submit, u32 count)
{
	for (u32 i = 0; i < count; i++)
		dma_resv_unlock(submit->objs[i]->resv);
}

/*
 * Mostly nobody else has any of the locks. Then there is nothing to wait for with some of
 * them taken, and no ticket is needed that says who gives way. Not for many: to lockdep
 * locks without a ticket are locks of their own, of which a task may hold 48.
 */
static bool virtgpu_submit_trylock_objects(struct virtgpu_submit *submit)
{
	if (submit->num_objs > VIRTGPU_INLINE_OBJECTS)
		return false;
	for (u32 i = 0; i < submit->num_objs; i++) {
		if (unlikely(!dma_resv_trylock(submit->objs[i]->resv))) {
			virtgpu_submit_unlock_some(submit, i);
			return false;
		}
	}
	return true;
}

/* A buffer that is named twice takes the long way, too. */
static int virtgpu_submit_lock_objects(struct virtgpu_submit *submit)
{
	submit->has_ticket = !virtgpu_submit_trylock_objects(submit);
	if (likely(!submit->has_ticket))
		return 0;
	return drm_gem_lock_reservations(submit->objs, submit->num_objs, &submit->ticket);
}

static void virtgpu_submit_unlock_objects(struct virtgpu_submit *submit)
{
	if (unlikely(submit->has_ticket))
		drm_gem_unlock_reservations(submit->objs, submit->num_objs,
					    &submit->ticket);
	else
		virtgpu_submit_unlock_some(submit, submit->num_objs);
}

/* From here to the commit nobody else submits with these buffers. */
static int virtgpu_submit_lock(struct virtgpu_submit *submit)
{
	int ret;

	if (!submit->num_objs)
		return virtgpu_submit_get_job(submit);
	ret = virtgpu_submit_lock_objects(submit);
	if (ret)
		return ret;
	for (u32 i = 0; i < submit->num_objs && !ret; i++)
		ret = dma_resv_reserve_fences(submit->objs[i]->resv, 1);
	if (!ret && virtgpu_job_order_needed())
		ret = virtgpu_submit_get_order(submit);
	if (!ret)
		ret = virtgpu_submit_get_job(submit);
	if (ret)
		virtgpu_submit_unlock_objects(submit);
	return ret;
}

/* Nothing can fail after this point. */
static void virtgpu_submit_commit(struct virtgpu_submit *submit)
{
	struct dma_fence *fence = NULL;

	if (submit->fence) {
		/* The command's own reference goes when it ends. */
		if (submit->num_objs || submit->has_sync)
			fence = dma_fence_get(&submit->fence->base);
		submit->vbuf->fence = submit->fence;
	}
	virtgpu_jobq_submit(&submit->ctx->jobq, submit->timeline, submit->vbuf);
	if (submit->num_objs) {
		for (u32 i = 0; i < submit->num_objs; i++)
			dma_resv_add_fence(submit->objs[i]->resv, fence,
					   DMA_RESV_USAGE_WRITE);
		virtgpu_submit_unlock_objects(submit);
	}
	if (submit->has_sync)
		virtgpu_sync_commit(&submit->sync, fence);
	if (submit->out_file) {
		submit->args->fence_fd = submit->out_fd;
		fd_install(submit->out_fd, submit->out_file->file);
	}
	dma_fence_put(fence);
}

/* What the commit would have used up. */
static void virtgpu_submit_abort(struct virtgpu_submit *submit)
{
	if (submit->out_file)
		fput(submit->out_file->file);
	if (submit->out_fd >= 0)
		put_unused_fd(submit->out_fd);
	if (submit->vbuf) {
		virtgpu_job_free(submit->vbuf->job);
		virtgpu_vbuf_put(submit->vbuf);
	}
	if (submit->fence)
		virtgpu_fence_free(submit->fence);
}

/* What is left in any case. */
static void virtgpu_submit_fini(struct virtgpu_submit *submit)
{
	if (submit->has_sync) {
		virtgpu_sync_fini(&submit->sync);
		virtgpu_deps_fini(&submit->deps);
	}
	if (submit->order.capacity)
		virtgpu_deps_fini(&submit->order);
	for (u32 i = 0; i < submit->num_objs; i++)
		drm_gem_object_put(submit->objs[i]);
	if (submit->objs != submit->inline_objs)
		kvfree(submit->objs);
}

static int virtgpu_submit_prepare(struct virtgpu_submit *submit)
{
	int ret;

	ret = virtgpu_submit_get_ring(submit);
	if (!ret)
		ret = virtgpu_submit_get_fence(submit);
	if (!ret)
		ret = virtgpu_submit_get_objects(submit);
	if (!ret)
		ret = virtgpu_submit_get_command(submit);
	if (!ret)
		ret = virtgpu_submit_get_out_fd(submit);
	if (!ret && submit->has_sync)
		ret = virtgpu_submit_get_sync(submit);
	return ret;
}

/* All that is looked at when it fails; the rest is set where it is used. */
static void virtgpu_submit_init(struct virtgpu_submit *submit, struct virtgpu_device *vgdev,
				struct drm_virtgpu_execbuffer *args, struct drm_file *file)
{
	submit->vgdev = vgdev;
	submit->file = file;
	submit->args = args;
	submit->vbuf = NULL;
	submit->fence = NULL;
	submit->objs = submit->inline_objs;
	submit->num_objs = 0;
	submit->deps = (struct virtgpu_deps) {};
	submit->order = (struct virtgpu_deps) {};
	submit->out_fd = -1;
	submit->out_file = NULL;
	submit->has_sync = args->num_in_syncobjs || args->num_out_syncobjs ||
			   args->flags & VIRTGPU_EXECBUF_FENCE_FD_IN;
	if (submit->has_sync)
		submit->sync = (struct virtgpu_sync) {};
}

/**
 * virtgpu_submit_ioctl - DRM_IOCTL_VIRTGPU_EXECBUFFER
 * @drm: the device
 * @data: struct drm_virtgpu_execbuffer; &drm_virtgpu_execbuffer.fence_fd is
 *        changed only on success
 * @file: the client
 *
 * Return: 0 or a negative errno; then nothing was submitted and nothing changed.
 */
int virtgpu_submit_ioctl(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(drm);
	struct virtgpu_file *vfile = virtgpu_context_file(file);
	struct drm_virtgpu_execbuffer *args = data;
	struct virtgpu_submit submit __uninitialized;
	int ret;

	if (!vgdev->features.virgl)
		return -ENOSYS;
	if (args->flags & ~VIRTGPU_EXECBUF_FLAGS)
		return -EINVAL;
	/* Without a context there is no ring, and none is made for an error. */
	if (args->flags & VIRTGPU_EXECBUF_RING_IDX && !virtgpu_context_peek(vfile))
		return -EINVAL;
	ret = virtgpu_context_get_or_create(vfile, &submit.ctx) ?:
	      virtgpu_context_throttle(vfile);
	if (ret)
		return ret;
	virtgpu_submit_init(&submit, vgdev, args, file);
	ret = virtgpu_submit_prepare(&submit);
	if (!ret)
		ret = virtgpu_submit_lock(&submit);
	if (!ret)
		virtgpu_submit_commit(&submit);
	else
		virtgpu_submit_abort(&submit);
	virtgpu_submit_fini(&submit);
	return ret;
}
