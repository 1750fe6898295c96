// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which object has which part of the host-visible window?
 *
 * Ranges are aligned, start and length, to what both sides can map: the guest's
 * page, and the host's. A host with 16 KiB pages can't map 4 KiB, and many of them
 * do not tell: where the window is large, 64 KiB suit them all.
 * Large ranges start where a huge page can: at a multiple of 2 MiB, or of what is
 * huge for this guest.
 *
 * A range that nobody uses stays with its object, for the next mmap, until
 * somebody else needs the room: then such ranges are taken back, the oldest first,
 * as few as make room, and none if all of them would not.
 */
#include <linux/ioport.h>
#include <linux/sizes.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_device.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "virtgpu_device_types.h"
#include "virtgpu_window.h"

/* A window of so many bytes has room to spare. */
#define VIRTGPU_WINDOW_LARGE	SZ_256M

/**
 * virtgpu_window_alignment - of what are starts and lengths of ranges multiples?
 * @size: bytes of the window
 * @told: what the host says of it, in bytes, or 0
 *
 * Return: bytes, a power of two.
 */
u64 virtgpu_window_alignment(u64 size, u32 told)
{
	if (!told && size >= VIRTGPU_WINDOW_LARGE)
		told = SZ_64K;
	return max_t(u64, PAGE_SIZE, told);
}

/**
 * virtgpu_window_init - find and claim the window
 * @vgdev: the device; features are known
 *
 * Sets &virtgpu_features.host_visible. A device without a usable window works
 * on without host-visible memory.
 *
 * Return: 0, -EBUSY if the region belongs to somebody else, or -ENOMEM.
 */
int virtgpu_window_init(struct virtgpu_device *vgdev)
{
	struct virtio_shm_region region;
	struct virtgpu_window *window;
	int ret;

	if (!vgdev->features.blob)
		return 0;
	if (!virtio_get_shm_region(vgdev->vdev, &region, VIRTIO_GPU_SHM_ID_HOST_VISIBLE))
		return 0;
	if (region.len < PAGE_SIZE || !PAGE_ALIGNED(region.addr)) {
		drm_warn(vgdev->drm,
			 "host-visible memory of %llu bytes at 0x%llx is of no use: give its size with a unit (QEMU: hostmem=4G)\n",
			 region.len, region.addr);
		return 0;
	}

	window = drmm_kzalloc(vgdev->drm, sizeof(*window), GFP_KERNEL);
	if (!window)
		return -ENOMEM;
	ret = drmm_mutex_init(vgdev->drm, &window->lock);
	if (ret)
		return ret;
	if (!devm_request_mem_region(&vgdev->vdev->dev, region.addr, region.len,
				     dev_name(&vgdev->vdev->dev))) {
		drm_err(vgdev->drm, "host-visible memory at 0x%llx is in use already\n",
			region.addr);
		return -EBUSY;
	}
	window->base = region.addr;
	window->size = round_down(region.len, PAGE_SIZE);
	window->align = virtgpu_window_alignment(window->size,
						 vgdev->features.blob_alignment);
	INIT_LIST_HEAD(&window->idle);
	drm_mm_init(&window->mm, 0, window->size);
	vgdev->window = window;
	vgdev->features.host_visible = true;
	drm_info(vgdev->drm, "host memory window: 0x%llx +0x%llx\n", region.addr,
		 window->size);
	return 0;
}

/**
 * virtgpu_window_fini - the last object is gone
 * @vgdev: the device
 */
void virtgpu_window_fini(struct virtgpu_device *vgdev)
{
	if (vgdev->window)
		drm_mm_takedown(&vgdev->window->mm);
}

static int virtgpu_window_insert(struct virtgpu_window *window,
				 struct drm_mm_node *node, u64 size)
{
	u64 huge = size >= PMD_SIZE ? PMD_SIZE : SZ_2M;
	int ret = -ENOSPC;

	if (size >= huge && window->align < huge)
		ret = drm_mm_insert_node_generic(&window->mm, node, size, huge, 0,
						 DRM_MM_INSERT_BEST);
	if (ret)
		ret = drm_mm_insert_node_generic(&window->mm, node, size, window->align,
						 0, DRM_MM_INSERT_BEST);
	return ret;
}

/*
 * Take ranges back, the oldest first, that together make room; none if all of
 * them would not. Returns whether there is room now.
 */
static bool virtgpu_window_make_room(struct virtgpu_window *window, u64 size)
{
	struct virtgpu_range *range, *next;
	struct drm_mm_scan scan;
	LIST_HEAD(scanned);
	LIST_HEAD(victims);
	bool found = false;

	drm_mm_scan_init(&scan, &window->mm, size, window->align, 0, DRM_MM_INSERT_BEST);
	list_for_each_entry_safe(range, next, &window->idle, idle) {
		/* The scan wants them back in reverse. */
		list_move(&range->idle, &scanned);
		found = drm_mm_scan_add_block(&scan, &range->node);
		if (found)
			break;
	}
	list_for_each_entry_safe(range, next, &scanned, idle) {
		if (drm_mm_scan_remove_block(&scan, &range->node) && found)
			list_move(&range->idle, &victims);
		else
			list_move(&range->idle, &window->idle);
	}
	list_for_each_entry_safe(range, next, &victims, idle)
		virtgpu_window_give(window, range);
	return found;
}

/**
 * virtgpu_window_take - get an object a range
 * @window: the window; locked
 * @range: the object's range, not allocated
 * @size: bytes
 *
 * Return: 0, or -ENOSPC if the ranges in use leave no room.
 */
int virtgpu_window_take(struct virtgpu_window *window, struct virtgpu_range *range,
			u64 size)
{
	int ret;

	lockdep_assert_held(&window->lock);
	if (!size || size > window->size)
		return -ENOSPC;
	size = ALIGN(size, window->align);
	ret = virtgpu_window_insert(window, &range->node, size);
	if (ret == -ENOSPC && virtgpu_window_make_room(window, size))
		ret = virtgpu_window_insert(window, &range->node, size);
	return ret;
}

/**
 * virtgpu_window_give - take an object's range away
 * @window: the window; locked
 * @range: the object's range, in no use; allocated or not
 *
 * Commands reach the host in order, so the range can be given to another
 * object at once: the host forgets the old one before it hears of the new.
 */
void virtgpu_window_give(struct virtgpu_window *window, struct virtgpu_range *range)
{
	lockdep_assert_held(&window->lock);
	list_del_init(&range->idle);
	if (!drm_mm_node_allocated(&range->node))
		return;
	range->evict(range);
	drm_mm_remove_node(&range->node);
}

/**
 * virtgpu_window_print - who has what, for debugfs
 * @window: the window
 * @p: where to
 */
void virtgpu_window_print(struct virtgpu_window *window, struct drm_printer *p)
{
	mutex_lock(&window->lock);
	drm_mm_print(&window->mm, p);
	mutex_unlock(&window->lock);
}
