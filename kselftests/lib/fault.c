// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a test make the kernel's allocations fail, one after the other?
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
	return true;
}

bool vg_fault_round(struct vg_fault *fault)
{
	if (fault->nth && !fault->hit)
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
