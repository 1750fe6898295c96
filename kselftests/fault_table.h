/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which commands, misbehaviours and phases are there for virtgpu_faults_test.c, and
 * which of their combinations cannot be?
 *
 * A cell of the matrix is one of each: the command's line of the script acts while the
 * device is in that phase.
 */
#ifndef FAULT_TABLE_H
#define FAULT_TABLE_H

/*
 * PHASE(name)
 * probe: the driver takes the device. running: a client works. closing: it is killed
 * with the command in flight, or by its end sends it. hotplug: a screen changes while
 * it works. freeze: the machine sleeps and wakes with the command in flight.
 */
#define FAULT_PHASES(PHASE)						\
	PHASE(probe)							\
	PHASE(running)							\
	PHASE(closing)							\
	PHASE(hotplug)							\
	PHASE(freeze)

/*
 * ACT(name, line of the script, what has to hold)
 * LIVES: all others go on, and the client has an answer. PENDS: the client may wait
 * for ever. GOES: the device is gone. SILENT: the driver learns of it by time only.
 * SPEAKS: nothing without an answer. Where neither LIVES nor GOES is said, the device
 * is alive (again), or lost for good; see faults_verdict().
 */
#define FAULT_ACTS(ACT)							\
	ACT(refuse,	"refuse ERR_UNSPEC",	LIVES)			\
	ACT(type,	"type 0x12ff",		LIVES | SPEAKS)		\
	ACT(short,	"short 8",		LIVES | SPEAKS)		\
	ACT(garbage,	"garbage %u",		LIVES | SPEAKS)		\
	ACT(twice,	"twice",		SILENT)			\
	ACT(never,	"never",		SILENT | PENDS)		\
	ACT(mute,	"mute",			SILENT)			\
	ACT(reset,	"reset",		0)			\
	ACT(unplug,	"unplug",		GOES)

/*
 * CMD(name, device, how, what makes a client send it)
 * PROBE: sent when the driver takes the device, CONSOLE: then too, for a console.
 * DEATH: the client's end sends it. SCREENS: sent for what screens do, so that no client
 * can. ONCE: sent at the probe only. MUTE_SENT: has no answer. UNSENT: drivers do
 * without it.
 */
#define FAULT_COMMANDS(CMD)						\
	CMD(GET_DISPLAY_INFO,		shows,	PROBE | SCREENS,	nothing)	\
	CMD(GET_EDID,			shows,	PROBE | SCREENS,	nothing)	\
	CMD(GET_CAPSET_INFO,		shows,	PROBE | ONCE,		nothing)	\
	CMD(GET_CAPSET,			renders, 0,			get_caps)	\
	CMD(RESOURCE_CREATE_2D,		copies,	CONSOLE,		show)		\
	CMD(RESOURCE_UNREF,		renders, DEATH,			drop)		\
	CMD(RESOURCE_ATTACH_BACKING,	copies,	CONSOLE,		show)		\
	CMD(RESOURCE_DETACH_BACKING,	copies,	UNSENT,			nothing)	\
	CMD(SET_SCANOUT,		copies,	CONSOLE,		show)		\
	CMD(TRANSFER_TO_HOST_2D,	copies,	CONSOLE,		redraw)		\
	CMD(RESOURCE_FLUSH,		copies,	CONSOLE,		redraw)		\
	CMD(RESOURCE_CREATE_BLOB,	renders, 0,			make_blob)	\
	CMD(SET_SCANOUT_BLOB,		blobs,	0,			show)		\
	CMD(RESOURCE_ASSIGN_UUID,	renders, 0,			share)		\
	CMD(CTX_CREATE,			renders, 0,			make_context)	\
	CMD(CTX_DESTROY,		renders, DEATH,			end_context)	\
	CMD(CTX_ATTACH_RESOURCE,	renders, 0,			make)		\
	CMD(CTX_DETACH_RESOURCE,	renders, DEATH,			drop)		\
	CMD(RESOURCE_CREATE_3D,		renders, 0,			make)		\
	CMD(TRANSFER_TO_HOST_3D,	renders, 0,			put)		\
	CMD(TRANSFER_FROM_HOST_3D,	renders, 0,			get)		\
	CMD(SUBMIT_3D,			renders, 0,			submit)		\
	CMD(RESOURCE_MAP_BLOB,		renders, 0,			map)		\
	CMD(RESOURCE_UNMAP_BLOB,	renders, DEATH,			unmap)		\
	CMD(UPDATE_CURSOR,		copies,	MUTE_SENT,		point)		\
	CMD(MOVE_CURSOR,		copies,	MUTE_SENT,		move)

#define PROBE		(1u << 0)
#define CONSOLE		(1u << 1)
#define DEATH		(1u << 2)
#define SCREENS		(1u << 3)
#define ONCE		(1u << 4)
#define MUTE_SENT	(1u << 5)
#define UNSENT		(1u << 6)

#define LIVES		(1u << 0)
#define PENDS		(1u << 1)
#define GOES		(1u << 2)
#define SILENT		(1u << 3)
#define SPEAKS		(1u << 4)

#define FAULT_ENUM(name, ...)	FAULT_##name,
enum fault_phase { FAULT_PHASES(FAULT_ENUM) FAULT_NUM_PHASES };
enum fault_act { FAULT_ACTS(FAULT_ENUM) FAULT_NUM_ACTS };
enum fault_command { FAULT_COMMANDS(FAULT_ENUM) FAULT_NUM_COMMANDS };
#undef FAULT_ENUM

/* Why the cell cannot be, or NULL */
static inline const char *fault_impossible(enum fault_phase phase, unsigned int how,
					   unsigned int must)
{
	if (how & UNSENT)
		return "drivers need not send it: RESOURCE_UNREF gives the memory back";
	if (must & SPEAKS && how & MUTE_SENT)
		return "the cursor queue has no answers";
	if (phase == FAULT_probe)
		return how & (PROBE | CONSOLE) ? NULL : "not sent while a driver takes the device";
	if (how & ONCE)
		return "sent only while a driver takes the device";
	if (how & SCREENS && phase == FAULT_running)
		return "sent when a screen changes: that is the phase hotplug";
	return NULL;
}

/* Why the cell cannot be where the device is a process, or NULL; @wanted: features, 0: all */
static inline const char *fault_beyond_process(enum fault_phase phase, enum fault_command command,
					       unsigned int how, enum fault_act act, __u64 wanted)
{
	const __u64 all = VG_F_3D | VG_F_BLOB | VG_F_CONTEXT_INIT;
	static bool is_known, is_quiet;
	static __u64 features;

	if (!is_known) {
		is_known = true;
		vg_sim_control("defaults");
		features = vg_sim_get("features");
		is_quiet = __vg_sim_control("events 0");
	}
	if (wanted ? wanted != features : ~features & all)
		return "QEMU asks a process for its features once";
	if (is_quiet && (phase == FAULT_hotplug || (phase != FAULT_probe && how & SCREENS)))
		return "QEMU's own device is not told of a change";
	if (act == FAULT_reset || act == FAULT_unplug)
		return "a process cannot say that it fails, nor go";
	if (phase == FAULT_freeze)
		return "a process cannot send the guest to sleep";
	if (command == FAULT_RESOURCE_MAP_BLOB || command == FAULT_RESOURCE_UNMAP_BLOB)
		return "a process has no window";
	return NULL;
}

#endif
