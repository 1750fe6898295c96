// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a command reach the host and come back?
 *
 * Each virtqueue has a software queue in front of it. Queueing never waits and
 * never fails: a command that finds the ring full stands in line and enters it
 * from the interrupt that makes room. So locks may be held while queueing, and
 * commands reach the host in the order in which they were queued. Whoever
 * feeds the queue on behalf of a user calls virtgpu_vq_throttle() first, with
 * no lock held; that is where a fast producer waits for a slow host.
 *
 * A queued command ends exactly once: with the host's answer, or with an error
 * when the device goes away. virtgpu_vq.lock is innermost but for the locks
 * of the virtio core; nothing is signalled and no hook called under it.
 */
#include <linux/delay.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include <drm/drm_device.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "virtgpu_device_types.h"
#include "virtgpu_fence.h"
#include "virtgpu_proto.h"
#include "virtgpu_vq_types.h"
#include "virtgpu_trace.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

static int virtgpu_vq_check(const struct virtgpu_vbuf *vbuf)
{
	const struct virtio_gpu_ctrl_hdr *resp = vbuf->resp;
	u32 type;

	if (!vbuf->resp_size)
		return 0;
	if (vbuf->resp_len < sizeof(*resp))
		return -EIO;
	type = le32_to_cpu(resp->type);
	if (type != vbuf->resp_type)
		return virtgpu_proto_errno(type);
	return vbuf->resp_len < vbuf->resp_min ? -EIO : 0;
}

static void virtgpu_vq_complain(const struct virtgpu_vbuf *vbuf)
{
	const struct virtio_gpu_ctrl_hdr *cmd = (const void *)vbuf->cmd;
	const struct virtio_gpu_ctrl_hdr *resp = vbuf->resp;

	drm_err_ratelimited(vbuf->vgdev->drm,
			    "%s failed: host answered 0x%x in %u bytes, expected 0x%x\n",
			    virtgpu_proto_name(le32_to_cpu(cmd->type)),
			    vbuf->resp_len < sizeof(*resp) ? 0 : le32_to_cpu(resp->type),
			    vbuf->resp_len, vbuf->resp_type);
}

/* The one place where a command ends. Any context, no locks. */
static void virtgpu_vq_end(struct virtgpu_vbuf *vbuf, int error)
{
	struct virtgpu_fence *fence = vbuf->fence;

	vbuf->error = error;
	if (vbuf->done)
		vbuf->done(vbuf);
	if (fence) {
		vbuf->fence = NULL;
		virtgpu_fence_signal(fence, error);
		dma_fence_put(&fence->base);
	}
	complete_all(&vbuf->ended);
	virtgpu_vbuf_put(vbuf);
}

static void virtgpu_vq_end_list(struct list_head *list, int error)
{
	struct virtgpu_vbuf *vbuf, *next;

	list_for_each_entry_safe(vbuf, next, list, node)
		virtgpu_vq_end(vbuf, error);
}

static unsigned int virtgpu_vq_descriptors(const struct virtgpu_vbuf *vbuf)
{
	return 1 + (vbuf->payload ? vbuf->payload->nents : 0) + !!vbuf->resp_size;
}

/*
 * Hosts compare fence ids as 32 bit numbers (QEMU) or refuse larger ones
 * (vhost-device-gpu). Before the counter wraps, everything that carries a
 * fence has to come back.
 */
static bool virtgpu_vq_fence_id(struct virtgpu_vq *queue,
				struct virtgpu_vbuf *vbuf)
{
	struct virtio_gpu_ctrl_hdr *hdr = virtgpu_vbuf_hdr(vbuf);

	if (queue->fence_id == U32_MAX) {
		if (queue->num_fenced)
			return false;
		queue->fence_id = 0;
	}
	hdr->fence_id = cpu_to_le64(++queue->fence_id);
	hdr->flags |= cpu_to_le32(VIRTIO_GPU_FLAG_FENCE);
	if (vbuf->fence->ring != VIRTGPU_RING_NONE) {
		hdr->flags |= cpu_to_le32(VIRTIO_GPU_FLAG_INFO_RING_IDX);
		hdr->ring_idx = vbuf->fence->ring;
	}
	return true;
}

static int virtgpu_vq_add(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf)
{
	struct scatterlist *sgs[3], cmd, resp;
	unsigned int out = 0, in = 0, need;

	need = queue->vgdev->features.indirect ? 1 : virtgpu_vq_descriptors(vbuf);
	if (queue->vq->num_free < need)
		return -ENOSPC;
	if (vbuf->fence && !virtgpu_vq_fence_id(queue, vbuf))
		return -ENOSPC;

	sg_init_one(&cmd, vbuf->cmd, vbuf->cmd_size);
	sgs[out++] = &cmd;
	if (vbuf->payload)
		sgs[out++] = vbuf->payload->sg;
	if (vbuf->resp_size) {
		sg_init_one(&resp, vbuf->resp, vbuf->resp_size);
		sgs[out + in++] = &resp;
	}
	return virtqueue_add_sgs(queue->vq, sgs, out, in, vbuf, GFP_ATOMIC);
}

/*
 * Move commands from the line into the ring while there is room. One that the
 * ring refuses for good goes to @failed, to be ended without the lock.
 */
static void virtgpu_vq_pump(struct virtgpu_vq *queue, struct list_head *failed)
{
	struct virtgpu_vbuf *vbuf, *next;
	int ret;

	lockdep_assert_held(&queue->lock);
	list_for_each_entry_safe(vbuf, next, &queue->pending, node) {
		ret = virtgpu_vq_add(queue, vbuf);
		/* No room, or no memory for descriptors: an answer makes some. */
		if ((ret == -ENOSPC || ret == -ENOMEM) && !list_empty(&queue->inflight))
			break;
		queue->num_pending--;
		if (ret) {
			list_move_tail(&vbuf->node, failed);
			continue;
		}
		if (list_empty(&queue->inflight))
			queue->progress = jiffies;
		vbuf->queued_at = jiffies;
		vbuf->seqno = ++queue->seqno;
		trace_virtio_gpu_cmd_queue(queue->vq, virtgpu_vbuf_hdr(vbuf), vbuf->seqno);
		if (vbuf->fence)
			queue->num_fenced++;
		list_move_tail(&vbuf->node, &queue->inflight);
	}
	if (queue->num_pending <= VIRTGPU_QUEUE_LOW)
		wake_up_all(&queue->space);
}

/* Tell the host, without the lock: that may leave the guest for long. */
static void virtgpu_vq_notify(struct virtgpu_vq *queue)
{
	virtqueue_notify(queue->vq);
	atomic_dec(&queue->notifiers);
}

static bool virtgpu_vq_prepare_notify(struct virtgpu_vq *queue)
{
	lockdep_assert_held(&queue->lock);
	if (queue->error || !virtqueue_kick_prepare(queue->vq))
		return false;
	atomic_inc(&queue->notifiers);
	return true;
}

static void virtgpu_vq_interrupt(struct virtgpu_vq *queue)
{
	LIST_HEAD(ended);
	LIST_HEAD(failed);
	struct virtgpu_vbuf *vbuf, *next;
	unsigned long flags;
	unsigned int len;
	bool notify;

	spin_lock_irqsave(&queue->lock, flags);
	if (queue->error) {
		spin_unlock_irqrestore(&queue->lock, flags);
		return;
	}
	do {
		virtqueue_disable_cb(queue->vq);
		while ((vbuf = virtqueue_get_buf(queue->vq, &len))) {
			vbuf->resp_len = min(len, vbuf->resp_size);
			if (vbuf->resp_len >= sizeof(struct virtio_gpu_ctrl_hdr))
				trace_virtio_gpu_cmd_response(queue->vq, vbuf->resp,
							      vbuf->seqno);
			queue->num_fenced -= !!vbuf->fence;
			list_move_tail(&vbuf->node, &ended);
		}
	} while (!virtqueue_enable_cb(queue->vq));
	if (!list_empty(&ended))
		queue->progress = jiffies;
	virtgpu_vq_pump(queue, &failed);
	notify = virtgpu_vq_prepare_notify(queue);
	spin_unlock_irqrestore(&queue->lock, flags);

	if (notify)
		virtgpu_vq_notify(queue);
	list_for_each_entry_safe(vbuf, next, &ended, node) {
		int error = virtgpu_vq_check(vbuf);

		if (error && !vbuf->quiet)
			virtgpu_vq_complain(vbuf);
		virtgpu_vq_end(vbuf, error);
	}
	virtgpu_vq_end_list(&failed, -EIO);
}

static void virtgpu_vq_ctrl_interrupt(struct virtqueue *vq)
{
	struct virtgpu_device *vgdev = vq->vdev->priv;

	virtgpu_vq_interrupt(vgdev->ctrlq);
}

static void virtgpu_vq_cursor_interrupt(struct virtqueue *vq)
{
	struct virtgpu_device *vgdev = vq->vdev->priv;

	virtgpu_vq_interrupt(vgdev->cursorq);
}

static struct virtgpu_vq *virtgpu_vq_create(struct virtgpu_device *vgdev)
{
	struct virtgpu_vq *queue;

	queue = drmm_kzalloc(vgdev->drm, sizeof(*queue), GFP_KERNEL);
	if (!queue)
		return NULL;
	queue->vgdev = vgdev;
	queue->error = -ENODEV;
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->pending);
	INIT_LIST_HEAD(&queue->inflight);
	init_waitqueue_head(&queue->space);
	return queue;
}

/**
 * virtgpu_vq_init - make the two queues, which take no commands yet
 * @vgdev: the device
 *
 * The memory of the queues lives as long as the DRM device, so that a late
 * caller finds a stopped queue and not freed memory.
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_vq_init(struct virtgpu_device *vgdev)
{
	vgdev->ctrlq = virtgpu_vq_create(vgdev);
	vgdev->cursorq = virtgpu_vq_create(vgdev);
	return vgdev->ctrlq && vgdev->cursorq ? 0 : -ENOMEM;
}

static void virtgpu_vq_connect(struct virtgpu_vq *queue, struct virtqueue *vq)
{
	spin_lock_irq(&queue->lock);
	queue->vq = vq;
	queue->progress = jiffies;
	queue->error = 0;
	spin_unlock_irq(&queue->lock);
}

/**
 * virtgpu_vq_start - find the device's two virtqueues, and take commands
 * @vgdev: the device; its virtio device is not ready yet
 *
 * For the first time, or again after virtgpu_vq_fini().
 *
 * Return: 0 or a negative errno.
 */
int virtgpu_vq_start(struct virtgpu_device *vgdev)
{
	struct virtqueue_info info[] = {
		{ "control", virtgpu_vq_ctrl_interrupt },
		{ "cursor", virtgpu_vq_cursor_interrupt },
	};
	struct virtqueue *vqs[ARRAY_SIZE(info)];
	int ret;

	ret = virtio_find_vqs(vgdev->vdev, ARRAY_SIZE(vqs), vqs, info, NULL);
	if (ret) {
		drm_err(vgdev->drm, "no virtqueues (%d)\n", ret);
		return ret;
	}
	virtgpu_vq_connect(vgdev->ctrlq, vqs[0]);
	virtgpu_vq_connect(vgdev->cursorq, vqs[1]);
	return 0;
}

static void virtgpu_vq_stop_one(struct virtgpu_vq *queue, int error)
{
	LIST_HEAD(dropped);
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	if (!queue->error)
		queue->error = error;
	list_splice_init(&queue->pending, &dropped);
	queue->num_pending = 0;
	spin_unlock_irqrestore(&queue->lock, flags);

	wake_up_all(&queue->space);
	while (atomic_read(&queue->notifiers))
		usleep_range(50, 100);
	virtgpu_vq_end_list(&dropped, error);
}

/**
 * virtgpu_vq_stop - take no more commands; may sleep
 * @vgdev: the device
 * @error: what commands in line and later ones end with
 *
 * What the host has already seen stays in the ring until the device has been
 * reset and virtgpu_vq_drain() is called.
 */
void virtgpu_vq_stop(struct virtgpu_device *vgdev, int error)
{
	virtgpu_vq_stop_one(vgdev->ctrlq, error);
	virtgpu_vq_stop_one(vgdev->cursorq, error);
}

static void virtgpu_vq_drain_one(struct virtgpu_vq *queue)
{
	LIST_HEAD(dropped);
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	while (queue->vq && virtqueue_detach_unused_buf(queue->vq))
		;
	list_splice_init(&queue->inflight, &dropped);
	queue->num_fenced = 0;
	spin_unlock_irqrestore(&queue->lock, flags);
	virtgpu_vq_end_list(&dropped, queue->error);
}

/**
 * virtgpu_vq_drain - end what a reset device will never answer
 * @vgdev: the device; stopped, and reset
 */
void virtgpu_vq_drain(struct virtgpu_device *vgdev)
{
	virtgpu_vq_drain_one(vgdev->ctrlq);
	virtgpu_vq_drain_one(vgdev->cursorq);
	virtgpu_vbuf_reclaim();
}

/**
 * virtgpu_vq_fini - give the virtqueues back
 * @vgdev: the device; drained
 */
void virtgpu_vq_fini(struct virtgpu_device *vgdev)
{
	vgdev->vdev->config->del_vqs(vgdev->vdev);
	vgdev->ctrlq->vq = NULL;
	vgdev->cursorq->vq = NULL;
}

/**
 * virtgpu_vq_queue - put a command in line; any context
 * @queue: the queue
 * @vbuf: the command; the caller's reference is consumed
 *
 * The host is not told before virtgpu_vq_kick(), so that a series of commands
 * costs one notification.
 */
void virtgpu_vq_queue(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf)
{
	LIST_HEAD(failed);
	unsigned long flags;
	int error;

	vbuf->vgdev = queue->vgdev;
	spin_lock_irqsave(&queue->lock, flags);
	error = queue->error;
	if (!error && !queue->vgdev->features.indirect &&
	    virtgpu_vq_descriptors(vbuf) > virtqueue_get_vring_size(queue->vq))
		error = -E2BIG;
	if (!error) {
		if (vbuf->fence)
			WRITE_ONCE(vbuf->fence->queued, true);
		list_add_tail(&vbuf->node, &queue->pending);
		queue->num_pending++;
		virtgpu_vq_pump(queue, &failed);
	}
	spin_unlock_irqrestore(&queue->lock, flags);
	if (error)
		virtgpu_vq_end(vbuf, error);
	virtgpu_vq_end_list(&failed, -EIO);
}

/**
 * virtgpu_vq_kick - tell the host of what was queued; any context
 * @queue: the queue
 */
void virtgpu_vq_kick(struct virtgpu_vq *queue)
{
	unsigned long flags;
	bool notify;

	spin_lock_irqsave(&queue->lock, flags);
	notify = virtgpu_vq_prepare_notify(queue);
	spin_unlock_irqrestore(&queue->lock, flags);
	if (notify)
		virtgpu_vq_notify(queue);
}

/**
 * virtgpu_vq_panic_send - last words of a kernel that has panicked
 * @queue: the queue
 * @vbuf: a command without fence and answer: it takes one descriptor, no memory
 *
 * Jumps the line, which nobody will move any more, and waits for nothing. Should
 * the kernel live on, the command ends as any other.
 *
 * Return: whether it was sent; if not, it is still the caller's.
 */
bool virtgpu_vq_panic_send(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf)
{
	bool sent, notify;

	if (!spin_trylock(&queue->lock))
		return false;
	vbuf->vgdev = queue->vgdev;
	INIT_LIST_HEAD(&vbuf->node);
	sent = !queue->error && !virtgpu_vq_add(queue, vbuf);
	notify = sent && virtqueue_kick_prepare(queue->vq);
	spin_unlock(&queue->lock);
	if (notify)
		virtqueue_notify(queue->vq);
	return sent;
}

/**
 * virtgpu_vq_print - how the queue stands, for debugfs
 * @queue: the queue
 * @p: where to
 */
void virtgpu_vq_print(struct virtgpu_vq *queue, struct drm_printer *p)
{
	unsigned long flags;
	unsigned int pending, fenced;
	u64 fence_id;

	spin_lock_irqsave(&queue->lock, flags);
	fence_id = queue->fence_id;
	fenced = queue->num_fenced;
	pending = queue->num_pending;
	spin_unlock_irqrestore(&queue->lock, flags);
	drm_printf(p, "fence id %llu last used, %u fences outstanding, %u commands in line\n",
		   fence_id, fenced, pending);
}
