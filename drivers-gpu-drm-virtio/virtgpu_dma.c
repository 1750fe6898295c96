// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a device that has addresses of its own come to guest pages?
 *
 * They are mapped for it as long as the buffer lives, or until the device goes.
 *
 * But it may not see all of the guest's memory. That of a confidential guest is
 * private, and a Xen guest's lies where only Xen knows. The kernel copies what it maps
 * for such a device to memory that both see, and back, when told to. But the host reads
 * a buffer and writes to it when a client's stream says so, and the driver does not
 * know when that is. So the pages come from the DMA API there, which gives what both
 * see, and nothing is ever copied.
 */
#include <linux/dma-map-ops.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>
#include <linux/sched/signal.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_print.h>
#include <xen/xen.h>

#include "virtgpu_device_types.h"
#include "virtgpu_dma.h"
#include "virtgpu_object.h"
#include "virtgpu_pages.h"

/* The most memory to ask for in one piece: what a huge page can map. */
#define VIRTGPU_DMA_CHUNK	SZ_2M

/* A piece of a buffer that is not complete yet. */
struct virtgpu_dma_chunk {
	struct list_head node;
	struct page *page;
	dma_addr_t addr;
	size_t size;
};

/*
 * Before 6.10 the kernel says that all that an IOMMU translates has to be synced,
 * where it has nothing to copy.
 */
static bool virtgpu_dma_is_translated(struct device *dev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	return domain && domain->type != IOMMU_DOMAIN_IDENTITY && dev_is_dma_coherent(dev);
}

/* How is a page of the guest's there for the device? */
struct virtgpu_dma_view {
	/* As a copy, or not at all. */
	bool copied;
	/* At the address that the guest knows it by. */
	bool same;
};

static int virtgpu_dma_look(struct device *dev, struct virtgpu_dma_view *view)
{
	struct page *page;
	dma_addr_t addr;

	view->copied = true;
	view->same = false;
	/* Buses that never address memory set none, and the kernel warns of whoever maps. */
	if (!dev->dma_mask)
		return 0;
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!page)
		return -ENOMEM;
	addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	if (!dma_mapping_error(dev, addr)) {
		view->copied = dma_need_sync(dev, addr) && !virtgpu_dma_is_translated(dev);
		view->same = addr == page_to_phys(page);
		dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	}
	__free_page(page);
	return 0;
}

/**
 * virtgpu_dma_init - see how much of the guest's memory the device sees
 * @vgdev: the device; the rest of its features is known
 *
 * All has to be made by the DMA API, too, if some of it lies above what the device
 * can address.
 *
 * An exporter says where its pages are for the bus of our device. A device without
 * ACCESS_PLATFORM takes that for guest physical addresses. It is not that where an
 * IOMMU of the guest translates. Where memory is bounced it is a copy, of which
 * nobody says when it is old. None of this changes while the device has a driver.
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_dma_init(struct virtgpu_device *vgdev)
{
	struct virtgpu_features *f = &vgdev->features;
	struct device *dev = vgdev->drm->dev;
	struct virtgpu_dma_view view;
	int ret;

	ret = virtgpu_dma_look(dev, &view);
	if (ret)
		return ret;
	f->dma_bounce = f->dma_api && (view.copied || dma_addressing_limited(dev));
	f->dma_foreign = f->dma_api ? !f->dma_bounce : view.same;
	if (f->dma_bounce)
		drm_info(vgdev->drm, "the device does not see private memory: buffers are shared memory\n");
	return 0;
}

/* Objects of all devices, whose tables are mapped. */
static LIST_HEAD(virtgpu_dma_mapped);
/* Guards that list, and the mapping of what leaves it. */
static DEFINE_MUTEX(virtgpu_dma_lock);

/**
 * virtgpu_dma_map - give the pieces of an object addresses of the device
 * @obj: the object, with its table
 *
 * Does nothing for a device that takes physical addresses.
 *
 * Return: 0, -ENODEV if the device is gone, or another errno.
 */
int virtgpu_dma_map(struct virtgpu_object *obj)
{
	struct virtgpu_pages *own = to_virtgpu_pages(obj);
	struct drm_device *drm = obj->base.base.dev;
	int ret, idx;

	if (!to_virtgpu_device(drm)->features.dma_api)
		return 0;
	if (!drm_dev_enter(drm, &idx))
		return -ENODEV;
	ret = dma_map_sgtable(drm->dev, &own->table, DMA_BIDIRECTIONAL, 0);
	if (!ret) {
		mutex_lock(&virtgpu_dma_lock);
		list_add(&own->mapped, &virtgpu_dma_mapped);
		mutex_unlock(&virtgpu_dma_lock);
	}
	drm_dev_exit(idx);
	return ret;
}

static void virtgpu_dma_unmap_locked(struct virtgpu_pages *own)
{
	lockdep_assert_held(&virtgpu_dma_lock);
	list_del_init(&own->mapped);
	dma_unmap_sgtable(own->base.base.base.dev->dev, &own->table, DMA_BIDIRECTIONAL, 0);
}

/**
 * virtgpu_dma_unmap - undo virtgpu_dma_map(); may sleep
 * @obj: the object, which the host has let go of
 */
void virtgpu_dma_unmap(struct virtgpu_object *obj)
{
	struct virtgpu_pages *own = to_virtgpu_pages(obj);

	if (!to_virtgpu_device(obj->base.base.dev)->features.dma_api)
		return;
	mutex_lock(&virtgpu_dma_lock);
	if (!list_empty(&own->mapped))
		virtgpu_dma_unmap_locked(own);
	mutex_unlock(&virtgpu_dma_lock);
}

/**
 * virtgpu_dma_unmap_all - take all of its addresses from a device; may sleep
 * @vgdev: the device; reset, and unplugged from DRM
 *
 * Clients may keep their buffers for long, and the bus forgets the device before.
 */
void virtgpu_dma_unmap_all(struct virtgpu_device *vgdev)
{
	struct virtgpu_pages *own, *next;

	mutex_lock(&virtgpu_dma_lock);
	list_for_each_entry_safe(own, next, &virtgpu_dma_mapped, mapped) {
		if (own->base.base.base.dev == vgdev->drm)
			virtgpu_dma_unmap_locked(own);
	}
	mutex_unlock(&virtgpu_dma_lock);
}

static void virtgpu_dma_free_chunks(struct device *dev, struct list_head *chunks)
{
	struct virtgpu_dma_chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, chunks, node) {
		dma_free_pages(dev, chunk->size, chunk->page, chunk->addr, DMA_BIDIRECTIONAL);
		kfree(chunk);
	}
}

/* Zeroed, as seen by the device too. */
static int virtgpu_dma_alloc_chunk(struct device *dev, size_t size, gfp_t gfp,
				   struct list_head *chunks)
{
	struct virtgpu_dma_chunk *chunk = kmalloc_obj(*chunk);

	if (!chunk)
		return -ENOMEM;
	chunk->size = size;
	chunk->page = dma_alloc_pages(dev, size, &chunk->addr, DMA_BIDIRECTIONAL,
				      GFP_KERNEL_ACCOUNT | __GFP_NOWARN | gfp);
	if (!chunk->page) {
		kfree(chunk);
		return -ENOMEM;
	}
	dma_sync_single_for_device(dev, chunk->addr, size, DMA_BIDIRECTIONAL);
	list_add_tail(&chunk->node, chunks);
	return 0;
}

/*
 * Larger pieces are fewer entries for the host. Not where the kernel itself hands
 * out the pages one by one, as it does with its console's; nor on Xen, where memory
 * in one piece is not that for the device.
 */
static size_t virtgpu_dma_chunk_size(const struct virtgpu_object_params *params)
{
	return params->small_pages || xen_pv_domain() ? PAGE_SIZE : VIRTGPU_DMA_CHUNK;
}

/* Returns how many there are, or an error: then some are in the list. */
static int virtgpu_dma_alloc_chunks(struct device *dev,
				    const struct virtgpu_object_params *params,
				    struct list_head *chunks)
{
	size_t size = virtgpu_dma_chunk_size(params);
	size_t left = params->size;
	int count = 0;

	while (left) {
		if (fatal_signal_pending(current))
			return -EINTR;
		while (size > left)
			size >>= 1;
		/* What does not fit is refused; nobody is killed to make room. */
		if (virtgpu_dma_alloc_chunk(dev, size,
					    size > PAGE_SIZE ? __GFP_NORETRY | __GFP_NOMEMALLOC :
							       __GFP_RETRY_MAYFAIL, chunks)) {
			if (size == PAGE_SIZE)
				return -ENOMEM;
			size >>= 1;
			continue;
		}
		left -= size;
		count++;
		cond_resched();
	}
	return count;
}

static int virtgpu_dma_describe(struct virtgpu_object *obj, struct list_head *chunks, int count)
{
	struct sg_table *table = &to_virtgpu_pages(obj)->table;
	struct virtgpu_dma_chunk *chunk;
	struct scatterlist *sg;
	size_t page = 0;

	if (sg_alloc_table(table, count, GFP_KERNEL_ACCOUNT))
		return -ENOMEM;
	sg = table->sgl;
	list_for_each_entry(chunk, chunks, node) {
		sg_set_page(sg, chunk->page, chunk->size, 0);
		sg_dma_address(sg) = chunk->addr;
		sg_dma_len(sg) = chunk->size;
		sg = sg_next(sg);
		for (size_t i = 0; i < chunk->size >> PAGE_SHIFT; i++)
			obj->base.pages[page++] = chunk->page + i;
	}
	return 0;
}

/**
 * virtgpu_dma_get_pages - have the DMA API make an object's pages
 * @obj: an object with room for its list of pages
 * @params: what is wanted
 *
 * Fills in the list, and the table with what the device sees.
 *
 * Return: 0, -ENOMEM, or -EINTR for a process that is being killed.
 */
int virtgpu_dma_get_pages(struct virtgpu_object *obj, const struct virtgpu_object_params *params)
{
	struct device *dev = obj->base.base.dev->dev;
	struct virtgpu_dma_chunk *chunk, *next;
	LIST_HEAD(chunks);
	int ret;

	ret = virtgpu_dma_alloc_chunks(dev, params, &chunks);
	if (ret > 0)
		ret = virtgpu_dma_describe(obj, &chunks, ret);
	if (ret) {
		virtgpu_dma_free_chunks(dev, &chunks);
		return ret;
	}
	list_for_each_entry_safe(chunk, next, &chunks, node)
		kfree(chunk);
	return 0;
}

/**
 * virtgpu_dma_put_pages - undo virtgpu_dma_get_pages(); may sleep
 * @obj: an object that the host has let go of
 */
void virtgpu_dma_put_pages(struct virtgpu_object *obj)
{
	struct sg_table *table = &to_virtgpu_pages(obj)->table;
	struct device *dev = obj->base.base.dev->dev;
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_sg(table, sg, i) {
		dma_free_pages(dev, sg->length, sg_page(sg), sg_dma_address(sg),
			       DMA_BIDIRECTIONAL);
		cond_resched();
	}
	sg_free_table(table);
}
