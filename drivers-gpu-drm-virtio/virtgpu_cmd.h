/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can be asked of the host? One function a command.
 *
 * A function that returns an int puts the command in line; it can fail for want
 * of memory, and then nothing was sent. A void function allocates with
 * __GFP_NOFAIL, because what it says must not be lost. One that returns a vbuf
 * leaves the queueing to the caller, who gets NULL without memory. In no case is
 * the host told at once: virtgpu_vq_kick() follows after the last of a series.
 * A fence that is passed is consumed. The virtgpu_cmd_get_*() functions wait for
 * the answer.
 */
#ifndef VIRTGPU_CMD_H
#define VIRTGPU_CMD_H

#include <linux/types.h>

struct drm_virtgpu_3d_box;
struct virtgpu_device;
struct virtgpu_fence;
struct virtgpu_object;
struct virtgpu_object_params;
struct virtgpu_payload;
struct virtgpu_vbuf;

/* virtgpu_cmd_2d.c: resources with guest pages */
int virtgpu_cmd_create_2d(struct virtgpu_device *vgdev, struct virtgpu_object *obj,
			  const struct virtgpu_object_params *params);
struct virtgpu_vbuf *virtgpu_cmd_attach_backing_alloc(struct virtgpu_device *vgdev);
void virtgpu_cmd_attach_backing(struct virtgpu_device *vgdev,
				struct virtgpu_object *obj,
				struct virtgpu_payload *payload,
				struct virtgpu_vbuf *vbuf);
void virtgpu_cmd_unref(struct virtgpu_device *vgdev, struct virtgpu_object *obj,
		       void (*release)(struct virtgpu_vbuf *vbuf));
int virtgpu_cmd_transfer_to_host_2d(struct virtgpu_device *vgdev,
				    struct virtgpu_object *obj, u64 offset,
				    u32 x, u32 y, u32 width, u32 height, gfp_t gfp);

/* virtgpu_cmd_3d.c: classic 3D resources and submissions */
int virtgpu_cmd_create_3d(struct virtgpu_device *vgdev, struct virtgpu_object *obj,
			  const struct virtgpu_object_params *params);
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

struct virtgpu_vbuf *virtgpu_cmd_transfer_3d(struct virtgpu_device *vgdev,
					     struct virtgpu_object *obj,
					     const struct virtgpu_transfer *transfer,
					     bool to_host);
struct virtgpu_vbuf *virtgpu_cmd_submit(struct virtgpu_device *vgdev, u32 ctx_id,
					const void __user *data, u32 size);

/* virtgpu_cmd_blob.c: blob resources and the window */
struct virtgpu_vbuf *virtgpu_cmd_create_blob(struct virtgpu_device *vgdev,
					     struct virtgpu_object *obj,
					     const struct virtgpu_object_params *params,
					     struct virtgpu_payload *payload);
struct virtgpu_vbuf *virtgpu_cmd_map_blob(struct virtgpu_device *vgdev,
					  struct virtgpu_object *obj, u64 offset);
void virtgpu_cmd_unmap_blob(struct virtgpu_device *vgdev, struct virtgpu_object *obj);
int virtgpu_cmd_get_uuid(struct virtgpu_device *vgdev, struct virtgpu_object *obj,
			 u8 *uuid);

/* virtgpu_cmd_ctx.c: contexts and capability sets */
struct virtgpu_vbuf *virtgpu_cmd_ctx_create(struct virtgpu_device *vgdev, u32 ctx_id,
					    u32 context_init, const char *name);
struct virtgpu_vbuf *virtgpu_cmd_ctx_destroy(struct virtgpu_device *vgdev, u32 ctx_id);
struct virtgpu_vbuf *virtgpu_cmd_ctx_resource(struct virtgpu_device *vgdev, u32 ctx_id,
					      u32 res_id, bool attach, gfp_t gfp);
struct virtgpu_vbuf *virtgpu_cmd_capset_info(struct virtgpu_device *vgdev, u32 index);
struct virtgpu_vbuf *virtgpu_cmd_capset(struct virtgpu_device *vgdev, u32 id,
					u32 version, u32 max_size);

#endif
