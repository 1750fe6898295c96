// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which contexts are there, what do they have, and which protocols can they speak?
 */
#include "vsim_fault.h"

/* vsim_context_find - by id; NULL, and a violation if the driver should have known better */
struct vsim_context *vsim_context_find(struct vsim_call *call, u32 id)
{
	struct vsim_context *ctx = xa_load(&call->sim->contexts, id);

	if (!ctx && !xa_load(&call->sim->ghost_contexts, id))
		vsim_violation("%s names context %u, which is not there", call->name, id);
	return ctx;
}

static void vsim_context_free(struct vsim *sim, struct vsim_context *ctx)
{
	struct vsim_resource *res;
	unsigned long id;
	void *entry;

	xa_for_each(&ctx->attached, id, entry) {
		res = xa_load(&sim->resources, id);
		if (res)
			res->attached--;
	}
	xa_destroy(&ctx->attached);
	xa_destroy(&ctx->doubtful);
	xa_destroy(&ctx->storage);
	xa_erase(&sim->contexts, ctx->id);
	kfree(ctx);
}

/* vsim_context_free_all - the device is reset */
void vsim_context_free_all(struct vsim *sim)
{
	struct vsim_context *ctx;
	unsigned long id;

	xa_for_each(&sim->contexts, id, ctx)
		vsim_context_free(sim, ctx);
	xa_destroy(&sim->ghost_contexts);
}

/* vsim_context_create - CTX_CREATE */
u32 vsim_context_create(struct vsim_call *call)
{
	const struct virtio_gpu_ctx_create *cmd = (const void *)call->hdr;
	u32 init = le32_to_cpu(cmd->context_init);
	struct vsim *sim = call->sim;
	struct vsim_context *ctx;

	ctx = xa_load(&sim->contexts, call->ctx_id);
	if (ctx && ctx->excused) {
		vsim_context_free(sim, ctx);
		ctx = NULL;
	}
	if (!call->ctx_id || ctx) {
		vsim_violation("context %u is made, and is %s", call->ctx_id,
			       call->ctx_id ? "there" : "no id");
		return VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID;
	}
	if (le32_to_cpu(cmd->nlen) > sizeof(cmd->debug_name))
		vsim_violation("context %u has a name of %u bytes", call->ctx_id,
			       le32_to_cpu(cmd->nlen));
	if (init && !vsim_negotiated(sim, VIRTIO_GPU_F_CONTEXT_INIT))
		vsim_violation("context %u is typed, without CONTEXT_INIT", call->ctx_id);
	if (init > 63 || (init && !(sim->config.capsets & BIT_ULL(init))))
		vsim_violation("context %u speaks capset %u, which was not offered",
			       call->ctx_id, init);
	ctx = kzalloc(sizeof(*ctx), GFP_KERNEL | __GFP_NOFAIL);
	ctx->id = call->ctx_id;
	ctx->capset = init;
	xa_init(&ctx->attached);
	xa_init(&ctx->doubtful);
	xa_init(&ctx->storage);
	xa_erase(&sim->ghost_contexts, ctx->id);
	xa_store(&sim->contexts, ctx->id, ctx, GFP_KERNEL);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* Has it given back what it surely has? */
static bool vsim_context_may_go(struct vsim *sim, struct vsim_context *ctx)
{
	struct vsim_resource *res;
	unsigned long id;
	void *entry;

	xa_for_each(&ctx->attached, id, entry) {
		res = xa_load(&sim->resources, id);
		if (!ctx->excused && !xa_load(&ctx->doubtful, id) &&
		    (!res || !vsim_excused(res, 0)))
			return false;
	}
	return true;
}

/* vsim_context_destroy - CTX_DESTROY */
u32 vsim_context_destroy(struct vsim_call *call)
{
	struct vsim_context *ctx = vsim_context_find(call, call->ctx_id);

	if (!ctx) {
		xa_erase(&call->sim->ghost_contexts, call->ctx_id);
		return VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID;
	}
	if (!vsim_context_may_go(call->sim, ctx))
		vsim_violation("context %u is destroyed and has resources", ctx->id);
	vsim_context_free(call->sim, ctx);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* vsim_context_attach - CTX_ATTACH_RESOURCE */
u32 vsim_context_attach(struct vsim_call *call)
{
	const struct virtio_gpu_ctx_resource *cmd = (const void *)call->hdr;
	struct vsim_context *ctx = vsim_context_find(call, call->ctx_id);
	struct vsim_resource *res = vsim_resource_find(call, le32_to_cpu(cmd->resource_id));

	if (!ctx)
		return VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID;
	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (xa_load(&ctx->attached, res->id)) {
		if (!vsim_excused_pair(ctx, res))
			vsim_violation("context %u gets resource %u a second time", ctx->id,
				       res->id);
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	}
	xa_store(&ctx->attached, res->id, xa_mk_value(1), GFP_KERNEL);
	res->attached++;
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* vsim_context_detach - CTX_DETACH_RESOURCE */
u32 vsim_context_detach(struct vsim_call *call)
{
	const struct virtio_gpu_ctx_resource *cmd = (const void *)call->hdr;
	struct vsim_context *ctx = vsim_context_find(call, call->ctx_id);
	struct vsim_resource *res = vsim_resource_find(call, le32_to_cpu(cmd->resource_id));

	if (!ctx)
		return VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID;
	if (!xa_erase(&ctx->attached, le32_to_cpu(cmd->resource_id))) {
		if (res && !vsim_excused_pair(ctx, res))
			vsim_violation("context %u loses resource %u, which it does not have",
				       ctx->id, res->id);
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	}
	if (res)
		res->attached--;
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* The id of capset number @index, 0 without one. */
static u32 vsim_context_capset_id(const struct vsim *sim, u32 index)
{
	for (u32 id = 0; id < 64; id++) {
		if (sim->config.capsets & BIT_ULL(id) && !index--)
			return id;
	}
	return 0;
}

/* vsim_context_capset_info - GET_CAPSET_INFO */
u32 vsim_context_capset_info(struct vsim_call *call)
{
	const struct virtio_gpu_get_capset_info *cmd = (const void *)call->hdr;
	struct virtio_gpu_resp_capset_info *resp = call->resp;
	u32 id = vsim_context_capset_id(call->sim, le32_to_cpu(cmd->capset_index));

	if (!id)
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	resp->capset_id = cpu_to_le32(id);
	resp->capset_max_version = cpu_to_le32(id == VIRTIO_GPU_CAPSET_VIRGL2 ? 2 : 1);
	resp->capset_max_size = cpu_to_le32(VSIM_CAPSET_SIZE);
	return VIRTIO_GPU_RESP_OK_CAPSET_INFO;
}

/* vsim_context_capset - GET_CAPSET: numbers from 1 on, each word another */
u32 vsim_context_capset(struct vsim_call *call)
{
	const struct virtio_gpu_get_capset *cmd = (const void *)call->hdr;
	struct virtio_gpu_resp_capset *resp = call->resp;
	u32 id = le32_to_cpu(cmd->capset_id);
	__le32 *words = (void *)resp->capset_data;

	if (id > 63 || !(call->sim->config.capsets & BIT_ULL(id))) {
		vsim_violation("GET_CAPSET of set %u, which was not offered", id);
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	}
	for (u32 i = 0; i < VSIM_CAPSET_SIZE / sizeof(*words); i++)
		words[i] = cpu_to_le32(i ? id << 24 | i : 1);
	return VIRTIO_GPU_RESP_OK_CAPSET;
}
