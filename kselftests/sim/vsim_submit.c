// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a command stream do?
 *
 * Streams that begin with VSIM_MAGIC are in the language of vsim_uapi.h. All
 * others are accepted unseen, but for the one command of virgl that makes
 * storage for a blob.
 */
#include "vsim_api.h"
#include "vsim_uapi.h"

/* virgl: the low byte of a word is a command, the high half its length in words */
#define VSIM_VIRGL_MAKE		48
#define VSIM_VIRGL_BLOB_ID	11

static void vsim_submit_fill(struct vsim_call *call, const struct vsim_operation *op)
{
	struct vsim_resource *res = xa_load(&call->sim->resources, op->a);
	u64 size;
	void *data;

	if (!res)
		return;
	size = min_t(u64, op->b, res->size);
	data = kvmalloc(size, GFP_KERNEL | __GFP_NOFAIL);
	memset(data, op->c, size);
	vsim_storage_write(res, 0, data, size);
	kvfree(data);
}

static u32 vsim_submit_operation(struct vsim_call *call, struct vsim_context *ctx,
				 const struct vsim_operation *op)
{
	switch (op->op) {
	case VSIM_OP_NOP:
		return 0;
	case VSIM_OP_HOLD:
		call->req->held = true;
		call->req->tag = op->a;
		return 0;
	case VSIM_OP_DELAY:
		call->req->due = jiffies + msecs_to_jiffies(op->a);
		return 0;
	case VSIM_OP_FAIL:
		return op->a;
	case VSIM_OP_RELEASE:
		vsim_host_release_tag(call->sim, op->a);
		return 0;
	case VSIM_OP_FILL:
		vsim_submit_fill(call, op);
		return 0;
	case VSIM_OP_MAKE:
		xa_store(&ctx->storage, op->a, xa_mk_value(1), GFP_KERNEL);
		return 0;
	case VSIM_OP_WORK:
		usleep_range(op->a, op->a + 1);
		return 0;
	default:
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	}
}

static u32 vsim_submit_ours(struct vsim_call *call, struct vsim_context *ctx,
			    const void *stream, u32 size)
{
	const struct vsim_operation *ops = stream + sizeof(u32);
	u32 error;

	for (u32 i = 0; i < (size - sizeof(u32)) / sizeof(*ops); i++) {
		error = vsim_submit_operation(call, ctx, &ops[i]);
		if (error)
			return error;
	}
	return VIRTIO_GPU_RESP_OK_NODATA;
}

static void vsim_submit_virgl(struct vsim_context *ctx, const u32 *words, u32 count)
{
	for (u32 i = 0; i < count; i += 1 + (words[i] >> 16)) {
		if ((words[i] & 0xff) == VSIM_VIRGL_MAKE && count - i > VSIM_VIRGL_BLOB_ID)
			xa_store(&ctx->storage, words[i + VSIM_VIRGL_BLOB_ID], xa_mk_value(1),
				 GFP_KERNEL);
	}
}

/* vsim_submit - SUBMIT_3D */
u32 vsim_submit(struct vsim_call *call)
{
	const struct virtio_gpu_cmd_submit *cmd = (const void *)call->hdr;
	struct vsim_context *ctx = vsim_context_find(call, call->ctx_id);
	u32 size = le32_to_cpu(cmd->size);
	const u32 *words = (const void *)(cmd + 1);

	if (!ctx)
		return VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID;
	if (size != call->req->cmd_size - sizeof(*cmd)) {
		vsim_violation("SUBMIT_3D says %u bytes and has %zu", size,
			       call->req->cmd_size - sizeof(*cmd));
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	}
	if (size > VSIM_MAX_SUBMIT)
		vsim_violation("SUBMIT_3D has %u bytes: hosts take %u", size, VSIM_MAX_SUBMIT);
	if (size >= sizeof(*words) && words[0] == VSIM_MAGIC)
		return vsim_submit_ours(call, ctx, words, size);
	vsim_submit_virgl(ctx, words, size / sizeof(*words));
	return VIRTIO_GPU_RESP_OK_NODATA;
}
