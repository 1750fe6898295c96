// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does each word of the control mean?
 */
#include "vsim_fault.h"
#include "vsim_profile.h"

/* What vsim_control_look() saw; one at a time retires the device. */
static bool vsim_control_clean;

static void vsim_control_needs_reset(struct vsim *sim, const u32 *args)
{
	vsim_transport_needs_reset(sim);
}

static void vsim_control_lose_status(struct vsim *sim, const u32 *args)
{
	vsim_transport_lose_status(sim);
}

static void vsim_control_events(struct vsim *sim, const u32 *args)
{
	for (u32 i = 0; i < args[0]; i++)
		vsim_transport_config_changed(sim, VIRTIO_GPU_EVENT_DISPLAY);
}

static void vsim_control_release(struct vsim *sim, const u32 *args)
{
	vsim_host_release(sim);
}

static void vsim_control_revive(struct vsim *sim, const u32 *args)
{
	vsim_host_revive(sim);
}

static void vsim_control_display(struct vsim *sim, const u32 *args)
{
	struct vsim_output *output = &sim->outputs[args[0] % VSIM_MAX_SCANOUTS];

	mutex_lock(&sim->lock);
	output->width = args[1];
	output->height = args[2];
	output->enabled = args[1];
	mutex_unlock(&sim->lock);
	vsim_transport_config_changed(sim, VIRTIO_GPU_EVENT_DISPLAY);
}

static const struct {
	const char *name;
	unsigned int args;
	enum vsim_ability needs;
	void (*call)(struct vsim *sim, const u32 *args);
} vsim_controls[] = {
	{ "needs_reset", 0, VSIM_CAN_FAIL, vsim_control_needs_reset },
	{ "lose_status", 0, VSIM_CAN_FAIL, vsim_control_lose_status },
	{ "events", 1, VSIM_CAN_NOTIFY, vsim_control_events },
	{ "release", 0, VSIM_CAN_ANSWER, vsim_control_release },
	{ "revive", 0, VSIM_CAN_ANSWER, vsim_control_revive },
	{ "freeze", 0, VSIM_CAN_SLEEP, vsim_sleep_freeze },
	{ "restore", 0, VSIM_CAN_SLEEP, vsim_sleep_restore },
	{ "reset_prepare", 0, VSIM_CAN_SLEEP, vsim_sleep_reset_prepare },
	{ "reset_done", 0, VSIM_CAN_SLEEP, vsim_sleep_reset_done },
	{ "shutdown", 0, VSIM_CAN_SLEEP, vsim_sleep_shutdown },
	{ "stand_still", 1, VSIM_CAN_SLEEP, vsim_sleep_stand_still },
	{ "interrupt", 0, VSIM_CAN_ANSWER, vsim_transport_interrupt_all },
	{ "display", 3, VSIM_CAN_NOTIFY, vsim_control_display },
};

static void vsim_control_look(struct vsim *sim, const u32 *args)
{
	vsim_host_release(sim);
	vsim_control_clean = vsim_leak_none(sim);
}

/*
 * Nobody uses the device any more: what the driver has not given back within @ms
 * milliseconds is lost. Nothing is held back meanwhile.
 */
static int vsim_control_retire(u32 ms)
{
	unsigned long end = jiffies + msecs_to_jiffies(ms);

	for (;;) {
		vsim_control_clean = true;
		vsim_with_device(vsim_control_look, NULL);
		if (vsim_control_clean)
			break;
		if (time_after(jiffies, end)) {
			vsim_with_device(vsim_leak_report, NULL);
			break;
		}
		if (msleep_interruptible(5))
			return -EINTR;
	}
	return vsim_unplug();
}

/* Those that speak to the device, if there is one. */
static int vsim_control_device(const char *name, unsigned int count, const u32 *args)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(vsim_controls); i++) {
		if (strcmp(name, vsim_controls[i].name) || count != vsim_controls[i].args)
			continue;
		if (!vsim_can(vsim_controls[i].needs))
			return -EOPNOTSUPP;
		vsim_with_device(vsim_controls[i].call, args);
		return 0;
	}
	return -EINVAL;
}

/* vsim_control_run - one line; 0 or a negative errno */
int vsim_control_run(char *line)
{
	u32 args[3] = {};
	char name[16];
	int count;

	count = sscanf(line, "%15s %u %u %u", name, &args[0], &args[1], &args[2]);
	if (count < 1)
		return -EINVAL;
	if (!strcmp(name, "plug"))
		return vsim_plug();
	if (!strcmp(name, "unplug"))
		return vsim_unplug();
	if (!strcmp(name, "retire"))
		return vsim_control_retire(args[0]);
	if (!strcmp(name, "abandon")) {
		vsim_abandon();
		return 0;
	}
	if (!strcmp(name, "defaults")) {
		vsim_script_clear();
		return vsim_default();
	}
	if (!strncmp(line, "profile ", 8))
		return vsim_profile_take(line + 8);
	return vsim_control_device(name, count - 1, args);
}
