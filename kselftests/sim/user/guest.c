// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where is the guest's memory? The front-end shares it, as files.
 */
#include <sys/mman.h>

#include "../vsim_api.h"
#include "guest.h"

static struct {
	struct vsim_region region;
	char *file;	/* as it is mapped, from the file's first byte on */
} vsim_guest_parts[VSIM_REGIONS];

static void vsim_guest_unmap(void)
{
	for (unsigned int i = 0; i < VSIM_REGIONS; i++) {
		const struct vsim_region *region = &vsim_guest_parts[i].region;

		if (vsim_guest_parts[i].file)
			munmap(vsim_guest_parts[i].file, region->offset + region->size);
		vsim_guest_parts[i].file = NULL;
	}
}

int vsim_guest_set(const struct vsim_region *regions, const int *files, unsigned int count)
{
	vsim_guest_unmap();
	for (unsigned int i = 0; i < count; i++) {
		/* From its first byte on, as an offset need not be a multiple of its pages. */
		void *file = mmap(NULL, regions[i].offset + regions[i].size,
				  PROT_READ | PROT_WRITE, MAP_SHARED, files[i], 0);

		if (file == MAP_FAILED)
			return -errno;
		vsim_guest_parts[i].region = regions[i];
		vsim_guest_parts[i].file = file;
	}
	return 0;
}

static void *vsim_guest_find(u64 addr, u64 len, bool is_front)
{
	for (unsigned int i = 0; i < VSIM_REGIONS; i++) {
		const struct vsim_region *region = &vsim_guest_parts[i].region;
		u64 start = is_front ? region->front : region->guest;

		if (vsim_guest_parts[i].file && addr >= start && len <= region->size &&
		    addr - start <= region->size - len)
			return vsim_guest_parts[i].file + region->offset + (addr - start);
	}
	return NULL;
}

void *vsim_guest_front(u64 front, u64 len)
{
	return vsim_guest_find(front, len, true);
}

/* vsim_guest_map - where the device finds @len bytes at @addr; NULL: that is no memory */
void *vsim_guest_map(u64 addr, u32 len)
{
	return len ? vsim_guest_find(addr, len, false) : NULL;
}

/* vsim_guest_copy - to or from it; what is no memory is left alone, and was a violation */
void vsim_guest_copy(u64 addr, void *data, size_t size, bool to_guest)
{
	void *memory = vsim_guest_find(addr, size, false);

	if (!memory)
		return;
	if (to_guest)
		memcpy(memory, data, size);
	else
		memcpy(data, memory, size);
}
