/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers, bits, bytes and pages, as the kernel calls them.
 */
#ifndef VSIM_USER_BASICS_H
#define VSIM_USER_BASICS_H

#include <endian.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#define U32_MAX		UINT32_MAX
#define U64_MAX		((u64)~0ull)

#define __force
#define __packed	__attribute__((packed))
#define fallthrough	__attribute__((__fallthrough__))
#define __printf(text, first)	__attribute__((format(printf, text, first)))

#define BIT(n)		(1ul << (n))
#define BIT_ULL(n)	(1ull << (n))
#define hweight64	__builtin_popcountll

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define container_of(pointer, type, member) \
	((type *)((char *)(pointer) - offsetof(type, member)))

#define min_t(type, a, b) ({ type __a = (a), __b = (b); __a < __b ? __a : __b; })
#define max_t(type, a, b) ({ type __a = (a), __b = (b); __a > __b ? __a : __b; })
#define min(a, b)	min_t(__typeof__(a), a, b)
#define max(a, b)	max_t(__typeof__(a), a, b)
#define max3(a, b, c)	max(max(a, b), c)
#define swap(a, b) \
	do { __typeof__(a) __first = (a); (a) = (b); (b) = __first; } while (0)

/* The guest's pages, as far as rules speak of them */
#define PAGE_SHIFT		12
#define PAGE_SIZE		(1ul << PAGE_SHIFT)
#define offset_in_page(address)	((unsigned long)(address) & (PAGE_SIZE - 1))

#define cpu_to_le16	htole16
#define cpu_to_le32	htole32
#define cpu_to_le64	htole64
#define le16_to_cpu	le16toh
#define le32_to_cpu	le32toh
#define le64_to_cpu	le64toh

#define READ_ONCE(value)	__atomic_load_n(&(value), __ATOMIC_RELAXED)
#define WRITE_ONCE(value, to)	__atomic_store_n(&(value), to, __ATOMIC_RELAXED)
#define smp_mb()	__atomic_thread_fence(__ATOMIC_SEQ_CST)	/* all before all */
#define smp_rmb()	__atomic_thread_fence(__ATOMIC_ACQUIRE)	/* what is read */
#define smp_wmb()	__atomic_thread_fence(__ATOMIC_RELEASE)	/* what is written */

#endif
