// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is storage on the host seen from the guest?
 *
 * An object of this kind has no pages. At the first mmap the host is asked to
 * show its storage at a range of the window, and the mmap returns when the host
 * has answered: Venus relies on a successful mmap implying a round trip. The
 * host keeps showing it until the object goes or somebody else needs the room.
 *
 * Every page table entry that points into a range belongs to a user that is
 * counted in virtgpu_vram.users, so when the count is zero none is left, and the
 * host can be told to forget the range: what it leaves behind there (zero pages,
 * or a hole that kills the VM) is never seen.
 */
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_drv.h>
#include <drm/drm_gem.h>
#include <drm/drm_print.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_cmd.h"
#include "virtgpu_device_types.h"
#include "virtgpu_export.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"
#include "virtgpu_vram.h"

/* The longest entry of a table for another driver, in bytes. */
#define VIRTGPU_VRAM_ENTRY	SZ_2G

static struct virtgpu_window *virtgpu_vram_window(const struct virtgpu_vram *vram)
{
	return to_virtgpu_device(vram->base.base.base.dev)->window;
}

static bool virtgpu_vram_is_mappable(const struct virtgpu_object *obj)
{
	return obj->blob_flags & VIRTGPU_BLOB_FLAG_USE_MAPPABLE;
}

/* Called with the lock of the window, when nothing uses the range. */
static void virtgpu_vram_evict(struct virtgpu_range *range)
{
	struct virtgpu_vram *vram = container_of(range, struct virtgpu_vram, range);
	struct virtgpu_device *vgdev = to_virtgpu_device(vram->base.base.base.dev);

	if (vram->state == VIRTGPU_VRAM_UNMAPPED)
		return;
	virtgpu_vbuf_put(vram->request);
	vram->request = NULL;
	vram->state = VIRTGPU_VRAM_UNMAPPED;
	virtgpu_vq_queue(vgdev->ctrlq, virtgpu_cmd_unmap_blob(vram->base.res_id));
}

/* Ask the host to show the storage, unless it does or has been asked. */
static int virtgpu_vram_request(struct virtgpu_vram *vram)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(vram->base.base.base.dev);
	struct virtgpu_window *window = vgdev->window;
	struct virtgpu_vbuf *vbuf;
	int ret;

	lockdep_assert_held(&window->lock);
	if (vram->state != VIRTGPU_VRAM_UNMAPPED)
		return 0;
	if (!drm_mm_node_allocated(&vram->range.node)) {
		ret = virtgpu_window_take(window, &vram->range, vram->base.base.base.size);
		if (ret)
			return ret;
	}
	vbuf = virtgpu_cmd_map_blob(vram->base.res_id, vram->range.node.start);
	if (!vbuf)
		return -ENOMEM;
	vram->request = virtgpu_vbuf_get(vbuf);
	vram->state = VIRTGPU_VRAM_MAPPING;
	virtgpu_vq_queue(vgdev->ctrlq, vbuf);
	virtgpu_vq_kick(vgdev->ctrlq);
	return 0;
}

/* The host has answered @request: take note, unless somebody else has. */
static int virtgpu_vram_map_done(struct virtgpu_vram *vram, struct virtgpu_vbuf *request)
{
	const struct virtio_gpu_resp_map_info *resp = request->resp;

	lockdep_assert_held(&virtgpu_vram_window(vram)->lock);
	if (vram->request == request) {
		virtgpu_vbuf_put(vram->request);
		vram->request = NULL;
		vram->state = request->error ? VIRTGPU_VRAM_UNMAPPED : VIRTGPU_VRAM_MAPPED;
		vram->cache = le32_to_cpu(resp->map_info) & VIRTIO_GPU_MAP_CACHE_MASK;
	}
	if (vram->state == VIRTGPU_VRAM_MAPPED)
		return 0;
	return request->given_up ? request->error : -EIO;
}

static void virtgpu_vram_get_user(struct virtgpu_vram *vram)
{
	lockdep_assert_held(&virtgpu_vram_window(vram)->lock);
	vram->users++;
	list_del_init(&vram->range.idle);
}

static void virtgpu_vram_put_user(struct virtgpu_vram *vram)
{
	struct virtgpu_window *window = virtgpu_vram_window(vram);

	lockdep_assert_held(&window->lock);
	if (!--vram->users && drm_mm_node_allocated(&vram->range.node))
		list_add_tail(&vram->range.idle, &window->idle);
}

/*
 * Have the host show the storage, and keep it shown. Waits for the host; no
 * reservation lock and not the window's may be held. -ENOSPC if the window is full
 * of mappings in use; -ENOMEM; -EIO if the host refused; -ETIMEDOUT; -ERESTARTSYS
 * if the caller was killed.
 */
static int virtgpu_vram_pin(struct virtgpu_vram *vram)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(vram->base.base.base.dev);
	struct virtgpu_window *window = vgdev->window;
	struct virtgpu_vbuf *request = NULL;
	int ret;

	mutex_lock(&window->lock);
	virtgpu_vram_get_user(vram);
	ret = virtgpu_object_check(&vram->base) ?: virtgpu_vram_request(vram);
	if (!ret && vram->request)
		request = virtgpu_vbuf_get(vram->request);
	if (request) {
		mutex_unlock(&window->lock);
		ret = virtgpu_vq_wait(vgdev->ctrlq, request, VIRTGPU_HOST_TIMEOUT_MS);
		mutex_lock(&window->lock);
		if (ret != -ETIMEDOUT && ret != -ERESTARTSYS)
			ret = virtgpu_vram_map_done(vram, request);
		virtgpu_vbuf_put(request);
	}
	if (ret)
		virtgpu_vram_put_user(vram);
	mutex_unlock(&window->lock);
	return ret;
}

/*
 * Keep the storage shown, if the host shows it. Waits for nothing; -EBUSY if the
 * host has not been asked yet, or has not answered.
 */
static int virtgpu_vram_pin_shown(struct virtgpu_vram *vram)
{
	struct virtgpu_window *window = virtgpu_vram_window(vram);
	struct virtgpu_vbuf *request;
	int ret;

	mutex_lock(&window->lock);
	if (vram->request && completion_done(&vram->request->ended)) {
		request = virtgpu_vbuf_get(vram->request);
		virtgpu_vram_map_done(vram, request);
		virtgpu_vbuf_put(request);
	}
	ret = virtgpu_object_check(&vram->base);
	if (!ret && vram->state != VIRTGPU_VRAM_MAPPED)
		ret = -EBUSY;
	if (!ret)
		virtgpu_vram_get_user(vram);
	mutex_unlock(&window->lock);
	return ret;
}

/* What relied on the pin is no longer mapped. */
static void virtgpu_vram_unpin(struct virtgpu_vram *vram)
{
	struct virtgpu_window *window = virtgpu_vram_window(vram);

	mutex_lock(&window->lock);
	virtgpu_vram_put_user(vram);
	mutex_unlock(&window->lock);
}

/* Where is the storage of a pinned object seen? A guest physical address. */
static phys_addr_t virtgpu_vram_address(const struct virtgpu_vram *vram)
{
	return virtgpu_vram_window(vram)->base + vram->range.node.start;
}

/*
 * The window shows memory, never registers: uncached means what the processor
 * offers for memory that it shares with a device. arm64's pgprot_noncached() is
 * for registers, where an unaligned access, or memset(), is a bus error.
 */
static pgprot_t virtgpu_vram_prot(const struct virtgpu_vram *vram, pgprot_t prot)
{
	if (vram->cache == VIRTIO_GPU_MAP_CACHE_WC)
		prot = pgprot_writecombine(prot);
	else if (vram->cache == VIRTIO_GPU_MAP_CACHE_UNCACHED)
		prot = pgprot_dmacoherent(prot);
	return pgprot_decrypted(prot);
}

static void virtgpu_vram_vm_open(struct vm_area_struct *vma)
{
	struct virtgpu_vram *vram = to_virtgpu_vram(to_virtgpu_object(vma->vm_private_data));

	mutex_lock(&virtgpu_vram_window(vram)->lock);
	vram->users++;
	mutex_unlock(&virtgpu_vram_window(vram)->lock);
	drm_gem_vm_open(vma);
}

static void virtgpu_vram_vm_close(struct vm_area_struct *vma)
{
	virtgpu_vram_unpin(to_virtgpu_vram(to_virtgpu_object(vma->vm_private_data)));
	drm_gem_vm_close(vma);
}

/* All pages are there from the start; after an unplug there is nothing left. */
static vm_fault_t virtgpu_vram_vm_fault(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

static const struct vm_operations_struct virtgpu_vram_vm_ops = {
	.open = virtgpu_vram_vm_open,
	.close = virtgpu_vram_vm_close,
	.fault = virtgpu_vram_vm_fault,
};

/*
 * The offset into the object is counted from its fake offset: always 0 through
 * the DRM node, whatever the caller wants through a dma-buf.
 */
static int virtgpu_vram_mmap(struct drm_gem_object *gem, struct vm_area_struct *vma)
{
	struct virtgpu_object *obj = to_virtgpu_object(gem);
	unsigned long first = vma->vm_pgoff - drm_vma_node_start(&gem->vma_node);
	unsigned long pages = gem->size >> PAGE_SHIFT;
	struct virtgpu_vram *vram = to_virtgpu_vram(obj);
	phys_addr_t start;
	int ret, idx;

	if (!virtgpu_vram_is_mappable(obj))
		return -EINVAL;
	if (first >= pages || vma_pages(vma) > pages - first)
		return -EINVAL;
	/* Private copies would stay behind when the window is taken away. */
	if ((vma->vm_flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE)
		return -EINVAL;
	/* An unplug waits for those who have entered, so nobody waits for the host there. */
	ret = virtgpu_vram_pin(vram);
	if (ret)
		return drm_dev_is_unplugged(gem->dev) ? -ENODEV : ret;
	if (!drm_dev_enter(gem->dev, &idx)) {
		virtgpu_vram_unpin(vram);
		return -ENODEV;
	}

	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_page_prot = virtgpu_vram_prot(vram, vm_get_page_prot(vma->vm_flags));
	start = virtgpu_vram_address(vram) + ((phys_addr_t)first << PAGE_SHIFT);
	ret = io_remap_pfn_range(vma, vma->vm_start, PHYS_PFN(start),
				 vma->vm_end - vma->vm_start, vma->vm_page_prot);
	/*
	 * Whoever waited for the host may wake up when the device has long been
	 * reset, and a mapping that is being made is not found by those who zap.
	 * With an error, the core takes the pages away.
	 */
	if (!ret && READ_ONCE(vram->revoked))
		ret = -EIO;
	if (ret)
		virtgpu_vram_unpin(vram);
	else
		vma->vm_ops = &virtgpu_vram_vm_ops;
	drm_dev_exit(idx);
	return ret;
}

/*
 * The caller holds the reservation lock, so the host is not waited for: whoever is
 * attached to the dma-buf, which comes first, has had it show the storage.
 */
static int virtgpu_vram_vmap(struct drm_gem_object *gem, struct iosys_map *map)
{
	struct virtgpu_object *obj = to_virtgpu_object(gem);
	struct virtgpu_vram *vram = to_virtgpu_vram(obj);
	phys_addr_t start;
	void *vaddr;
	int ret;

	if (!virtgpu_vram_is_mappable(obj))
		return -EINVAL;
	ret = virtgpu_vram_pin_shown(vram);
	if (ret)
		return ret;
	start = virtgpu_vram_address(vram);
	if (vram->cache == VIRTIO_GPU_MAP_CACHE_WC)
		vaddr = (__force void *)ioremap_wc(start, gem->size);
	else if (vram->cache == VIRTIO_GPU_MAP_CACHE_UNCACHED)
		vaddr = (__force void *)ioremap(start, gem->size);
	else
		vaddr = (__force void *)ioremap_cache(start, gem->size);
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
 * if the client asked for that.
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
	if (params->defer_map)
		return 0;
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
	INIT_LIST_HEAD(&vram->range.idle);
	vram->range.evict = virtgpu_vram_evict;
	gem = &vram->base.base.base;
	gem->funcs = &virtgpu_vram_funcs;
	drm_gem_private_object_init(vgdev->drm, gem, params->size);
	ret = drm_gem_create_mmap_offset(gem);
	if (!ret)
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

/* Those who have mapped it get a bus error from now on. */
static void virtgpu_vram_revoke(struct virtgpu_object *obj)
{
	struct drm_gem_object *gem = &obj->base.base;

	WRITE_ONCE(to_virtgpu_vram(obj)->revoked, true);
	drm_vma_node_unmap(&gem->vma_node, gem->dev->anon_inode->i_mapping);
}

/*
 * The host shows nothing any more. The range stays with those who have mapped it;
 * what the host has at that place is not theirs.
 */
static void virtgpu_vram_invalidate(struct virtgpu_object *obj)
{
	struct virtgpu_vram *vram = to_virtgpu_vram(obj);
	struct virtgpu_window *window = virtgpu_vram_window(vram);

	if (!window)
		return;
	mutex_lock(&window->lock);
	virtgpu_vbuf_put(vram->request);
	vram->request = NULL;
	vram->state = VIRTGPU_VRAM_UNMAPPED;
	mutex_unlock(&window->lock);
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
	.revoke = virtgpu_vram_revoke,
	.invalidate = virtgpu_vram_invalidate,
	.unmap_host = virtgpu_vram_unmap_host,
	.release = virtgpu_vram_release,
	.attach = virtgpu_vram_attach,
	.detach = virtgpu_vram_detach,
	.map = virtgpu_vram_map,
	.unmap = virtgpu_vram_unmap,
};
