// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the host have, and what has it seen? The file state: a name and a
 * number a line, and always all the names.
 */
#include "vsim_api.h"

/* struct vsim_state - what is read of a device; all 0 without one */
struct vsim_state {
	u32 waiting, status, resources, contexts, mapped, last_fence, scanout, format;
	u32 cursor, image;
	u32 kicks, interrupts, resets;
	int slept;
	u64 features;
	u64 copied;
	u64 interrupt_ns;	/* how long the driver was in its interrupts */
};

/* Guards what follows. */
static DEFINE_MUTEX(vsim_state_lock);
static struct vsim_state vsim_state;

static u32 vsim_state_count(struct xarray *xa)
{
	unsigned long index;
	u32 count = 0;
	void *entry;

	xa_for_each(xa, index, entry)
		count++;
	return count;
}

static void vsim_state_look(struct vsim *sim, const u32 *args)
{
	vsim_state.waiting = vsim_host_settle(sim);
	mutex_lock(&sim->lock);
	vsim_state.status = sim->status;
	vsim_state.slept = -sim->slept;
	vsim_state.features = vsim_link_features(&sim->link);
	vsim_state.resources = vsim_state_count(&sim->resources);
	vsim_state.contexts = vsim_state_count(&sim->contexts);
	vsim_state.mapped = sim->mapped;
	vsim_state.last_fence = sim->last_fence;
	vsim_state.copied = sim->copied;
	vsim_state.scanout = sim->outputs[0].resource;
	vsim_state.format = sim->outputs[0].format;
	vsim_state.cursor = sim->outputs[0].cursor;
	vsim_state.image = sim->outputs[0].image;
	vsim_state.resets = sim->resets;
	mutex_unlock(&sim->lock);
	vsim_state.kicks = sim->queues[VSIM_CTRLQ].kicks;
	vsim_state.interrupts = sim->queues[VSIM_CTRLQ].interrupts;
	vsim_state.interrupt_ns = sim->queues[VSIM_CTRLQ].interrupt_ns +
				  sim->queues[VSIM_CURSORQ].interrupt_ns;
}

static void vsim_state_print(struct seq_file *m, const struct vsim_state *state)
{
	seq_printf(m, "plugged %u\n", vsim_is_plugged());
	seq_printf(m, "waiting %u\n", state->waiting);
	seq_printf(m, "status %u\n", state->status);
	seq_printf(m, "slept %d\n", state->slept);
	seq_printf(m, "features 0x%llx\n", state->features);
	seq_printf(m, "resources %u\n", state->resources);
	seq_printf(m, "contexts %u\n", state->contexts);
	seq_printf(m, "mapped %u\n", state->mapped);
	seq_printf(m, "last_fence %u\n", state->last_fence);
	seq_printf(m, "copied %llu\n", state->copied);
	seq_printf(m, "scanout %u\n", state->scanout);
	seq_printf(m, "format %u\n", state->format);
	seq_printf(m, "cursor %u\n", state->cursor);
	seq_printf(m, "image %u\n", state->image);
	seq_printf(m, "kicks %u\n", state->kicks);
	seq_printf(m, "interrupts %u\n", state->interrupts);
	seq_printf(m, "interrupt_ns %llu\n", state->interrupt_ns);
	seq_printf(m, "resets %u\n", state->resets);
}

/* vsim_state_show - all of it */
void vsim_state_show(struct seq_file *m)
{
	mutex_lock(&vsim_state_lock);
	vsim_state = (struct vsim_state) {};
	vsim_with_device(vsim_state_look, NULL);
	vsim_state_print(m, &vsim_state);
	mutex_unlock(&vsim_state_lock);
	for (u32 type = 0x100; type < 0x400; type++) {
		if (vsim_exec_find(type) || vsim_log_counted(type))
			seq_printf(m, "%s %u\n", vsim_name(type), vsim_log_counted(type));
	}
}
