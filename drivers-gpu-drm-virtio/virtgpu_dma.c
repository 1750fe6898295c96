// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where are guest pages if the device does not see all of the guest's memory?
 *
 * Memory of a confidential guest is private, and a Xen guest's lies where only Xen
 * knows. The kernel copies what it maps for a device to memory that both see, and
 * back, when told to. But a buffer is mapped for as long as it lives, the host reads
 * it and writes to it when a client's stream says so, and the driver does not know
 * when that is. So the pages come from the DMA API, which gives what both see, and
 * nothing is ever copied.
 */
#include <linux/dma-map-ops.h>
#include <linux/iommu.h>
#include <linux/iosys-map.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_prime.h>
#include <drm/drm_print.h>
#include <xen/xen.h>

#include "virtgpu_device_types.h"
#include "virtgpu_dma.h"
#include "virtgpu_export.h"
#include "virtgpu_object.h"
#include "virtgpu_shmem_mmap.h"

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

/* What can't be mapped at all has to be made by the DMA API, too. */
static bool virtgpu_dma_is_bounced(struct device *dev)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	bool bounced = true;
	dma_addr_t addr;

	if (!page)
		return true;
	addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	if (!dma_mapping_error(dev, addr)) {
		bounced = dma_need_sync(dev, addr) && !virtgpu_dma_is_translated(dev);
		dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	}
	__free_page(page);
	return bounced;
}

/**
 * virtgpu_dma_init - see how much of the guest's memory the device sees
 * @vgdev: the device; the rest of its features is known
 */
void virtgpu_dma_init(struct virtgpu_device *vgdev)
{
	struct virtgpu_features *f = &vgdev->features;

	f->dma_bounce = f->dma_api && virtgpu_dma_is_bounced(vgdev->drm->dev);
	if (f->dma_bounce)
		drm_info(vgdev->drm, "the device does not see private memory: buffers are shared memory\n");
}

static struct sg_table *virtgpu_dma_get_sg_table(struct drm_gem_object *gem)
{
	return drm_prime_pages_to_sg(gem->dev, to_virtgpu_object(gem)->base.pages,
				     gem->size >> PAGE_SHIFT);
}

static int virtgpu_dma_vmap(struct drm_gem_object *gem, struct iosys_map *map)
{
	struct virtgpu_object *obj = to_virtgpu_object(gem);
	void *vaddr;

	vaddr = vmap(obj->base.pages, gem->size >> PAGE_SHIFT, VM_MAP,
		     virtgpu_shmem_prot(obj, PAGE_KERNEL));
	if (!vaddr)
		return -ENOMEM;
	iosys_map_set_vaddr(map, vaddr);
	return 0;
}

static void virtgpu_dma_vunmap(struct drm_gem_object *gem, struct iosys_map *map)
{
	vunmap(map->vaddr);
}

VIRTGPU_ADAPT_GEM_VMAP(virtgpu_dma_vmap, virtgpu_dma_vunmap)

/* For fdinfo: the pages are there for good. */
static enum drm_gem_object_status __maybe_unused
virtgpu_dma_status(struct drm_gem_object *gem)
{
	return DRM_GEM_OBJECT_RESIDENT;
}

static const struct drm_gem_object_funcs virtgpu_dma_funcs = {
	.free = virtgpu_object_free,
	.open = virtgpu_object_open,
	.close = virtgpu_object_close,
	.export = virtgpu_export_dma_buf,
	.get_sg_table = virtgpu_dma_get_sg_table,
	.vmap = VIRTGPU_CB_GEM_VMAP(virtgpu_dma_vmap),
	.vunmap = VIRTGPU_CB_GEM_VUNMAP(virtgpu_dma_vunmap),
	.mmap = virtgpu_shmem_mmap,
	.vm_ops = &virtgpu_shmem_vm_ops,
	VIRTGPU_FDINFO_GEM(virtgpu_dma_status)
};

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
	return params->dumb || xen_pv_domain() ? PAGE_SIZE : VIRTGPU_DMA_CHUNK;
}

/* Returns how many there are, or -ENOMEM: then some are in the list. */
static int virtgpu_dma_alloc_chunks(struct device *dev,
				    const struct virtgpu_object_params *params,
				    struct list_head *chunks)
{
	size_t size = virtgpu_dma_chunk_size(params);
	size_t left = params->size;
	int count = 0;

	while (left) {
		while (size > left)
			size >>= 1;
		if (virtgpu_dma_alloc_chunk(dev, size,
					    size > PAGE_SIZE ? __GFP_NORETRY : 0, chunks)) {
			if (size == PAGE_SIZE)
				return -ENOMEM;
			size >>= 1;
			continue;
		}
		left -= size;
		count++;
	}
	return count;
}

/* The list and the table of pages, as the shmem helper would have them. */
static int virtgpu_dma_describe(struct virtgpu_object *obj, struct list_head *chunks, int count)
{
	size_t pages = obj->base.base.size >> PAGE_SHIFT, page = 0;
	struct virtgpu_dma_chunk *chunk;
	struct scatterlist *sg;

	obj->base.pages = kvmalloc_array(pages, sizeof(struct page *), GFP_KERNEL_ACCOUNT);
	obj->base.sgt = kzalloc_obj(*obj->base.sgt);
	if (!obj->base.pages || !obj->base.sgt ||
	    sg_alloc_table(obj->base.sgt, count, GFP_KERNEL_ACCOUNT))
		return -ENOMEM;
	sg = obj->base.sgt->sgl;
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

static int virtgpu_dma_make(struct virtgpu_object *obj,
			    const struct virtgpu_object_params *params)
{
	struct drm_gem_object *gem = &obj->base.base;
	struct virtgpu_dma_chunk *chunk, *next;
	LIST_HEAD(chunks);
	int ret;

	ret = drm_gem_create_mmap_offset(gem);
	if (ret)
		return ret;
	ret = virtgpu_dma_alloc_chunks(gem->dev->dev, params, &chunks);
	if (ret > 0)
		ret = virtgpu_dma_describe(obj, &chunks, ret);
	if (ret) {
		virtgpu_dma_free_chunks(gem->dev->dev, &chunks);
		return ret;
	}
	list_for_each_entry_safe(chunk, next, &chunks, node)
		kfree(chunk);
	return 0;
}

static void virtgpu_dma_destroy(struct virtgpu_object *obj)
{
	drm_gem_object_release(&obj->base.base);
	if (obj->base.sgt)
		sg_free_table(obj->base.sgt);
	kfree(obj->base.sgt);
	kvfree(obj->base.pages);
	kfree(obj);
}

/**
 * virtgpu_dma_alloc - make an object of pages that the device sees
 * @vgdev: the device
 * @params: what is wanted
 *
 * Return: the object, or an ERR_PTR.
 */
struct virtgpu_object *virtgpu_dma_alloc(struct virtgpu_device *vgdev,
					 const struct virtgpu_object_params *params)
{
	struct virtgpu_object *obj = kzalloc_obj(*obj);
	int ret;

	if (!obj)
		return ERR_PTR(-ENOMEM);
	refcount_set(&obj->host_refs, 1);
	obj->base.base.funcs = &virtgpu_dma_funcs;
	drm_gem_private_object_init(vgdev->drm, &obj->base.base, params->size);
	ret = virtgpu_dma_make(obj, params);
	if (ret) {
		virtgpu_dma_destroy(obj);
		return ERR_PTR(ret);
	}
	return obj;
}

/**
 * virtgpu_dma_has_made - does virtgpu_dma_release() free it?
 * @obj: any object
 *
 * Return: whether it does.
 */
bool virtgpu_dma_has_made(const struct virtgpu_object *obj)
{
	return obj->base.base.funcs == &virtgpu_dma_funcs;
}

/**
 * virtgpu_dma_release - undo virtgpu_dma_alloc(); may sleep
 * @obj: an object that the host has let go of
 */
void virtgpu_dma_release(struct virtgpu_object *obj)
{
	struct device *dev = obj->base.base.dev->dev;
	struct scatterlist *sg;
	unsigned int i;

	for_each_sgtable_sg(obj->base.sgt, sg, i)
		dma_free_pages(dev, sg->length, sg_page(sg), sg_dma_address(sg),
			       DMA_BIDIRECTIONAL);
	virtgpu_dma_destroy(obj);
}
