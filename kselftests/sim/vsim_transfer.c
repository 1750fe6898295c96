// SPDX-License-Identifier: GPL-2.0-only
/*
 * What do transfers copy?
 *
 * Boxes and strides are the user's: one that does not fit is refused and is no
 * violation. That the resource is there, has memory and belongs to the context
 * is the driver's business.
 */
#include "vsim_fault.h"

/* struct vsim_box - what to copy, in texels and bytes */
struct vsim_box {
	u32 x, y, z, w, h, d, level;
	u64 offset;
	u64 stride;
	u64 layer;
};

/* A level of the resource: its size, and where its storage starts. */
static void vsim_transfer_level(const struct vsim_resource *res, const struct vsim_box *box,
				u32 *width, u32 *height, u64 *start)
{
	*start = 0;
	for (u32 i = 0; i < box->level; i++)
		*start += (u64)max(res->width >> i, 1u) * max(res->height >> i, 1u) *
			  res->depth * res->bpp;
	*width = max(res->width >> box->level, 1u);
	*height = max(res->height >> box->level, 1u);
}

static u32 vsim_transfer_rows(struct vsim_resource *res, const struct vsim_box *box,
			      u64 start, u64 host_stride, u64 host_layer, bool to_host)
{
	size_t size = (size_t)box->w * res->bpp;
	void *row = kvmalloc(size, GFP_KERNEL | __GFP_NOFAIL);
	u32 ret = VIRTIO_GPU_RESP_OK_NODATA;

	for (u32 z = 0; z < box->d; z++) {
		for (u32 y = 0; y < box->h; y++) {
			u64 guest = box->offset + z * box->layer + y * box->stride;
			u64 host = start + (box->z + z) * host_layer +
				   (box->y + y) * host_stride + (u64)box->x * res->bpp;

			if (host > res->size || size > res->size - host) {
				ret = VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
				goto out;
			}
			if (!to_host)
				vsim_storage_read(res, host, row, size);
			if (!vsim_storage_guest(res, guest, row, size, !to_host)) {
				ret = VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
				goto out;
			}
			if (to_host)
				vsim_storage_write(res, host, row, size);
		}
	}
out:
	kvfree(row);
	return ret;
}

static u32 vsim_transfer_picture(struct vsim_resource *res, struct vsim_box *box, bool to_host)
{
	u64 start, host_stride;
	u32 width, height;

	if (box->level >= res->levels)
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	vsim_transfer_level(res, box, &width, &height, &start);
	if (box->w > width || box->x > width - box->w || box->h > height ||
	    box->y > height - box->h || box->d > res->depth || box->z > res->depth - box->d)
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	host_stride = (u64)width * res->bpp;
	box->stride = box->stride ?: host_stride;
	box->layer = box->layer ?: box->stride * height;
	return vsim_transfer_rows(res, box, start, host_stride, host_stride * height, to_host);
}

/* A blob has no size in texels: rows at the stride that came with the transfer. */
static u32 vsim_transfer_blob(struct vsim_resource *res, struct vsim_box *box, bool to_host)
{
	if (box->w > 16384 || box->h > 16384 || box->d > 2048)
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	box->stride = box->stride ?: (u64)box->w * res->bpp;
	box->layer = box->layer ?: box->stride * box->h;
	return vsim_transfer_rows(res, box, 0, box->stride, box->layer, to_host);
}

static u32 vsim_transfer(struct vsim_call *call, u32 id, struct vsim_box *box, bool to_host)
{
	struct vsim_resource *res = vsim_resource_find(call, id);

	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!res->backing) {
		/* A blob on the host alone: the user's mistake. */
		if (!vsim_excused(res, VSIM_EXCUSE_MEMORY) && !res->blob_mem)
			vsim_violation("%s of resource %u, which has no guest memory",
				       call->name, id);
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	}
	vsim_pages_check(call->sim, res, call->name);
	if (res->blob_mem)
		return vsim_transfer_blob(res, box, to_host);
	return vsim_transfer_picture(res, box, to_host);
}

/* vsim_transfer_to_host_2d - TRANSFER_TO_HOST_2D */
u32 vsim_transfer_to_host_2d(struct vsim_call *call)
{
	const struct virtio_gpu_transfer_to_host_2d *cmd = (const void *)call->hdr;
	struct vsim_box box = {
		.x = le32_to_cpu(cmd->r.x),
		.y = le32_to_cpu(cmd->r.y),
		.w = le32_to_cpu(cmd->r.width),
		.h = le32_to_cpu(cmd->r.height),
		.d = 1,
		.offset = le64_to_cpu(cmd->offset),
	};

	call->sim->copied += (u64)box.w * box.h * 4;
	return vsim_transfer(call, le32_to_cpu(cmd->resource_id), &box, true);
}

static u32 vsim_transfer_3d(struct vsim_call *call, bool to_host)
{
	const struct virtio_gpu_transfer_host_3d *cmd = (const void *)call->hdr;
	struct vsim_context *ctx = vsim_context_find(call, call->ctx_id);
	u32 id = le32_to_cpu(cmd->resource_id);
	struct vsim_resource *res;
	struct vsim_box box = {
		.x = le32_to_cpu(cmd->box.x),
		.y = le32_to_cpu(cmd->box.y),
		.z = le32_to_cpu(cmd->box.z),
		.w = le32_to_cpu(cmd->box.w),
		.h = le32_to_cpu(cmd->box.h),
		.d = le32_to_cpu(cmd->box.d),
		.level = le32_to_cpu(cmd->level),
		.offset = le64_to_cpu(cmd->offset),
		.stride = le32_to_cpu(cmd->stride),
		.layer = le32_to_cpu(cmd->layer_stride),
	};

	if (!ctx)
		return VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID;
	res = xa_load(&call->sim->resources, id);
	if (res && !xa_load(&ctx->attached, id) && !vsim_excused_pair(ctx, res)) {
		vsim_violation("%s of resource %u, which context %u does not have", call->name,
			       id, ctx->id);
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	}
	return vsim_transfer(call, id, &box, to_host);
}

/* vsim_transfer_to_host_3d - TRANSFER_TO_HOST_3D */
u32 vsim_transfer_to_host_3d(struct vsim_call *call)
{
	return vsim_transfer_3d(call, true);
}

/* vsim_transfer_from_host_3d - TRANSFER_FROM_HOST_3D */
u32 vsim_transfer_from_host_3d(struct vsim_call *call)
{
	return vsim_transfer_3d(call, false);
}

/* vsim_transfer_again - write once more what a command on its way back writes to the guest */
void vsim_transfer_again(struct vsim *sim, struct vsim_request *req)
{
	const struct virtio_gpu_ctrl_hdr *hdr = (const void *)req->cmd;
	struct vsim_call call = { .sim = sim, .req = req, .hdr = hdr, .name = "a reset" };

	if (!hdr || req->cmd_size < sizeof(struct virtio_gpu_transfer_host_3d) ||
	    le32_to_cpu(hdr->type) != VIRTIO_GPU_CMD_TRANSFER_FROM_HOST_3D)
		return;
	call.ctx_id = le32_to_cpu(hdr->ctx_id);
	vsim_transfer_from_host_3d(&call);
}
