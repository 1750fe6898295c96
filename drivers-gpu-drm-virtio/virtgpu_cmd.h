/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can be asked of the host? One function a command: numbers in, vbuf out.
 *
 * They know no object, no queue and no lock, and wait for nothing but memory.
 * The vbuf is the caller's, who hooks up what shall happen at its end and queues
 * it. It is NULL without memory; a command that must not be lost is allocated
 * with __GFP_NOFAIL and never NULL, as its comment says. What the answer has to
 * look like is in the vbuf, too: who sends it need not know.
 */
#ifndef VIRTGPU_CMD_H
#define VIRTGPU_CMD_H

#include <linux/types.h>

struct drm_virtgpu_3d_box;
struct virtgpu_payload;
struct virtgpu_vbuf;

/**
 * struct virtgpu_texture - what RESOURCE_CREATE_3D says
 *
 * Passed to the host as it is; it alone knows what it means. RESOURCE_CREATE_2D
 * says @format, @width and @height.
 */
struct virtgpu_texture {
	/** @target: gallium's texture target. */
	u32 target;
	/** @format: gallium's format; enum virtio_gpu_formats in 2D. */
	u32 format;
	/** @bind: gallium's bind flags. */
	u32 bind;
	/** @width: pixels, or bytes of a buffer. */
	u32 width;
	/** @height: pixels. */
	u32 height;
	/** @depth: slices. */
	u32 depth;
	/** @array_size: layers. */
	u32 array_size;
	/** @last_level: the smallest mipmap level. */
	u32 last_level;
	/** @nr_samples: for multi-sampling. */
	u32 nr_samples;
	/** @flags: VIRTIO_GPU_RESOURCE_FLAG_*. */
	u32 flags;
};

/**
 * struct virtgpu_blob - what RESOURCE_CREATE_BLOB says
 * @ctx_id: the context that @id belongs to
 * @mem: VIRTIO_GPU_BLOB_MEM_*
 * @flags: VIRTIO_GPU_BLOB_FLAG_USE_*
 * @id: the context's name for host storage
 * @size: bytes
 */
struct virtgpu_blob {
	u32 ctx_id;
	u32 mem;
	u32 flags;
	u64 id;
	u64 size;
};

/**
 * struct virtgpu_transfer - what TRANSFER_TO_HOST_3D and FROM_HOST_3D say
 * @ctx_id: the context whose protocol the resource speaks
 * @box: the part of the resource, as userspace gave it
 * @level: mipmap level
 * @offset: bytes from the start of the guest pages
 * @stride: bytes a line, or 0 for the host's own
 * @layer_stride: bytes a layer, or 0 for the host's own
 */
struct virtgpu_transfer {
	u32 ctx_id;
	const struct drm_virtgpu_3d_box *box;
	u32 level;
	u64 offset;
	u32 stride;
	u32 layer_stride;
};

/* virtgpu_cmd_2d.c: resources with guest pages */
struct virtgpu_vbuf *virtgpu_cmd_create_2d(u32 res_id, u32 format, u32 width, u32 height);
struct virtgpu_vbuf *virtgpu_cmd_attach_backing(u32 res_id, struct virtgpu_payload *payload);
struct virtgpu_vbuf *virtgpu_cmd_unref(u32 res_id);
struct virtgpu_vbuf *virtgpu_cmd_transfer_to_host_2d(u32 res_id, u64 offset, u32 x, u32 y,
						     u32 width, u32 height, gfp_t gfp);

/* virtgpu_cmd_3d.c: classic 3D resources and submissions */
struct virtgpu_vbuf *virtgpu_cmd_create_3d(u32 res_id, const struct virtgpu_texture *texture);
struct virtgpu_vbuf *virtgpu_cmd_transfer_3d(u32 res_id,
					     const struct virtgpu_transfer *transfer,
					     bool to_host);
struct virtgpu_vbuf *virtgpu_cmd_submit(u32 ctx_id, u32 size);
int virtgpu_cmd_submit_stream(struct virtgpu_vbuf *vbuf, const void __user *data);

/* virtgpu_cmd_blob.c: blob resources and the window */
struct virtgpu_vbuf *virtgpu_cmd_create_blob(u32 res_id, const struct virtgpu_blob *blob,
					     struct virtgpu_payload *payload);
struct virtgpu_vbuf *virtgpu_cmd_map_blob(u32 res_id, u64 offset);
struct virtgpu_vbuf *virtgpu_cmd_unmap_blob(u32 res_id);
struct virtgpu_vbuf *virtgpu_cmd_assign_uuid(u32 res_id);

/* virtgpu_cmd_ctx.c: contexts and capability sets */
struct virtgpu_vbuf *virtgpu_cmd_ctx_create(u32 ctx_id, u32 context_init, const char *name);
struct virtgpu_vbuf *virtgpu_cmd_ctx_destroy(u32 ctx_id);
struct virtgpu_vbuf *virtgpu_cmd_ctx_resource(u32 ctx_id, u32 res_id, bool attach, gfp_t gfp);
struct virtgpu_vbuf *virtgpu_cmd_capset_info(u32 index);
struct virtgpu_vbuf *virtgpu_cmd_capset(u32 id, u32 version, u32 max_size);

#endif
