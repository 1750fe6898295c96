// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are blob resources made, named, and shown in the host-visible window?
 */
#include <linux/string.h>
#include <linux/virtio_gpu.h>

#include "virtgpu_cmd.h"
#include "virtgpu_device_types.h"
#include "virtgpu_object.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/**
 * virtgpu_cmd_create_blob - RESOURCE_CREATE_BLOB
 * @vgdev: the device
 * @obj: the object, with its resource id
 * @params: kind, flags and the context's name for the storage
 * @payload: guest pages, or NULL; consumed unless NULL is returned
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_create_blob(struct virtgpu_device *vgdev,
					     struct virtgpu_object *obj,
					     const struct virtgpu_object_params *params,
					     struct virtgpu_payload *payload)
{
	struct virtio_gpu_resource_create_blob *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(vgdev, VIRTIO_GPU_CMD_RESOURCE_CREATE_BLOB,
				  sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return NULL;
	cmd = (void *)vbuf->cmd;
	cmd->hdr.ctx_id = cpu_to_le32(params->ctx_id);
	cmd->resource_id = cpu_to_le32(obj->res_id);
	cmd->blob_mem = cpu_to_le32(params->blob_mem);
	cmd->blob_flags = cpu_to_le32(params->blob_flags);
	cmd->blob_id = cpu_to_le64(params->blob_id);
	cmd->size = cpu_to_le64(obj->base.base.size);
	if (payload) {
		cmd->nr_entries =
			cpu_to_le32(payload->size / sizeof(struct virtio_gpu_mem_entry));
		vbuf->payload = payload;
	}
	virtgpu_object_track_create(obj, vbuf);
	return vbuf;
}

/**
 * virtgpu_cmd_map_blob - RESOURCE_MAP_BLOB
 * @vgdev: the device
 * @obj: a mappable blob with storage on the host
 * @offset: bytes from the start of the window
 *
 * The answer is a struct virtio_gpu_resp_map_info.
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_map_blob(struct virtgpu_device *vgdev,
					  struct virtgpu_object *obj, u64 offset)
{
	struct virtio_gpu_resource_map_blob *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(vgdev, VIRTIO_GPU_CMD_RESOURCE_MAP_BLOB,
				  sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return NULL;
	/* Fits into the vbuf, so it can't fail. */
	virtgpu_vbuf_expect(vbuf, VIRTIO_GPU_RESP_OK_MAP_INFO,
			    sizeof(struct virtio_gpu_resp_map_info),
			    sizeof(struct virtio_gpu_resp_map_info), GFP_KERNEL);
	cmd = (void *)vbuf->cmd;
	cmd->resource_id = cpu_to_le32(obj->res_id);
	cmd->offset = cpu_to_le64(offset);
	return vbuf;
}

/**
 * virtgpu_cmd_unmap_blob - RESOURCE_UNMAP_BLOB
 * @vgdev: the device
 * @obj: a mapped blob; nothing in the guest maps it any longer
 *
 * Never fenced: QEMU does not resume a fenced UNMAP that it had to suspend.
 */
void virtgpu_cmd_unmap_blob(struct virtgpu_device *vgdev, struct virtgpu_object *obj)
{
	struct virtio_gpu_resource_unmap_blob *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(vgdev, VIRTIO_GPU_CMD_RESOURCE_UNMAP_BLOB,
				  sizeof(*cmd), GFP_KERNEL | __GFP_NOFAIL);
	cmd = (void *)vbuf->cmd;
	cmd->resource_id = cpu_to_le32(obj->res_id);
	virtgpu_vq_queue(vgdev->ctrlq, vbuf);
}

/**
 * virtgpu_cmd_get_uuid - RESOURCE_ASSIGN_UUID, and wait for the answer
 * @vgdev: the device
 * @obj: the object
 * @uuid: 16 bytes, as other virtio devices of the host know them
 *
 * Return: 0, -ENOMEM, the host's error, -ETIMEDOUT, or -ERESTARTSYS if killed.
 */
int virtgpu_cmd_get_uuid(struct virtgpu_device *vgdev, struct virtgpu_object *obj,
			 u8 *uuid)
{
	struct virtio_gpu_resource_assign_uuid *cmd;
	struct virtio_gpu_resp_resource_uuid *resp;
	struct virtgpu_vbuf *vbuf;
	int ret;

	vbuf = virtgpu_vbuf_alloc(vgdev, VIRTIO_GPU_CMD_RESOURCE_ASSIGN_UUID,
				  sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return -ENOMEM;
	virtgpu_vbuf_expect(vbuf, VIRTIO_GPU_RESP_OK_RESOURCE_UUID, sizeof(*resp),
			    sizeof(*resp), GFP_KERNEL);
	cmd = (void *)vbuf->cmd;
	cmd->resource_id = cpu_to_le32(obj->res_id);
	ret = virtgpu_vq_call(vgdev->ctrlq, vbuf, VIRTGPU_HOST_TIMEOUT_MS);
	if (!ret) {
		resp = vbuf->resp;
		memcpy(uuid, resp->uuid, sizeof(resp->uuid));
	}
	virtgpu_vbuf_put(vbuf);
	return ret;
}
