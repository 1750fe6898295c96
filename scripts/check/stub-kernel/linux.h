/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does compat/ take from a kernel, DRM apart, if the answers of its probes
 * are those that K_... stand for? Names and prototypes, and nothing that runs.
 * scripts/check/probes compiles compat/ against this.
 */
#ifndef STUB_LINUX_H
#define STUB_LINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t ktime_t;
typedef unsigned int gfp_t;

#define CONFIG_DRM			1
#define CONFIG_PM_SLEEP			1
#define __force
#define __iomem
#define __maybe_unused			__attribute__((unused))
#define static_assert(expr)		_Static_assert(expr, #expr)
#define stringify_(word)		#word
#define BIT(n)				(1ul << (n))
#define PAGE_ALIGN(size)		(((size) + 4095) & ~4095u)
#define DIV_ROUND_UP(n, d)		(((n) + (d) - 1) / (d))
#define WARN_ON(cond)			(cond)
#define EINVAL				22
#define ENOMEM				12
#define GFP_KERNEL			1u
#define SIZE_MAX_			((size_t)-1)
#define check_mul_overflow(a, b, to)	__builtin_mul_overflow(a, b, to)
#define check_add_overflow(a, b, to)	__builtin_add_overflow(a, b, to)

struct device;
struct file;
struct irq_affinity;
struct page;
struct pci_dev;
struct seq_file;
struct sg_table;
struct mutex { int owner; };

void *ERR_PTR(long error);
long PTR_ERR(const void *ptr);
bool IS_ERR(const void *ptr);
void mutex_init(struct mutex *lock);
bool vgacon_text_force(void);
long long noop_llseek(struct file *file, long long offset, int whence);

/* linux/reboot.h */
struct notifier_block { int priority; };
int register_reboot_notifier(struct notifier_block *nb);
int unregister_reboot_notifier(struct notifier_block *nb);

/* linux/module.h */
#define MODULE_INFO(tag, info)		__MODULE_INFO(tag, tag, info)
#define __MODULE_INFO(tag, name, info)	static_assert(sizeof(info))
#ifdef K_MODULE_IMPORT_NS_STRING
#define MODULE_IMPORT_NS(ns)		MODULE_INFO(import_ns, ns)
#else
#define MODULE_IMPORT_NS(ns)		MODULE_INFO(import_ns, stringify_(ns))
#endif

/* linux/slab.h */
void *kmalloc(size_t size, gfp_t flags);
void *kzalloc(size_t size, gfp_t flags);
void *krealloc(const void *old, size_t size, gfp_t flags);
void kfree(const void *ptr);
size_t array_size(size_t n, size_t size);
#ifdef K_KREALLOC_ARRAY
void *krealloc_array(void *old, size_t n, size_t size, gfp_t flags);
#endif

#include "mm.h"

/* linux/timer.h, linux/hrtimer.h */
#define CLOCK_MONOTONIC			1
enum hrtimer_mode { HRTIMER_MODE_ABS, HRTIMER_MODE_REL };
struct timer_list { int on; };
struct hrtimer { int on; };
int del_timer_sync(struct timer_list *timer);
#ifdef K_TIMER_SHUTDOWN_SYNC
int timer_shutdown_sync(struct timer_list *timer);
#endif
#ifdef K_HRTIMER_SETUP
void hrtimer_setup(struct hrtimer *timer, void *function, int clock, enum hrtimer_mode mode);
#endif

/* linux/dma-fence-chain.h, -array.h, -unwrap.h */
struct dma_fence { int context; };
struct dma_fence_chain { struct dma_fence base, *fence; };
struct dma_fence_array { struct dma_fence base; unsigned int num_fences; struct dma_fence **fences; };
struct dma_fence *dma_fence_get(struct dma_fence *fence);
struct dma_fence *dma_fence_chain_walk(struct dma_fence *fence);
struct dma_fence_chain *to_dma_fence_chain(struct dma_fence *fence);
struct dma_fence_array *to_dma_fence_array(struct dma_fence *fence);
#ifdef K_FENCE_CHAIN_ALLOC
struct dma_fence_chain *dma_fence_chain_alloc(void);
void dma_fence_chain_free(struct dma_fence_chain *chain);
#endif
#ifdef K_HEADER_FENCE_UNWRAP
struct dma_fence_unwrap { struct dma_fence *chain; };
struct dma_fence *dma_fence_unwrap_first(struct dma_fence *head, struct dma_fence_unwrap *cursor);
#define dma_fence_unwrap_for_each(fence, cursor, head) \
	for (fence = dma_fence_unwrap_first(head, cursor); fence; fence = NULL)
#endif

#include "dma-buf.h"

#endif
