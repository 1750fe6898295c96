// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the driver leave on a device that nobody uses any more?
 */
#include "vsim_fault.h"

/* Does a fault, or the pointer of a screen, which outlives its client, keep it? */
static bool vsim_leak_is_kept(struct vsim *sim, const struct vsim_resource *res)
{
	struct vsim_context *ctx;
	unsigned long id;

	if (res->stuck || vsim_excused(res, 0))
		return true;
	for (unsigned int i = 0; i < VSIM_MAX_SCANOUTS; i++) {
		if (sim->outputs[i].cursor == res->id)
			return true;
	}
	xa_for_each(&sim->contexts, id, ctx) {
		if ((ctx->stuck || ctx->excused) && xa_load(&ctx->attached, res->id))
			return true;
	}
	return false;
}

/* vsim_leak_none - has it given back all that no fault makes it keep? */
bool vsim_leak_none(struct vsim *sim)
{
	struct vsim_resource *res;
	struct vsim_context *ctx;
	unsigned long id;
	bool none = true;

	mutex_lock(&sim->lock);
	xa_for_each(&sim->resources, id, res)
		none &= vsim_leak_is_kept(sim, res);
	xa_for_each(&sim->contexts, id, ctx)
		none &= ctx->stuck || ctx->excused;
	mutex_unlock(&sim->lock);
	return none;
}

/* vsim_leak_report - a violation for each thing that is left */
void vsim_leak_report(struct vsim *sim, const u32 *args)
{
	struct vsim_resource *res;
	struct vsim_context *ctx;
	unsigned long id;

	mutex_lock(&sim->lock);
	xa_for_each(&sim->resources, id, res) {
		if (!vsim_leak_is_kept(sim, res))
			vsim_violation("resource %lu is left%s", id,
				       res->mapped != U64_MAX ? ", and mapped" : "");
	}
	xa_for_each(&sim->contexts, id, ctx) {
		if (!ctx->stuck && !ctx->excused)
			vsim_violation("context %lu is left", id);
	}
	mutex_unlock(&sim->lock);
}
