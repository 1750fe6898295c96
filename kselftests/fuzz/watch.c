// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who does what at present, and since when?
 *
 * Each thread, and a child of each, has a slot in shared memory, so that a process that does
 * no steps can tell what hangs.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fuzz.h"

/* Milliseconds after which a step is disturbed by a signal, which may end it with EINTR */
#define NUDGE_MS	250

static struct slot {
	volatile long since;	/* of vg_now(); 0: between steps */
	volatile long nudged;
	volatile pid_t pid, tid;
	struct fuzz_step step;
} *slots;

volatile bool *fuzz_watch_over;

void fuzz_watch_init(void)
{
	size_t size = sizeof(*slots) * 2 * FUZZ_THREADS + sizeof(*fuzz_watch_over);

	slots = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	VG_ASSERT(slots != MAP_FAILED);
	fuzz_watch_over = (volatile bool *)(slots + 2 * FUZZ_THREADS);
}

static struct slot *slot_of(const struct fuzz_thread *t)
{
	return &slots[2 * t->index + t->is_child];
}

void fuzz_watch_begin(const struct fuzz_thread *t, const struct fuzz_step *step)
{
	struct slot *slot = slot_of(t);

	slot->step = *step;
	slot->pid = getpid();
	slot->tid = syscall(SYS_gettid);
	slot->nudged = 0;
	slot->since = vg_now();
}

void fuzz_watch_end(const struct fuzz_thread *t, const struct fuzz_step *step, int ret)
{
	slot_of(t)->since = 0;
	fuzz_report_count(step->op, ret);
}

static void tell_file(const struct slot *slot, const char *name)
{
	char path[64], text[4096];
	FILE *file;
	size_t got;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", slot->pid, slot->tid, name);
	file = fopen(path, "r");
	if (!file)
		return;
	got = fread(text, 1, sizeof(text) - 1, file);
	text[got] = '\0';
	fclose(file);
	printf("# %s:\n%s\n", name, text);
}

/* A process that was killed does nothing, whether its parent knows that already or not. */
static bool is_dead(const struct slot *slot)
{
	char path[64], text[256] = "", *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", slot->pid, slot->tid);
	file = fopen(path, "r");
	if (!file)
		return true;
	if (!fread(text, 1, sizeof(text) - 1, file))
		text[0] = '\0';
	fclose(file);
	state = strrchr(text, ')');
	return !state || state[1] != ' ' || state[2] == 'Z' || state[2] == 'X';
}

/* Milliseconds that the slot's step has taken */
static long age_of(const struct slot *slot)
{
	long since = slot->since, age = since ? vg_now() - since : 0;

	return age < NUDGE_MS || is_dead(slot) ? 0 : age;
}

/* Has a step taken longer than it may? Tells which, and where it is. */
bool fuzz_watch_stuck(void)
{
	bool stuck = false;
	char text[512];
	unsigned int i;

	for (i = 0; i < 2 * FUZZ_THREADS; i++) {
		if (age_of(&slots[i]) < fuzz_options.deadline * 1000l)
			continue;
		fuzz_step_print(&slots[i].step, text, sizeof(text));
		printf("not ok: a step has not ended for %ld ms: %s\n", age_of(&slots[i]), text);
		tell_file(&slots[i], "status");
		tell_file(&slots[i], "stack");
		stuck = true;
	}
	return stuck;
}

/* Milliseconds */
unsigned int fuzz_watch_oldest(void)
{
	unsigned int i, oldest = 0;

	for (i = 0; i < 2 * FUZZ_THREADS; i++)
		if (age_of(&slots[i]) > oldest)
			oldest = age_of(&slots[i]);
	return oldest;
}

/* Who waits long is told to stop, as by a user who is tired of it. */
void fuzz_watch_nudge(void)
{
	struct slot *slot;

	for (slot = slots; slot < slots + 2 * FUZZ_THREADS; slot++) {
		if (age_of(slot) < NUDGE_MS || vg_now() - slot->nudged < NUDGE_MS)
			continue;
		slot->nudged = vg_now();
		syscall(SYS_tgkill, slot->pid, slot->tid, SIGUSR1);
	}
}
