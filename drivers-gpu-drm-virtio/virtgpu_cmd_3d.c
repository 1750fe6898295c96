// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are classic 3D resources made and moved, and command streams sent?
 */
#include <linux/err.h>
#include <linux/uaccess.h>
#include <linux/virtio_gpu.h>

#include "virtgpu_cmd.h"
#include "virtgpu_device_types.h"
#include "virtgpu_object.h"
#include "virtgpu_proto.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/**
 * virtgpu_cmd_create_3d - RESOURCE_CREATE_3D
 * @vgdev: the device
 * @obj: the object, with its resource id
 * @params: passed to the host as they are; it alone knows what they mean
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_cmd_create_3d(struct virtgpu_device *vgdev, struct virtgpu_object *obj,
			  const struct virtgpu_object_params *params)
{
	struct virtio_gpu_resource_create_3d *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(vgdev, VIRTIO_GPU_CMD_RESOURCE_CREATE_3D,
				  sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return -ENOMEM;
	cmd = (void *)vbuf->cmd;
	cmd->resource_id = cpu_to_le32(obj->res_id);
	cmd->target = cpu_to_le32(params->target);
	cmd->format = cpu_to_le32(params->format);
	cmd->bind = cpu_to_le32(params->bind);
	cmd->width = cpu_to_le32(params->width);
	cmd->height = cpu_to_le32(params->height);
	cmd->depth = cpu_to_le32(params->depth);
	cmd->array_size = cpu_to_le32(params->array_size);
	cmd->last_level = cpu_to_le32(params->last_level);
	cmd->nr_samples = cpu_to_le32(params->nr_samples);
	cmd->flags = cpu_to_le32(params->flags);
	virtgpu_object_track_create(obj, vbuf);
	virtgpu_vq_queue(vgdev->ctrlq, vbuf);
	return 0;
}

/**
 * virtgpu_cmd_transfer_3d - TRANSFER_TO_HOST_3D or TRANSFER_FROM_HOST_3D
 * @vgdev: the device
 * @obj: the resource
 * @transfer: what to move
 * @to_host: the direction
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_transfer_3d(struct virtgpu_device *vgdev,
					     struct virtgpu_object *obj,
					     const struct virtgpu_transfer *transfer,
					     bool to_host)
{
	struct virtio_gpu_transfer_host_3d *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(vgdev, to_host ? VIRTIO_GPU_CMD_TRANSFER_TO_HOST_3D :
						   VIRTIO_GPU_CMD_TRANSFER_FROM_HOST_3D,
				  sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return NULL;
	cmd = (void *)vbuf->cmd;
	cmd->hdr.ctx_id = cpu_to_le32(transfer->ctx_id);
	virtgpu_proto_box(&cmd->box, transfer->box);
	cmd->offset = cpu_to_le64(transfer->offset);
	cmd->resource_id = cpu_to_le32(obj->res_id);
	cmd->level = cpu_to_le32(transfer->level);
	cmd->stride = cpu_to_le32(transfer->stride);
	cmd->layer_stride = cpu_to_le32(transfer->layer_stride);
	return vbuf;
}

/**
 * virtgpu_cmd_submit - SUBMIT_3D
 * @vgdev: the device
 * @ctx_id: the context
 * @data: the command stream, in user memory
 * @size: its bytes, at most VIRTGPU_PAYLOAD_MAX; 0 and odd sizes are passed on
 *
 * A small stream travels in the vbuf itself, behind the header: nothing else is
 * allocated and the chain has two descriptors.
 *
 * Return: the command, or ERR_PTR of -ENOMEM or -EFAULT.
 */
struct virtgpu_vbuf *virtgpu_cmd_submit(struct virtgpu_device *vgdev, u32 ctx_id,
					const void __user *data, u32 size)
{
	struct virtio_gpu_cmd_submit *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(vgdev, VIRTIO_GPU_CMD_SUBMIT_3D, sizeof(*cmd),
				  GFP_KERNEL);
	if (!vbuf)
		return ERR_PTR(-ENOMEM);
	cmd = (void *)vbuf->cmd;
	cmd->hdr.ctx_id = cpu_to_le32(ctx_id);
	cmd->size = cpu_to_le32(size);

	if (size <= sizeof(vbuf->cmd) - sizeof(*cmd)) {
		vbuf->cmd_size += size;
		if (copy_from_user(vbuf->cmd + sizeof(*cmd), data, size))
			goto err_fault;
		return vbuf;
	}
	vbuf->payload = virtgpu_payload_alloc(size);
	if (!vbuf->payload) {
		virtgpu_vbuf_put(vbuf);
		return ERR_PTR(-ENOMEM);
	}
	if (virtgpu_payload_copy_from_user(vbuf->payload, data))
		goto err_fault;
	return vbuf;

err_fault:
	virtgpu_vbuf_put(vbuf);
	return ERR_PTR(-EFAULT);
}
