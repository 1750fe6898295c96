// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a buffer come to life, on both sides, and how does it end?
 *
 * The guest never waits for the host to make a resource: the create command is
 * queued and the object is usable at once, because everything that uses it is
 * queued behind. Should the host refuse, the object remembers, and says -EIO to
 * those who want to use it.
 *
 * An object's memory is freed, and its resource id free again, only when the
 * host has answered the UNREF: until then the host may read or write the pages.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "virtgpu_cmd.h"
#include "virtgpu_context.h"
#include "virtgpu_device_types.h"
#include "virtgpu_object.h"
#include "virtgpu_object_check.h"
#include "virtgpu_retire.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/*
 * Old hosts get confused when a resource id is used again soon, so ids run up
 * to their limit before that. The parameter has the name of the in-tree
 * driver's, where it does the same.
 */
static int virtgpu_virglhack = 1;
module_param_named(virglhack, virtgpu_virglhack, int, 0400);
MODULE_PARM_DESC(virglhack, "Use each resource id once, as long as there are fresh ones (1 = yes)");

static int virtgpu_object_get_id(struct virtgpu_device *vgdev, struct virtgpu_object *obj)
{
	int ret;

	if (virtgpu_virglhack)
		ret = xa_alloc_cyclic(&vgdev->resources, &obj->res_id, obj, xa_limit_32b,
				      &vgdev->next_resource, GFP_KERNEL);
	else
		ret = xa_alloc(&vgdev->resources, &obj->res_id, obj, xa_limit_32b,
			       GFP_KERNEL);
	if (ret < 0) {
		obj->res_id = 0;
		return ret == -EBUSY ? -ENOSPC : ret;
	}
	obj->handle.res_id = obj->res_id;
	return 0;
}

/* Nothing has come of it, and a reset is to find nothing to make again. */
static void virtgpu_object_put_id(struct virtgpu_device *vgdev, struct virtgpu_object *obj)
{
	if (obj->res_id)
		xa_erase(&vgdev->resources, obj->res_id);
	obj->res_id = 0;
}

/* The object itself, or a command, is done with the host's side of it; may sleep. */
static void virtgpu_object_put_host(struct virtgpu_object *obj)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(obj->base.base.dev);

	if (!refcount_dec_and_test(&obj->host_refs))
		return;
	if (obj->res_id)
		xa_erase(&vgdev->resources, obj->res_id);
	obj->ops->release(obj);
}

/* Pages of the guest that go with the object. */
static long virtgpu_object_pages(const struct virtgpu_object *obj)
{
	return obj->base.pages ? obj->base.base.size >> PAGE_SHIFT : 0;
}

static void virtgpu_object_command_gone(struct virtgpu_vbuf *vbuf)
{
	virtgpu_object_put_host(vbuf->priv);
}

static void virtgpu_object_unreferenced(struct virtgpu_vbuf *vbuf)
{
	struct virtgpu_device *vgdev = vbuf->vgdev;
	struct virtgpu_object *obj = vbuf->priv;
	long pages = virtgpu_object_pages(obj);

	virtgpu_retire_answered(vgdev);
	virtgpu_object_put_host(obj);
	atomic_long_sub(pages, &vgdev->dying);
	atomic_long_add(pages, &vgdev->freed);
}

static void virtgpu_object_unref(struct virtgpu_object *obj)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(obj->base.base.dev);
	struct virtgpu_vbuf *vbuf;

	if (obj->ops->unmap_host)
		obj->ops->unmap_host(obj);
	vbuf = virtgpu_cmd_unref(obj->res_id);
	vbuf->priv = obj;
	vbuf->release = virtgpu_object_unreferenced;
	vbuf->deferrable = true;
	/* It has been complained about when the host refused to create it. */
	vbuf->quiet = virtgpu_object_check(obj);
	virtgpu_vq_queue(vgdev->ctrlq, vbuf);
}

/**
 * virtgpu_object_table_init - no resources yet
 * @vgdev: the device
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_object_table_init(struct virtgpu_device *vgdev)
{
	xa_init_flags(&vgdev->resources, XA_FLAGS_ALLOC1);
	return drmm_mutex_init(vgdev->drm, &vgdev->uuid_lock) ?:
	       drmm_mutex_init(vgdev->drm, &vgdev->import_lock) ?:
	       virtgpu_retire_init(vgdev, virtgpu_object_unref);
}

/**
 * virtgpu_object_table_fini - all objects are freed
 * @vgdev: the device
 */
void virtgpu_object_table_fini(struct virtgpu_device *vgdev)
{
	virtgpu_retire_fini(vgdev);
	xa_destroy(&vgdev->resources);
}

/**
 * virtgpu_object_free - the last reference is gone
 * @gem: the object
 *
 * The host hears of it later.
 */
void virtgpu_object_free(struct drm_gem_object *gem)
{
	struct virtgpu_object *obj = to_virtgpu_object(gem);

	if (obj->created) {
		atomic_long_add(virtgpu_object_pages(obj), &to_virtgpu_device(gem->dev)->dying);
		virtgpu_retire(obj);
		return;
	}
	if (obj->ops->unmap_host)
		obj->ops->unmap_host(obj);
	virtgpu_object_put_host(obj);
}

/* Mostly the object outlives it, and nothing has to sleep. */
static void virtgpu_object_create_done(struct virtgpu_vbuf *vbuf)
{
	struct virtgpu_object *obj = vbuf->priv;

	/* A device that went meanwhile has said nothing of the object. */
	if (vbuf->error && !vbuf->given_up)
		WRITE_ONCE(obj->error, vbuf->error);
	if (refcount_dec_not_one(&obj->host_refs))
		vbuf->release = NULL;
}

/**
 * virtgpu_object_append - add a command on which the object's existence depends
 * @obj: the object
 * @vbuf: the command
 * @vbufs: where &virtgpu_object_ops.create collects them
 *
 * If the host refuses it, the object is of no use from then on. Nobody waits for the
 * answer: virtgpu_object_check() finds it.
 */
void virtgpu_object_append(struct virtgpu_object *obj, struct virtgpu_vbuf *vbuf,
			   struct list_head *vbufs)
{
	refcount_inc(&obj->host_refs);
	vbuf->vgdev = to_virtgpu_device(obj->base.base.dev);
	vbuf->priv = obj;
	vbuf->done = virtgpu_object_create_done;
	vbuf->release = virtgpu_object_command_gone;
	vbuf->deferrable = true;
	list_add_tail(&vbuf->node, vbufs);
}

/**
 * virtgpu_object_is_lost - was it storage on a host that has been reset since?
 * @obj: the object
 *
 * Return: whether the host knows it no longer, and never will.
 */
bool virtgpu_object_is_lost(const struct virtgpu_object *obj)
{
	return virtgpu_is_lost(&to_virtgpu_device(obj->base.base.dev)->resources, obj->res_id);
}

/* All of the commands are queued, or none. */
static int virtgpu_object_send(struct virtgpu_object *obj,
			       int (*append)(struct virtgpu_object *obj,
					     struct list_head *vbufs),
			       struct virtgpu_vbuf **first, struct virtgpu_quota *quota)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(obj->base.base.dev);
	struct virtgpu_vbuf *vbuf, *next;
	LIST_HEAD(vbufs);
	int ret;

	ret = append(obj, &vbufs);
	if (!ret) {
		obj->created = true;
		if (*first) {
			(*first)->quota = quota;
			virtgpu_vq_queue(vgdev->ctrlq, *first);
		}
		*first = NULL;
	}
	list_for_each_entry_safe(vbuf, next, &vbufs, node) {
		vbuf->quota = quota;
		if (ret)
			virtgpu_vbuf_put(vbuf);
		else
			virtgpu_vq_queue(vgdev->ctrlq, vbuf);
	}
	return ret;
}

/* Storage that a context has is gone with it; a reset may have been waited for meanwhile. */
static int virtgpu_object_find_context(struct virtgpu_device *vgdev,
				       const struct virtgpu_object_params *params)
{
	u32 id = params->blob.ctx_id;

	return id && virtgpu_is_lost(&vgdev->contexts, id) ? -EIO : 0;
}

/**
 * virtgpu_object_host_create - give the object an id and have the host make it
 * @obj: the object, with its pages if it has any
 * @ops: its kind
 * @params: what it is; its command is gone if it was sent
 * @timeout_ms: how long to wait, in milliseconds, for a device that is being reset
 *
 * Return: 0, -ENOMEM, -ENOSPC without a free id, -E2BIG, -EIO if the context that is to
 * make it is lost, or what virtgpu_vq_enter() returns.
 */
int virtgpu_object_host_create(struct virtgpu_object *obj,
			       const struct virtgpu_object_ops *ops,
			       struct virtgpu_object_params *params,
			       unsigned int timeout_ms)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(obj->base.base.dev);
	int ret;

	obj->ops = ops;
	obj->dumb = params->dumb;
	obj->blob_mem = params->blob.mem;
	obj->blob_flags = params->blob.flags;
	params->blob.size = obj->base.base.size;
	obj->params = *params;
	obj->params.command = NULL;
	obj->params.quota = NULL;
	ret = virtgpu_vq_enter(vgdev, timeout_ms);
	if (ret)
		return ret;
	ret = virtgpu_object_find_context(vgdev, params) ?: virtgpu_object_get_id(vgdev, obj) ?:
	      virtgpu_object_send(obj, ops->create, &params->command, params->quota);
	if (ret)
		virtgpu_object_put_id(vgdev, obj);
	else if (ops->created)
		ops->created(obj, params->quota);
	virtgpu_vq_leave(vgdev);
	return ret;
}

/*
 * Walk over the objects that somebody holds. Those that nobody does any longer
 * stay in the table until the host has answered the UNREF.
 */
static struct virtgpu_object *virtgpu_object_next(struct virtgpu_device *vgdev,
						  unsigned long *id)
{
	struct virtgpu_object *obj;

	xa_lock(&vgdev->resources);
	do {
		obj = xa_find_after(&vgdev->resources, id, ULONG_MAX, XA_PRESENT);
	} while (obj && !kref_get_unless_zero(&obj->base.base.refcount));
	xa_unlock(&vgdev->resources);
	return obj;
}

/*
 * Walk over those to which there may be a way. To drop the last reference of others might
 * have the host told of it, which takes memory and locks that those have who wait for it.
 */
static struct virtgpu_object *virtgpu_object_next_revocable(struct virtgpu_device *vgdev,
							    unsigned long *id)
{
	struct virtgpu_object *obj;

	xa_lock(&vgdev->resources);
	do {
		obj = xa_find_after(&vgdev->resources, id, ULONG_MAX, XA_PRESENT);
	} while (obj && (!obj->ops->revoke || !refcount_inc_not_zero(&obj->host_refs)));
	xa_unlock(&vgdev->resources);
	return obj;
}

/**
 * virtgpu_object_revoke_all - leave no way to the host's memory
 * @vgdev: the device, about to be reset; it takes no command any more
 *
 * Storage on the host goes with its resource: no page table entry may lead to
 * where it was seen.
 */
void virtgpu_object_revoke_all(struct virtgpu_device *vgdev)
{
	struct virtgpu_object *obj;
	unsigned long id = 0;

	while ((obj = virtgpu_object_next_revocable(vgdev, &id))) {
		obj->ops->revoke(obj);
		virtgpu_object_put_host(obj);
	}
}

/**
 * virtgpu_object_invalidate_all - the host has forgotten all resources
 * @vgdev: the device; reset and drained
 */
void virtgpu_object_invalidate_all(struct virtgpu_device *vgdev)
{
	struct virtgpu_object *obj;
	unsigned long id = 0;

	while ((obj = virtgpu_object_next(vgdev, &id))) {
		obj->created = false;
		obj->has_uuid = false;
		if (!obj->ops->restore)
			WRITE_ONCE(obj->error, -EIO);
		if (obj->error)
			xa_set_mark(&vgdev->resources, id, VIRTGPU_LOST);
		if (obj->ops->invalidate)
			obj->ops->invalidate(obj);
		drm_gem_object_put(&obj->base.base);
	}
}

/**
 * virtgpu_object_restore_all - make the resources again
 * @vgdev: the device, which forgot them and takes commands again
 *
 * Those with storage on the host can't be; what uses them gets -EIO.
 */
void virtgpu_object_restore_all(struct virtgpu_device *vgdev)
{
	struct virtgpu_vbuf *none = NULL;
	struct virtgpu_object *obj;
	unsigned long id = 0;
	int ret;

	while ((obj = virtgpu_object_next(vgdev, &id))) {
		if (!obj->error && !obj->created) {
			ret = virtgpu_object_send(obj, obj->ops->restore, &none, NULL);
			if (ret)
				WRITE_ONCE(obj->error, ret);
		}
		drm_gem_object_put(&obj->base.base);
	}
	virtgpu_vq_kick(vgdev->ctrlq);
}

static int virtgpu_object_round_size(struct virtgpu_device *vgdev,
				     struct virtgpu_object_params *params)
{
	u64 align = PAGE_SIZE;

	if (params->blob.mem)
		align = max_t(u64, align, vgdev->features.blob_alignment);
	else if (!params->size)
		params->size = 1;
	if (check_add_overflow(params->size, align - 1, &params->size) ||
	    params->size > S64_MAX)
		return -ENOMEM;
	params->size = round_down(params->size, align);
	if (params->size != (size_t)params->size)
		return -ENOMEM;
	return params->size ? 0 : -EINVAL;
}

/* Without memory for it, wait for that of buffers that nobody has any more. */
static struct virtgpu_object *virtgpu_object_alloc(struct virtgpu_device *vgdev,
						   const struct virtgpu_object_ops *ops,
						   const struct virtgpu_object_params *params)
{
	struct virtgpu_object *obj = ops->alloc(vgdev, params);

	/* What is larger than all memory will not fit after that either. */
	if (obj != ERR_PTR(-ENOMEM) || params->size >> PAGE_SHIFT > totalram_pages() ||
	    !virtgpu_retire_wait(vgdev))
		return obj;
	return ops->alloc(vgdev, params);
}

/**
 * virtgpu_object_create - make a buffer
 * @vgdev: the device
 * @ops: its kind
 * @params: what it is; the size is rounded up to what can be mapped, and for
 *          blobs to what the host can map
 * @out: set to the object
 *
 * The caller kicks the control queue.
 *
 * Return: 0, -EINVAL for a blob of no size, -ENOMEM, -ENOSPC, or -E2BIG.
 */
int virtgpu_object_create(struct virtgpu_device *vgdev,
			  const struct virtgpu_object_ops *ops,
			  struct virtgpu_object_params *params,
			  struct virtgpu_object **out)
{
	struct virtgpu_object *obj;
	int ret;

	ret = virtgpu_object_round_size(vgdev, params);
	if (ret)
		return ret;
	obj = virtgpu_object_alloc(vgdev, ops, params);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	ret = virtgpu_object_host_create(obj, ops, params, VIRTGPU_HOST_TIMEOUT_MS);
	if (ret) {
		drm_gem_object_put(&obj->base.base);
		return ret;
	}
	obj->fresh = true;
	*out = obj;
	return 0;
}

/**
 * virtgpu_object_open - a file gets a handle
 * @gem: the object
 * @file: the file
 *
 * Each way to a handle comes by here, an import too. Closing waits for nothing, so
 * whoever opens and closes is made to wait here; no lock is held that others need. Its
 * maker has waited before, and must not now: the host has been told, and a call that
 * begins anew would tell it again.
 *
 * Return: 0, -ENOMEM, or what virtgpu_context_throttle() returns.
 */
int virtgpu_object_open(struct drm_gem_object *gem, struct drm_file *file)
{
	struct virtgpu_file *vfile = virtgpu_context_file(file);
	struct virtgpu_object *obj = to_virtgpu_object(gem);
	int ret = 0;

	if (obj->fresh)
		obj->fresh = false;
	else
		ret = virtgpu_context_throttle(vfile);
	if (ret || !to_virtgpu_device(gem->dev)->features.virgl)
		return ret;
	return virtgpu_context_attach(vfile, &obj->handle);
}

/**
 * virtgpu_object_close - a file has dropped a handle
 * @gem: the object
 * @file: the file
 */
void virtgpu_object_close(struct drm_gem_object *gem, struct drm_file *file)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(gem->dev);

	if (vgdev->features.virgl)
		virtgpu_context_detach(virtgpu_context_file(file), gem,
				       &to_virtgpu_object(gem)->handle);
}
