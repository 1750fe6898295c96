// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where does the memory of a command come from, and when does it go?
 *
 * A command, its small payload and its small answer are one object from one
 * slab cache, and those objects are used again: what is steadily submitted
 * allocates none. A client that has more under way than the pool has pays for
 * them itself. What a command holds on to (a buffer object, whatever its
 * release hook drops) may sleep when it goes, and commands end in interrupts:
 * such vbufs are handed to a worker of the device and freed there in batches.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include <drm/drm_gem.h>
#include <drm/drm_managed.h>

#include "virtgpu_device_types.h"
#include "virtgpu_fence.h"
#include "virtgpu_payload.h"
#include "virtgpu_pool.h"
#include "virtgpu_vbuf.h"

/* What a ring has room for, and some that are being made. */
#define VIRTGPU_VBUF_POOL	VIRTGPU_POOL_MOST(256)

/* Of the fixed part, what most commands have, streams for one. */
#define VIRTGPU_VBUF_CMD_COMMON	sizeof(struct virtio_gpu_cmd_submit)

static struct kmem_cache *virtgpu_vbuf_cache;
static struct virtgpu_pool virtgpu_vbuf_pool =
	VIRTGPU_POOL_INIT(virtgpu_vbuf_pool, VIRTGPU_VBUF_POOL);

/* One that was not there before, with what is set up once. */
static struct virtgpu_vbuf *virtgpu_vbuf_make(gfp_t gfp)
{
	bool pooled = virtgpu_pool_grow(&virtgpu_vbuf_pool);
	struct virtgpu_vbuf *vbuf;

	vbuf = kmem_cache_alloc(virtgpu_vbuf_cache, pooled ? gfp : gfp | __GFP_ACCOUNT);
	if (!vbuf) {
		if (pooled)
			virtgpu_pool_shrink(&virtgpu_vbuf_pool);
		return NULL;
	}
	sg_init_one(&vbuf->cmd_sg, vbuf->cmd, sizeof(vbuf->cmd));
	sg_init_one(&vbuf->resp_sg, vbuf->resp_inline, sizeof(vbuf->resp_inline));
	init_completion(&vbuf->ended);
	vbuf->pooled = pooled;
	return vbuf;
}

static void virtgpu_vbuf_free(struct virtgpu_vbuf *vbuf)
{
	if (unlikely(vbuf->resp != vbuf->resp_inline)) {
		kfree(vbuf->resp);
		sg_set_buf(&vbuf->resp_sg, vbuf->resp_inline, sizeof(vbuf->resp_inline));
	}
	virtgpu_payload_free(vbuf->payload);
	if (likely(vbuf->pooled))
		virtgpu_pool_give(&virtgpu_vbuf_pool, &vbuf->dead);
	else
		kmem_cache_free(virtgpu_vbuf_cache, vbuf);
}

/**
 * virtgpu_vbuf_empty_pool - keep nothing for commands to come
 *
 * Others may go on using the pools meanwhile.
 */
void virtgpu_vbuf_empty_pool(void)
{
	struct llist_node *node;

	virtgpu_payload_empty_pool();
	while ((node = virtgpu_pool_take(&virtgpu_vbuf_pool))) {
		kmem_cache_free(virtgpu_vbuf_cache,
				llist_entry(node, struct virtgpu_vbuf, dead));
		virtgpu_pool_shrink(&virtgpu_vbuf_pool);
	}
}

static void virtgpu_vbuf_reclaim_work(struct work_struct *work)
{
	struct virtgpu_device *vgdev = container_of(work, struct virtgpu_device, reclaim);
	struct llist_node *list = llist_del_all(&vgdev->dead);
	struct virtgpu_vbuf *vbuf, *next;

	/* Oldest first: an object's last command is the one that frees it. */
	list = llist_reverse_order(list);
	llist_for_each_entry_safe(vbuf, next, list, dead) {
		if (vbuf->release)
			vbuf->release(vbuf);
		if (vbuf->obj)
			drm_gem_object_put(vbuf->obj);
		virtgpu_vbuf_free(vbuf);
		cond_resched();
	}
}

/**
 * virtgpu_vbuf_reclaim - wait until all ended commands of a device are freed; may sleep
 * @vgdev: the device
 *
 * Nothing stays for those to come. Other devices are not waited for.
 */
void virtgpu_vbuf_reclaim(struct virtgpu_device *vgdev)
{
	/* An object that is freed in the first round has a last command to be ended. */
	for (unsigned int round = 0; vgdev->fence_wq && round < 2; round++) {
		flush_workqueue(vgdev->fence_wq);
		flush_workqueue(vgdev->reclaim_wq);
	}
	virtgpu_vbuf_empty_pool();
}

/**
 * virtgpu_vbuf_workqueue - where runs what fences wait for
 * @vgdev: the device
 *
 * No memory is allocated there, no last reference dropped, and no lock taken that
 * is held around an allocation.
 *
 * Return: the workqueue.
 */
struct workqueue_struct *virtgpu_vbuf_workqueue(const struct virtgpu_device *vgdev)
{
	return vgdev->fence_wq;
}

/**
 * virtgpu_vbuf_reclaim_workqueue - where memory is given back
 * @vgdev: the device
 *
 * Return: the workqueue.
 */
struct workqueue_struct *virtgpu_vbuf_reclaim_workqueue(const struct virtgpu_device *vgdev)
{
	return vgdev->reclaim_wq;
}

static void virtgpu_vbuf_release_device(struct drm_device *drm, void *data)
{
	struct virtgpu_device *vgdev = data;

	destroy_workqueue(vgdev->fence_wq);
	destroy_workqueue(vgdev->reclaim_wq);
	vgdev->fence_wq = NULL;
	vgdev->reclaim_wq = NULL;
}

/**
 * virtgpu_vbuf_device_init - set up what the commands of a device need when they end
 * @vgdev: the device, which has sent none
 *
 * Each device has workers of its own: one that is slow, because of another driver's
 * buffers, say, holds up no other.
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_vbuf_device_init(struct virtgpu_device *vgdev)
{
	struct workqueue_struct *fence_wq, *reclaim_wq;

	init_llist_head(&vgdev->dead);
	INIT_WORK(&vgdev->reclaim, virtgpu_vbuf_reclaim_work);
	fence_wq = alloc_workqueue("virtio-gpu", WQ_UNBOUND | WQ_HIGHPRI | WQ_MEM_RECLAIM, 0);
	if (!fence_wq)
		return -ENOMEM;
	reclaim_wq = alloc_workqueue("virtio-gpu-reclaim", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!reclaim_wq) {
		destroy_workqueue(fence_wq);
		return -ENOMEM;
	}
	vgdev->fence_wq = fence_wq;
	vgdev->reclaim_wq = reclaim_wq;
	return drmm_add_action_or_reset(vgdev->drm, virtgpu_vbuf_release_device, vgdev);
}

/**
 * virtgpu_vbuf_module_init - set up what all devices share
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_vbuf_module_init(void)
{
	/* Small submissions are copied from user memory right into the command. */
	virtgpu_vbuf_cache =
		kmem_cache_create_usercopy("virtio-gpu-vbufs", sizeof(struct virtgpu_vbuf),
					   __alignof__(struct virtgpu_vbuf),
					   SLAB_HWCACHE_ALIGN,
					   offsetof(struct virtgpu_vbuf, cmd),
					   sizeof_field(struct virtgpu_vbuf, cmd), NULL);
	return virtgpu_vbuf_cache ? 0 : -ENOMEM;
}

/**
 * virtgpu_vbuf_module_fini - undo virtgpu_vbuf_module_init()
 */
void virtgpu_vbuf_module_fini(void)
{
	virtgpu_vbuf_empty_pool();
	kmem_cache_destroy(virtgpu_vbuf_cache);
}

/**
 * virtgpu_vbuf_init - begin a command in memory of any contents
 * @vbuf: the memory, with what stands before &virtgpu_vbuf.job set up
 * @type: enum virtio_gpu_ctrl_type
 * @size: bytes of the fixed part, at most VIRTGPU_VBUF_CMD_SIZE
 *
 * For virtgpu_vbuf_alloc(). What the host may read is zero but for the type, the
 * room for its answer too: it sees that where memory is bounced, or mapped for
 * both directions.
 */
void virtgpu_vbuf_init(struct virtgpu_vbuf *vbuf, u32 type, size_t size)
{
	const size_t kept = offsetof(struct virtgpu_vbuf, job);

	/* Constant and small, so these are a few plain stores each. */
	memset((void *)vbuf + kept, 0, offsetof(struct virtgpu_vbuf, error) - kept);
	memset(vbuf->resp_inline, 0, sizeof(vbuf->resp_inline));
	memset(vbuf->cmd, 0, VIRTGPU_VBUF_CMD_COMMON);
	if (unlikely(size > VIRTGPU_VBUF_CMD_COMMON))
		memset(vbuf->cmd + VIRTGPU_VBUF_CMD_COMMON, 0,
		       size - VIRTGPU_VBUF_CMD_COMMON);
	vbuf->error = 0;
	vbuf->seqno = 0;
	refcount_set(&vbuf->refs, 1);
	reinit_completion(&vbuf->ended);
	vbuf->cmd_size = size;
	vbuf->resp = vbuf->resp_inline;
	vbuf->resp_size = sizeof(struct virtio_gpu_ctrl_hdr);
	vbuf->resp_min = sizeof(struct virtio_gpu_ctrl_hdr);
	vbuf->resp_type = VIRTIO_GPU_RESP_OK_NODATA;
	virtgpu_vbuf_hdr(vbuf)->type = cpu_to_le32(type);
}

/**
 * virtgpu_vbuf_alloc - begin a command; may sleep
 * @type: enum virtio_gpu_ctrl_type
 * @size: bytes of the fixed part, at most VIRTGPU_VBUF_CMD_SIZE
 * @gfp: GFP_KERNEL, with __GFP_NOFAIL where the command must not be lost
 *
 * The fixed part is zeroed but for its type; an answer without data is
 * expected until virtgpu_vbuf_expect() says otherwise.
 *
 * Return: the vbuf, which is then queued or put; NULL without memory.
 */
struct virtgpu_vbuf *virtgpu_vbuf_alloc(u32 type, size_t size, gfp_t gfp)
{
	struct llist_node *node = virtgpu_pool_take(&virtgpu_vbuf_pool);
	struct virtgpu_vbuf *vbuf;

	vbuf = node ? llist_entry(node, struct virtgpu_vbuf, dead) : virtgpu_vbuf_make(gfp);
	if (vbuf)
		virtgpu_vbuf_init(vbuf, type, size);
	return vbuf;
}

/**
 * virtgpu_vbuf_expect - the answer carries data
 * @vbuf: not yet queued
 * @type: the type of a successful answer
 * @min: the shortest successful answer, in bytes
 * @size: room for the answer, in bytes
 * @gfp: for an answer that does not fit into the vbuf
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_vbuf_expect(struct virtgpu_vbuf *vbuf, u32 type, u32 min, u32 size,
			gfp_t gfp)
{
	vbuf->resp_type = type;
	vbuf->resp_min = min;
	vbuf->resp_size = size;
	if (size <= sizeof(vbuf->resp_inline))
		return 0;
	vbuf->resp = kzalloc(size, gfp);
	if (!vbuf->resp) {
		vbuf->resp = vbuf->resp_inline;
		return -ENOMEM;
	}
	sg_set_buf(&vbuf->resp_sg, vbuf->resp, size);
	return 0;
}

/**
 * virtgpu_vbuf_get - keep a command beyond its end, to read the answer
 * @vbuf: the command
 *
 * Return: @vbuf.
 */
struct virtgpu_vbuf *virtgpu_vbuf_get(struct virtgpu_vbuf *vbuf)
{
	refcount_inc(&vbuf->refs);
	return vbuf;
}

/**
 * virtgpu_vbuf_put - drop a reference; any context
 * @vbuf: the command, or NULL
 *
 * A command that was never queued takes its fence with it. One that was has
 * had its fence signalled by then.
 */
void virtgpu_vbuf_put(struct virtgpu_vbuf *vbuf)
{
	struct virtgpu_device *vgdev;

	if (!vbuf || !refcount_dec_and_test(&vbuf->refs))
		return;
	if (vbuf->fence)
		virtgpu_fence_free(vbuf->fence);
	/* Mostly somebody else still holds the object, and nothing has to sleep. */
	if (vbuf->obj && refcount_dec_not_one(&vbuf->obj->refcount.refcount))
		vbuf->obj = NULL;
	if (!vbuf->obj && !vbuf->release) {
		virtgpu_vbuf_free(vbuf);
		return;
	}
	vgdev = vbuf->obj ? to_virtgpu_device(vbuf->obj->dev) : vbuf->vgdev;
	if (llist_add(&vbuf->dead, &vgdev->dead))
		queue_work(vgdev->reclaim_wq, &vgdev->reclaim);
}

/**
 * virtgpu_vbuf_give - give commands back to the pool; any context
 * @first: the &virtgpu_vbuf.dead of one
 * @last: that of the last of those that follow it
 *
 * All are from there, have ended, and hold on to nothing.
 */
void virtgpu_vbuf_give(struct llist_node *first, struct llist_node *last)
{
	virtgpu_pool_give_all(&virtgpu_vbuf_pool, first, last);
}
