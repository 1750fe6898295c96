// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can the driver not know, because of a fault?
 *
 * A command that was not done, or whose answer was false, excuses what follows
 * from just that: a refused CTX_ATTACH_RESOURCE leaves open whether this context
 * has this resource, and nothing else.
 */
#include "vsim_fault.h"

/* vsim_excused - is that part of the resource's state not to be judged? */
bool vsim_excused(const struct vsim_resource *res, u32 of)
{
	return res->excused & (of | VSIM_EXCUSE_LIFE);
}

/* vsim_excused_pair - is it not to be judged whether the context has the resource? */
bool vsim_excused_pair(const struct vsim_context *ctx, const struct vsim_resource *res)
{
	return ctx->excused || vsim_excused(res, 0) ||
	       xa_load((struct xarray *)&ctx->doubtful, res->id);
}

/* vsim_excused_owners - the same of each context that has it */
bool vsim_excused_owners(struct vsim *sim, const struct vsim_resource *res)
{
	struct vsim_context *ctx;
	unsigned long id;

	xa_for_each(&sim->contexts, id, ctx) {
		if (xa_load(&ctx->attached, res->id) && !vsim_excused_pair(ctx, res))
			return false;
	}
	return true;
}

static void vsim_excuse_screen(struct vsim *sim, u32 index, u32 id)
{
	struct vsim_resource *res;

	res = xa_load(&sim->resources, id);
	if (res)
		res->excused |= VSIM_EXCUSE_SHOWN;
	res = xa_load(&sim->resources, sim->outputs[index % VSIM_MAX_SCANOUTS].resource);
	if (res)
		res->excused |= VSIM_EXCUSE_SHOWN;
}

static void vsim_excuse_context(struct vsim_call *call)
{
	struct vsim_context *ctx = xa_load(&call->sim->contexts, call->ctx_id);

	if (ctx)
		ctx->excused = true;
	else
		xa_store(&call->sim->ghost_contexts, call->ctx_id, xa_mk_value(1), GFP_KERNEL);
}

static void vsim_excuse_resource(struct vsim *sim, u32 id, u32 of)
{
	struct vsim_resource *res = xa_load(&sim->resources, id);

	if (res)
		res->excused |= of;
	else if (of & VSIM_EXCUSE_LIFE)
		xa_store(&sim->ghosts, id, xa_mk_value(1), GFP_KERNEL);
}

/* What is never answered keeps what it names, and what its context has. */
static void vsim_excuse_stuck(struct vsim_call *call, u32 id)
{
	struct vsim_context *ctx = xa_load(&call->sim->contexts, call->ctx_id);
	struct vsim_resource *res = xa_load(&call->sim->resources, id);

	if (ctx)
		ctx->stuck = true;
	if (res)
		res->stuck = true;
}

/* vsim_excuse - a command was not done as it was answered, or not answered */
void vsim_excuse(struct vsim_call *call, const struct vsim_command *command, bool answered)
{
	u32 id = vsim_exec_resource(call, command);
	u32 pages = answered ? VSIM_EXCUSE_PAGES : 0;
	struct vsim *sim = call->sim;
	struct vsim_context *ctx;

	if (!answered)
		vsim_excuse_stuck(call, id);
	switch (command->type) {
	case VIRTIO_GPU_CMD_CTX_CREATE:
	case VIRTIO_GPU_CMD_CTX_DESTROY:
		vsim_excuse_context(call);
		break;
	case VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE:
	case VIRTIO_GPU_CMD_CTX_DETACH_RESOURCE:
		ctx = xa_load(&sim->contexts, call->ctx_id);
		if (ctx)
			xa_store(&ctx->doubtful, id, xa_mk_value(1), GFP_KERNEL);
		break;
	case VIRTIO_GPU_CMD_RESOURCE_CREATE_2D:
	case VIRTIO_GPU_CMD_RESOURCE_CREATE_3D:
	case VIRTIO_GPU_CMD_RESOURCE_CREATE_BLOB:
	case VIRTIO_GPU_CMD_RESOURCE_UNREF:
		vsim_excuse_resource(sim, id, VSIM_EXCUSE_LIFE | pages);
		break;
	case VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING:
	case VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING:
		vsim_excuse_resource(sim, id, VSIM_EXCUSE_MEMORY | pages);
		break;
	case VIRTIO_GPU_CMD_RESOURCE_MAP_BLOB:
	case VIRTIO_GPU_CMD_RESOURCE_UNMAP_BLOB:
		vsim_excuse_resource(sim, id, VSIM_EXCUSE_MAP);
		break;
	case VIRTIO_GPU_CMD_SET_SCANOUT:
	case VIRTIO_GPU_CMD_SET_SCANOUT_BLOB:
		/* Both have the scanout's number behind a rectangle and a header. */
		vsim_excuse_screen(sim, le32_to_cpu(((const struct virtio_gpu_set_scanout *)
						     call->hdr)->scanout_id), id);
		break;
	case VIRTIO_GPU_CMD_UPDATE_CURSOR:
		/* The driver may think that it is shown. */
		vsim_excuse_stuck(call, id);
		break;
	default:
		break;
	}
}
