/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_HANDLES_H
#define VIRTGPU_HANDLES_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/types.h>

/**
 * struct virtgpu_handles - for what a file has handles
 *
 * Guarded by a lock of the file's.
 */
struct virtgpu_handles {
	/** @sole: resources of which this file is the owner. */
	struct list_head sole;
	/** @others: by resource id, how many handles there are for another's. */
	struct rb_root others;
};

/**
 * struct virtgpu_handle - the part of a buffer that says who has handles for it
 */
struct virtgpu_handle {
	/** @res_id: the resource; constant. */
	u32 res_id;
	/** @count: the owner's handles; guarded by the owner's lock. */
	u32 count;
	/** @owner: the first file with a handle, as long as it has one, or NULL. */
	struct virtgpu_handles *owner;
	/** @node: in &virtgpu_handles.sole; guarded by the owner's lock. */
	struct list_head node;
};

void virtgpu_handles_init(struct virtgpu_handles *handles);
void virtgpu_handles_fini(struct virtgpu_handles *handles);

int virtgpu_handles_add(struct virtgpu_handles *handles, struct virtgpu_handle *handle);
int virtgpu_handles_remove(struct virtgpu_handles *handles, struct virtgpu_handle *handle);
int virtgpu_handles_each(struct virtgpu_handles *handles,
			 int (*call)(void *data, u32 res_id), void *data);

#endif
