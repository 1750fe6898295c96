// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is an object whose storage is on the host?
 *
 * It has no pages. virtgpu_vram_pin.c says when the host shows its storage, and
 * virtgpu_vram_mmap.c how processes see it.
 */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/iosys-map.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_gem.h>
#include <drm/drm_print.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_cmd.h"
#include "virtgpu_device_types.h"
#include "virtgpu_export.h"
#include "virtgpu_vram.h"

/* The longest entry of a table for another driver, in bytes. */
#define VIRTGPU_VRAM_ENTRY	SZ_2G

/*
 * The caller holds the reservation lock, so the host is not waited for: whoever is
 * attached to the dma-buf, which comes first, has had it show the storage.
 */
static int virtgpu_vram_vmap(struct drm_gem_object *gem, struct iosys_map *map)
{
	struct virtgpu_object *obj = to_virtgpu_object(gem);
	struct virtgpu_vram *vram = to_virtgpu_vram(obj);
	void *vaddr;
	int ret;

	if (!virtgpu_vram_is_mappable(obj))
		return -EINVAL;
	ret = virtgpu_vram_pin_shown(vram);
	if (ret)
		return ret;
	vaddr = virtgpu_vram_ioremap(vram);
	if (!vaddr) {
		virtgpu_vram_unpin(vram);
		return -ENOMEM;
	}
	iosys_map_set_vaddr_iomem(map, (__force void __iomem *)vaddr);
	return 0;
}

static void virtgpu_vram_vunmap(struct drm_gem_object *gem, struct iosys_map *map)
{
	iounmap(map->vaddr_iomem);
	virtgpu_vram_unpin(to_virtgpu_vram(to_virtgpu_object(gem)));
}

VIRTGPU_ADAPT_GEM_VMAP(virtgpu_vram_vmap, virtgpu_vram_vunmap)

static const struct drm_gem_object_funcs virtgpu_vram_funcs = {
	.free = virtgpu_object_free,
	.open = virtgpu_object_open,
	.close = virtgpu_object_close,
	.export = virtgpu_export_dma_buf,
	.mmap = virtgpu_vram_mmap,
	.vmap = VIRTGPU_CB_GEM_VMAP(virtgpu_vram_vmap),
	.vunmap = VIRTGPU_CB_GEM_VUNMAP(virtgpu_vram_vunmap),
	.vm_ops = &virtgpu_vram_vm_ops,
};

/*
 * Give a mappable object its range of the window when it is made, so that a
 * full window is an error that the client can act on; no later than at mmap,
 * if the client asked for that. With its place in the device file: it is made to be
 * mapped, and others never are.
 */
static int virtgpu_vram_reserve(struct virtgpu_vram *vram,
				const struct virtgpu_object_params *params)
{
	struct virtgpu_window *window = virtgpu_vram_window(vram);
	int ret;

	if (!(params->blob.flags & VIRTGPU_BLOB_FLAG_USE_MAPPABLE))
		return 0;
	if (params->size > window->size)
		return -ENOSPC;
	ret = drm_gem_create_mmap_offset(&vram->base.base.base);
	if (ret || params->defer_map)
		return ret;
	mutex_lock(&window->lock);
	ret = virtgpu_window_take(window, &vram->range, params->size);
	if (!ret)
		list_add_tail(&vram->range.idle, &window->idle);
	mutex_unlock(&window->lock);
	return ret;
}

static void virtgpu_vram_release(struct virtgpu_object *obj)
{
	drm_gem_object_release(&obj->base.base);
	mutex_destroy(&to_virtgpu_vram(obj)->insert);
	mutex_destroy(&to_virtgpu_vram(obj)->tables);
	kfree(to_virtgpu_vram(obj));
}

static struct virtgpu_object *virtgpu_vram_alloc(struct virtgpu_device *vgdev,
						 const struct virtgpu_object_params *params)
{
	struct virtgpu_vram *vram;
	struct drm_gem_object *gem;
	int ret;

	vram = kzalloc_obj(*vram);
	if (!vram)
		return ERR_PTR(-ENOMEM);
	refcount_set(&vram->base.host_refs, 1);
	mutex_init(&vram->tables);
	mutex_init(&vram->insert);
	INIT_LIST_HEAD(&vram->range.idle);
	vram->range.evict = virtgpu_vram_evict;
	gem = &vram->base.base.base;
	gem->funcs = &virtgpu_vram_funcs;
	drm_gem_private_object_init(vgdev->drm, gem, params->size);
	ret = virtgpu_vram_reserve(vram, params);
	if (ret) {
		virtgpu_vram_release(&vram->base);
		return ERR_PTR(ret);
	}
	return &vram->base;
}

static int virtgpu_vram_create(struct virtgpu_object *obj, struct list_head *vbufs)
{
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_cmd_create_blob(obj->res_id, &obj->params.blob, NULL);
	if (!vbuf)
		return -ENOMEM;
	virtgpu_object_append(obj, vbuf, vbufs);
	return 0;
}

static void virtgpu_vram_unmap_host(struct virtgpu_object *obj)
{
	struct virtgpu_vram *vram = to_virtgpu_vram(obj);
	struct virtgpu_window *window = virtgpu_vram_window(vram);

	if (!window)
		return;
	mutex_lock(&window->lock);
	virtgpu_window_give(window, &vram->range);
	mutex_unlock(&window->lock);
}

/*
 * Storage on the host is shown in the window for as long as another device is
 * attached to it. What can't be shown is of use to other virtio devices only,
 * who know it by its UUID.
 */
static int virtgpu_vram_attach(struct virtgpu_object *obj, struct device *dev)
{
	if (virtgpu_vram_is_mappable(obj))
		return virtgpu_vram_pin(to_virtgpu_vram(obj));
	return is_virtio_device(dev) && virtgpu_export_has_uuid(obj) ? 0 : -EIO;
}

static void virtgpu_vram_detach(struct virtgpu_object *obj)
{
	if (virtgpu_vram_is_mappable(obj))
		virtgpu_vram_unpin(to_virtgpu_vram(obj));
}

/**
 * virtgpu_vram_fill_table - describe a part of the window to another driver
 * @sgt: empty; filled
 * @addr: where the other device sees it
 * @size: bytes, any number of pages
 *
 * An entry's length has 32 bits, so there are as many as it takes. The window is
 * not RAM: there are no struct pages behind its addresses.
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_vram_fill_table(struct sg_table *sgt, dma_addr_t addr, u64 size)
{
	struct scatterlist *sg;
	unsigned int i;
	int ret;

	ret = sg_alloc_table(sgt, DIV_ROUND_UP_ULL(size, VIRTGPU_VRAM_ENTRY), GFP_KERNEL);
	if (ret)
		return ret;
	for_each_sgtable_dma_sg(sgt, sg, i) {
		u32 length = min_t(u64, size, VIRTGPU_VRAM_ENTRY);

		sg_set_page(sg, NULL, length, 0);
		sg_dma_address(sg) = addr;
		sg_dma_len(sg) = length;
		addr += length;
		size -= length;
	}
	return 0;
}

static int virtgpu_vram_map(struct virtgpu_object *obj, struct device *dev,
			    struct sg_table *sgt, enum dma_data_direction dir)
{
	size_t size = obj->base.base.size;
	dma_addr_t addr;
	int ret;

	if (!virtgpu_vram_is_mappable(obj))
		return 0;
	addr = dma_map_resource(dev, virtgpu_vram_address(to_virtgpu_vram(obj)), size, dir,
				DMA_ATTR_SKIP_CPU_SYNC);
	ret = dma_mapping_error(dev, addr);
	if (ret)
		return ret;
	ret = virtgpu_vram_fill_table(sgt, addr, size);
	if (ret)
		dma_unmap_resource(dev, addr, size, dir, DMA_ATTR_SKIP_CPU_SYNC);
	return ret;
}

static void virtgpu_vram_unmap(struct virtgpu_object *obj, struct device *dev,
			       struct sg_table *sgt, enum dma_data_direction dir)
{
	if (!sgt->sgl)
		return;
	dma_unmap_resource(dev, sg_dma_address(sgt->sgl), obj->base.base.size, dir,
			   DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(sgt);
}

/* Storage on the host, which nothing in the guest can bring back. */
const struct virtgpu_object_ops virtgpu_vram_ops = {
	.alloc = virtgpu_vram_alloc,
	.create = virtgpu_vram_create,
	.created = virtgpu_vram_show_ahead,
	.revoke = virtgpu_vram_revoke,
	.invalidate = virtgpu_vram_invalidate,
	.unmap_host = virtgpu_vram_unmap_host,
	.release = virtgpu_vram_release,
	.attach = virtgpu_vram_attach,
	.detach = virtgpu_vram_detach,
	.map = virtgpu_vram_map,
	.unmap = virtgpu_vram_unmap,
};
