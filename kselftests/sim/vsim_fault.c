// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which answers are false, late or missing?
 *
 * What the rules of the script (vsim_script.c) do to a command. A rule counts as
 * fired only where it changed something.
 */
#include "vsim_fault.h"

/* struct vsim_fault - a command, as the rules see it */
struct vsim_fault {
	struct vsim_call *call;
	const struct vsim_command *command;
	struct vsim_verdict *verdict;
	u32 resource;
	u32 ring;
};

static void vsim_fault_init(struct vsim_fault *fault, struct vsim_call *call,
			    const struct vsim_command *command, struct vsim_verdict *verdict)
{
	fault->call = call;
	fault->command = command;
	fault->verdict = verdict;
	fault->resource = vsim_exec_resource(call, command);
	fault->ring = le32_to_cpu(call->hdr->flags) & VIRTIO_GPU_FLAG_INFO_RING_IDX ?
		      call->hdr->ring_idx : VSIM_ANY;
}

static bool vsim_fault_is_for(const struct vsim_rule *rule, const struct vsim_fault *fault)
{
	return (rule->type == VSIM_ANY || rule->type == fault->command->type) &&
	       (rule->context == VSIM_ANY || rule->context == fault->call->ctx_id) &&
	       (rule->resource == VSIM_ANY || rule->resource == fault->resource) &&
	       (rule->ring == VSIM_ANY || rule->ring == fault->ring);
}

/* Is it the rule's turn? */
static bool vsim_fault_take(struct vsim_rule *rule, const struct vsim_fault *fault)
{
	if (!vsim_fault_is_for(rule, fault))
		return false;
	if (rule->skip) {
		rule->skip--;
		return false;
	}
	if (!rule->times)
		return false;
	if (rule->times != U32_MAX)
		rule->times--;
	return true;
}

static void vsim_fault_before(struct vsim_rule *rule, void *data)
{
	struct vsim_fault *fault = data;
	struct vsim *sim = fault->call->sim;

	if (rule->kind >= VSIM_LOSE || !vsim_fault_take(rule, fault))
		return;
	rule->fired++;
	if (rule->kind == VSIM_REFUSE) {
		fault->verdict->refusal = rule->values[0];
		return;
	}
	fault->verdict->ignore = true;
	fault->call->req->lost = true;
	if (rule->kind == VSIM_RESET)
		vsim_transport_needs_reset(sim);
	else if (rule->kind == VSIM_MUTE)
		WRITE_ONCE(sim->mute, true);
	else if (rule->kind == VSIM_UNPLUG_BEFORE)
		vsim_unplug_soon();
}

/* vsim_fault_apply_before - rules that keep a command from being done */
void vsim_fault_apply_before(struct vsim_call *call, const struct vsim_command *command,
			     struct vsim_verdict *verdict)
{
	struct vsim_fault fault;

	vsim_fault_init(&fault, call, command, verdict);
	vsim_script_each(vsim_fault_before, &fault);
}

/* All that the driver lets be written, from the seed alone; even seeds spare the type. */
static bool vsim_fault_garbage(struct vsim_request *req, u32 seed)
{
	u32 state = seed * 2654435761u + 1;

	if (req->room <= sizeof(__le32))
		return false;
	for (u32 i = seed & 1 ? 0 : sizeof(__le32); i < req->room; i++) {
		state ^= state << 13;
		state ^= state >> 17;
		state ^= state << 5;
		req->resp[i] = state;
	}
	req->resp_size = req->room;
	return true;
}

/* What changes the bytes of an answer; false if there is no such byte. */
static bool vsim_fault_rewrite(struct vsim_request *req, const struct vsim_rule *rule)
{
	u32 value = rule->values[0];

	switch (rule->kind) {
	case VSIM_TYPE:
		if (req->room < VSIM_HDR)
			return false;
		((struct virtio_gpu_ctrl_hdr *)req->resp)->type = cpu_to_le32(value);
		return true;
	case VSIM_SHORT:
		if (req->resp_size <= value)
			return false;
		req->resp_size = value;
		return true;
	case VSIM_FILL:
		if (req->room <= VSIM_HDR)
			return false;
		req->resp_size = req->room;
		memset(req->resp + VSIM_HDR, value, req->room - VSIM_HDR);
		return true;
	case VSIM_SET:
		if (req->room < sizeof(u32) || value > req->room - sizeof(u32))
			return false;
		*(__le32 *)(req->resp + value) = cpu_to_le32(rule->values[1]);
		return true;
	default:
		return vsim_fault_garbage(req, value);
	}
}

/* What happens beside the answer, or to it as a whole. */
static void vsim_fault_handle(struct vsim *sim, struct vsim_request *req,
			      const struct vsim_rule *rule)
{
	switch (rule->kind) {
	case VSIM_LOSE:
		req->lost = true;
		break;
	case VSIM_LONG:
		req->used_len = rule->values[0];
		break;
	case VSIM_TWICE:
		req->twice = true;
		break;
	case VSIM_ID:
		req->used_id = rule->values[0];
		break;
	case VSIM_DELAY:
		req->due = jiffies + msecs_to_jiffies(rule->values[0]);
		break;
	case VSIM_HOLD:
		req->held = true;
		break;
	case VSIM_RESET_AFTER:
		req->lost = true;
		vsim_transport_needs_reset(sim);
		break;
	case VSIM_UNPLUG:
		vsim_unplug_soon();
		break;
	case VSIM_STORM:
		for (u32 i = 0; i < rule->values[0]; i++)
			vsim_transport_config_changed(sim, VIRTIO_GPU_EVENT_DISPLAY);
		break;
	default:
		break;
	}
}

static bool vsim_fault_rewrites(const struct vsim_rule *rule)
{
	return rule->kind == VSIM_TYPE || rule->kind == VSIM_SHORT || rule->kind == VSIM_FILL ||
	       rule->kind == VSIM_SET || rule->kind == VSIM_GARBAGE;
}

static void vsim_fault_after(struct vsim_rule *rule, void *data)
{
	struct vsim_fault *fault = data;
	struct vsim_request *req = fault->call->req;

	if (rule->kind < VSIM_LOSE || !vsim_fault_take(rule, fault))
		return;
	if (vsim_fault_rewrites(rule)) {
		if (!vsim_fault_rewrite(req, rule))
			return;
		fault->verdict->misled = true;
	} else {
		vsim_fault_handle(fault->call->sim, req, rule);
	}
	rule->fired++;
}

/* vsim_fault_apply_after - rules that change an answer */
void vsim_fault_apply_after(struct vsim_call *call, const struct vsim_command *command,
			    struct vsim_verdict *verdict)
{
	struct vsim_fault fault;

	vsim_fault_init(&fault, call, command, verdict);
	vsim_script_each(vsim_fault_after, &fault);
}
