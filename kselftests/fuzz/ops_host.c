// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the software device may do meanwhile: lie, fall silent, fail, go, come as another
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define DRIVER		"/sys/bus/virtio/drivers/virtio_gpu/"

static const char *const commands[] = {
	"GET_DISPLAY_INFO", "RESOURCE_CREATE_2D", "RESOURCE_UNREF", "SET_SCANOUT", "RESOURCE_FLUSH",
	"TRANSFER_TO_HOST_2D", "RESOURCE_ATTACH_BACKING", "RESOURCE_DETACH_BACKING", "GET_CAPSET_INFO",
	"GET_CAPSET", "GET_EDID", "RESOURCE_ASSIGN_UUID", "RESOURCE_CREATE_BLOB", "SET_SCANOUT_BLOB",
	"CTX_CREATE", "CTX_DESTROY", "CTX_ATTACH_RESOURCE", "CTX_DETACH_RESOURCE", "RESOURCE_CREATE_3D",
	"TRANSFER_TO_HOST_3D", "TRANSFER_FROM_HOST_3D", "SUBMIT_3D", "RESOURCE_MAP_BLOB",
	"RESOURCE_UNMAP_BLOB", "UPDATE_CURSOR", "MOVE_CURSOR", "*",
};

/* What goes wrong. Those that cost the device stand last, and are drawn less often. */
static const char *const actions[] = {
	"refuse 0x1200", "refuse 0x1203", "refuse 0x1204", "refuse 0x1205", "type 0x1100", "type 0x1102",
	"type 0xffffffff", "short 0", "short 8", "short 24", "long 4096", "fill 0", "fill 255",
	"set 0 0xffffffff", "set 8 77", "set 24 0xffffffff", "garbage 2", "garbage 3", "garbage 77",
	"twice", "id 0", "id 65535", "delay 5", "delay 200", "hold", "storm 20", "lose", "never", "mute",
	"reset", "reset_after", "unplug", "unplug_before",
};
#define NUM(x)		(sizeof(x) / sizeof(x[0]))
#define GENTLE		26
#define PREFIX		5	/* "HOST_" */

static int script(struct fuzz_call *c)
{
	__u64 act = c->values[2];
	char line[128];

	act = act / NUM(actions) % 4 ? act % GENTLE : act % NUM(actions);
	snprintf(line, sizeof(line), "%s %llu %s times 1", commands[c->values[0]], c->values[1],
		 actions[act]);
	return __vg_sim_script(line);
}

/* A host that keeps silent does so for two seconds, not ten. */
void fuzz_host_set_timeout(void)
{
	__vg_sim_hang_timeout(VG_SIM_HANG_TIMEOUT);
}

/* The host misbehaves no more, and answers what it has not. */
void fuzz_host_calm(void)
{
	__vg_sim_control("defaults");
	__vg_sim_control("revive");
	__vg_sim_control("release");
}

static int calm(struct fuzz_call *c)
{
	fuzz_host_calm();
	return 0;
}

/* What the operation is called: the word that the device takes, in capitals */
static int control(struct fuzz_call *c)
{
	char word[16];
	unsigned int i;

	for (i = 0; i < sizeof(word) - 1 && c->op->name[PREFIX + i]; i++)
		word[i] = tolower(c->op->name[PREFIX + i]);
	word[i] = 0;
	return __vg_sim_control(word);
}

static int events(struct fuzz_call *c)
{
	char line[32];

	snprintf(line, sizeof(line), "events %llu", c->values[0]);
	return __vg_sim_control(line);
}

static int display(struct fuzz_call *c)
{
	char line[64];

	snprintf(line, sizeof(line), "display %llu %llu %llu", c->values[0], c->values[1],
		 c->values[1] * 3 / 4);
	return __vg_sim_control(line);
}

static int replug(struct fuzz_call *c)
{
	int ret = __vg_sim_control("unplug");

	if (!ret)
		ret = __vg_sim_control("plug");
	fuzz_host_set_timeout();
	return ret;
}

/* Another kind of device; the next "defaults" makes the one after it ordinary. */
static int other_device(struct fuzz_call *c)
{
	static const __u64 features[] = {
		VG_F_VERSION_1 | VG_F_EDID, VG_F_VERSION_1 | VG_F_EDID | VG_F_UUID | VG_F_BLOB,
		VG_F_VERSION_1 | VG_F_INDIRECT | VG_F_3D, VG_F_VERSION_1 | VG_F_INDIRECT | VG_F_EVENT_IDX |
		VG_F_3D | VG_F_EDID | VG_F_UUID | VG_F_BLOB | VG_F_CONTEXT_INIT | VG_F_ALIGNMENT,
	};

	__vg_sim_control("defaults");
	if (c->values[0] < NUM(features))
		vg_sim_set("features", features[c->values[0]]);
	vg_sim_set("num_scanouts", c->values[1]);
	vg_sim_set("blob_alignment", c->values[2]);
	vg_sim_set("queue_size", c->values[3]);
	vg_sim_set("latency_us", c->values[4]);
	vg_sim_set("map_info", c->values[5]);
	return replug(c);
}

static int rebind(struct fuzz_call *c)
{
	DIR *dir = opendir(DRIVER);
	struct dirent *entry;
	char name[64] = "";
	int ret;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir)))
		if (!strncmp(entry->d_name, "virtio", 6))
			snprintf(name, sizeof(name), "%.60s", entry->d_name);
	closedir(dir);
	if (!*name)
		return -ENODEV;
	ret = __vg_write_file(DRIVER "unbind", name);
	if (!ret)
		ret = __vg_write_file(DRIVER "bind", name);
	fuzz_host_set_timeout();
	return ret;
}

/* The machine sleeps, with programs that go on, which machines do not do: by hand only. */
static int nap(struct fuzz_call *c)
{
	int ret = __vg_sim_control("freeze");

	return ret ?: __vg_sim_control("restore");
}

#define CONTROL(n, w, f, ...)	{ .name = "HOST_" n, .weight = w, .node = FUZZ_NO_FILE, .call = f, ## __VA_ARGS__ }

const struct fuzz_op fuzz_ops_host[] = {
	CONTROL("SCRIPT", 8, script,
		FUZZ_FIELDS(FUZZ_DRAW("command", NUM, FUZZ_RANGE(0, NUM(commands) - 1)),
			    FUZZ_DRAW("skip", ONEOF, FUZZ_AMONG(0, 0, 0, 1, 3)),
			    FUZZ_DRAW("act", NUM, FUZZ_RANGE(0, 4095)))),
	CONTROL("CALM", 3, calm),
	CONTROL("RELEASE", 8, control),
	CONTROL("INTERRUPT", 2, control),
	CONTROL("EVENTS", 2, events, FUZZ_FIELDS(FUZZ_DRAW("number", NUM, FUZZ_RANGE(1, 40)))),
	CONTROL("DISPLAY", 2, display,
		FUZZ_FIELDS(FUZZ_DRAW("screen", NUM, FUZZ_RANGE(0, 1)),
			    FUZZ_DRAW("width", ONEOF, FUZZ_AMONG(1024, 1024, 800, 0)))),
	CONTROL("NEEDS_RESET", 1, control),
	CONTROL("LOSE_STATUS", 1, control),
	CONTROL("REPLUG", 1, replug),
	CONTROL("REBIND", 1, rebind),
	CONTROL("DEVICE", 1, other_device,
		FUZZ_FIELDS(FUZZ_DRAW("features", NUM, FUZZ_RANGE(0, 7)),
			    FUZZ_DRAW("screens", ONEOF, FUZZ_AMONG(1, 1, 0, 4)),
			    FUZZ_DRAW("alignment", ONEOF, FUZZ_AMONG(0, 4096, 65536)),
			    FUZZ_DRAW("queue", ONEOF, FUZZ_AMONG(256, 64, 16)),
			    FUZZ_DRAW("latency", ONEOF, FUZZ_AMONG(0, 0, 2000)),
			    FUZZ_DRAW("caching", NUM, FUZZ_RANGE(1, 3)))),
	CONTROL("NAP", 0, nap),
	{}
};
