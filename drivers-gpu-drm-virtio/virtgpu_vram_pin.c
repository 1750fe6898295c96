// SPDX-License-Identifier: GPL-2.0-only
/*
 * When does the host show an object's storage in the window?
 *
 * At the first use the host is asked to show it at a range of the window, and who
 * asked waits until the host has answered. Where it is known that a use follows,
 * it is asked together with the creation. The host keeps showing it until the
 * object goes or somebody else needs the room.
 *
 * Every page table entry that points into a range belongs to a user that is
 * counted in virtgpu_vram.users, so when the count is zero none is left, and the
 * host can be told to forget the range: what it leaves behind there (zero pages,
 * or a hole that kills the VM) is never seen.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_gem.h>

#include "virtgpu_cmd.h"
#include "virtgpu_device_types.h"
#include "virtgpu_object_check.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"
#include "virtgpu_vram.h"

/**
 * virtgpu_vram_window - where is an object of this kind seen?
 * @vram: the object
 *
 * Return: the window of its device, or NULL if there is none.
 */
struct virtgpu_window *virtgpu_vram_window(const struct virtgpu_vram *vram)
{
	return to_virtgpu_device(vram->base.base.base.dev)->window;
}

/**
 * virtgpu_vram_address - where is the storage seen?
 * @vram: the object; pinned
 *
 * Return: a guest physical address.
 */
phys_addr_t virtgpu_vram_address(const struct virtgpu_vram *vram)
{
	return virtgpu_vram_window(vram)->base + vram->range.node.start;
}

/**
 * virtgpu_vram_ioremap - map the storage for the kernel
 * @vram: the object; pinned
 *
 * Return: the mapping, for iounmap(), or NULL.
 */
void *virtgpu_vram_ioremap(const struct virtgpu_vram *vram)
{
	phys_addr_t start = virtgpu_vram_address(vram);
	size_t size = vram->base.base.base.size;

	if (vram->cache == VIRTIO_GPU_MAP_CACHE_WC)
		return (__force void *)ioremap_wc(start, size);
	if (vram->cache == VIRTIO_GPU_MAP_CACHE_UNCACHED)
		return (__force void *)ioremap(start, size);
	return (__force void *)ioremap_cache(start, size);
}

static void virtgpu_vram_iounmap(void *vaddr)
{
	if (vaddr)
		iounmap((__force void __iomem *)vaddr);
}

static void virtgpu_vram_reserve(struct virtgpu_vram *vram, pgprot_t prot)
{
	void *reserved = VIRTGPU_PFN_CACHE_BOOKS ? virtgpu_vram_ioremap(vram) : NULL;
	bool huge = !VIRTGPU_PFN_CACHE_BOOKS ||
		    (reserved && virtgpu_compat_cached_as(reserved, prot));

	mutex_lock(&vram->insert);
	if (huge && !vram->revoked) {
		WRITE_ONCE(vram->huge, true);
		swap(vram->reserved, reserved);
	}
	mutex_unlock(&vram->insert);
	virtgpu_vram_iounmap(reserved);
}

/**
 * virtgpu_vram_reserve_cache - have the kernel know how a range is cached
 * @vram: the object; pinned
 * @prot: how it is mapped
 *
 * For huge pages x86 looks up how a place is cached, and takes what it does not know
 * for uncached. Where it can't be told, or says otherwise, there are none.
 */
void virtgpu_vram_reserve_cache(struct virtgpu_vram *vram, pgprot_t prot)
{
	mutex_lock(&vram->tables);
	if (!READ_ONCE(vram->huge))
		virtgpu_vram_reserve(vram, prot);
	mutex_unlock(&vram->tables);
}

/**
 * virtgpu_vram_unreserve_cache - the range is nobody's, or soon somebody else's
 * @vram: the object
 * @revoke: for good: nobody gets a page any more
 */
void virtgpu_vram_unreserve_cache(struct virtgpu_vram *vram, bool revoke)
{
	void *reserved = NULL;

	mutex_lock(&vram->insert);
	vram->revoked |= revoke;
	WRITE_ONCE(vram->huge, false);
	swap(vram->reserved, reserved);
	mutex_unlock(&vram->insert);
	virtgpu_vram_iounmap(reserved);
}

/**
 * virtgpu_vram_evict - have the host forget a range
 * @range: an object's; nothing uses it
 *
 * Called with the lock of the window.
 */
void virtgpu_vram_evict(struct virtgpu_range *range)
{
	struct virtgpu_vram *vram = container_of(range, struct virtgpu_vram, range);
	struct virtgpu_device *vgdev = to_virtgpu_device(vram->base.base.base.dev);
	struct virtgpu_vbuf *vbuf;

	virtgpu_vram_unreserve_cache(vram, false);
	if (vram->state == VIRTGPU_VRAM_UNMAPPED)
		return;
	vbuf = virtgpu_cmd_unmap_blob(vram->base.res_id);
	/* Perhaps there is nothing to forget: the host may have refused to show it. */
	vbuf->quiet = vram->state == VIRTGPU_VRAM_MAPPING;
	virtgpu_vbuf_put(vram->request);
	vram->request = NULL;
	vram->state = VIRTGPU_VRAM_UNMAPPED;
	virtgpu_vq_queue(vgdev->ctrlq, vbuf);
}

/*
 * Ask the host to show the storage, unless it does or has been asked. Ahead of its
 * use, the host is not yet notified, nor is anybody interrupted by the answer.
 */
static int virtgpu_vram_request(struct virtgpu_vram *vram, bool ahead,
				struct virtgpu_quota *quota)
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
	vbuf->deferrable = ahead;
	vbuf->quiet = ahead;
	vbuf->quota = quota;
	vram->request = virtgpu_vbuf_get(vbuf);
	vram->state = VIRTGPU_VRAM_MAPPING;
	virtgpu_vq_queue(vgdev->ctrlq, vbuf);
	if (!ahead)
		virtgpu_vq_kick(vgdev->ctrlq);
	return 0;
}

/**
 * virtgpu_vram_show_ahead - have the host show what will be used at once
 * @obj: the object; just queued to be made, and not yet known to anybody
 * @quota: of the client that makes it
 *
 * What goes wrong is told to whoever uses it.
 */
void virtgpu_vram_show_ahead(struct virtgpu_object *obj, struct virtgpu_quota *quota)
{
	struct virtgpu_vram *vram = to_virtgpu_vram(obj);
	struct virtgpu_window *window = virtgpu_vram_window(vram);

	/*
	 * Venus makes a blob with no id of its own for what it and the host both
	 * use. Others may never be looked at, and QEMU takes long to unmap.
	 */
	if (!virtgpu_vram_is_mappable(obj) || obj->params.blob.id || obj->params.defer_map)
		return;
	mutex_lock(&window->lock);
	if (drm_mm_node_allocated(&vram->range.node))
		virtgpu_vram_request(vram, true, quota);
	mutex_unlock(&window->lock);
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

/* Without the lock of the window, so that nobody else waits for the same. */
static int virtgpu_vram_wait(struct virtgpu_vram *vram, struct virtgpu_vbuf *request)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(vram->base.base.base.dev);
	struct virtgpu_window *window = vgdev->window;
	int ret;

	mutex_unlock(&window->lock);
	virtgpu_vq_await(vgdev->ctrlq, request);
	ret = virtgpu_vq_wait(vgdev->ctrlq, request, VIRTGPU_HOST_TIMEOUT_MS);
	mutex_lock(&window->lock);
	return ret;
}

/**
 * virtgpu_vram_pin - have the host show the storage, and keep it shown
 * @vram: the object; may be mapped
 *
 * Waits for the host; no reservation lock and not the window's may be held.
 *
 * Return: 0, -ENOSPC if the window is full of mappings in use, -ENOMEM, -EIO if the
 * host refused or has been reset since, -ETIMEDOUT, or -ERESTARTSYS if the caller was killed.
 */
int virtgpu_vram_pin(struct virtgpu_vram *vram)
{
	struct virtgpu_window *window = virtgpu_vram_window(vram);
	struct virtgpu_vbuf *request;
	int ret;

	mutex_lock(&window->lock);
	virtgpu_vram_get_user(vram);
	ret = virtgpu_object_check(&vram->base) ?: virtgpu_vram_request(vram, false, NULL);
	if (!ret && vram->request) {
		request = virtgpu_vbuf_get(vram->request);
		/* Mostly it was asked with the creation, and has answered. */
		if (!completion_done(&request->ended))
			ret = virtgpu_vram_wait(vram, request);
		if (ret != -ETIMEDOUT && ret != -ERESTARTSYS)
			ret = virtgpu_vram_map_done(vram, request);
		virtgpu_vbuf_put(request);
	}
	if (!ret && READ_ONCE(vram->revoked))
		ret = -EIO;
	if (ret)
		virtgpu_vram_put_user(vram);
	mutex_unlock(&window->lock);
	return ret;
}

/**
 * virtgpu_vram_pin_shown - keep the storage shown, if the host shows it
 * @vram: the object
 *
 * Waits for nothing.
 *
 * Return: 0, -EBUSY if the host has not been asked yet or has not answered, or the
 * error of the object.
 */
int virtgpu_vram_pin_shown(struct virtgpu_vram *vram)
{
	struct virtgpu_window *window = virtgpu_vram_window(vram);
	struct virtgpu_vbuf *request;
	int ret;

	virtgpu_vq_reap(to_virtgpu_device(vram->base.base.base.dev)->ctrlq);
	mutex_lock(&window->lock);
	if (vram->request && completion_done(&vram->request->ended)) {
		request = virtgpu_vbuf_get(vram->request);
		virtgpu_vram_map_done(vram, request);
		virtgpu_vbuf_put(request);
	}
	ret = virtgpu_object_error(&vram->base);
	if (!ret && READ_ONCE(vram->revoked))
		ret = -EIO;
	if (!ret && vram->state != VIRTGPU_VRAM_MAPPED)
		ret = -EBUSY;
	if (!ret)
		virtgpu_vram_get_user(vram);
	mutex_unlock(&window->lock);
	return ret;
}

/**
 * virtgpu_vram_pin_again - one more relies on a pin
 * @vram: the object; pinned
 */
void virtgpu_vram_pin_again(struct virtgpu_vram *vram)
{
	struct virtgpu_window *window = virtgpu_vram_window(vram);

	mutex_lock(&window->lock);
	vram->users++;
	mutex_unlock(&window->lock);
}

/**
 * virtgpu_vram_unpin - what relied on the pin is no longer mapped
 * @vram: the object
 */
void virtgpu_vram_unpin(struct virtgpu_vram *vram)
{
	struct virtgpu_window *window = virtgpu_vram_window(vram);

	mutex_lock(&window->lock);
	virtgpu_vram_put_user(vram);
	mutex_unlock(&window->lock);
}

/**
 * virtgpu_vram_invalidate - the host shows nothing any more
 * @obj: the object
 *
 * The range stays with those who have mapped it; what the host has at that place is
 * not theirs.
 */
void virtgpu_vram_invalidate(struct virtgpu_object *obj)
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
