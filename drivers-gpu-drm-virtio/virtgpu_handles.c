// SPDX-License-Identifier: GPL-2.0-only
/*
 * For which resources does a file have handles, and how many?
 *
 * Mostly a buffer is one file's, with one handle. So the count stands in the buffer,
 * for the file that was first; what other files have is in a table of theirs.
 */
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/gfp.h>

#include "virtgpu_handles.h"

/**
 * virtgpu_handles_init - a file without handles
 * @handles: what to prepare
 */
void virtgpu_handles_init(struct virtgpu_handles *handles)
{
	INIT_LIST_HEAD(&handles->sole);
	xa_init(&handles->others);
}

/**
 * virtgpu_handles_fini - the file has no handles any more
 * @handles: of the file
 */
void virtgpu_handles_fini(struct virtgpu_handles *handles)
{
	xa_destroy(&handles->others);
}

/* Who is the owner does not change under the lock of the one who is. */
static bool virtgpu_handles_own(struct virtgpu_handles *handles,
				struct virtgpu_handle *handle)
{
	return READ_ONCE(handle->owner) == handles;
}

static unsigned long virtgpu_handles_others(struct virtgpu_handles *handles, u32 res_id)
{
	void *old = xa_load(&handles->others, res_id);

	return old ? xa_to_value(old) : 0;
}

static int virtgpu_handles_add_other(struct virtgpu_handles *handles, u32 res_id,
				     unsigned long count)
{
	int ret = xa_err(xa_store(&handles->others, res_id, xa_mk_value(count),
				  GFP_KERNEL_ACCOUNT));

	return ret ?: count;
}

/**
 * virtgpu_handles_add - the file has one handle more
 * @handles: of the file; locked
 * @handle: of the buffer
 *
 * Return: how many it has now, or -ENOMEM.
 */
int virtgpu_handles_add(struct virtgpu_handles *handles, struct virtgpu_handle *handle)
{
	unsigned long count;

	if (virtgpu_handles_own(handles, handle))
		return ++handle->count;
	count = xa_empty(&handles->others) ? 0 :
		virtgpu_handles_others(handles, handle->res_id);
	if (count || cmpxchg(&handle->owner, NULL, handles))
		return virtgpu_handles_add_other(handles, handle->res_id, count + 1);
	handle->count = 1;
	list_add_tail(&handle->node, &handles->sole);
	return 1;
}

/**
 * virtgpu_handles_remove - the file has one handle less
 * @handles: of the file; locked
 * @handle: of the buffer
 *
 * Return: how many it still has, or -ENOENT if it had none.
 */
int virtgpu_handles_remove(struct virtgpu_handles *handles, struct virtgpu_handle *handle)
{
	unsigned long count;

	if (virtgpu_handles_own(handles, handle)) {
		count = --handle->count;
		if (!count) {
			list_del(&handle->node);
			/* The next owner finds what stands here as it was left. */
			smp_store_release(&handle->owner, NULL);
		}
		return count;
	}
	count = virtgpu_handles_others(handles, handle->res_id);
	if (!count)
		return -ENOENT;
	/* In place of another value, so it needs no memory. */
	if (--count)
		xa_store(&handles->others, handle->res_id, xa_mk_value(count), GFP_KERNEL);
	else
		xa_erase(&handles->others, handle->res_id);
	return count;
}

/**
 * virtgpu_handles_each - do something for each resource
 * @handles: of the file; locked
 * @call: gets @data and the resource; ends the walk with a negative errno
 * @data: for @call
 *
 * Return: 0, or what @call returned.
 */
int virtgpu_handles_each(struct virtgpu_handles *handles,
			 int (*call)(void *data, u32 res_id), void *data)
{
	struct virtgpu_handle *handle;
	unsigned long res_id;
	void *entry;
	int ret;

	list_for_each_entry(handle, &handles->sole, node) {
		ret = call(data, handle->res_id);
		if (ret)
			return ret;
	}
	xa_for_each(&handles->others, res_id, entry) {
		ret = call(data, res_id);
		if (ret)
			return ret;
	}
	return 0;
}
