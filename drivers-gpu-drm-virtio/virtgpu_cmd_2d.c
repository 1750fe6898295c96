// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is a resource with guest pages made, filled and dropped on the host?
 */
#include <linux/virtio_gpu.h>

#include "virtgpu_cmd.h"
#include "virtgpu_device_types.h"
#include "virtgpu_object.h"
#include "virtgpu_proto.h"
#include "virtgpu_shmem.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/**
 * virtgpu_cmd_create_2d - RESOURCE_CREATE_2D
 * @vgdev: the device
 * @obj: the object, with its resource id
 * @params: format, width and height
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_cmd_create_2d(struct virtgpu_device *vgdev, struct virtgpu_object *obj,
			  const struct virtgpu_object_params *params)
{
	struct virtio_gpu_resource_create_2d *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(vgdev, VIRTIO_GPU_CMD_RESOURCE_CREATE_2D,
				  sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return -ENOMEM;
	cmd = (void *)vbuf->cmd;
	cmd->resource_id = cpu_to_le32(obj->res_id);
	cmd->format = cpu_to_le32(params->format);
	cmd->width = cpu_to_le32(params->width);
	cmd->height = cpu_to_le32(params->height);
	virtgpu_object_track_create(obj, vbuf);
	virtgpu_vq_queue(vgdev->ctrlq, vbuf);
	return 0;
}

/**
 * virtgpu_cmd_attach_backing - RESOURCE_ATTACH_BACKING
 * @vgdev: the device
 * @obj: the object; created on the host before
 * @payload: its pages, from virtgpu_shmem_entries(); consumed
 * @vbuf: an empty command from virtgpu_cmd_attach_backing_alloc(); consumed
 *
 * The memory comes from the caller, so that a resource is either made with its
 * pages or not made at all.
 */
void virtgpu_cmd_attach_backing(struct virtgpu_device *vgdev,
				struct virtgpu_object *obj,
				struct virtgpu_payload *payload,
				struct virtgpu_vbuf *vbuf)
{
	struct virtio_gpu_resource_attach_backing *cmd = (void *)vbuf->cmd;

	cmd->resource_id = cpu_to_le32(obj->res_id);
	cmd->nr_entries = cpu_to_le32(payload->size / sizeof(struct virtio_gpu_mem_entry));
	vbuf->payload = payload;
	virtgpu_object_track_create(obj, vbuf);
	virtgpu_vq_queue(vgdev->ctrlq, vbuf);
}

/**
 * virtgpu_cmd_attach_backing_alloc - reserve memory for ATTACH_BACKING
 * @vgdev: the device
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_attach_backing_alloc(struct virtgpu_device *vgdev)
{
	return virtgpu_vbuf_alloc(vgdev, VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING,
				  sizeof(struct virtio_gpu_resource_attach_backing),
				  GFP_KERNEL);
}

/**
 * virtgpu_cmd_unref - RESOURCE_UNREF
 * @vgdev: the device
 * @obj: the object
 * @release: called where sleeping is allowed, once the host has let go of the
 *           object's pages; &virtgpu_vbuf.priv is @obj
 *
 * Never fenced: QEMU does not resume a fenced UNREF that it had to suspend.
 */
void virtgpu_cmd_unref(struct virtgpu_device *vgdev, struct virtgpu_object *obj,
		       void (*release)(struct virtgpu_vbuf *vbuf))
{
	struct virtio_gpu_resource_unref *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(vgdev, VIRTIO_GPU_CMD_RESOURCE_UNREF, sizeof(*cmd),
				  GFP_KERNEL | __GFP_NOFAIL);
	cmd = (void *)vbuf->cmd;
	cmd->resource_id = cpu_to_le32(obj->res_id);
	vbuf->priv = obj;
	vbuf->release = release;
	/* It has been complained about when the host refused to create it. */
	vbuf->quiet = virtgpu_object_error(obj);
	virtgpu_vq_queue(vgdev->ctrlq, vbuf);
}

/**
 * virtgpu_cmd_transfer_to_host_2d - TRANSFER_TO_HOST_2D
 * @vgdev: the device
 * @obj: a classic resource
 * @offset: bytes from the start of its pages to the first pixel
 * @x: left edge in pixels
 * @y: upper edge in pixels
 * @width: in pixels
 * @height: in pixels
 * @gfp: GFP_KERNEL, with __GFP_NOFAIL where the frame must not be lost
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_cmd_transfer_to_host_2d(struct virtgpu_device *vgdev,
				    struct virtgpu_object *obj, u64 offset,
				    u32 x, u32 y, u32 width, u32 height, gfp_t gfp)
{
	struct virtio_gpu_transfer_to_host_2d *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(vgdev, VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D,
				  sizeof(*cmd), gfp);
	if (!vbuf)
		return -ENOMEM;
	cmd = (void *)vbuf->cmd;
	virtgpu_proto_rect(&cmd->r, x, y, width, height);
	cmd->offset = cpu_to_le64(offset);
	cmd->resource_id = cpu_to_le32(obj->res_id);
	virtgpu_shmem_sync_for_device(obj);
	virtgpu_vq_queue(vgdev->ctrlq, vbuf);
	return 0;
}
