// SPDX-License-Identifier: GPL-2.0-only
/*
 * What if any command of any phase meets any misbehaviour of the host?
 *
 * Usage: virtgpu_faults_test [-l] [-p PHASE] [-c COMMAND] [-a ACTION] [-s K/N] [-f N]
 * Runs the cells of fault_table.h that the options name; -f 0: all. Without options it is
 * skipped: scripts/check/faults runs it. -s: every Nth, from the Kth on; -f: without the
 * first N of these; -l: lists those that cannot be, and why.
 *
 * Each cell: a bystander opens a new device, a client makes the driver send the
 * command, the host misbehaves at it. The line of the script has to have acted; the
 * client's errno and fence are among those that fit the action; the device is alive or
 * lost, and not in between; the bystander goes on; a killed client ends; once all files
 * are closed nothing is left, no rule was broken, and the next device can be used.
 * Whatever may hang is done by a process that can be given up.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <drm/drm.h>
#include <libvirtgpu.h>

#include "fault_table.h"

#define DEADLINE	5000	/* milliseconds that any step may take */
#define PROBE_DEADLINE	40000	/* and the taking of a device that does not answer */
#define TIMEOUT_MS	500	/* of a driver that can be told, with a host that may be silent */
#define SETTLES		2000	/* until the driver has given back what files had */

#define SPARSE		(VG_F_VERSION_1 | VG_F_EDID)
#define BLOBS		(SPARSE | VG_F_INDIRECT | VG_F_UUID | VG_F_BLOB)

/* Kinds of devices: features (0: all), has it a screen? */
static const struct fault_device {
	__u64 features;
	bool screen;
} renders = { 0, false }, shows = { 0, true }, copies = { SPARSE, true }, blobs = { BLOBS, true };

#define NAME(name, ...) #name,
static const char * const phases[] = { FAULT_PHASES(NAME) };

static const struct {
	const char *name;
	const char *line;
	unsigned int must;
} acts[] = {
#define ACT(name, line, must) { #name, line, must },
	FAULT_ACTS(ACT)
#undef ACT
};

static const struct {
	const char *name;
	const struct fault_device *device;
	unsigned int how;
	void (*trigger)(struct vg_client *c);
} commands[] = {
#define CMD(name, device, how, trigger) { #name, &device, how, vg_trigger_##trigger },
	FAULT_COMMANDS(CMD)
#undef CMD
};

struct fault_cell {
	enum fault_phase phase;
	enum fault_command command;
	enum fault_act act;
	unsigned int number;
};

/* What the runner and its processes share */
static struct fault_shared {
	struct vg_client client;
	volatile bool armed;
	volatile bool done;
	volatile int last;	/* errno of the last look at a device */
} *shared;

static struct fault_cell cell;
static char why[512];		/* what is wrong with the cell */
static int bystander;
static int log_fd;
static unsigned int unusable;	/* cells in a row whose device could not be plugged in */
/* Of the cell: a step took longer than it may, something was left, the kernel complained */
static bool hangs, leaks_some, reported;
static unsigned int ran, failed, late, leaks, reports, vacuous;

__attribute__((format(printf, 1, 2))) static void wrong(const char *format, ...)
{
	size_t used = strlen(why);
	va_list args;

	va_start(args, format);
	if (used < sizeof(why) - 3)
		used += snprintf(why + used, sizeof(why) - used, "%s", used ? "; " : "");
	vsnprintf(why + used, sizeof(why) - used, format, args);
	va_end(args);
}

__attribute__((format(printf, 1, 2))) static void too_late(const char *format, ...)
{
	char text[128];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	wrong("%s", text);
	hangs = true;
}

static int plug(void)
{
	return __vg_sim_control("plug") ? 1 : 0;
}

/* Does a console of the kernel use the screen? */
static bool has_console(void)
{
	return cell.phase == FAULT_probe && commands[cell.command].how & CONSOLE;
}

/* A console has buffers for as long as the device is there. */
static int retire(void)
{
	char line[32];

	if (has_console())
		return __vg_sim_control("unplug") ? 1 : 0;
	snprintf(line, sizeof(line), "retire %d", SETTLES);
	return __vg_sim_control(line) ? 1 : 0;
}

static int sleep_and_wake(void)
{
	if (__vg_sim_control("freeze"))
		return 1;
	/* A machine whose device cannot sleep stays awake. */
	return vg_sim_state("slept") ? 0 : __vg_sim_control("restore") ? 1 : 0;
}

static bool has_screen(void)
{
	return commands[cell.command].device->screen || cell.phase == FAULT_hotplug;
}

/* The node on which the cell's client works */
static int open_node(void)
{
	if (commands[cell.command].device->screen)
		return __vg_open_driver("virtio_gpu", false);
	return __vg_open_driver("virtio_gpu", true);
}

/* A round trip to the host: 0 or -errno */
static int round_trip(int fd)
{
	struct vg_screen screen;
	__u64 has_3d;
	int fence;
	__u32 fb;
	int ret;

	ret = __vg_getparam(fd, VIRTGPU_PARAM_3D_FEATURES, &has_3d);
	if (ret)
		return ret;
	if (has_3d) {
		fence = __vg_submit_fence(fd, 0);
		if (fence < 0)
			return fence;
		ret = vg_fence_signals(fence, DEADLINE) ? vg_fence_status(fence) : -ETIME;
		close(fence);
		return ret < 0 ? ret : 0;
	}
	/* Garbage may have left no screen: then there is nothing to ask of the host. */
	if (__vg_screen(fd, &screen))
		return 0;
	ret = __vg_screen_framebuffer(fd, &screen, &fb);
	if (!ret)
		ret = __vg_show(fd, &screen, fb);
	if (!ret)
		ret = __vg_flip(fd, &screen, fb);
	return ret ?: vg_flip_done(fd, DEADLINE) ? 0 : -ETIME;
}

#define ALIVE	10
#define LOST	11
#define UNSURE	12

/* How is the device now? It may take its time to come back. */
static int look(void)
{
	long end = vg_now() + DEADLINE - 1000;
	int ret, fd;

	do {
		fd = open_node();
		if (fd < 0)
			return LOST;
		ret = round_trip(fd);
		shared->last = ret;
		close(fd);
		if (!ret)
			return ALIVE;
		usleep(20000);
	} while (vg_now() < end);
	return ret == -ENODEV ? LOST : UNSURE;
}

static int ask_bystander(void)
{
	__u64 value;

	shared->last = commands[cell.command].device->screen ?
		       __vg_getparam(bystander, VIRTGPU_PARAM_3D_FEATURES, &value) :
		       round_trip(bystander);
	return 0;
}

static bool among(int value, const int *list)
{
	for (; *list != 1000; list++)
		if (*list == value)
			return true;
	return false;
}

static bool is_gone(void)
{
	return !vg_sim_state("plugged");
}

/* The device is alive xor lost for good, and as the action demands. */
static void faults_verdict(void)
{
	const int enough[] = { 0, -EIO, -ENODEV, 1000 };
	unsigned int must = acts[cell.act].must;
	int state;

	if (must & GOES && !vg_becomes(is_gone, DEADLINE)) {
		too_late("the device does not go");
		return;
	}
	state = vg_within(2 * DEADLINE, look);
	if (state == VG_HUNG || state == VG_LATE) {
		too_late("a new client hangs");
		return;
	}
	if (state == UNSURE)
		wrong("the device is neither alive nor lost: %s", strerror(-shared->last));
	else if (must & LIVES && state != ALIVE)
		wrong("the device is lost");
	else if (must & GOES && state != LOST)
		wrong("the device is still there");
	if (bystander < 0)
		return;
	if (vg_within(2 * DEADLINE, ask_bystander) < 0)
		too_late("the bystander hangs");
	else if (must & LIVES && cell.phase != FAULT_freeze ? shared->last :
		 !among(shared->last, enough))
		wrong("the bystander gets %s", strerror(-shared->last));
}

/* What the client may be told */
static void judge_client(void)
{
	const int lives[] = { 0, -EIO, -EINVAL, 1000 }, lives_fence[] = { 1, -EIO, -EINVAL, 1000 };
	const int dies[] = { 0, -EIO, -ENODEV, -EBUSY, -ETIMEDOUT, 1000 };
	const int dies_fence[] = { 1, -EIO, -ENODEV, -EINVAL, 1000 };
	bool well = acts[cell.act].must & LIVES && cell.phase != FAULT_freeze;
	const struct vg_client *c = &shared->client;

	if (!shared->done)
		return;
	if (!among(c->err, well ? lives : dies))
		wrong("the client gets %s", strerror(-c->err));
	if (!c->fence && !(acts[cell.act].must & PENDS))
		wrong("the client's fence does not signal");
	else if (c->fence && !among(c->fence, well ? lives_fence : dies_fence))
		wrong("the client's fence says %s", strerror(-c->fence));
}

static void arm(struct vg_client *c)
{
	const char *line = acts[cell.act].line;
	char action[64];

	snprintf(action, sizeof(action), line, cell.number);
	vg_sim_script("%s 0 %s times 1", commands[cell.command].name, action);
	shared->armed = true;
	if (!c)
		return;
	if (cell.phase == FAULT_hotplug || commands[cell.command].how & SCREENS)
		__vg_sim_control("display 0 800 600");
	while (cell.phase == FAULT_closing && commands[cell.command].how & DEATH)
		pause();
}

static int run_client(void)
{
	struct vg_client *c = &shared->client;

	c->arm = arm;
	c->fence = 1;
	c->fd = VG_OK(open_node());
	if (commands[cell.command].device->screen && !(commands[cell.command].how & SCREENS))
		c->screen = vg_screen(c->fd);
	commands[cell.command].trigger(c);
	shared->done = true;
	/* Open until told to end, as most clients are when something happens. */
	for (;;)
		pause();
}

static bool is_armed(void)
{
	return shared->armed;
}

static bool has_fired(void)
{
	return shared->armed && vg_sim_fired(0);
}

static bool is_done(void)
{
	return shared->done;
}

static void run_phase(void)
{
	bool by_death = cell.phase == FAULT_closing && commands[cell.command].how & DEATH;
	pid_t child = vg_spawn(run_client);

	if (!vg_becomes(is_armed, DEADLINE))
		wrong("the client did not get so far");
	if (!by_death)
		vg_becomes(has_fired, 1000);
	if (cell.phase == FAULT_freeze) {
		kill(child, SIGSTOP);
		if (vg_within(2 * DEADLINE, sleep_and_wake) < 0)
			too_late("the machine does not sleep and wake");
		kill(child, SIGCONT);
	}
	if (cell.phase != FAULT_closing && !vg_becomes(is_done, DEADLINE) &&
	    !(acts[cell.act].must & PENDS))
		too_late("the client hangs");
	judge_client();
	kill(child, SIGKILL);
	if (vg_reap(child, DEADLINE) == VG_HUNG)
		too_late("SIGKILL does not end the client");
}

/* A device without a screen for a console takes a tenth of the time. */
static void set_console(bool on)
{
	int fd = open("/sys/module/drm_kms_helper/parameters/fbdev_emulation", O_WRONLY);

	if (fd < 0)
		return;
	VG_ASSERT(write(fd, on ? "1" : "0", 1) == 1);
	close(fd);
}

static bool set_up(void)
{
	const struct fault_device *device = commands[cell.command].device;
	int ret;

	vg_sim_control("defaults");
	vg_sim_set("num_scanouts", has_screen());
	vg_sim_set("width", 640);
	vg_sim_set("height", 480);
	if (device->features) {
		vg_sim_set("features", device->features);
		vg_sim_set("window_size", 0);
	}
	memset(shared, 0, sizeof(*shared));
	bystander = -1;
	if (cell.phase == FAULT_probe) {
		set_console(has_console());
		arm(NULL);
	}
	ret = vg_within(cell.phase == FAULT_probe ? PROBE_DEADLINE : DEADLINE, plug);
	if (ret)
		wrong("a new device cannot be plugged in");
	hangs |= ret < 0;
	set_console(false);
	if (ret)
		return false;
	if (acts[cell.act].must & SILENT)
		__vg_sim_hang_timeout(TIMEOUT_MS);
	if (cell.phase == FAULT_probe)
		return true;
	bystander = open_node();
	if (bystander < 0)
		wrong("a new device cannot be opened");
	ioctl(bystander, DRM_IOCTL_DROP_MASTER, 0);
	return bystander >= 0;
}

/* All is closed: what is left? */
static void clean_up(void)
{
	const char *violations;
	int ret;

	if (bystander >= 0)
		close(bystander);
	ret = vg_within(2 * DEADLINE, retire);
	if (ret < 0) {
		too_late("the device cannot be taken away");
		__vg_sim_control("revive");
		ret = vg_within(DEADLINE, retire);
	}
	if (ret < 0)
		vg_sim_control("abandon");
	violations = vg_sim_violations();
	if (strcmp(violations, VG_NO_VIOLATIONS)) {
		leaks_some = strstr(violations, " is left");
		wrong("%.300s", violations);
	}
	vg_sim_forget_violations();
}

static void report(void)
{
	printf("# matrix: %u cells, %u beyond their deadline, %u leaks, %u reports; %u vacuous, %u failed\n",
	       ran, late, leaks, reports, vacuous, failed);
	fflush(stdout);
}

static void run_cell(void)
{
	long start = vg_now();
	bool usable = false, fired = false;
	const char *complaint;

	why[0] = '\0';
	hangs = leaks_some = reported = false;
	if (set_up()) {
		usable = true;
		if (cell.phase != FAULT_probe)
			run_phase();
		fired = vg_becomes(has_fired, 1000);
		faults_verdict();
	} else {
		fired = cell.phase == FAULT_probe;
	}
	if (!fired) {
		vacuous++;
		wrong("the command was never sent, so nothing was tested");
	}
	clean_up();
	complaint = vg_log_complaint(log_fd);
	if (complaint)
		wrong("the kernel says: %s", complaint);
	reported = complaint;
	ran++;
	late += hangs;
	leaks += leaks_some;
	reports += reported;
	if (why[0]) {
		char *end;

		failed++;
		printf("#  RUN %s\n", acts[cell.act].name);
		while ((end = strchr(why, '\n')))
			*end = ',';
		printf("# %s\n", why);
	}
	printf("%sok %u %s.%s.%s %ld ms%s%s%s%s\n", why[0] ? "not " : "", ran,
	       phases[cell.phase], commands[cell.command].name, acts[cell.act].name,
	       vg_now() - start, hangs ? " late" : "", leaks_some ? " leak" : "",
	       reported ? " report" : "", fired ? "" : " vacuous");
	fflush(stdout);
	unusable = usable ? 0 : unusable + 1;
	if (unusable < 3)
		return;
	report();
	printf("Bail out! no device can be plugged in any more\n");
	exit(1);
}

/* Which cells are wanted; a NULL name is any. */
static struct {
	const char *phase, *command, *act;
	unsigned int first, step, skip;
	bool list;
} wanted = { .step = 1 };

static bool is_wanted(const char *want, const char *name)
{
	return !want || !strcmp(want, name);
}

/* Calls something with each cell that is wanted; how many can be? */
static unsigned int each_cell(void (*call)(void))
{
	unsigned int number = 0, count = 0, i;
	const char *reason;

	for (i = 0; i < FAULT_NUM_PHASES * FAULT_NUM_COMMANDS * FAULT_NUM_ACTS; i++) {
		cell.act = i % FAULT_NUM_ACTS;
		cell.command = i / FAULT_NUM_ACTS % FAULT_NUM_COMMANDS;
		cell.phase = i / FAULT_NUM_ACTS / FAULT_NUM_COMMANDS;
		reason = fault_impossible(cell.phase, commands[cell.command].how,
					  acts[cell.act].must);
		if (!reason && vg_sim_is_process())
			reason = fault_beyond_process(cell.phase, cell.command,
						      commands[cell.command].how, cell.act,
						      commands[cell.command].device->features);
		if (reason && wanted.list)
			printf("# %s.%s.%s cannot be: %s\n", phases[cell.phase],
			       commands[cell.command].name, acts[cell.act].name, reason);
		if (reason)
			continue;
		cell.number = number++;
		if (cell.number % wanted.step != wanted.first ||
		    !is_wanted(wanted.phase, phases[cell.phase]) ||
		    !is_wanted(wanted.command, commands[cell.command].name) ||
		    !is_wanted(wanted.act, acts[cell.act].name))
			continue;
		if (count++ < wanted.skip)
			continue;
		if (call)
			call();
	}
	return count > wanted.skip ? count - wanted.skip : 0;
}

static void parse(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "lp:c:a:s:f:")) != -1) {
		if (option == 'l')
			wanted.list = true;
		else if (option == 'p')
			wanted.phase = optarg;
		else if (option == 'c')
			wanted.command = optarg;
		else if (option == 'a')
			wanted.act = optarg;
		else if (option == 'f')
			wanted.skip = strtoul(optarg, NULL, 0);
		else if (option != 's' || sscanf(optarg, "%u/%u", &wanted.first, &wanted.step) != 2 ||
			 !wanted.step || wanted.first >= wanted.step)
			exit(2);
	}
}

int main(int argc, char **argv)
{
	unsigned int cells;

	parse(argc, argv);
	cells = each_cell(NULL);
	if (!cells && !wanted.skip) {
		fprintf(stderr, "no cell has these names; -l lists them all\n");
		return 2;
	}
	if (wanted.list) {
		printf("%u cells\n", cells);
		return 0;
	}
	printf("TAP version 13\n");
	if (!vg_sim_is_there() || argc == 1) {
		printf("1..0 # SKIP needs the module virtgpu_sim, and options: it takes minutes\n");
		return 4;
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	VG_ASSERT(shared != MAP_FAILED);
	log_fd = vg_log_open();
	set_console(false);
	vg_sim_control("defaults");
	vg_sim_unplug();
	vg_sim_forget_violations();
	printf("1..%u\n", cells);
	each_cell(run_cell);
	printf("# phase ends\n");
	report();
	vg_sim_restore();
	return failed > 0;
}
