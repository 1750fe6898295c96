// SPDX-License-Identifier: GPL-2.0-only
/*
 * For which resources does a file have handles, and how many?
 *
 * Mostly a buffer is one file's, with one handle. So the count stands in the buffer,
 * for the file that was first; what other files have is in a tree of theirs. It has one
 * small piece of memory for each: an xarray has several levels for ids that grow.
 */
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/slab.h>

#include "virtgpu_handles.h"

/* struct virtgpu_other - handles for what another file has had first */
struct virtgpu_other {
	struct rb_node node;
	u32 res_id;
	u32 count;
};

/**
 * virtgpu_handles_init - a file without handles
 * @handles: what to prepare
 */
void virtgpu_handles_init(struct virtgpu_handles *handles)
{
	INIT_LIST_HEAD(&handles->sole);
	handles->others = RB_ROOT;
}

/**
 * virtgpu_handles_fini - the file has no handles any more
 * @handles: of the file
 */
void virtgpu_handles_fini(struct virtgpu_handles *handles)
{
	struct virtgpu_other *other, *next;

	rbtree_postorder_for_each_entry_safe(other, next, &handles->others, node)
		kfree(other);
}

/* Who is the owner does not change under the lock of the one who is. */
static bool virtgpu_handles_own(struct virtgpu_handles *handles,
				struct virtgpu_handle *handle)
{
	return READ_ONCE(handle->owner) == handles;
}

/* Find the entry of a resource, or NULL and, below @parent, the place where it would be. */
static struct virtgpu_other *virtgpu_handles_find(struct virtgpu_handles *handles, u32 res_id,
						  struct rb_node **parent,
						  struct rb_node ***place)
{
	struct rb_node **link = &handles->others.rb_node;
	struct virtgpu_other *other;

	*parent = NULL;
	while (*link) {
		other = rb_entry(*link, struct virtgpu_other, node);
		if (res_id == other->res_id)
			return other;
		*parent = *link;
		link = res_id < other->res_id ? &(*link)->rb_left : &(*link)->rb_right;
	}
	*place = link;
	return NULL;
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
	struct rb_node *parent, **place;
	struct virtgpu_other *other;

	if (virtgpu_handles_own(handles, handle))
		return ++handle->count;
	other = virtgpu_handles_find(handles, handle->res_id, &parent, &place);
	if (other)
		return ++other->count;
	if (!cmpxchg(&handle->owner, NULL, handles)) {
		handle->count = 1;
		list_add_tail(&handle->node, &handles->sole);
		return 1;
	}
	other = kmalloc(sizeof(*other), GFP_KERNEL_ACCOUNT);
	if (!other)
		return -ENOMEM;
	other->res_id = handle->res_id;
	other->count = 1;
	rb_link_node(&other->node, parent, place);
	rb_insert_color(&other->node, &handles->others);
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
	struct rb_node *parent, **place;
	struct virtgpu_other *other;
	u32 count;

	if (virtgpu_handles_own(handles, handle)) {
		count = --handle->count;
		if (!count) {
			list_del(&handle->node);
			/* The next owner finds what stands here as it was left. */
			smp_store_release(&handle->owner, NULL);
		}
		return count;
	}
	other = virtgpu_handles_find(handles, handle->res_id, &parent, &place);
	if (!other)
		return -ENOENT;
	count = --other->count;
	if (!count) {
		rb_erase(&other->node, &handles->others);
		kfree(other);
	}
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
	struct rb_node *node;
	int ret;

	list_for_each_entry(handle, &handles->sole, node) {
		ret = call(data, handle->res_id);
		if (ret)
			return ret;
	}
	for (node = rb_first(&handles->others); node; node = rb_next(node)) {
		ret = call(data, rb_entry(node, struct virtgpu_other, node)->res_id);
		if (ret)
			return ret;
	}
	return 0;
}
