// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is at an index of a sparse array? A sorted list: most grow at their end.
 */
#include "env.h"

/* Where @index is, or would be. */
static size_t vsim_xa_place(const struct xarray *xa, unsigned long index)
{
	size_t low = 0, high = xa->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (xa->slots[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool vsim_xa_has(const struct xarray *xa, size_t place, unsigned long index)
{
	return place < xa->count && xa->slots[place].index == index;
}

/* xa_load - the entry, or NULL */
void *xa_load(struct xarray *xa, unsigned long index)
{
	size_t place = vsim_xa_place(xa, index);

	return vsim_xa_has(xa, place, index) ? xa->slots[place].entry : NULL;
}

/* xa_erase - nothing is at @index any more; what was there, or NULL */
void *xa_erase(struct xarray *xa, unsigned long index)
{
	size_t place = vsim_xa_place(xa, index);
	void *entry;

	if (!vsim_xa_has(xa, place, index))
		return NULL;
	entry = xa->slots[place].entry;
	xa->count--;
	memmove(&xa->slots[place], &xa->slots[place + 1],
		(xa->count - place) * sizeof(xa->slots[0]));
	return entry;
}

/* vsim_xa_store - put @entry there, instead of what was */
void vsim_xa_store(struct xarray *xa, unsigned long index, void *entry)
{
	size_t place = vsim_xa_place(xa, index);

	if (!vsim_xa_has(xa, place, index)) {
		if (xa->count == xa->room) {
			xa->room = 2 * xa->room + 16;
			xa->slots = realloc(xa->slots, xa->room * sizeof(xa->slots[0]));
			if (!xa->slots)
				abort();
		}
		memmove(&xa->slots[place + 1], &xa->slots[place],
			(xa->count - place) * sizeof(xa->slots[0]));
		xa->count++;
		xa->slots[place].index = index;
	}
	xa->slots[place].entry = entry;
}

/* xa_destroy - empty it */
void xa_destroy(struct xarray *xa)
{
	free(xa->slots);
	xa_init(xa);
}

/* vsim_xa_find - for xa_for_each() */
void *vsim_xa_find(struct xarray *xa, unsigned long *index)
{
	size_t place = vsim_xa_place(xa, *index);

	if (place == xa->count)
		return NULL;
	*index = xa->slots[place].index;
	return xa->slots[place].entry;
}
