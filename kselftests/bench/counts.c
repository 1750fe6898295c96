// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many commands, kicks, interrupts and allocations did an operation take?
 *
 * The kernel's tracepoints are counted by perf, on all processors; what the device
 * in software allocates is taken off. It counts kicks and interrupts by itself; for
 * devices of PCI a probe on the function that writes to the doorbell does.
 */
#include <fcntl.h>
#include <glob.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define TRACING "/sys/kernel/tracing/"
#define MAX_FILES 32

const char *const bench_counter_names[BENCH_COUNTERS] = {
	"commands", "kicks", "interrupts", "allocations", "pages", "switches",
};

/* Open counters of one number; negative ones are taken off. */
struct tally {
	int files[MAX_FILES];
	int signs[MAX_FILES];
	unsigned int count;
};

static struct tally tallies[BENCH_COUNTERS];
static char irq_name[64];

static int event_open(const char *event, int pid, int cpu)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr) };
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), TRACING "events/%s/id", event);
	file = fopen(path, "r");
	if (!file)
		return -1;
	if (fscanf(file, "%llu", &attr.config) != 1)
		attr.config = 0;
	fclose(file);
	return syscall(SYS_perf_event_open, &attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

static void tally_add(struct tally *tally, const char *event, int pid, int cpu)
{
	int fd = event_open(event, pid, cpu);

	if (fd < 0)
		return;
	VG_ASSERT(tally->count < MAX_FILES);
	tally->files[tally->count] = fd;
	tally->signs[tally->count++] = pid < 0 ? 1 : -1;
}

static void tally_event(enum bench_counter counter, const char *event,
			const struct bench_clock *clock)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned int i;

	for (i = 0; i < cpus; i++)
		tally_add(&tallies[counter], event, -1, i);
	for (i = 0; counter >= BENCH_ALLOCATIONS && i < clock->num_hosts; i++)
		tally_add(&tallies[counter], event, clock->hosts[i], -1);
}

static void probe_doorbell(void)
{
	int fd = open(TRACING "kprobe_events", O_WRONLY | O_APPEND);
	static const char probe[] = "p:bench/kick vp_notify\n";

	if (fd < 0)
		return;
	VG_ASSERT(write(fd, probe, sizeof(probe) - 1) > 0);
	close(fd);
}

/* The interrupts of the GPU are called after its virtio device. */
static void find_interrupts(void)
{
	glob_t found;

	if (glob("/sys/bus/virtio/drivers/virtio_gpu/virtio*", 0, NULL, &found))
		return;
	snprintf(irq_name, sizeof(irq_name), "%s-", strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);
}

static __s64 read_interrupts(void)
{
	FILE *file = fopen("/proc/interrupts", "r");
	char line[512], *at;
	__s64 sum = 0, value;
	int used;

	VG_ASSERT(file && *irq_name);
	while (fgets(line, sizeof(line), file)) {
		if (!strstr(line, irq_name))
			continue;
		at = strchr(line, ':') + 1;
		while (sscanf(at, "%lld%n", &value, &used) == 1) {
			sum += value;
			at += used;
		}
	}
	fclose(file);
	return sum;
}

void bench_counts_init(const struct bench_clock *clock)
{
	tally_event(BENCH_COMMANDS, "virtio_gpu/virtio_gpu_cmd_queue", clock);
	tally_event(BENCH_ALLOCATIONS, "kmem/kmalloc", clock);
	tally_event(BENCH_ALLOCATIONS, "kmem/kmem_cache_alloc", clock);
	tally_event(BENCH_ALLOCATIONS, "kmem/kmalloc_node", clock);
	tally_event(BENCH_ALLOCATIONS, "kmem/kmem_cache_alloc_node", clock);
	tally_event(BENCH_PAGES, "kmem/mm_page_alloc", clock);
	tally_event(BENCH_SWITCHES, "sched/sched_switch", clock);
	if (clock->num_hosts)
		return;
	probe_doorbell();
	tally_event(BENCH_KICKS, "bench/kick", clock);
	find_interrupts();
}

static __s64 tally_read(const struct tally *tally)
{
	__s64 sum = 0, value;
	unsigned int i;

	for (i = 0; i < tally->count; i++) {
		VG_ASSERT(read(tally->files[i], &value, sizeof(value)) == sizeof(value));
		sum += tally->signs[i] * value;
	}
	return tally->count ? sum : -1;
}

void bench_counts_read(__s64 counts[BENCH_COUNTERS])
{
	unsigned int i;

	for (i = 0; i < BENCH_COUNTERS; i++)
		counts[i] = tally_read(&tallies[i]);
	if (*irq_name) {
		counts[BENCH_INTERRUPTS] = read_interrupts();
	} else if (vg_sim_is_there()) {
		counts[BENCH_KICKS] = vg_sim_state("kicks");
		counts[BENCH_INTERRUPTS] = vg_sim_state("interrupts");
	}
}
