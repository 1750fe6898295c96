/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_OBJECT_H
#define VIRTGPU_OBJECT_H

#include <linux/dma-direction.h>
#include <linux/list.h>
#include <linux/types.h>
#include <linux/uuid.h>

#include <drm/drm_gem_shmem_helper.h>

#include "virtgpu_cmd.h"
#include "virtgpu_copy.h"
#include "virtgpu_handles.h"

struct device;
struct drm_file;
struct sg_table;
struct virtgpu_device;
struct virtgpu_quota;
struct virtgpu_vbuf;

/**
 * struct virtgpu_object_params - what userspace asks a buffer to be
 *
 * All zero but @size and the fields of one kind: a 2D resource (format, width and height
 * of @texture), a 3D resource (all of it), or a blob (&virtgpu_blob.mem is not zero).
 */
struct virtgpu_object_params {
	/** @size: bytes; made a multiple of the page size, at least a page. */
	u64 size;
	/** @dumb: made by DRM_IOCTL_MODE_CREATE_DUMB. */
	bool dumb;
	/** @small_pages: the kernel hands out its pages one by one, its console's. */
	bool small_pages;
	/** @texture: what a classic resource is. */
	struct virtgpu_texture texture;
	/** @blob: what a blob is; its size is that of the object. */
	struct virtgpu_blob blob;
	/** @command: sent before the blob is made, or NULL; consumed if it is. */
	struct virtgpu_vbuf *command;
	/** @defer_map: take no range of the window before the first mmap. */
	bool defer_map;
	/** @quota: of the client for which the commands count, or NULL. */
	struct virtgpu_quota *quota;
};

/**
 * struct virtgpu_object_ops - what kinds of buffers do, apart from drm_gem_object_funcs
 */
struct virtgpu_object_ops {
	/** @alloc: make the guest's side, or an ERR_PTR; NULL: not by virtgpu_object_create(). */
	struct virtgpu_object *(*alloc)(struct virtgpu_device *vgdev,
					const struct virtgpu_object_params *params);
	/** @create: append the commands that make it (virtgpu_object_append()), to be sent. */
	int (*create)(struct virtgpu_object *obj, struct list_head *vbufs);
	/** @created: that is queued; what is queued now counts for @quota. May be NULL. */
	void (*created)(struct virtgpu_object *obj, struct virtgpu_quota *quota);
	/** @restore: the same on a host that forgot it; NULL if it can't be brought back. */
	int (*restore)(struct virtgpu_object *obj, struct list_head *vbufs);
	/** @revoke: leave no way to the host's memory; may be NULL. */
	void (*revoke)(struct virtgpu_object *obj);
	/** @invalidate: forget what the host, reset meanwhile, knew; may be NULL. */
	void (*invalidate)(struct virtgpu_object *obj);
	/** @unmap_host: nobody uses it any longer, UNREF follows; may be NULL. */
	void (*unmap_host)(struct virtgpu_object *obj);
	/** @release: free it; the host has let go of it. May sleep. */
	void (*release)(struct virtgpu_object *obj);
	/** @attach: @dev will use the dma-buf. NULL, with the next three: guest pages. */
	int (*attach)(struct virtgpu_object *obj, struct device *dev);
	/** @detach: undo @attach. */
	void (*detach)(struct virtgpu_object *obj);
	/** @map: fill in an empty table with what @dev sees. */
	int (*map)(struct virtgpu_object *obj, struct device *dev, struct sg_table *sgt,
		   enum dma_data_direction dir);
	/** @unmap: undo @map. */
	void (*unmap)(struct virtgpu_object *obj, struct device *dev, struct sg_table *sgt,
		      enum dma_data_direction dir);
};

/**
 * struct virtgpu_object - a buffer, and the host resource that it stands for
 *
 * Its memory: virtgpu_pages.c, virtgpu_vram.c (the host's) or virtgpu_import.c.
 */
struct virtgpu_object {
	/** @base: GEM object and guest pages; no pages for host memory. First. */
	struct drm_gem_shmem_object base;
	/** @ops: its kind. */
	const struct virtgpu_object_ops *ops;
	/** @retired: in the list of what nobody has any more (virtgpu_retire.c). */
	struct list_head retired;
	/** @res_id: the host's name for it; never given to another object. */
	u32 res_id;
	/** @handle: who has it open. */
	struct virtgpu_handle handle;
	/** @blob_mem: VIRTGPU_BLOB_MEM_*, or 0 for a classic resource. */
	u32 blob_mem;
	/** @blob_flags: VIRTGPU_BLOB_FLAG_USE_*. */
	u32 blob_flags;
	/** @dumb: made for software rendering. */
	bool dumb;
	/** @created: a create command was queued, so free has to unref. */
	bool created;
	/** @fresh: nobody has had a handle yet but its maker, who gets the first. */
	bool fresh;
	/** @params: how it was made, to make it again once the host forgot. */
	struct virtgpu_object_params params;
	/** @host_refs: 1 until UNREF has ended, and 1 for each command that makes it. */
	refcount_t host_refs;
	/** @error: 0, or why the host refused it. Set once, from any context; read anywhere. */
	int error;
	/** @copy: how much of it the host has, if it is shown by copies. */
	struct virtgpu_copy copy;
	/** @has_uuid: @uuid is known; guarded by a lock in virtgpu_export.c. */
	bool has_uuid;
	/** @uuid: the name by which other virtio devices know the resource. */
	uuid_t uuid;
};

#define to_virtgpu_object(gem) container_of((gem), struct virtgpu_object, base.base)

int virtgpu_object_table_init(struct virtgpu_device *vgdev);
void virtgpu_object_table_fini(struct virtgpu_device *vgdev);
int virtgpu_object_create(struct virtgpu_device *vgdev,
			  const struct virtgpu_object_ops *ops,
			  struct virtgpu_object_params *params,
			  struct virtgpu_object **out);
int virtgpu_object_host_create(struct virtgpu_object *obj,
			       const struct virtgpu_object_ops *ops,
			       struct virtgpu_object_params *params, unsigned int timeout_ms);
void virtgpu_object_append(struct virtgpu_object *obj, struct virtgpu_vbuf *vbuf,
			   struct list_head *vbufs);
void virtgpu_object_revoke_all(struct virtgpu_device *vgdev);
void virtgpu_object_invalidate_all(struct virtgpu_device *vgdev);
void virtgpu_object_restore_all(struct virtgpu_device *vgdev);
bool virtgpu_object_is_lost(const struct virtgpu_object *obj);
int virtgpu_object_open(struct drm_gem_object *gem, struct drm_file *file);
void virtgpu_object_close(struct drm_gem_object *gem, struct drm_file *file);
void virtgpu_object_free(struct drm_gem_object *gem);

#endif
