// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are classic 3D resources made and moved, and command streams sent?
 */
#include <linux/uaccess.h>
#include <linux/virtio_gpu.h>

#include "virtgpu_cmd.h"
#include "virtgpu_proto.h"
#include "virtgpu_payload.h"
#include "virtgpu_user.h"
#include "virtgpu_vbuf.h"

/**
 * virtgpu_cmd_create_3d - RESOURCE_CREATE_3D
 * @res_id: a fresh resource id
 * @texture: what it is
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_create_3d(u32 res_id, const struct virtgpu_texture *texture)
{
	struct virtio_gpu_resource_create_3d *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_RESOURCE_CREATE_3D, sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return NULL;
	cmd = (void *)vbuf->cmd;
	cmd->resource_id = cpu_to_le32(res_id);
	cmd->target = cpu_to_le32(texture->target);
	cmd->format = cpu_to_le32(texture->format);
	cmd->bind = cpu_to_le32(texture->bind);
	cmd->width = cpu_to_le32(texture->width);
	cmd->height = cpu_to_le32(texture->height);
	cmd->depth = cpu_to_le32(texture->depth);
	cmd->array_size = cpu_to_le32(texture->array_size);
	cmd->last_level = cpu_to_le32(texture->last_level);
	cmd->nr_samples = cpu_to_le32(texture->nr_samples);
	cmd->flags = cpu_to_le32(texture->flags);
	return vbuf;
}

/**
 * virtgpu_cmd_transfer_3d - TRANSFER_TO_HOST_3D or TRANSFER_FROM_HOST_3D
 * @res_id: the resource
 * @transfer: what to move
 * @to_host: the direction
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_transfer_3d(u32 res_id,
					     const struct virtgpu_transfer *transfer,
					     bool to_host)
{
	struct virtio_gpu_transfer_host_3d *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(to_host ? VIRTIO_GPU_CMD_TRANSFER_TO_HOST_3D :
					    VIRTIO_GPU_CMD_TRANSFER_FROM_HOST_3D,
				  sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return NULL;
	cmd = (void *)vbuf->cmd;
	cmd->hdr.ctx_id = cpu_to_le32(transfer->ctx_id);
	virtgpu_proto_box(&cmd->box, transfer->box);
	cmd->offset = cpu_to_le64(transfer->offset);
	cmd->resource_id = cpu_to_le32(res_id);
	cmd->level = cpu_to_le32(transfer->level);
	cmd->stride = cpu_to_le32(transfer->stride);
	cmd->layer_stride = cpu_to_le32(transfer->layer_stride);
	return vbuf;
}

/**
 * virtgpu_cmd_submit - SUBMIT_3D, with room for its stream
 * @ctx_id: the context
 * @size: bytes of the stream, at most VIRTGPU_PAYLOAD_MAX; 0 and odd sizes are
 *        passed on
 *
 * A small stream travels in the vbuf itself, behind the header: nothing else is
 * allocated and the chain has two descriptors. Not to be sent before
 * virtgpu_cmd_submit_stream() has filled it.
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_submit(u32 ctx_id, u32 size)
{
	struct virtio_gpu_cmd_submit *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_SUBMIT_3D, sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return NULL;
	cmd = (void *)vbuf->cmd;
	cmd->hdr.ctx_id = cpu_to_le32(ctx_id);
	cmd->size = cpu_to_le32(size);

	if (size <= sizeof(vbuf->cmd) - sizeof(*cmd)) {
		vbuf->cmd_size += size;
		return vbuf;
	}
	vbuf->payload = virtgpu_payload_alloc(size);
	if (!vbuf->payload) {
		virtgpu_vbuf_put(vbuf);
		return NULL;
	}
	return vbuf;
}

/* Longer streams are better copied by those whose trade it is. */
#define VIRTGPU_CMD_SMALL_STREAM	32

/**
 * virtgpu_cmd_submit_stream - fill a submission
 * @vbuf: from virtgpu_cmd_submit()
 * @data: as many bytes as it has room for, in user memory
 *
 * Return: 0 or -EFAULT; the command is the caller's either way.
 */
int virtgpu_cmd_submit_stream(struct virtgpu_vbuf *vbuf, const void __user *data)
{
	const size_t fixed = sizeof(struct virtio_gpu_cmd_submit);
	const size_t size = vbuf->cmd_size - fixed;

	if (vbuf->payload)
		return virtgpu_payload_copy_from_user(vbuf->payload, data);
	if (!size)
		return 0;
	/* What copy_from_user() checks at length is plain for so few words. */
	if (size <= VIRTGPU_CMD_SMALL_STREAM &&
	    IS_ALIGNED(size | (unsigned long)data, sizeof(u32)))
		return virtgpu_user_read_words((u32 *)(vbuf->cmd + fixed), data,
					       size / sizeof(u32));
	if (copy_from_user(vbuf->cmd + fixed, data, size))
		return -EFAULT;
	return 0;
}
