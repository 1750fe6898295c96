// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which dma-bufs do we take, and as what?
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/io.h>

#include <drm/drm_drv.h>
#include <drm/drm_gem.h>
#include <drm/drm_prime.h>
#include <drm/drm_print.h>

#include "virtgpu_device_types.h"
#include "virtgpu_export.h"
#include "virtgpu_prime.h"

/*
 * An exporter says where its pages are for the bus of our device. A device without
 * ACCESS_PLATFORM takes that for guest physical addresses. It is not that where an
 * IOMMU of the guest translates. Where memory is bounced it is a copy, of which
 * nobody says when it is old.
 */
static bool virtgpu_prime_knows_addresses(const struct virtgpu_device *vgdev)
{
	struct device *dev = vgdev->drm->dev;
	struct page *page;
	dma_addr_t addr;
	bool same;

	if (vgdev->features.dma_api)
		return !vgdev->features.dma_bounce;
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!page)
		return false;
	addr = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	same = !dma_mapping_error(dev, addr);
	if (same) {
		dma_unmap_page(dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
		same = addr == page_to_phys(page);
	}
	__free_page(page);
	return same;
}

/**
 * virtgpu_prime_import - use a buffer that came as a dma-buf
 * @drm: the device
 * @buf: the dma-buf
 *
 * Foreign buffers are taken where hosts can use them: as blobs, or to be shown by
 * copies; not by a device with virgl, whose renderer does not know what to do with
 * one; nor where their pages would be named by addresses that the device does not
 * know.
 *
 * Return: the object; ERR_PTR(-ENODEV) where foreign buffers are of no use.
 */
struct drm_gem_object *virtgpu_prime_import(struct drm_device *drm, struct dma_buf *buf)
{
	const struct virtgpu_features *f = &to_virtgpu_device(drm)->features;
	struct drm_gem_object *gem = virtgpu_export_find(drm, buf);

	if (gem) {
		drm_gem_object_get(gem);
		return gem;
	}
	if (f->virgl)
		return ERR_PTR(-ENODEV);
	if (!virtgpu_prime_knows_addresses(to_virtgpu_device(drm))) {
		drm_dbg_prime(drm, "the device does not know the addresses of other drivers\n");
		return ERR_PTR(-ENODEV);
	}
	return drm_gem_prime_import(drm, buf);
}
