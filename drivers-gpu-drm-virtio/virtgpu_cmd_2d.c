// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is a resource with guest pages made, filled and dropped on the host?
 */
#include <linux/virtio_gpu.h>

#include "virtgpu_cmd.h"
#include "virtgpu_proto.h"
#include "virtgpu_payload.h"
#include "virtgpu_vbuf.h"

/**
 * virtgpu_cmd_create_2d - RESOURCE_CREATE_2D
 * @res_id: a fresh resource id
 * @format: enum virtio_gpu_formats
 * @width: in pixels
 * @height: in pixels
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_create_2d(u32 res_id, u32 format, u32 width, u32 height)
{
	struct virtio_gpu_resource_create_2d *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_RESOURCE_CREATE_2D, sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return NULL;
	cmd = (void *)vbuf->cmd;
	cmd->resource_id = cpu_to_le32(res_id);
	cmd->format = cpu_to_le32(format);
	cmd->width = cpu_to_le32(width);
	cmd->height = cpu_to_le32(height);
	return vbuf;
}

/**
 * virtgpu_cmd_attach_backing - RESOURCE_ATTACH_BACKING
 * @res_id: the resource
 * @payload: its pages, an array of struct virtio_gpu_mem_entry; consumed unless
 *           NULL is returned
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_attach_backing(u32 res_id, struct virtgpu_payload *payload)
{
	struct virtio_gpu_resource_attach_backing *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING, sizeof(*cmd),
				  GFP_KERNEL);
	if (!vbuf)
		return NULL;
	cmd = (void *)vbuf->cmd;
	cmd->resource_id = cpu_to_le32(res_id);
	cmd->nr_entries = cpu_to_le32(payload->size / sizeof(struct virtio_gpu_mem_entry));
	vbuf->payload = payload;
	return vbuf;
}

/**
 * virtgpu_cmd_unref - RESOURCE_UNREF
 * @res_id: the resource
 *
 * Not to be fenced: QEMU does not resume a fenced UNREF that it had to suspend.
 *
 * Return: the command, never NULL.
 */
struct virtgpu_vbuf *virtgpu_cmd_unref(u32 res_id)
{
	struct virtio_gpu_resource_unref *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_RESOURCE_UNREF, sizeof(*cmd),
				  GFP_KERNEL | __GFP_NOFAIL);
	cmd = (void *)vbuf->cmd;
	cmd->resource_id = cpu_to_le32(res_id);
	return vbuf;
}

/**
 * virtgpu_cmd_transfer_to_host_2d - TRANSFER_TO_HOST_2D
 * @res_id: a classic resource
 * @offset: bytes from the start of its pages to the first pixel
 * @x: left edge in pixels
 * @y: upper edge in pixels
 * @width: in pixels
 * @height: in pixels
 * @gfp: GFP_KERNEL, with __GFP_NOFAIL where the frame must not be lost
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_transfer_to_host_2d(u32 res_id, u64 offset, u32 x, u32 y,
						     u32 width, u32 height, gfp_t gfp)
{
	struct virtio_gpu_transfer_to_host_2d *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D, sizeof(*cmd), gfp);
	if (!vbuf)
		return NULL;
	cmd = (void *)vbuf->cmd;
	virtgpu_proto_rect(&cmd->r, x, y, width, height);
	cmd->offset = cpu_to_le64(offset);
	cmd->resource_id = cpu_to_le32(res_id);
	return vbuf;
}
