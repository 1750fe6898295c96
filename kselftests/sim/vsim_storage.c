// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where are the bytes of a resource?
 *
 * The host's storage is a sparse array of pages; while the resource is mapped
 * its bytes are in the window instead. The guest's memory is a list of physical
 * ranges.
 */
#include "vsim_api.h"

/* vsim_storage_write - the host writes */
void vsim_storage_write(struct vsim_resource *res, u64 offset, const void *data, size_t size)
{
	if (res->mapped != U64_MAX) {
		vsim_window_copy(res->mapped + offset, (void *)data, size, true);
		return;
	}
	while (size) {
		size_t start = offset_in_page(offset), part = min(size, PAGE_SIZE - start);
		void *page = xa_load(&res->pages, offset >> PAGE_SHIFT);

		if (!page && memchr_inv(data, 0, part)) {
			page = (void *)get_zeroed_page(GFP_KERNEL | __GFP_NOFAIL);
			xa_store(&res->pages, offset >> PAGE_SHIFT, page, GFP_KERNEL);
		}
		if (page)
			memcpy(page + start, data, part);
		offset += part;
		data += part;
		size -= part;
	}
}

/* vsim_storage_read - the host reads */
void vsim_storage_read(struct vsim_resource *res, u64 offset, void *data, size_t size)
{
	if (res->mapped != U64_MAX) {
		vsim_window_copy(res->mapped + offset, data, size, false);
		return;
	}
	while (size) {
		size_t start = offset_in_page(offset), part = min(size, PAGE_SIZE - start);
		const void *page = xa_load(&res->pages, offset >> PAGE_SHIFT);

		if (page)
			memcpy(data, page + start, part);
		else
			memset(data, 0, part);
		offset += part;
		data += part;
		size -= part;
	}
}

/* vsim_storage_free - the resource goes */
void vsim_storage_free(struct vsim_resource *res)
{
	unsigned long index;
	void *page;

	xa_for_each(&res->pages, index, page)
		free_page((unsigned long)page);
	xa_destroy(&res->pages);
}

/* vsim_storage_guest - copy to or from the guest's memory; false if there is too little of it */
bool vsim_storage_guest(struct vsim_resource *res, u64 offset, void *data, size_t size,
			bool to_guest)
{
	if (offset > res->backing_size || size > res->backing_size - offset)
		return false;
	for (u32 i = 0; i < res->num_backing && size; i++) {
		const struct vsim_entry *entry = &res->backing[i];
		size_t part;

		if (offset >= entry->length) {
			offset -= entry->length;
			continue;
		}
		part = min_t(u64, size, entry->length - offset);
		vsim_guest_copy(entry->addr + offset, data, part, to_guest);
		offset = 0;
		data += part;
		size -= part;
	}
	return true;
}
