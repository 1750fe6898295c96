// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much did an operation cost?
 *
 * In a machine whose clock counts instructions, what passed is what its processor
 * did, if it never sleeps: one processor, and a process on it that runs when
 * nobody else wants to. What that did, and what the device in software did, is not
 * the driver's. The device's interrupts run in its threads, and are.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

static __u64 clock_read(clockid_t id)
{
	struct timespec now;

	VG_ASSERT(!clock_gettime(id, &now));
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static __u64 process_time(int pid)
{
	clockid_t id;

	VG_ASSERT(!clock_getcpuclockid(pid, &id));
	return clock_read(id);
}

static void use_one_processor(void)
{
	int fd = open("/sys/devices/system/cpu/cpu1/online", O_WRONLY);

	if (fd < 0)
		return;
	VG_ASSERT(write(fd, "0", 1) == 1);
	close(fd);
}

static int start_idler(void)
{
	struct sched_param param = { 0 };
	int pid = fork();

	VG_ASSERT(pid >= 0);
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	VG_ASSERT(!sched_setscheduler(0, SCHED_IDLE, &param));
	for (;;)
		__asm__ volatile("");
}

static void find_hosts(struct bench_clock *clock)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	char path[300], name[32];
	FILE *file;

	VG_ASSERT(dir);
	while ((entry = readdir(dir)) && clock->num_hosts < 2) {
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (fgets(name, sizeof(name), file) && !strncmp(name, "virtgpu-sim/", 12))
			clock->hosts[clock->num_hosts++] = atoi(entry->d_name);
		fclose(file);
	}
	closedir(dir);
}

void bench_clock_init(struct bench_clock *clock, bool steady)
{
	memset(clock, 0, sizeof(*clock));
	clock->steady = steady;
	find_hosts(clock);
	if (!steady)
		return;
	use_one_processor();
	clock->idler = start_idler();
}

void bench_clock_fini(struct bench_clock *clock)
{
	if (!clock->idler)
		return;
	kill(clock->idler, SIGKILL);
	waitpid(clock->idler, NULL, 0);
}

static __u64 interrupt_time(const struct bench_clock *clock)
{
	return clock->steady && clock->num_hosts ? vg_sim_state("interrupt_ns") : 0;
}

/* What others did until now */
static __u64 others_time(const struct bench_clock *clock)
{
	__u64 sum = 0;
	unsigned int i;

	if (!clock->steady)
		return 0;
	for (i = 0; i < clock->num_hosts; i++)
		sum += process_time(clock->hosts[i]);
	return sum + process_time(clock->idler);
}

/*
 * Who asks the device waits until it has done what it is at. So it is asked before and
 * after, and between the two other questions nobody else runs.
 */
void bench_clock_start(struct bench_clock *clock)
{
	clock->interrupts = interrupt_time(clock);
	clock->others = others_time(clock);
	clock->began = clock_read(CLOCK_MONOTONIC);
}

__u64 bench_clock_stop(struct bench_clock *clock)
{
	__u64 passed = clock_read(CLOCK_MONOTONIC) - clock->began;

	passed -= others_time(clock) - clock->others;
	return passed + interrupt_time(clock) - clock->interrupts;
}
