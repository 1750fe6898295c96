// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does an open file own on the host?
 *
 * A file gets a context when it first needs one, or explicitly and typed with
 * CONTEXT_INIT; a file that only does modesetting never gets one. Handles that
 * were made before are attached when the context comes: a compositor may import
 * its buffers first.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <drm/drm_file.h>
#include <drm/drm_print.h>

#include "virtgpu_cmd.h"
#include "virtgpu_context.h"
#include "virtgpu_device_types.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

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

/**
 * virtgpu_context_cancel_all - the host forgets all contexts
 * @vgdev: the device; its queues are stopped
 *
 * What waits in them ends now, and what uses them later gets -EIO.
 */
void virtgpu_context_cancel_all(struct virtgpu_device *vgdev)
{
	struct virtgpu_context *ctx;
	unsigned long id = 0;

	for (;;) {
		xa_lock(&vgdev->contexts);
		ctx = xa_find(&vgdev->contexts, &id, ULONG_MAX, XA_PRESENT);
		if (ctx && !kref_get_unless_zero(&ctx->refs))
			ctx = NULL;
		xa_unlock(&vgdev->contexts);
		if (!ctx)
			break;
		WRITE_ONCE(ctx->lost, true);
		virtgpu_timeline_cancel(ctx);
		virtgpu_context_put(ctx);
		id++;
	}
}

static void virtgpu_context_work(struct work_struct *work)
{
	struct virtgpu_context *ctx = container_of(work, struct virtgpu_context, work);

	virtgpu_timeline_run(ctx);
	virtgpu_context_put(ctx);
}

static void virtgpu_context_free(struct kref *refs)
{
	struct virtgpu_context *ctx = container_of(refs, struct virtgpu_context, refs);

	for (unsigned int i = 0; i <= ctx->num_rings; i++)
		virtgpu_timeline_fini(&ctx->timelines[i]);
	virtgpu_wait_free(ctx->farewell);
	kvfree(ctx);
}

/**
 * virtgpu_context_get - keep a context
 * @ctx: the context
 */
void virtgpu_context_get(struct virtgpu_context *ctx)
{
	kref_get(&ctx->refs);
}

/**
 * virtgpu_context_put - let a context go; any context
 * @ctx: the context
 */
void virtgpu_context_put(struct virtgpu_context *ctx)
{
	kref_put(&ctx->refs, virtgpu_context_free);
}

/**
 * virtgpu_context_timeline - where a ring's commands run
 * @ctx: the context
 * @ring: a ring of the context, or VIRTGPU_RING_NONE
 *
 * Return: the timeline.
 */
struct virtgpu_timeline *virtgpu_context_timeline(struct virtgpu_context *ctx, int ring)
{
	return &ctx->timelines[ring < 0 ? ctx->num_rings : ring];
}

static struct virtgpu_context *
virtgpu_context_alloc(struct virtgpu_device *vgdev,
		      const struct virtgpu_context_params *params)
{
	unsigned int count = params->num_rings + 1;
	struct virtgpu_deps deps = {};
	struct virtgpu_context *ctx;
	u64 fences;

	ctx = kvzalloc(struct_size(ctx, timelines, count), GFP_KERNEL);
	if (!ctx)
		return NULL;
	if (!virtgpu_deps_reserve(&deps, count))
		ctx->farewell = virtgpu_wait_alloc(ctx, &deps, NULL, 0);
	if (!ctx->farewell) {
		virtgpu_deps_fini(&deps);
		kvfree(ctx);
		return NULL;
	}
	kref_init(&ctx->refs);
	ctx->vgdev = vgdev;
	ctx->num_rings = params->num_rings;
	ctx->poll_mask = params->poll_mask;
	spin_lock_init(&ctx->lock);
	INIT_LIST_HEAD(&ctx->teardown);
	INIT_WORK(&ctx->work, virtgpu_context_work);
	init_waitqueue_head(&ctx->moved);
	fences = dma_fence_context_alloc(count);
	for (unsigned int i = 0; i < count; i++)
		virtgpu_timeline_init(&ctx->timelines[i], fences + i);
	return ctx;
}

/* Attach what the file has had handles for before it had a context. */
static int virtgpu_context_attach_early(struct virtgpu_file *vfile,
					struct virtgpu_context *ctx,
					struct list_head *vbufs)
{
	struct virtgpu_vbuf *vbuf;
	unsigned long res_id;
	void *entry;

	xa_for_each(&vfile->handles, res_id, entry) {
		vbuf = virtgpu_cmd_ctx_resource(ctx->id, res_id, true,
						GFP_KERNEL);
		if (!vbuf)
			return -ENOMEM;
		list_add_tail(&vbuf->node, vbufs);
	}
	return 0;
}

/* The host has forgotten the context: its id may be used again. */
static void virtgpu_context_forget(struct virtgpu_context *ctx)
{
	xa_erase(&ctx->vgdev->contexts, ctx->id);
	virtgpu_context_put(ctx);
}

static void virtgpu_context_destroyed(struct virtgpu_vbuf *vbuf)
{
	virtgpu_context_forget(vbuf->priv);
}

static void virtgpu_context_destroy(struct virtgpu_context *ctx)
{
	struct virtgpu_vbuf *vbuf;

	if (ctx->lost) {
		virtgpu_context_forget(ctx);
		return;
	}
	vbuf = virtgpu_cmd_ctx_destroy(ctx->id);
	vbuf->priv = ctx;
	vbuf->release = virtgpu_context_destroyed;
	/* The host's answer lets the context go, and may come at once. */
	virtgpu_context_get(ctx);
	virtgpu_timeline_farewell(ctx, vbuf);
	virtgpu_vq_kick(ctx->vgdev->ctrlq);
	virtgpu_context_put(ctx);
}

static int virtgpu_context_create_locked(struct virtgpu_file *vfile,
					 const struct virtgpu_context_params *params)
{
	struct virtgpu_device *vgdev = vfile->vgdev;
	struct virtgpu_vbuf *create, *vbuf, *next;
	struct virtgpu_context *ctx;
	LIST_HEAD(attach);
	int ret;

	lockdep_assert_held(&vfile->lock);
	ctx = virtgpu_context_alloc(vgdev, params);
	if (!ctx)
		return -ENOMEM;
	ret = xa_alloc_cyclic(&vgdev->contexts, &ctx->id, ctx, xa_limit_31b,
			      &vgdev->next_context, GFP_KERNEL);
	if (ret < 0)
		goto err_put;
	create = virtgpu_cmd_ctx_create(ctx->id, params->capset_id, params->name);
	ret = create ? virtgpu_context_attach_early(vfile, ctx, &attach) : -ENOMEM;
	if (ret)
		goto err_vbufs;

	virtgpu_vq_queue(vgdev->ctrlq, create);
	list_for_each_entry_safe(vbuf, next, &attach, node)
		virtgpu_vq_queue(vgdev->ctrlq, vbuf);
	virtgpu_vq_kick(vgdev->ctrlq);
	/* Whoever sees the pointer sees the context, and finds it in the queue. */
	smp_store_release(&vfile->ctx, ctx);
	return 0;

err_vbufs:
	list_for_each_entry_safe(vbuf, next, &attach, node)
		virtgpu_vbuf_put(vbuf);
	virtgpu_vbuf_put(create);
	xa_erase(&vgdev->contexts, ctx->id);
err_put:
	virtgpu_context_put(ctx);
	return ret;
}

/**
 * virtgpu_context_create - give a file its context
 * @vfile: the file
 * @params: what the client wants
 *
 * The host's word on it is not waited for.
 *
 * Return: 0, -EEXIST if the file has one, or -ENOMEM.
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
 * virtgpu_context_get_or_create - the file's context, made if there is none
 * @vfile: the file
 * @ctx: set to the context, which lives as long as the file is open
 *
 * Return: 0, -ENOMEM, or -EIO if the host has forgotten the context.
 */
int virtgpu_context_get_or_create(struct virtgpu_file *vfile, struct virtgpu_context **ctx)
{
	struct virtgpu_context_params params = {};
	int ret = 0;

	/* Pairs with the release in virtgpu_context_create_locked(). */
	*ctx = smp_load_acquire(&vfile->ctx);
	if (likely(*ctx))
		return READ_ONCE((*ctx)->lost) ? -EIO : 0;
	virtgpu_context_default_name(&params);
	mutex_lock(&vfile->lock);
	if (!vfile->ctx)
		ret = virtgpu_context_create_locked(vfile, &params);
	*ctx = vfile->ctx;
	mutex_unlock(&vfile->lock);
	return ret;
}

/**
 * virtgpu_context_attach - the file has a new handle
 * @vfile: the file
 * @res_id: the resource
 *
 * A second handle for the same resource is only counted.
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_context_attach(struct virtgpu_file *vfile, u32 res_id)
{
	struct virtgpu_vbuf *vbuf = NULL;
	unsigned long count;
	void *old;
	int ret;

	mutex_lock(&vfile->lock);
	old = xa_load(&vfile->handles, res_id);
	count = old ? xa_to_value(old) : 0;
	ret = xa_err(xa_store(&vfile->handles, res_id, xa_mk_value(count + 1), GFP_KERNEL));
	if (!ret && !count && vfile->ctx && !vfile->ctx->lost) {
		vbuf = virtgpu_cmd_ctx_resource(vfile->ctx->id, res_id, true,
						GFP_KERNEL);
		if (!vbuf) {
			xa_erase(&vfile->handles, res_id);
			ret = -ENOMEM;
		}
	}
	if (vbuf)
		virtgpu_vq_queue(vfile->vgdev->ctrlq, vbuf);
	mutex_unlock(&vfile->lock);
	return ret;
}

/**
 * virtgpu_context_detach - the file has dropped a handle
 * @vfile: the file
 * @gem: the object, which the host is told to drop no sooner
 * @res_id: its resource
 *
 * The host hears of the last one, behind everything that may use it.
 */
void virtgpu_context_detach(struct virtgpu_file *vfile, struct drm_gem_object *gem,
			    u32 res_id)
{
	struct virtgpu_context *ctx = NULL;
	struct virtgpu_vbuf *vbuf;
	unsigned long count;
	void *old;

	mutex_lock(&vfile->lock);
	old = xa_load(&vfile->handles, res_id);
	count = old ? xa_to_value(old) : 0;
	if (count > 1) {
		/* In place of another value, so it needs no memory. */
		xa_store(&vfile->handles, res_id, xa_mk_value(count - 1), GFP_KERNEL);
	} else if (count) {
		xa_erase(&vfile->handles, res_id);
		ctx = vfile->ctx;
	}
	if (ctx && !ctx->lost) {
		vbuf = virtgpu_cmd_ctx_resource(ctx->id, res_id, false,
						GFP_KERNEL | __GFP_NOFAIL);
		virtgpu_timeline_teardown(ctx, vbuf, gem);
	}
	mutex_unlock(&vfile->lock);
}

/**
 * virtgpu_context_file - from the DRM file to ours
 * @file: the file
 *
 * Return: our part of it.
 */
struct virtgpu_file *virtgpu_context_file(const struct drm_file *file)
{
	return file->driver_priv;
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
	mutex_init(&vfile->lock);
	xa_init(&vfile->handles);
	file->driver_priv = vfile;
	return 0;
}

/**
 * virtgpu_context_close - a client has gone, and its handles with it
 * @drm: the device
 * @file: the file
 *
 * What it has submitted still runs; the context ends after that.
 */
void virtgpu_context_close(struct drm_device *drm, struct drm_file *file)
{
	struct virtgpu_file *vfile = virtgpu_context_file(file);

	if (vfile->ctx)
		virtgpu_context_destroy(vfile->ctx);
	xa_destroy(&vfile->handles);
	mutex_destroy(&vfile->lock);
	kfree(vfile);
}
