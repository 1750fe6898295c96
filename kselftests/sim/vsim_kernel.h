/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does the device in software use that older kernels have not, or in another shape?
 */
#ifndef VSIM_KERNEL_H
#define VSIM_KERNEL_H

#include <linux/dma-buf.h>
#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/pm.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <linux/virtio_config.h>
#include <linux/vmalloc.h>

#ifndef PAGE_ALIGN_DOWN
#define PAGE_ALIGN_DOWN(addr)	ALIGN_DOWN(addr, PAGE_SIZE)
#endif

#ifndef SYSTEM_SLEEP_PM_OPS
#define SYSTEM_SLEEP_PM_OPS	SET_SYSTEM_SLEEP_PM_OPS
#endif

/* A folio is the first of the pages that are allocated as one. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0)
#define folio		page
#define page_folio	compound_head
#define folio_get	get_page
#define folio_nr_pages	compound_nr
#define folio_pfn	page_to_pfn
#define folio_put	put_page
#define folio_ref_count	page_ref_count
#define folio_test_slab	PageSlab
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define dma_buf_map_attachment_unlocked		dma_buf_map_attachment
#define dma_buf_unmap_attachment_unlocked	dma_buf_unmap_attachment
#define dma_buf_vmap_unlocked			dma_buf_vmap
#define dma_buf_vunmap_unlocked			dma_buf_vunmap
#endif

/* Where kvmalloc() may not be told that it must not fail: kmalloc() may not, for much. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 18, 0)
static inline void *vsim_kernel_alloc(size_t size, gfp_t gfp)
{
	return size > PAGE_SIZE ? __vmalloc(size, gfp) : kmalloc(size, gfp);
}

#define kvmalloc vsim_kernel_alloc
#define kvcalloc(count, size, gfp) \
	vsim_kernel_alloc(array_size(count, size), (gfp) | __GFP_ZERO)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
#define kmap_local_page		kmap_atomic
#define kunmap_local		kunmap_atomic
#endif

/* &virtio_config_ops.synchronize_cbs, of a function that is __maybe_unused */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 19, 0)
#define VSIM_KERNEL_SYNCHRONIZE(fn)
#else
#define VSIM_KERNEL_SYNCHRONIZE(fn)	.synchronize_cbs = fn,
#endif

/* No bus tells of a reset of its own. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
static inline int virtio_device_reset_prepare(struct virtio_device *vdev)
{
	return -ENOSYS;
}

static inline int virtio_device_reset_done(struct virtio_device *vdev)
{
	return -ENOSYS;
}
#endif

/* &virtio_config_ops.find_vqs: VSIM_KERNEL_FIND_VQS(fn), after VSIM_KERNEL_ADAPT_FIND_VQS(fn) */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
struct virtqueue_info {
	const char *name;
	vq_callback_t *callback;
	bool ctx;
};

#define VSIM_KERNEL_FIND_VQS(fn)	fn##_by_arrays
#define VSIM_KERNEL_ADAPT_FIND_VQS(fn)							\
static int fn##_by_arrays(struct virtio_device *vdev, unsigned int nvqs,		\
			  struct virtqueue *vqs[], vq_callback_t *callbacks[],		\
			  const char * const names[], const bool *ctx,			\
			  struct irq_affinity *desc)					\
{											\
	struct virtqueue_info info[VSIM_QUEUES] = {};					\
											\
	for (unsigned int i = 0; i < nvqs && i < VSIM_QUEUES; i++)			\
		info[i] = (struct virtqueue_info){ names[i], callbacks[i], ctx && ctx[i] }; \
	return fn(vdev, nvqs, vqs, info, desc);						\
}
#else
#define VSIM_KERNEL_FIND_VQS(fn)	fn
#define VSIM_KERNEL_ADAPT_FIND_VQS(fn)
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
#include <linux/iosys-map.h>
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
#define iosys_map	dma_buf_map
#endif

/* The first word of a buffer, by the kernel's own mapping: 0 or -errno */
static inline int vsim_kernel_read(struct dma_buf *buf, u32 *word)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
	struct iosys_map map = {};
	int ret = dma_buf_vmap_unlocked(buf, &map);

	if (ret)
		return ret;
	*word = map.is_iomem ? readl(map.vaddr_iomem) : *(u32 *)map.vaddr;
	dma_buf_vunmap_unlocked(buf, &map);
#else
	u32 *bytes = dma_buf_vmap(buf);

	if (!bytes)
		return -ENOMEM;
	*word = *bytes;
	dma_buf_vunmap(buf, bytes);
#endif
	return 0;
}

#endif
