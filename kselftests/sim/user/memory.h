/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of the process, as the kernel calls it. The process ends where there is none.
 */
#ifndef VSIM_USER_MEMORY_H
#define VSIM_USER_MEMORY_H

#define GFP_KERNEL	0
#define GFP_ATOMIC	0
#define __GFP_NOFAIL	0

static inline void *vsim_memory(size_t count, size_t size)
{
	void *memory = calloc(count ?: 1, size ?: 1);

	if (!memory)
		abort();
	return memory;
}

#define kzalloc(size, gfp)		vsim_memory(1, size)
#define kvzalloc(size, gfp)		vsim_memory(1, size)
#define kvmalloc(size, gfp)		vsim_memory(1, size)
#define kvcalloc(count, size, gfp)	vsim_memory(count, size)
#define get_zeroed_page(gfp)		((unsigned long)vsim_memory(1, PAGE_SIZE))
#define free_page(page)			free((void *)(page))
#define kfree	free
#define kvfree	free

/* memchr_inv - the first byte that is another, or NULL */
static inline void *memchr_inv(const void *start, int byte, size_t size)
{
	const u8 *at = start;

	for (; size; size--, at++) {
		if (*at != (u8)byte)
			return (void *)at;
	}
	return NULL;
}

#endif
