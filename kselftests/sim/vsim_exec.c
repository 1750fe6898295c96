// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which commands are there, and what holds for all of them?
 */
#include "vsim_fault.h"
#include "vsim_profile.h"

#define VSIM_3D			BIT_ULL(VIRTIO_GPU_F_VIRGL)
#define VSIM_BLOB		BIT_ULL(VIRTIO_GPU_F_RESOURCE_BLOB)

#define NODATA			.resp_type = VIRTIO_GPU_RESP_OK_NODATA, .resp_size = VSIM_HDR
#define COMMAND(n, s)		.type = VIRTIO_GPU_CMD_##n, .name = #n, \
				.size = sizeof(struct virtio_gpu_##s)
#define RESOURCE(s)		.res_offset = offsetof(struct virtio_gpu_##s, resource_id)

static const struct vsim_command vsim_commands[] = {
	{ COMMAND(GET_DISPLAY_INFO, ctrl_hdr), .run = vsim_display_info,
	  .resp_type = VIRTIO_GPU_RESP_OK_DISPLAY_INFO,
	  .resp_size = sizeof(struct virtio_gpu_resp_display_info) },
	{ COMMAND(RESOURCE_CREATE_2D, resource_create_2d), NODATA,
	  RESOURCE(resource_create_2d), .run = vsim_resource_create_2d },
	{ COMMAND(RESOURCE_UNREF, resource_unref), NODATA, .never_fenced = true,
	  RESOURCE(resource_unref), .run = vsim_resource_unref },
	{ COMMAND(SET_SCANOUT, set_scanout), NODATA,
	  RESOURCE(set_scanout), .run = vsim_display_scanout },
	{ COMMAND(RESOURCE_FLUSH, resource_flush), NODATA,
	  RESOURCE(resource_flush), .run = vsim_display_flush },
	{ COMMAND(TRANSFER_TO_HOST_2D, transfer_to_host_2d), NODATA,
	  RESOURCE(transfer_to_host_2d), .run = vsim_transfer_to_host_2d },
	{ COMMAND(RESOURCE_ATTACH_BACKING, resource_attach_backing), NODATA,
	  RESOURCE(resource_attach_backing), .run = vsim_resource_attach },
	{ COMMAND(RESOURCE_DETACH_BACKING, resource_detach_backing), NODATA,
	  RESOURCE(resource_detach_backing), .run = vsim_resource_detach },
	{ COMMAND(GET_CAPSET_INFO, get_capset_info), .run = vsim_context_capset_info,
	  .feature = VSIM_3D, .resp_type = VIRTIO_GPU_RESP_OK_CAPSET_INFO,
	  .resp_size = sizeof(struct virtio_gpu_resp_capset_info) },
	{ COMMAND(GET_CAPSET, get_capset), .run = vsim_context_capset,
	  .feature = VSIM_3D, .resp_type = VIRTIO_GPU_RESP_OK_CAPSET,
	  .resp_size = sizeof(struct virtio_gpu_resp_capset) + VSIM_CAPSET_SIZE },
	{ COMMAND(GET_EDID, cmd_get_edid), .run = vsim_display_edid,
	  .feature = BIT_ULL(VIRTIO_GPU_F_EDID), .resp_type = VIRTIO_GPU_RESP_OK_EDID,
	  .resp_size = sizeof(struct virtio_gpu_resp_edid) },
	{ COMMAND(RESOURCE_ASSIGN_UUID, resource_assign_uuid), .run = vsim_resource_uuid,
	  .feature = BIT_ULL(VIRTIO_GPU_F_RESOURCE_UUID), RESOURCE(resource_assign_uuid),
	  .resp_type = VIRTIO_GPU_RESP_OK_RESOURCE_UUID,
	  .resp_size = sizeof(struct virtio_gpu_resp_resource_uuid) },
	{ COMMAND(RESOURCE_CREATE_BLOB, resource_create_blob), NODATA,
	  .feature = VSIM_BLOB, RESOURCE(resource_create_blob),
	  .run = vsim_resource_create_blob },
	{ COMMAND(SET_SCANOUT_BLOB, set_scanout_blob), NODATA, .feature = VSIM_BLOB,
	  RESOURCE(set_scanout_blob), .run = vsim_display_scanout_blob },
	{ COMMAND(CTX_CREATE, ctx_create), NODATA, .feature = VSIM_3D,
	  .run = vsim_context_create },
	{ COMMAND(CTX_DESTROY, ctx_destroy), NODATA, .feature = VSIM_3D,
	  .run = vsim_context_destroy },
	{ COMMAND(CTX_ATTACH_RESOURCE, ctx_resource), NODATA, .feature = VSIM_3D,
	  RESOURCE(ctx_resource), .run = vsim_context_attach },
	{ COMMAND(CTX_DETACH_RESOURCE, ctx_resource), NODATA, .feature = VSIM_3D,
	  RESOURCE(ctx_resource), .run = vsim_context_detach },
	{ COMMAND(RESOURCE_CREATE_3D, resource_create_3d), NODATA, .feature = VSIM_3D,
	  RESOURCE(resource_create_3d), .run = vsim_resource_create_3d },
	{ COMMAND(TRANSFER_TO_HOST_3D, transfer_host_3d), NODATA, .feature = VSIM_3D,
	  RESOURCE(transfer_host_3d), .run = vsim_transfer_to_host_3d },
	{ COMMAND(TRANSFER_FROM_HOST_3D, transfer_host_3d), NODATA, .feature = VSIM_3D,
	  RESOURCE(transfer_host_3d), .run = vsim_transfer_from_host_3d },
	{ COMMAND(SUBMIT_3D, cmd_submit), NODATA, .feature = VSIM_3D, .run = vsim_submit },
	{ COMMAND(RESOURCE_MAP_BLOB, resource_map_blob), .run = vsim_window_map,
	  .feature = VSIM_BLOB, RESOURCE(resource_map_blob),
	  .resp_type = VIRTIO_GPU_RESP_OK_MAP_INFO,
	  .resp_size = sizeof(struct virtio_gpu_resp_map_info) },
	{ COMMAND(RESOURCE_UNMAP_BLOB, resource_unmap_blob), NODATA, .feature = VSIM_BLOB,
	  RESOURCE(resource_unmap_blob), .never_fenced = true, .run = vsim_window_unmap },
	{ COMMAND(UPDATE_CURSOR, update_cursor), NODATA, .cursor = true,
	  RESOURCE(update_cursor), .run = vsim_display_cursor },
	{ COMMAND(MOVE_CURSOR, update_cursor), NODATA, .cursor = true,
	  .run = vsim_display_cursor },
};

/* vsim_exec_find - the command of a number, or NULL */
const struct vsim_command *vsim_exec_find(u32 type)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(vsim_commands); i++) {
		if (vsim_commands[i].type == type)
			return &vsim_commands[i];
	}
	return NULL;
}

/* Fences: where hosts choke on them, and what identifies them. */
static void vsim_exec_check_fence(struct vsim_call *call, const struct vsim_command *command)
{
	u32 flags = le32_to_cpu(call->hdr->flags);
	u64 id = le64_to_cpu(call->hdr->fence_id);
	bool ring = flags & VIRTIO_GPU_FLAG_INFO_RING_IDX, own = ring;

	if (flags & ~(VIRTIO_GPU_FLAG_FENCE | VIRTIO_GPU_FLAG_INFO_RING_IDX))
		vsim_violation("%s has unknown flags 0x%x", call->name, flags);
	if (ring && !vsim_negotiated(call->sim, VIRTIO_GPU_F_CONTEXT_INIT))
		vsim_violation("%s names a ring, without CONTEXT_INIT", call->name);
	if (ring && call->hdr->ring_idx > 63)
		vsim_violation("%s names ring %u", call->name, call->hdr->ring_idx);
	call->req->fenced = flags & VIRTIO_GPU_FLAG_FENCE;
	if (vsim_is(call->sim, VSIM_QUIRK_RING_0_GLOBAL) && !call->hdr->ring_idx)
		own = false;
	call->req->timeline = own ? (u64)call->ctx_id << 8 | call->hdr->ring_idx : U64_MAX;
	if (!call->req->fenced)
		return;
	if (command->never_fenced || command->cursor)
		vsim_violation("%s carries a fence: hosts forget such a command", call->name);
	if (id > U32_MAX)
		vsim_violation("%s has fence id 0x%llx: hosts compare 32 bits", call->name, id);
	else if (id <= call->sim->last_fence)
		vsim_violation("%s has fence id %llu after %u", call->name, id,
			       call->sim->last_fence);
	call->sim->last_fence = id;
}

/* vsim_exec_resource - which resource the command names, 0: none */
u32 vsim_exec_resource(const struct vsim_call *call, const struct vsim_command *command)
{
	if (!command->res_offset)
		return 0;
	return le32_to_cpu(*(const __le32 *)(call->req->cmd + command->res_offset));
}

/* Is it a command at all, on the right queue, with room for its answer? */
static u32 vsim_exec_check(struct vsim_queue *q, struct vsim_call *call,
			   const struct vsim_command *command)
{
	struct vsim_request *req = call->req;
	struct vsim *sim = q->sim;
	bool on_cursorq;

	if (req->cmd_size < command->size) {
		vsim_violation("%s has %u bytes, not %u", command->name, req->cmd_size,
			       command->size);
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	}
	on_cursorq = q->index == VSIM_CURSORQ;
	if (command->cursor != on_cursorq)
		vsim_violation("%s is on queue %u", command->name, q->index);
	if (command->feature & ~vsim_link_features(&sim->link))
		vsim_violation("%s is sent, and its feature was not negotiated", command->name);
	if (!command->cursor && req->room < command->resp_size)
		vsim_violation("%s has room for %u bytes of answer, not %u", command->name,
			       req->room, command->resp_size);
	if (req->cmd_size != command->size && command->type != VIRTIO_GPU_CMD_SUBMIT_3D &&
	    command->type != VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING &&
	    command->type != VIRTIO_GPU_CMD_RESOURCE_CREATE_BLOB)
		vsim_violation("%s has %u bytes, not %u", command->name, req->cmd_size,
			       command->size);
	vsim_exec_check_fence(call, command);
	if (vsim_profile_kills(sim, command->type)) {
		vsim_violation("%s kills this host", command->name);
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	}
	return 0;
}

/* The header of the answer: fence and context as they came. */
static void vsim_exec_answer(struct vsim_call *call, const struct vsim_command *command,
			     u32 type)
{
	struct virtio_gpu_ctrl_hdr *resp = call->resp;
	struct vsim_request *req = call->req;

	resp->type = cpu_to_le32(type);
	if (call->req->fenced) {
		resp->flags = call->hdr->flags;
		resp->fence_id = call->hdr->fence_id;
		resp->ctx_id = call->hdr->ctx_id;
		resp->ring_idx = call->hdr->ring_idx;
	}
	req->resp_size = VSIM_HDR;
	if (command && type == command->resp_type)
		req->resp_size = command->resp_size;
	req->resp_size = min(req->resp_size, req->room);
}

static void vsim_exec_run(struct vsim_queue *q, struct vsim_call *call)
{
	const struct vsim_command *command = vsim_exec_find(le32_to_cpu(call->hdr->type));
	struct vsim_request *req = call->req;
	struct vsim_verdict verdict = {};
	u32 type;

	if (!command) {
		vsim_violation("command 0x%x is not known", le32_to_cpu(call->hdr->type));
		vsim_exec_answer(call, NULL, VIRTIO_GPU_RESP_ERR_UNSPEC);
		return;
	}
	call->name = command->name;
	vsim_log_count(command->type);
	type = vsim_exec_check(q, call, command);
	if (type) {
		vsim_exec_answer(call, command, type);
		return;
	}
	vsim_fault_apply_before(call, command, &verdict);
	/* Nobody reads it: not done, never answered. */
	if (q->index == VSIM_CURSORQ && vsim_is(q->sim, VSIM_QUIRK_CURSOR_UNREAD)) {
		verdict.ignore = true;
		req->lost = true;
	}
	type = verdict.ignore ? VIRTIO_GPU_RESP_ERR_UNSPEC : verdict.refusal ?: command->run(call);
	vsim_exec_answer(call, command, type);
	vsim_fault_apply_after(call, command, &verdict);
	if (verdict.refusal || verdict.misled || req->lost)
		vsim_excuse(call, command, !req->lost);
}

/* vsim_exec - run a command, and make its answer; with the queue's lock */
void vsim_exec(struct vsim_queue *q, struct vsim_request *req)
{
	struct vsim_call call = { .sim = q->sim, .req = req };

	if (q->index == VSIM_CTRLQ && q->sim->config.latency_us)
		req->due = jiffies + usecs_to_jiffies(q->sim->config.latency_us);
	if (!req->cmd || req->cmd_size < VSIM_HDR) {
		vsim_violation("a command of %u bytes", req->cmd_size);
		return;
	}
	req->resp = kvzalloc(max_t(u32, req->room, sizeof(struct virtio_gpu_resp_edid) +
				   VSIM_CAPSET_SIZE), GFP_KERNEL | __GFP_NOFAIL);
	call.hdr = (const void *)req->cmd;
	call.ctx_id = le32_to_cpu(call.hdr->ctx_id);
	call.resp = req->resp;
	mutex_lock(&q->sim->lock);
	vsim_exec_run(q, &call);
	mutex_unlock(&q->sim->lock);
}
