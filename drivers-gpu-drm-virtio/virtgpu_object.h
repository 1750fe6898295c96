/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_OBJECT_H
#define VIRTGPU_OBJECT_H

#include <linux/types.h>
#include <linux/uuid.h>

#include <drm/drm_gem_shmem_helper.h>

#include "virtgpu_cmd.h"

struct drm_device;
struct drm_file;
struct virtgpu_device;
struct virtgpu_payload;
struct virtgpu_vbuf;

/**
 * struct virtgpu_object_params - what userspace asks a buffer to be
 *
 * All zero but @size and the fields of one kind: a 2D resource (format, width
 * and height of @texture), a 3D resource (@virgl, and all of @texture), or a blob
 * (&virtgpu_blob.mem is not zero).
 */
struct virtgpu_object_params {
	/** @size: bytes; made a multiple of the page size, at least a page. */
	u64 size;
	/** @dumb: made by DRM_IOCTL_MODE_CREATE_DUMB. */
	bool dumb;
	/** @virgl: a classic 3D resource. */
	bool virgl;
	/** @texture: what a classic resource is. */
	struct virtgpu_texture texture;
	/** @blob: what a blob is; its size is that of the object. */
	struct virtgpu_blob blob;
	/** @command: sent before the blob is made, or NULL; consumed if it is. */
	struct virtgpu_vbuf *command;
	/** @defer_map: take no range of the window before the first mmap. */
	bool defer_map;
};

/**
 * struct virtgpu_object - a buffer, and the host resource that it stands for
 *
 * Three kinds: guest pages (virtgpu_shmem.c), host memory that is seen through
 * the window (struct virtgpu_vram, virtgpu_vram.c), and another driver's
 * dma-buf (virtgpu_import.c).
 */
struct virtgpu_object {
	/** @base: GEM object and guest pages; no pages for host memory. */
	struct drm_gem_shmem_object base;
	/** @res_id: the host's name for it; never given to another object. */
	u32 res_id;
	/** @blob_mem: VIRTGPU_BLOB_MEM_*, or 0 for a classic resource. */
	u32 blob_mem;
	/** @blob_flags: VIRTGPU_BLOB_FLAG_USE_*. */
	u32 blob_flags;
	/** @dumb: made for software rendering. */
	bool dumb;
	/** @host3d_blob: a blob with storage on the host. */
	bool host3d_blob;
	/** @guest_blob: a blob with guest pages. */
	bool guest_blob;
	/** @vram: embedded in a struct virtgpu_vram. */
	bool vram;
	/** @imported: the pages are another driver's. */
	bool imported;
	/** @created: a create command was queued, so free has to unref. */
	bool created;
	/**
	 * @answered: the host has answered to its making, one way or the other;
	 * what travels on another queue may name it.
	 */
	bool answered;
	/** @params: how it was made, to make it again once the host forgot. */
	struct virtgpu_object_params params;
	/**
	 * @error: 0, or why the host refused the resource: mmap and execbuffer
	 * answer with it. Written once from the interrupt, read anywhere.
	 */
	int error;

	/** @has_uuid: @uuid is known; guarded by a lock in virtgpu_prime.c. */
	bool has_uuid;
	/** @uuid: the name by which other virtio devices know the resource. */
	uuid_t uuid;
};

#define to_virtgpu_object(gem) \
	container_of((gem), struct virtgpu_object, base.base)

void virtgpu_object_table_init(struct virtgpu_device *vgdev);
void virtgpu_object_table_fini(struct virtgpu_device *vgdev);

int virtgpu_object_create(struct virtgpu_device *vgdev,
			  struct virtgpu_object_params *params,
			  struct virtgpu_object **out);
int virtgpu_object_host_create(struct virtgpu_object *obj,
			    struct virtgpu_object_params *params);
void virtgpu_object_track_create(struct virtgpu_object *obj, struct virtgpu_vbuf *vbuf);
void virtgpu_object_pre_reset(struct virtgpu_device *vgdev);
void virtgpu_object_post_reset(struct virtgpu_device *vgdev);
int virtgpu_object_error(const struct virtgpu_object *obj);

int virtgpu_object_open(struct drm_gem_object *gem, struct drm_file *file);
void virtgpu_object_close(struct drm_gem_object *gem, struct drm_file *file);
void virtgpu_object_free(struct drm_gem_object *gem);

#endif
