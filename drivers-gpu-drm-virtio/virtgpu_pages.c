// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which memory of the guest is behind a buffer, and how does the kernel see it?
 *
 * Pages of the page allocator's, there from the creation of the buffer to its end,
 * because the host may use any of them at any time. So nothing is won by a file of
 * tmpfs, which costs a buffer of one page a third of its life; and pieces can be as
 * large as a huge page on every kernel. Where the device would not see such pages
 * they come from virtgpu_dma.c. virtgpu_shmem_mmap.c is how processes see them.
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/iosys-map.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/vmstat.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_prime.h>

#include "virtgpu_device_types.h"
#include "virtgpu_dma.h"
#include "virtgpu_export.h"
#include "virtgpu_object.h"
#include "virtgpu_pages.h"
#include "virtgpu_shmem_mmap.h"

/* The largest piece: what a huge page can map. */
#define VIRTGPU_PAGES_MAX_ORDER	get_order(SZ_2M)

/* No process is killed for a buffer that does not fit: its client gets an error. */
#define VIRTGPU_PAGES_GFP	(GFP_HIGHUSER | __GFP_ACCOUNT | __GFP_ZERO | __GFP_NOWARN)

/* Guards &virtgpu_pages.vmaps and &drm_gem_shmem_object.vaddr of what is made here. */
static DEFINE_MUTEX(virtgpu_pages_vmap_lock);

static size_t virtgpu_pages_count(const struct virtgpu_object *obj)
{
	return obj->base.base.size >> PAGE_SHIFT;
}

static struct sg_table *virtgpu_pages_get_sg_table(struct drm_gem_object *gem)
{
	struct virtgpu_object *obj = to_virtgpu_object(gem);

	return drm_prime_pages_to_sg(gem->dev, obj->base.pages, virtgpu_pages_count(obj));
}

/**
 * virtgpu_pages_vmap - have the kernel see the pages; may sleep
 * @gem: an object that virtgpu_pages_alloc() has made
 * @map: where they are
 *
 * All who ask have one mapping, until the last has called virtgpu_pages_vunmap().
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_pages_vmap(struct drm_gem_object *gem, struct iosys_map *map)
{
	struct virtgpu_object *obj = to_virtgpu_object(gem);
	struct virtgpu_pages *own = to_virtgpu_pages(obj);

	mutex_lock(&virtgpu_pages_vmap_lock);
	if (!own->vmaps)
		obj->base.vaddr = vmap(obj->base.pages, virtgpu_pages_count(obj), VM_MAP,
				       virtgpu_shmem_prot(obj, PAGE_KERNEL));
	if (obj->base.vaddr)
		own->vmaps++;
	iosys_map_set_vaddr(map, obj->base.vaddr);
	mutex_unlock(&virtgpu_pages_vmap_lock);
	return map->vaddr ? 0 : -ENOMEM;
}

/**
 * virtgpu_pages_vunmap - undo virtgpu_pages_vmap(); may sleep
 * @gem: the object
 * @map: where its pages were
 */
void virtgpu_pages_vunmap(struct drm_gem_object *gem, struct iosys_map *map)
{
	struct virtgpu_object *obj = to_virtgpu_object(gem);
	void *vaddr;

	mutex_lock(&virtgpu_pages_vmap_lock);
	if (!--to_virtgpu_pages(obj)->vmaps) {
		vaddr = obj->base.vaddr;
		/* A panic takes no locks, and draws there. */
		WRITE_ONCE(obj->base.vaddr, NULL);
		vunmap(vaddr);
	}
	mutex_unlock(&virtgpu_pages_vmap_lock);
}

VIRTGPU_ADAPT_GEM_VMAP(virtgpu_pages_vmap, virtgpu_pages_vunmap)

/* For fdinfo: the pages are there for good. */
static enum drm_gem_object_status __maybe_unused
virtgpu_pages_status(struct drm_gem_object *gem)
{
	return DRM_GEM_OBJECT_RESIDENT;
}

static const struct drm_gem_object_funcs virtgpu_pages_funcs = {
	.free = virtgpu_object_free,
	.open = virtgpu_object_open,
	.close = virtgpu_object_close,
	.export = virtgpu_export_dma_buf,
	.get_sg_table = virtgpu_pages_get_sg_table,
	.vmap = VIRTGPU_CB_GEM_VMAP(virtgpu_pages_vmap),
	.vunmap = VIRTGPU_CB_GEM_VUNMAP(virtgpu_pages_vunmap),
	.mmap = virtgpu_shmem_mmap,
	.vm_ops = &virtgpu_shmem_vm_ops,
	VIRTGPU_FDINFO_GEM(virtgpu_pages_status)
};

/*
 * A piece of that order, or a smaller one; then @order says which. Nobody waits until
 * memory has been moved for a large one.
 */
static struct page *virtgpu_pages_get_piece(unsigned int *order)
{
	struct page *page;
	gfp_t gfp;

	for (; *order; (*order)--) {
		gfp = VIRTGPU_PAGES_GFP | __GFP_COMP | __GFP_NORETRY | __GFP_NOMEMALLOC;
		if (*order > PAGE_ALLOC_COSTLY_ORDER)
			gfp &= ~__GFP_DIRECT_RECLAIM;
		page = alloc_pages(gfp, *order);
		if (page)
			return page;
	}
	return alloc_page(VIRTGPU_PAGES_GFP | __GFP_RETRY_MAYFAIL);
}

/* From the end, because the first page of a piece stands for all of it; may sleep. */
static void virtgpu_pages_put_pieces(struct page **pages, size_t count)
{
	long piece = 0;

	while (count--) {
		piece++;
		if (PageTail(pages[count]))
			continue;
		virtgpu_compat_count_gpu_pages(pages[count], -piece);
		put_page(pages[count]);
		piece = 0;
		cond_resched();
	}
}

static int virtgpu_pages_get_pieces(struct page **pages, size_t count, unsigned int max_order)
{
	unsigned int order = max_order;
	size_t done = 0;

	while (done < count) {
		struct page *page = NULL;

		order = min_t(unsigned int, order, ilog2(count - done));
		if (!fatal_signal_pending(current))
			page = virtgpu_pages_get_piece(&order);
		if (!page) {
			virtgpu_pages_put_pieces(pages, done);
			return fatal_signal_pending(current) ? -EINTR : -ENOMEM;
		}
		virtgpu_compat_count_gpu_pages(page, 1l << order);
		for (size_t i = 0; i < 1ul << order; i++)
			pages[done++] = page + i;
		/* What was zeroed may be gigabytes, and large pieces come without a sleep. */
		cond_resched();
	}
	return 0;
}

/* Most buffers are small, and one piece: their table is in the object. */
static int virtgpu_pages_alloc_table(struct virtgpu_object *obj)
{
	struct virtgpu_pages *own = to_virtgpu_pages(obj);
	size_t count = virtgpu_pages_count(obj);
	struct page **pages = obj->base.pages;

	if (count != 1ul << compound_order(pages[0]))
		return sg_alloc_table_from_pages(&own->table, pages, count, 0,
						 obj->base.base.size, GFP_KERNEL_ACCOUNT);
	sg_init_table(&own->piece, 1);
	sg_set_page(&own->piece, pages[0], obj->base.base.size, 0);
	own->table.sgl = &own->piece;
	own->table.nents = 1;
	own->table.orig_nents = 1;
	return 0;
}

static void virtgpu_pages_free_table(struct virtgpu_object *obj)
{
	struct virtgpu_pages *own = to_virtgpu_pages(obj);

	if (own->table.sgl != &own->piece)
		sg_free_table(&own->table);
}

/* The table of pieces; with addresses for the device where it has its own. */
static int virtgpu_pages_describe(struct virtgpu_object *obj)
{
	int ret;

	ret = virtgpu_pages_alloc_table(obj);
	if (ret)
		return ret;
	ret = virtgpu_dma_map(obj);
	if (ret)
		virtgpu_pages_free_table(obj);
	return ret;
}

static int virtgpu_pages_get(struct virtgpu_object *obj,
			     const struct virtgpu_object_params *params)
{
	size_t count = virtgpu_pages_count(obj);
	int ret;

	ret = virtgpu_pages_get_pieces(obj->base.pages, count,
				       params->small_pages ? 0 : VIRTGPU_PAGES_MAX_ORDER);
	if (ret)
		return ret;
	ret = virtgpu_pages_describe(obj);
	if (ret)
		virtgpu_pages_put_pieces(obj->base.pages, count);
	return ret;
}

static void virtgpu_pages_put(struct virtgpu_object *obj)
{
	virtgpu_dma_unmap(obj);
	virtgpu_pages_free_table(obj);
	virtgpu_pages_put_pieces(obj->base.pages, virtgpu_pages_count(obj));
}

/*
 * A place in the device file comes with DRM_IOCTL_VIRTGPU_MAP and the like: many buffers
 * are never mapped. Only the console's is mapped by some kernels without such a call.
 */
static int virtgpu_pages_init(struct virtgpu_object *obj,
			      const struct virtgpu_object_params *params)
{
	int ret;

	if (virtgpu_pages_count(obj) > totalram_pages())
		return -ENOMEM;
	ret = params->small_pages ? drm_gem_create_mmap_offset(&obj->base.base) : 0;
	if (ret)
		return ret;
	obj->base.pages = kvmalloc_array(virtgpu_pages_count(obj), sizeof(struct page *),
					 GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!obj->base.pages)
		return -ENOMEM;
	if (to_virtgpu_device(obj->base.base.dev)->features.dma_bounce)
		ret = virtgpu_dma_get_pages(obj, params);
	else
		ret = virtgpu_pages_get(obj, params);
	if (!ret)
		obj->base.sgt = &to_virtgpu_pages(obj)->table;
	return ret;
}

static void virtgpu_pages_destroy(struct virtgpu_object *obj)
{
	drm_gem_object_release(&obj->base.base);
	kvfree(obj->base.pages);
	kfree(to_virtgpu_pages(obj));
}

/**
 * virtgpu_pages_alloc - make an object with guest pages
 * @vgdev: the device
 * @params: what is wanted; its size is whole pages
 *
 * Return: the object, or ERR_PTR(-ENOMEM), or ERR_PTR(-EINTR) for a process that is
 * being killed.
 */
struct virtgpu_object *virtgpu_pages_alloc(struct virtgpu_device *vgdev,
					   const struct virtgpu_object_params *params)
{
	struct virtgpu_pages *own = kzalloc_obj(*own);
	struct virtgpu_object *obj;
	int ret;

	if (!own)
		return ERR_PTR(-ENOMEM);
	obj = &own->base;
	refcount_set(&obj->host_refs, 1);
	obj->base.base.funcs = &virtgpu_pages_funcs;
	drm_gem_private_object_init(vgdev->drm, &obj->base.base, params->size);
	ret = virtgpu_pages_init(obj, params);
	if (ret) {
		virtgpu_pages_destroy(obj);
		return ERR_PTR(ret);
	}
	return obj;
}

/**
 * virtgpu_pages_release - undo virtgpu_pages_alloc(); may sleep
 * @obj: an object that the host has let go of
 */
void virtgpu_pages_release(struct virtgpu_object *obj)
{
	if (to_virtgpu_device(obj->base.base.dev)->features.dma_bounce)
		virtgpu_dma_put_pages(obj);
	else
		virtgpu_pages_put(obj);
	virtgpu_pages_destroy(obj);
}
