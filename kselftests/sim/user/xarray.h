/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A sparse array of pointers, as the kernel calls it.
 */
#ifndef VSIM_USER_XARRAY_H
#define VSIM_USER_XARRAY_H

/* struct xarray - what is there, in the order of the indices */
struct xarray {
	struct vsim_slot {
		unsigned long index;
		void *entry;
	} *slots;
	size_t count;
	size_t room;
};

void *xa_load(struct xarray *xa, unsigned long index);
void *xa_erase(struct xarray *xa, unsigned long index);
void vsim_xa_store(struct xarray *xa, unsigned long index, void *entry);
void xa_destroy(struct xarray *xa);

/* The first entry from *@index on, and its index; NULL: there is none. */
void *vsim_xa_find(struct xarray *xa, unsigned long *index);

#define xa_store(xa, index, entry, gfp)	vsim_xa_store(xa, index, entry)
#define xa_mk_value(value)		((void *)((unsigned long)(value) << 1 | 1))

static inline void xa_init(struct xarray *xa)
{
	memset(xa, 0, sizeof(*xa));
}

/* The entry that it is at may be erased meanwhile. */
#define xa_for_each(xa, index, entry)					\
	for ((index) = 0; ((entry) = vsim_xa_find(xa, &(index))); (index)++)

#endif
