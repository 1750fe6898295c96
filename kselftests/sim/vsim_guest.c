// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where is the guest's memory?
 *
 * The addresses that a driver names are physical: no IOMMU stands between, and a
 * platform device without one maps directly where the driver uses the DMA API.
 */
#include <linux/io.h>

#include "vsim_api.h"

/* vsim_guest_map - where the device finds @len bytes at @addr; NULL: that is no memory */
void *vsim_guest_map(u64 addr, u32 len)
{
	if (!len || !pfn_valid(PHYS_PFN(addr)) || !pfn_valid(PHYS_PFN(addr + len - 1)))
		return NULL;
	return phys_to_virt(addr);
}

/* vsim_guest_copy - to or from memory that is some */
void vsim_guest_copy(u64 addr, void *data, size_t size, bool to_guest)
{
	while (size) {
		size_t start = offset_in_page(addr), part = min(size, PAGE_SIZE - start);
		void *page = kmap_local_page(pfn_to_page(PHYS_PFN(addr)));

		if (to_guest)
			memcpy(page + start, data, part);
		else
			memcpy(data, page + start, part);
		kunmap_local(page);
		addr += part;
		data += part;
		size -= part;
	}
}
