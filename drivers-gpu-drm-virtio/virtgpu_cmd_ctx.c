// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are contexts and their capability sets spoken of to the host?
 */
#include <linux/string.h>
#include <linux/virtio_gpu.h>

#include "virtgpu_cmd.h"
#include "virtgpu_vbuf.h"

/**
 * virtgpu_cmd_ctx_create - CTX_CREATE
 * @ctx_id: a fresh id
 * @context_init: the capability set whose protocol the context speaks
 * @name: shown by host tools
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_ctx_create(u32 ctx_id, u32 context_init, const char *name)
{
	struct virtio_gpu_ctx_create *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_CTX_CREATE, sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return NULL;
	cmd = (void *)vbuf->cmd;
	cmd->hdr.ctx_id = cpu_to_le32(ctx_id);
	cmd->context_init = cpu_to_le32(context_init);
	strscpy(cmd->debug_name, name, sizeof(cmd->debug_name));
	cmd->nlen = cpu_to_le32(strlen(cmd->debug_name));
	return vbuf;
}

/**
 * virtgpu_cmd_ctx_destroy - CTX_DESTROY
 * @ctx_id: the context
 *
 * Return: the command, never NULL.
 */
struct virtgpu_vbuf *virtgpu_cmd_ctx_destroy(u32 ctx_id)
{
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_CTX_DESTROY,
				  sizeof(struct virtio_gpu_ctx_destroy),
				  GFP_KERNEL | __GFP_NOFAIL);
	virtgpu_vbuf_hdr(vbuf)->ctx_id = cpu_to_le32(ctx_id);
	return vbuf;
}

/**
 * virtgpu_cmd_ctx_resource - CTX_ATTACH_RESOURCE or CTX_DETACH_RESOURCE
 * @ctx_id: the context
 * @res_id: the resource
 * @attach: which of the two
 * @gfp: GFP_KERNEL, with __GFP_NOFAIL for what must not be lost
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_ctx_resource(u32 ctx_id, u32 res_id, bool attach, gfp_t gfp)
{
	struct virtio_gpu_ctx_resource *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(attach ? VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE :
					   VIRTIO_GPU_CMD_CTX_DETACH_RESOURCE,
				  sizeof(*cmd), gfp);
	if (!vbuf)
		return NULL;
	cmd = (void *)vbuf->cmd;
	cmd->hdr.ctx_id = cpu_to_le32(ctx_id);
	cmd->resource_id = cpu_to_le32(res_id);
	return vbuf;
}

/**
 * virtgpu_cmd_capset_info - GET_CAPSET_INFO
 * @index: 0 to the number of capability sets
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_capset_info(u32 index)
{
	struct virtio_gpu_get_capset_info *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_GET_CAPSET_INFO, sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return NULL;
	virtgpu_vbuf_expect(vbuf, VIRTIO_GPU_RESP_OK_CAPSET_INFO,
			    sizeof(struct virtio_gpu_resp_capset_info),
			    sizeof(struct virtio_gpu_resp_capset_info), GFP_KERNEL);
	cmd = (void *)vbuf->cmd;
	cmd->capset_index = cpu_to_le32(index);
	return vbuf;
}

/**
 * virtgpu_cmd_capset - GET_CAPSET
 * @id: the capability set
 * @version: its version
 * @max_size: bytes of its contents, as the host announced and we bounded
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_capset(u32 id, u32 version, u32 max_size)
{
	struct virtio_gpu_get_capset *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_GET_CAPSET, sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return NULL;
	if (virtgpu_vbuf_expect(vbuf, VIRTIO_GPU_RESP_OK_CAPSET,
				sizeof(struct virtio_gpu_resp_capset),
				sizeof(struct virtio_gpu_resp_capset) + max_size,
				GFP_KERNEL)) {
		virtgpu_vbuf_put(vbuf);
		return NULL;
	}
	cmd = (void *)vbuf->cmd;
	cmd->capset_id = cpu_to_le32(id);
	cmd->capset_version = cpu_to_le32(version);
	return vbuf;
}
