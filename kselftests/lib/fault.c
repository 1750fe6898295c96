// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a test make the kernel's allocations fail, one after the other?
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>

#include <libvirtgpu.h>

/* Allocations that may sleep, and single pages, fail too. */
static const struct {
	const char *file;
	const char *value;
} settings[] = {
	{ "/sys/kernel/debug/failslab/ignore-gfp-wait", "N" },
	{ "/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N" },
	{ "/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem", "N" },
	{ "/sys/kernel/debug/fail_page_alloc/min-order", "0" },
	{ "/sys/kernel/debug/failslab/verbose", "0" },
	{ "/sys/kernel/debug/fail_page_alloc/verbose", "0" },
};

static bool set(const char *path, const char *value)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t ret;

	if (file < 0)
		return false;
	ret = write(file, value, strlen(value));
	close(file);
	return ret > 0;
}

static bool set_number(const char *kind, const char *name, unsigned long value)
{
	char path[64], text[32];

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", kind, name);
	snprintf(text, sizeof(text), "%lu", value);
	return set(path, text);
}

/*
 * Rounds without a failure that end them all. One is not enough: what the allocator
 * has in stock differs from call to call, and so does the number of the last failure.
 */
#define MISSES 3

/* Where some code of the kernel is; empty when it is not known */
struct code {
	unsigned long start;
	unsigned long end;
};

/* All functions of a module, or one function, up to the next. */
static bool find_code(const char *module, const char *function, struct code *code)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char line[512], kind, name[256], owner[64];
	unsigned long address, last = 0;
	bool inside = false;

	code->start = -1ul;
	code->end = 0;
	while (file && fgets(line, sizeof(line), file)) {
		owner[0] = '\0';
		if (sscanf(line, "%lx %c %255s %63s", &address, &kind, name, owner) < 3 ||
		    (kind != 't' && kind != 'T'))
			continue;
		if (inside && function && address > last)
			code->end = address;
		inside = function ? !strcmp(name, function) : !strcmp(owner, module);
		last = address;
		if (!inside)
			continue;
		code->start = address < code->start ? address : code->start;
		code->end = address >= code->end ? address + 4096 : code->end;
	}
	if (file)
		fclose(file);
	return code->start && code->start < code->end;
}

/* The driver's, found once for all tests of a program: that takes seconds. */
static struct code *driver;

__attribute__((constructor)) static void share_driver(void)
{
	driver = mmap(NULL, sizeof(*driver), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

static bool find_driver(void)
{
	return driver->end || find_code("[virtio_gpu]", NULL, driver);
}

/* Only what that code calls, however deeply */
static bool require(const char *kind, const struct code *code)
{
	return set_number(kind, "stacktrace-depth", 32) &&
	       set_number(kind, "require-start", code->start) &&
	       set_number(kind, "require-end", code->end) &&
	       set_number(kind, "reject-start", 0) && set_number(kind, "reject-end", 0);
}

bool vg_fault_spare(const char *kind, const char *function)
{
	struct code code;

	return find_code(NULL, function, &code) &&
	       set_number(kind, "reject-start", code.start) &&
	       set_number(kind, "reject-end", code.end);
}

bool vg_fault_init(struct vg_fault *fault)
{
	unsigned int i;

	memset(fault, 0, sizeof(*fault));
	fault->step = 1;
	fault->file = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fault->file < 0)
		return false;
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (!set(settings[i].file, settings[i].value))
			return false;
	return find_driver() && require("failslab", driver) &&
	       require("fail_page_alloc", driver) && require("fail_usercopy", driver);
}

bool vg_fault_round(struct vg_fault *fault)
{
	if (fault->nth)
		fault->misses = fault->hit ? 0 : fault->misses + 1;
	if (fault->misses == MISSES)
		return false;
	fault->nth += fault->nth ? fault->step : 1;
	fault->hit = false;
	return true;
}

void vg_fault_arm(struct vg_fault *fault)
{
	char number[16];
	int length = snprintf(number, sizeof(number), "%u", fault->nth);

	VG_ASSERT(pwrite(fault->file, number, length, 0) == length);
}

/*
 * The kernel counts down; at 0 it has failed something. What is left may hit the
 * read or the write below, of which nobody wants to know: the call was not hit.
 */
void vg_fault_disarm(struct vg_fault *fault)
{
	char number[16] = "";
	ssize_t length = pread(fault->file, number, sizeof(number) - 1, 0);

	fault->hit = length > 0 && number[0] == '0';
	fault->hits += fault->hit;
	while (pwrite(fault->file, "0", 1, 0) != 1)
		;
}
