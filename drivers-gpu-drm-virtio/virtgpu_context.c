// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does an open file own on the host?
 *
 * A file gets a context when it first needs one, or explicitly and typed with
 * CONTEXT_INIT; a file that only does modesetting never gets one. Handles that
 * were made before are attached when the context comes: a compositor may import
 * its buffers first.
 */
#include <linux/oom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include "virtgpu_cmd.h"
#include "virtgpu_context.h"
#include "virtgpu_device_types.h"
#include "virtgpu_quota.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/* How long the work of a closed context may take, in milliseconds. */
#define VIRTGPU_CONTEXT_DEADLINE_MS	10000

/**
 * virtgpu_context_table_init - no contexts yet
 * @vgdev: the device
 */
void virtgpu_context_table_init(struct virtgpu_device *vgdev)
{
	xa_init_flags(&vgdev->contexts, XA_FLAGS_ALLOC1);
}

/**
 * virtgpu_context_table_fini - all files are closed
 * @vgdev: the device
 */
void virtgpu_context_table_fini(struct virtgpu_device *vgdev)
{
	xa_destroy(&vgdev->contexts);
}

/* The last reference is gone. Any context. */
static void virtgpu_context_release(struct virtgpu_jobq *jobq)
{
	struct virtgpu_context *ctx = container_of(jobq, struct virtgpu_context, jobq);

	virtgpu_jobq_fini(jobq);
	virtgpu_job_free(ctx->destroy_job);
	kvfree(ctx);
}

/* What clients that are gone have parked, in bytes, with the contexts of all devices. */
static atomic64_t virtgpu_context_left = ATOMIC64_INIT(0);

/* With more than that, a context goes without what it has parked. */
#define VIRTGPU_CONTEXT_MAX_LEFT	(128 * 1024 * 1024)

/* The host has forgotten the context: its id may be used again. */
static void virtgpu_context_forgotten(struct virtgpu_context *ctx)
{
	if (cancel_delayed_work_sync(&ctx->deadline))
		virtgpu_jobq_put(&ctx->jobq);
	xa_erase(&ctx->vgdev->contexts, ctx->id);
	atomic_sub(ctx->victim, &ctx->vgdev->victims);
	atomic64_sub(ctx->left, &virtgpu_context_left);
	virtgpu_jobq_put(&ctx->jobq);
}

/*
 * In vain: what is left of the context's work waits for something that nobody
 * will do any more, a semaphore of its own, say. End it, and the context with it.
 */
static void virtgpu_context_deadline(struct work_struct *work)
{
	struct virtgpu_context *ctx =
		container_of(to_delayed_work(work), struct virtgpu_context, deadline);

	virtgpu_jobq_abandon(&ctx->jobq);
	virtgpu_vq_withdraw(ctx->vgdev->ctrlq, ctx->id);
	virtgpu_jobq_put(&ctx->jobq);
}

/**
 * virtgpu_context_cancel_all - end the work of all contexts
 * @vgdev: the device; it is being stopped, and will forget them
 * @error: with which the work ends, and what is submitted to them later
 *
 * Nothing is parked in any of them afterwards.
 */
void virtgpu_context_cancel_all(struct virtgpu_device *vgdev, int error)
{
	struct virtgpu_context *ctx;
	unsigned long id = 0;

	for (;;) {
		xa_lock(&vgdev->contexts);
		ctx = xa_find(&vgdev->contexts, &id, ULONG_MAX, XA_PRESENT);
		if (ctx)
			virtgpu_jobq_get(&ctx->jobq);
		xa_unlock(&vgdev->contexts);
		if (!ctx)
			break;
		if (cancel_delayed_work_sync(&ctx->deadline))
			virtgpu_jobq_put(&ctx->jobq);
		virtgpu_jobq_cancel(&ctx->jobq, error);
		WRITE_ONCE(ctx->lost, true);
		xa_set_mark(&vgdev->contexts, id, VIRTGPU_LOST);
		virtgpu_jobq_put(&ctx->jobq);
		id++;
	}
}

static struct virtgpu_context *
virtgpu_context_alloc(struct virtgpu_file *vfile,
		      const struct virtgpu_context_params *params)
{
	unsigned int count = params->num_rings + 1;
	struct virtgpu_device *vgdev = vfile->vgdev;
	struct virtgpu_deps deps = {};
	struct virtgpu_context *ctx;

	ctx = kvzalloc(struct_size(ctx, jobq.timelines, count), GFP_KERNEL_ACCOUNT);
	if (!ctx)
		return NULL;
	if (!virtgpu_deps_reserve(&deps, count))
		ctx->destroy_job = virtgpu_job_alloc(&ctx->jobq, &deps, NULL, NULL, 0);
	if (!ctx->destroy_job) {
		virtgpu_deps_fini(&deps);
		kvfree(ctx);
		return NULL;
	}
	ctx->vgdev = vgdev;
	ctx->num_rings = params->num_rings;
	ctx->poll_mask = params->poll_mask;
	INIT_DELAYED_WORK(&ctx->deadline, virtgpu_context_deadline);
	virtgpu_jobq_init(&ctx->jobq, vgdev->ctrlq, vfile->quota, count,
			  virtgpu_context_release);
	return ctx;
}

/* Storage on the host does not outlive a reset, and its buffer's handles do. */
static bool virtgpu_context_has_lost(struct virtgpu_device *vgdev, u32 res_id)
{
	return virtgpu_is_lost(&vgdev->resources, res_id);
}

/* What to attach where, and the commands that do it. */
struct virtgpu_context_attachments {
	struct virtgpu_device *vgdev;
	u32 ctx_id;
	struct list_head vbufs;
};

static int virtgpu_context_attach_one(void *data, u32 res_id)
{
	struct virtgpu_context_attachments *early = data;
	struct virtgpu_vbuf *vbuf;

	if (virtgpu_context_has_lost(early->vgdev, res_id))
		return 0;
	vbuf = virtgpu_cmd_ctx_resource(early->ctx_id, res_id, true, GFP_KERNEL);
	if (!vbuf)
		return -ENOMEM;
	list_add_tail(&vbuf->node, &early->vbufs);
	return 0;
}

/* Where sleeping is allowed. Whoever holds one of its fences waits no longer. */
static void virtgpu_context_destroyed(struct virtgpu_vbuf *vbuf)
{
	struct virtgpu_context *ctx = vbuf->priv;

	if (virtgpu_jobq_is_abandoned(&ctx->jobq)) {
		virtgpu_vq_cancel_context(ctx->vgdev->ctrlq, ctx->id, -ECANCELED);
		virtgpu_jobq_cancel(&ctx->jobq, -ECANCELED);
	}
	virtgpu_context_forgotten(ctx);
}

/*
 * Count what a client that is gone has left. Returns whether that is to be ended, and does
 * not have a while: what an OOM victim held is to be back before the next is killed
 * (virtgpu_oom.c), and whoever comes and goes leaves no more parked than others can spare.
 */
static bool virtgpu_context_count_left(struct virtgpu_context *ctx)
{
	s64 left;

	ctx->victim = tsk_is_oom_victim(current);
	atomic_add(ctx->victim, &ctx->vgdev->victims);
	ctx->left = READ_ONCE(ctx->jobq.parked_bytes);
	left = atomic64_add_return(ctx->left, &virtgpu_context_left);
	return ctx->victim || (ctx->left && left > VIRTGPU_CONTEXT_MAX_LEFT);
}

static void virtgpu_context_destroy(struct virtgpu_context *ctx)
{
	bool over = virtgpu_context_count_left(ctx);
	struct virtgpu_job *job = ctx->destroy_job;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_cmd_ctx_destroy(ctx->id);
	vbuf->priv = ctx;
	vbuf->release = virtgpu_context_destroyed;
	ctx->destroy_job = NULL;
	/* The host's answer lets the context go, and may come at once. */
	virtgpu_jobq_get(&ctx->jobq);
	/* That cancels the deadline, which has to be there before. */
	virtgpu_jobq_get(&ctx->jobq);
	queue_delayed_work(virtgpu_vbuf_reclaim_workqueue(ctx->vgdev), &ctx->deadline,
			   msecs_to_jiffies(VIRTGPU_CONTEXT_DEADLINE_MS));
	virtgpu_jobq_finish(&ctx->jobq, vbuf, job);
	virtgpu_vq_kick(ctx->vgdev->ctrlq);
	/* Not sooner: what is to overtake the rest has to be there. */
	if (over && cancel_delayed_work(&ctx->deadline))
		virtgpu_context_deadline(&ctx->deadline.work);
	virtgpu_jobq_put(&ctx->jobq);
}

static int virtgpu_context_create_locked(struct virtgpu_file *vfile,
					 const struct virtgpu_context_params *params)
{
	struct virtgpu_context_attachments early;
	struct virtgpu_device *vgdev = vfile->vgdev;
	struct virtgpu_vbuf *create, *vbuf, *next;
	struct virtgpu_context *ctx;
	int ret;

	lockdep_assert_held(&vfile->lock);
	ret = virtgpu_vq_enter(vgdev, VIRTGPU_HOST_TIMEOUT_MS);
	if (ret)
		return ret;
	INIT_LIST_HEAD(&early.vbufs);
	ctx = virtgpu_context_alloc(vfile, params);
	ret = -ENOMEM;
	if (!ctx)
		goto err_leave;
	ret = xa_alloc_cyclic(&vgdev->contexts, &ctx->id, ctx, xa_limit_31b,
			      &vgdev->next_context, GFP_KERNEL);
	if (ret < 0)
		goto err_put;
	create = virtgpu_cmd_ctx_create(ctx->id, params->capset_id, params->name);
	/* What the file has had handles for before it had a context. */
	early.vgdev = vgdev;
	early.ctx_id = ctx->id;
	ret = create ? virtgpu_handles_each(&vfile->handles, virtgpu_context_attach_one,
					    &early) : -ENOMEM;
	if (ret)
		goto err_vbufs;

	virtgpu_vq_queue(vgdev->ctrlq, create);
	list_for_each_entry_safe(vbuf, next, &early.vbufs, node)
		virtgpu_vq_queue(vgdev->ctrlq, vbuf);
	virtgpu_vq_leave(vgdev);
	virtgpu_vq_kick(vgdev->ctrlq);
	/* Whoever sees the pointer sees the context, and finds it in the queue. */
	smp_store_release(&vfile->ctx, ctx);
	return 0;

err_vbufs:
	list_for_each_entry_safe(vbuf, next, &early.vbufs, node)
		virtgpu_vbuf_put(vbuf);
	virtgpu_vbuf_put(create);
	xa_erase(&vgdev->contexts, ctx->id);
err_put:
	virtgpu_jobq_put(&ctx->jobq);
err_leave:
	virtgpu_vq_leave(vgdev);
	return ret;
}

/**
 * virtgpu_context_create - give a file its context
 * @vfile: the file
 * @params: what the client wants
 *
 * The host's word on it is not waited for.
 *
 * Return: 0, -EEXIST if the file has one, -ENOMEM, or what virtgpu_vq_enter()
 * returns.
 */
int virtgpu_context_create(struct virtgpu_file *vfile,
			   const struct virtgpu_context_params *params)
{
	int ret = -EEXIST;

	mutex_lock(&vfile->lock);
	if (!vfile->ctx)
		ret = virtgpu_context_create_locked(vfile, params);
	mutex_unlock(&vfile->lock);
	return ret;
}

/**
 * virtgpu_context_default_name - name a context that its client did not name
 * @params: of a context that the current task asks for
 */
void virtgpu_context_default_name(struct virtgpu_context_params *params)
{
	char comm[TASK_COMM_LEN];

	get_task_comm(comm, current);
	strscpy(params->name, comm, sizeof(params->name));
}

/**
 * virtgpu_context_make - make the file's context if it still has none
 * @vfile: the file
 * @ctx: set to the context
 *
 * For virtgpu_context_get_or_create(), once in the life of a file.
 *
 * Return: 0, -ENOMEM, or what virtgpu_vq_enter() returns.
 */
int virtgpu_context_make(struct virtgpu_file *vfile, struct virtgpu_context **ctx)
{
	struct virtgpu_context_params params = {};
	int ret = 0;

	virtgpu_context_default_name(&params);
	mutex_lock(&vfile->lock);
	if (!vfile->ctx)
		ret = virtgpu_context_create_locked(vfile, &params);
	*ctx = vfile->ctx;
	mutex_unlock(&vfile->lock);
	return ret;
}

/**
 * virtgpu_context_throttle - wait until the client may have more; no lock of ours held
 * @vfile: the client
 *
 * Return: 0, -ERESTARTSYS if it was killed, -EBUSY if what it has parked, or in the
 * queue, does not move, or -ETIMEDOUT when the host has gone silent.
 */
int virtgpu_context_throttle(struct virtgpu_file *vfile)
{
	struct virtgpu_context *ctx = virtgpu_context_peek(vfile);
	int ret = 0;

	if (ctx)
		ret = virtgpu_jobq_throttle(&ctx->jobq);
	if (!ret)
		ret = virtgpu_quota_throttle(vfile->quota);
	/* Mostly the line is short, and nobody has to be asked. */
	if (ret || likely(virtgpu_vq_is_short(vfile->vgdev->ctrlq)))
		return ret;
	return virtgpu_vq_throttle(vfile->vgdev->ctrlq);
}

/* What would take the resource away may not have reached the host yet. */
static bool virtgpu_context_keep(struct virtgpu_context *ctx, u32 res_id)
{
	return virtgpu_jobq_revoke(&ctx->jobq, VIRTIO_GPU_CMD_CTX_DETACH_RESOURCE, res_id);
}

/**
 * virtgpu_context_attach - the file has a new handle
 * @vfile: the file
 * @handle: of the buffer
 *
 * A second handle for the same resource is only counted.
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_context_attach(struct virtgpu_file *vfile, struct virtgpu_handle *handle)
{
	struct virtgpu_vbuf *vbuf = NULL;
	int count;

	mutex_lock(&vfile->lock);
	count = virtgpu_handles_add(&vfile->handles, handle);
	if (count == 1 && vfile->ctx && !vfile->ctx->lost &&
	    !virtgpu_context_has_lost(vfile->vgdev, handle->res_id) &&
	    !virtgpu_context_keep(vfile->ctx, handle->res_id)) {
		vbuf = virtgpu_cmd_ctx_resource(vfile->ctx->id, handle->res_id, true,
						GFP_KERNEL);
		if (!vbuf) {
			virtgpu_handles_remove(&vfile->handles, handle);
			count = -ENOMEM;
		}
	}
	if (vbuf) {
		vbuf->quota = vfile->quota;
		virtgpu_vq_queue(vfile->vgdev->ctrlq, vbuf);
	}
	mutex_unlock(&vfile->lock);
	return count < 0 ? count : 0;
}

/**
 * virtgpu_context_detach - the file has dropped a handle
 * @vfile: the file
 * @gem: the object, which the host is told to drop no sooner
 * @handle: of the same
 *
 * The host hears of the last one, behind everything that may use it.
 */
void virtgpu_context_detach(struct virtgpu_file *vfile, struct drm_gem_object *gem,
			    struct virtgpu_handle *handle)
{
	struct virtgpu_context *ctx;
	struct virtgpu_vbuf *vbuf;

	mutex_lock(&vfile->lock);
	ctx = virtgpu_handles_remove(&vfile->handles, handle) ? NULL : vfile->ctx;
	if (ctx && !ctx->lost && !virtgpu_context_has_lost(ctx->vgdev, handle->res_id)) {
		vbuf = virtgpu_cmd_ctx_resource(ctx->id, handle->res_id, false,
						GFP_KERNEL | __GFP_NOFAIL);
		vbuf->quota = vfile->quota;
		virtgpu_jobq_barrier(&ctx->jobq, vbuf, gem);
	}
	mutex_unlock(&vfile->lock);
}

/**
 * virtgpu_context_open - a client opens the device
 * @drm: the device
 * @file: the file
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_context_open(struct drm_device *drm, struct drm_file *file)
{
	struct virtgpu_file *vfile = kzalloc_obj(*vfile);

	if (!vfile)
		return -ENOMEM;
	vfile->vgdev = to_virtgpu_device(drm);
	vfile->quota = virtgpu_quota_alloc(vfile->vgdev->ctrlq);
	if (!vfile->quota) {
		kfree(vfile);
		return -ENOMEM;
	}
	mutex_init(&vfile->lock);
	virtgpu_handles_init(&vfile->handles);
	file->driver_priv = vfile;
	return 0;
}

/**
 * virtgpu_context_close - a client has gone, and its handles with it
 * @drm: the device
 * @file: the file
 *
 * What it has submitted still runs, for a while; the context ends after that.
 */
void virtgpu_context_close(struct drm_device *drm, struct drm_file *file)
{
	struct virtgpu_file *vfile = virtgpu_context_file(file);

	if (vfile->ctx)
		virtgpu_context_destroy(vfile->ctx);
	virtgpu_handles_fini(&vfile->handles);
	mutex_destroy(&vfile->lock);
	virtgpu_quota_put(vfile->quota);
	kfree(vfile);
}
