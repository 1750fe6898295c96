// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are blob resources made, named, and shown in the host-visible window?
 */
#include <linux/virtio_gpu.h>

#include "virtgpu_cmd.h"
#include "virtgpu_payload.h"
#include "virtgpu_vbuf.h"

/**
 * virtgpu_cmd_create_blob - RESOURCE_CREATE_BLOB
 * @res_id: a fresh resource id
 * @blob: what it is
 * @payload: guest pages, an array of struct virtio_gpu_mem_entry, or NULL;
 *           consumed unless NULL is returned
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_create_blob(u32 res_id, const struct virtgpu_blob *blob,
					     struct virtgpu_payload *payload)
{
	struct virtio_gpu_resource_create_blob *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_RESOURCE_CREATE_BLOB, sizeof(*cmd),
				  GFP_KERNEL);
	if (!vbuf)
		return NULL;
	cmd = (void *)vbuf->cmd;
	cmd->hdr.ctx_id = cpu_to_le32(blob->ctx_id);
	cmd->resource_id = cpu_to_le32(res_id);
	cmd->blob_mem = cpu_to_le32(blob->mem);
	cmd->blob_flags = cpu_to_le32(blob->flags);
	cmd->blob_id = cpu_to_le64(blob->id);
	cmd->size = cpu_to_le64(blob->size);
	if (payload) {
		cmd->nr_entries =
			cpu_to_le32(payload->size / sizeof(struct virtio_gpu_mem_entry));
		vbuf->payload = payload;
	}
	return vbuf;
}

/**
 * virtgpu_cmd_map_blob - RESOURCE_MAP_BLOB
 * @res_id: a mappable blob with storage on the host
 * @offset: bytes from the start of the window
 *
 * The answer is a struct virtio_gpu_resp_map_info.
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_map_blob(u32 res_id, u64 offset)
{
	struct virtio_gpu_resource_map_blob *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_RESOURCE_MAP_BLOB, sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return NULL;
	/* Fits into the vbuf, so it can't fail. */
	virtgpu_vbuf_expect(vbuf, VIRTIO_GPU_RESP_OK_MAP_INFO,
			    sizeof(struct virtio_gpu_resp_map_info),
			    sizeof(struct virtio_gpu_resp_map_info), GFP_KERNEL);
	cmd = (void *)vbuf->cmd;
	cmd->resource_id = cpu_to_le32(res_id);
	cmd->offset = cpu_to_le64(offset);
	return vbuf;
}

/**
 * virtgpu_cmd_unmap_blob - RESOURCE_UNMAP_BLOB
 * @res_id: a mapped blob; nothing in the guest maps it any longer
 *
 * Not to be fenced: QEMU does not resume a fenced UNMAP that it had to suspend.
 *
 * Return: the command, never NULL.
 */
struct virtgpu_vbuf *virtgpu_cmd_unmap_blob(u32 res_id)
{
	struct virtio_gpu_resource_unmap_blob *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_RESOURCE_UNMAP_BLOB, sizeof(*cmd),
				  GFP_KERNEL | __GFP_NOFAIL);
	cmd = (void *)vbuf->cmd;
	cmd->resource_id = cpu_to_le32(res_id);
	return vbuf;
}

/**
 * virtgpu_cmd_assign_uuid - RESOURCE_ASSIGN_UUID
 * @res_id: the resource
 *
 * The answer is a struct virtio_gpu_resp_resource_uuid.
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_assign_uuid(u32 res_id)
{
	struct virtio_gpu_resource_assign_uuid *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_RESOURCE_ASSIGN_UUID, sizeof(*cmd),
				  GFP_KERNEL);
	if (!vbuf)
		return NULL;
	/* Fits into the vbuf, so it can't fail. */
	virtgpu_vbuf_expect(vbuf, VIRTIO_GPU_RESP_OK_RESOURCE_UUID,
			    sizeof(struct virtio_gpu_resp_resource_uuid),
			    sizeof(struct virtio_gpu_resp_resource_uuid), GFP_KERNEL);
	cmd = (void *)vbuf->cmd;
	cmd->resource_id = cpu_to_le32(res_id);
	return vbuf;
}
