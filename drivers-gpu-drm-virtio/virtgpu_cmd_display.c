// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does the host learn what is on screen, and we what screens there are?
 *
 * The commands of a commit are reserved before it begins, and filled when the new
 * state is the truth and the host has to hear of it.
 */
#include <linux/virtio_gpu.h>

#include <drm/drm_rect.h>

#include "virtgpu_cmd_display.h"
#include "virtgpu_proto.h"
#include "virtgpu_vbuf.h"

/**
 * virtgpu_cmd_set_scanout_alloc - reserve memory for one SET_SCANOUT, of either kind
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_set_scanout_alloc(void)
{
	return virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_SET_SCANOUT_BLOB,
				  sizeof(struct virtio_gpu_set_scanout_blob), GFP_KERNEL);
}

static void virtgpu_cmd_set_scanout_blob(struct virtgpu_vbuf *vbuf, u32 index,
					 const struct virtgpu_scanout *scanout)
{
	struct virtio_gpu_set_scanout_blob *cmd = (void *)vbuf->cmd;

	virtgpu_proto_rect(&cmd->r, scanout->x, scanout->y, scanout->width,
			   scanout->height);
	cmd->scanout_id = cpu_to_le32(index);
	cmd->resource_id = cpu_to_le32(scanout->res_id);
	cmd->width = cpu_to_le32(scanout->fb_width);
	cmd->height = cpu_to_le32(scanout->fb_height);
	cmd->format = cpu_to_le32(scanout->format);
	cmd->strides[0] = cpu_to_le32(scanout->pitch);
	cmd->offsets[0] = cpu_to_le32(scanout->offset);
}

/**
 * virtgpu_cmd_set_scanout_fill - SET_SCANOUT, or SET_SCANOUT_BLOB for a blob; any context
 * @vbuf: from virtgpu_cmd_set_scanout_alloc(); the caller queues it
 * @index: the scanout
 * @scanout: what it shows from now on
 *
 * libkrun dies of SET_SCANOUT_BLOB, and so do other hosts; only a framebuffer
 * that is a blob makes us send it.
 *
 * Return: the command, never NULL.
 */
void virtgpu_cmd_set_scanout_fill(struct virtgpu_vbuf *vbuf, u32 index,
				  const struct virtgpu_scanout *scanout)
{
	struct virtio_gpu_set_scanout *cmd = (void *)vbuf->cmd;

	if (scanout->blob_mem) {
		virtgpu_cmd_set_scanout_blob(vbuf, index, scanout);
		return;
	}
	cmd->hdr.type = cpu_to_le32(VIRTIO_GPU_CMD_SET_SCANOUT);
	vbuf->cmd_size = sizeof(*cmd);
	cmd->scanout_id = cpu_to_le32(index);
	if (scanout->res_id) {
		cmd->resource_id = cpu_to_le32(scanout->res_id);
		virtgpu_proto_rect(&cmd->r, scanout->x, scanout->y, scanout->width,
				   scanout->height);
	}
}

/**
 * virtgpu_cmd_flush_alloc - reserve memory for one RESOURCE_FLUSH
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_flush_alloc(void)
{
	return virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_RESOURCE_FLUSH,
				  sizeof(struct virtio_gpu_resource_flush), GFP_KERNEL);
}

/**
 * virtgpu_cmd_flush_fill - RESOURCE_FLUSH; any context
 * @vbuf: from virtgpu_cmd_flush_alloc(); the caller queues it
 * @res_id: the resource; what of it is on screen gets updated
 * @rect: the part that changed, in pixels
 */
void virtgpu_cmd_flush_fill(struct virtgpu_vbuf *vbuf, u32 res_id,
			    const struct drm_rect *rect)
{
	struct virtio_gpu_resource_flush *cmd = (void *)vbuf->cmd;

	virtgpu_proto_rect(&cmd->r, rect->x1, rect->y1, drm_rect_width(rect),
			   drm_rect_height(rect));
	cmd->resource_id = cpu_to_le32(res_id);
}

/**
 * virtgpu_cmd_cursor_alloc - reserve memory for one cursor command
 *
 * QEMU answers cursor commands with a used length of 0, the specification with
 * a header; so no room is offered and nothing expected.
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_cursor_alloc(void)
{
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_MOVE_CURSOR,
				  sizeof(struct virtio_gpu_update_cursor), GFP_KERNEL);
	if (vbuf)
		vbuf->resp_size = 0;
	return vbuf;
}

/**
 * virtgpu_cmd_cursor_fill - UPDATE_CURSOR or MOVE_CURSOR; any context
 * @vbuf: from virtgpu_cmd_cursor_alloc(); the caller queues it
 * @update: whether the image changes too
 * @pos: where the cursor is, and what it looks like
 */
void virtgpu_cmd_cursor_fill(struct virtgpu_vbuf *vbuf, bool update,
			     const struct virtgpu_cursor_pos *pos)
{
	struct virtio_gpu_update_cursor *cmd = (void *)vbuf->cmd;

	if (update)
		cmd->hdr.type = cpu_to_le32(VIRTIO_GPU_CMD_UPDATE_CURSOR);
	cmd->pos.scanout_id = cpu_to_le32(pos->scanout);
	cmd->pos.x = cpu_to_le32(pos->x);
	cmd->pos.y = cpu_to_le32(pos->y);
	cmd->resource_id = cpu_to_le32(pos->res_id);
	cmd->hot_x = cpu_to_le32(pos->hot_x);
	cmd->hot_y = cpu_to_le32(pos->hot_y);
}

/**
 * virtgpu_cmd_upload_alloc - reserve memory for one TRANSFER_TO_HOST_2D
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_upload_alloc(void)
{
	return virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D,
				  sizeof(struct virtio_gpu_transfer_to_host_2d), GFP_KERNEL);
}

/**
 * virtgpu_cmd_upload_fill - TRANSFER_TO_HOST_2D; any context
 * @vbuf: from virtgpu_cmd_upload_alloc(); the caller queues it
 * @res_id: a classic resource
 * @offset: bytes from the start of its pages to the first pixel
 * @rect: the part to transfer, in pixels
 */
void virtgpu_cmd_upload_fill(struct virtgpu_vbuf *vbuf, u32 res_id, u64 offset,
			     const struct drm_rect *rect)
{
	struct virtio_gpu_transfer_to_host_2d *cmd = (void *)vbuf->cmd;

	virtgpu_proto_rect(&cmd->r, rect->x1, rect->y1, drm_rect_width(rect),
			   drm_rect_height(rect));
	cmd->offset = cpu_to_le64(offset);
	cmd->resource_id = cpu_to_le32(res_id);
}

/**
 * virtgpu_cmd_upload_none - RESOURCE_FLUSH in its place; any context
 * @vbuf: from virtgpu_cmd_upload_alloc(); the caller queues it
 * @res_id: a resource that is not on screen
 *
 * Does nothing, but its answer comes after that to the making of the resource.
 */
void virtgpu_cmd_upload_none(struct virtgpu_vbuf *vbuf, u32 res_id)
{
	struct drm_rect rect = DRM_RECT_INIT(0, 0, 1, 1);

	virtgpu_vbuf_hdr(vbuf)->type = cpu_to_le32(VIRTIO_GPU_CMD_RESOURCE_FLUSH);
	vbuf->cmd_size = sizeof(struct virtio_gpu_resource_flush);
	vbuf->quiet = true;
	virtgpu_cmd_flush_fill(vbuf, res_id, &rect);
}

/**
 * virtgpu_cmd_get_display_info - GET_DISPLAY_INFO
 *
 * The answer is a full struct virtio_gpu_resp_display_info.
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_get_display_info(void)
{
	const u32 size = sizeof(struct virtio_gpu_resp_display_info);
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_GET_DISPLAY_INFO,
				  sizeof(struct virtio_gpu_ctrl_hdr), GFP_KERNEL);
	if (!vbuf)
		return NULL;
	if (virtgpu_vbuf_expect(vbuf, VIRTIO_GPU_RESP_OK_DISPLAY_INFO, size, size,
				GFP_KERNEL)) {
		virtgpu_vbuf_put(vbuf);
		return NULL;
	}
	return vbuf;
}

/**
 * virtgpu_cmd_get_edid - GET_EDID
 * @index: the scanout
 *
 * The answer is a struct virtio_gpu_resp_edid, with zeroes for what the host did
 * not write. Only for devices with VIRTIO_GPU_F_EDID. Hosts refuse this for
 * scanouts that are off (libkrun), which says nothing.
 *
 * Return: the command, or NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_cmd_get_edid(u32 index)
{
	struct virtio_gpu_cmd_get_edid *cmd;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_GET_EDID, sizeof(*cmd), GFP_KERNEL);
	if (!vbuf)
		return NULL;
	if (virtgpu_vbuf_expect(vbuf, VIRTIO_GPU_RESP_OK_EDID,
				offsetof(struct virtio_gpu_resp_edid, edid),
				sizeof(struct virtio_gpu_resp_edid), GFP_KERNEL)) {
		virtgpu_vbuf_put(vbuf);
		return NULL;
	}
	cmd = (void *)vbuf->cmd;
	cmd->scanout = cpu_to_le32(index);
	vbuf->quiet = true;
	return vbuf;
}
