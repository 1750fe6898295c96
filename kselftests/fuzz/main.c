// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a virtio-gpu driver survive what clients and hosts may do at the same time?
 *
 * Usage: virtgpu-fuzz [OPTION]...
 *
 *	--seed N	which random steps; default: 1
 *	--ops N		steps of each thread; default: no end
 *	--seconds N	stop after that long; default: 10 if there is no --ops
 *	--threads N	threads that do steps; default: 4
 *	--no-faults	leave the software device alone
 *	--only LIST	only operations with these names; * and ? stand for anything
 *	--without LIST	not these; lists have commas
 *	--replay FILE	do the steps of a file instead
 *	--print		print the steps that would be done, for --replay; do nothing
 *	--trace		write each step to the kernel's log before it is done
 *	--deadline N	seconds that one step may take; default: 45
 *
 * A process does the steps, in threads and children; a second looks after the device; this
 * one watches both, so that it can tell what hangs. At the end the software device is asked
 * what it has seen, and whether all was given back. The exit status is 0 if all was well.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

#define MAX_REPLAY	65536
#define DEFAULT_SECONDS	10
#define POLL_US		50000
/* How long a step may wait before the host answers whatever it has not */
#define STUCK_MS	4000

struct fuzz_options fuzz_options = { .seed = 1, .threads = 4, .faults = true, .deadline = 45 };

static struct fuzz_step *replay;
static unsigned int num_replay;
static bool only_print;

static void *do_steps(void *arg)
{
	struct fuzz_thread *t = arg;
	struct fuzz_step step;
	unsigned long i;

	for (i = 0; !*fuzz_watch_over; i++) {
		if (replay) {
			if (i == num_replay)
				break;
			step = replay[i];
			if (step.thread != t->index)
				continue;
		} else {
			if (i == fuzz_options.ops && fuzz_options.ops)
				break;
			fuzz_step_make(&step, &t->random);
			step.thread = t->index;
		}
		fuzz_run(t, &step);
	}
	fuzz_reap(t);
	return NULL;
}

/* Never 0, and far apart for seeds that are not */
static __u64 random_of(unsigned int thread)
{
	__u64 state = fuzz_options.seed * 0x9e3779b97f4a7c15 + (thread + 1) * 0xbf58476d1ce4e5b9;
	int i;

	state = state ?: 1;
	for (i = 0; i < 8; i++)
		fuzz_random(&state);
	return state;
}

static void ignore(int number)
{
}

static int work(void)
{
	static struct fuzz_thread threads[FUZZ_THREADS];
	pthread_t ids[FUZZ_THREADS];
	struct sigaction nudge = { .sa_handler = ignore };
	unsigned int i;

	sigaction(SIGUSR1, &nudge, NULL);
	fuzz_maps_init();
	for (i = 0; i < FUZZ_FILES; i++) {
		fuzz_files[i].fd = -1;
		fuzz_files[i].primary = i < 2;
		fuzz_file_reopen(&fuzz_files[i]);
	}
	for (i = 0; i < fuzz_options.threads; i++) {
		threads[i].index = i;
		threads[i].random = random_of(i);
		threads[i].scratch = mmap(NULL, FUZZ_SCRATCH, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		VG_ASSERT(threads[i].scratch != MAP_FAILED);
		VG_ASSERT(!pthread_create(&ids[i], NULL, do_steps, &threads[i]));
	}
	for (i = 0; i < fuzz_options.threads; i++)
		pthread_join(ids[i], NULL);
	fuzz_pool_fini();
	return 0;
}

/* The device is there, and a host that keeps silent does not do so for ever. */
static int look_after(void)
{
	__u64 value;
	int fd;

	while (!*fuzz_watch_over) {
		usleep(300000);
		fuzz_host_set_timeout();
		__vg_sim_control("release");
		if (fuzz_watch_oldest() > STUCK_MS)
			fuzz_host_calm();
		fd = __vg_open();
		if (fd >= 0 && !__vg_getparam(fd, VIRTGPU_PARAM_3D_FEATURES, &value)) {
			close(fd);
			continue;
		}
		if (fd >= 0)
			close(fd);
		if (!fuzz_options.faults)
			continue;
		__vg_sim_control("unplug");
		__vg_sim_control("plug");
	}
	return 0;
}

/*
 * Which rules did the driver break? A thread of ours that closes a buffer which another is
 * just copying takes it away from the context, and that is not the driver's fault.
 */
static unsigned int tell_violations(void)
{
	char *rest = strdup(vg_sim_violations()), *line;
	unsigned int broken = 0;

	strsep(&rest, "\n");
	while ((line = strsep(&rest, "\n"))) {
		if (!*line || (fuzz_options.threads > 1 && strstr(line, ", which context ")))
			continue;
		printf("not ok: a rule of the device was broken: %s\n", line);
		broken++;
	}
	return broken;
}

/* The device that comes after all that has to work. */
static int settle(void)
{
	unsigned int broken;
	char line[32];
	int fd, fence;

	if (!vg_sim_is_there())
		return 0;
	fuzz_host_calm();
	__vg_sim_control("unplug");
	__vg_sim_control("plug");
	fd = vg_open();
	fence = vg_submit_fence(fd, 0);
	if (!vg_fence_signals(fence, VG_SOON) || vg_fence_status(fence) != 1) {
		printf("not ok: a new device does not work\n");
		return 1;
	}
	close(fence);
	close(fd);
	snprintf(line, sizeof(line), "retire %d", VG_SIM_SETTLES);
	__vg_sim_control(line);
	__vg_sim_control("plug");
	broken = tell_violations();
	vg_sim_forget_violations();
	return broken ? 1 : 0;
}

/* Waits for a process that does steps. Its exit status, or -1 if a step does not end */
static int supervise(pid_t pid, long end)
{
	int status;

	while (!waitpid(pid, &status, WNOHANG)) {
		usleep(POLL_US);
		if (fuzz_watch_stuck())
			return -1;
		fuzz_watch_nudge();
		if (end && vg_now() > end)
			*fuzz_watch_over = true;
	}
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	printf("not ok: the fuzzer has died of signal %d\n", WTERMSIG(status));
	return 1;
}

static int run(void)
{
	long start = vg_now(), end = fuzz_options.seconds ? start + fuzz_options.seconds * 1000l : 0;
	pid_t worker, medic = 0;
	int ret;

	fuzz_options.faults &= vg_sim_is_there();
	fuzz_num_ops();
	fuzz_watch_init();
	fuzz_report_init();
	if (vg_sim_is_there()) {
		vg_sim_forget_violations();
		fuzz_host_set_timeout();
		medic = vg_spawn(look_after);
	}
	worker = vg_spawn(work);
	ret = supervise(worker, end);
	*fuzz_watch_over = true;
	fuzz_report_print();
	printf("# seed %llu: %lu steps in %ld ms\n", fuzz_options.seed, fuzz_report_total(),
	       vg_now() - start);
	fuzz_coverage_print();
	if (ret < 0)
		return 1;
	if (medic && vg_reap(medic, 1000 * fuzz_options.deadline)) {
		printf("not ok: who looks after the device hangs\n");
		return 1;
	}
	if (vg_within(1000 * fuzz_options.deadline, settle)) {
		printf("not ok: the device does not settle\n");
		return 1;
	}
	return ret;
}

static void read_replay(const char *name)
{
	FILE *file = fopen(name, "r");
	char line[512];
	int ret;

	VG_ASSERT(file);
	fuzz_num_ops();
	replay = calloc(MAX_REPLAY, sizeof(*replay));
	fuzz_options.threads = 1;
	while (num_replay < MAX_REPLAY && fgets(line, sizeof(line), file)) {
		ret = fuzz_step_parse(&replay[num_replay], line);
		if (ret < 0) {
			fprintf(stderr, "fuzz: %s: no such step: %s", name, line);
			exit(2);
		}
		if (ret && replay[num_replay].thread >= fuzz_options.threads)
			fuzz_options.threads = replay[num_replay].thread + 1;
		num_replay += ret;
	}
	fclose(file);
}

static int print_steps(void)
{
	struct fuzz_step step;
	unsigned int thread;
	unsigned long i;
	__u64 random;
	char text[512];

	fuzz_num_ops();
	for (thread = 0; thread < fuzz_options.threads; thread++) {
		random = random_of(thread);
		for (i = 0; i < fuzz_options.ops; i++) {
			fuzz_step_make(&step, &random);
			step.thread = thread;
			fuzz_step_print(&step, text, sizeof(text));
			printf("%s\n", text);
		}
	}
	return 0;
}

static void parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 's' }, { "ops", required_argument, NULL, 'o' },
		{ "without", required_argument, NULL, 'w' }, { "seconds", required_argument, NULL, 't' }, { "threads", required_argument, NULL, 'n' },
		{ "no-faults", no_argument, NULL, 'f' }, { "only", required_argument, NULL, 'y' },
		{ "replay", required_argument, NULL, 'r' }, { "print", no_argument, NULL, 'p' },
		{ "trace", no_argument, NULL, 'l' }, { "deadline", required_argument, NULL, 'd' },
		{}
	};
	const char *file = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		switch (option) {
		case 's': fuzz_options.seed = strtoull(optarg, NULL, 0); break;
		case 'o': fuzz_options.ops = strtoul(optarg, NULL, 0); break;
		case 't': fuzz_options.seconds = strtoul(optarg, NULL, 0); break;
		case 'n': fuzz_options.threads = strtoul(optarg, NULL, 0); break;
		case 'd': fuzz_options.deadline = strtoul(optarg, NULL, 0); break;
		case 'f': fuzz_options.faults = false; break;
		case 'l': fuzz_options.trace = true; break;
		case 'y': fuzz_options.only = optarg; break;
		case 'w': fuzz_options.without = optarg; break;
		case 'r': file = optarg; break;
		case 'p': only_print = true; break;
		default: exit(2);
		}
	}
	if (optind < argc || !fuzz_options.threads || fuzz_options.threads > FUZZ_THREADS) {
		fprintf(stderr, "fuzz: what is this? See the head of kselftests/fuzz/main.c\n");
		exit(2);
	}
	if (file)
		read_replay(file);
	else if (!fuzz_options.ops && !fuzz_options.seconds)
		fuzz_options.seconds = DEFAULT_SECONDS;
}

int main(int argc, char **argv)
{
	/* Children end without a look at what they have printed. */
	setlinebuf(stdout);
	parse(argc, argv);
	return only_print ? print_steps() : run();
}
