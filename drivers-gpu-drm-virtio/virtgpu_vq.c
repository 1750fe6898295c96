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
 * A queued command ends exactly once: with the host's answer, from the interrupt;
 * or with an error, from a worker (virtgpu_vq_stop.c). It never ends in the call
 * that queues it, whose caller may hold locks. Nothing is signalled and no hook
 * called under virtgpu_vq.lock.
 */
#include <linux/dma-fence.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include <drm/drm_device.h>
#include <drm/drm_print.h>

#include "virtgpu_device_types.h"
#include "virtgpu_fence.h"
#include "virtgpu_proto.h"
#include "virtgpu_vq_types.h"
#include "virtgpu_trace.h"
#include "virtgpu_payload.h"
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

/**
 * virtgpu_vq_end - end a command; no locks
 * @vbuf: the command, in no list any more
 * @error: 0, or why it failed
 *
 * The one place where a command ends. Interrupt or worker.
 */
void virtgpu_vq_end(struct virtgpu_vbuf *vbuf, int error)
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
	/* Whoever waits took a reference before the command was queued. */
	if (refcount_read(&vbuf->refs) > 1)
		complete_all(&vbuf->ended);
	virtgpu_vbuf_put(vbuf);
}

/* Smaller rings are there for the commands themselves. */
#define VIRTGPU_VQ_MIN_RESERVED	16

/* Takes the device commands from the line, and do its answers count? */
static bool virtgpu_vq_takes_commands(const struct virtgpu_vq *queue)
{
	enum virtgpu_state state = queue->vgdev->state;

	lockdep_assert_held(&queue->lock);
	return state == VIRTGPU_RUNNING || state == VIRTGPU_RESTORING;
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

/*
 * A full ring keeps this many descriptors for a command that jumps the line: a
 * host that is busy with all the others can still be asked whether it lives.
 */
static unsigned int virtgpu_vq_reserve(struct virtgpu_vq *queue, bool indirect)
{
	if (virtqueue_get_vring_size(queue->vq) < VIRTGPU_VQ_MIN_RESERVED)
		return 0;
	return indirect ? 1 : 2;
}

static int virtgpu_vq_add(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf)
{
	bool indirect = queue->vgdev->features.indirect;
	struct scatterlist *sgs[3];
	unsigned int out = 0, in = 0, need;

	need = indirect ? 1 : virtgpu_vq_descriptors(vbuf);
	if (need > virtqueue_get_vring_size(queue->vq))
		return -E2BIG;
	if (!vbuf->urgent && !list_empty(&queue->inflight))
		need += virtgpu_vq_reserve(queue, indirect);
	if (queue->vq->num_free < need)
		return -ENOSPC;
	if (vbuf->fence && !virtgpu_vq_fence_id(queue, vbuf))
		return -ENOSPC;

	vbuf->cmd_sg.length = vbuf->cmd_size;
	sgs[out++] = &vbuf->cmd_sg;
	if (vbuf->payload)
		sgs[out++] = vbuf->payload->sg;
	if (vbuf->resp_size) {
		vbuf->resp_sg.length = vbuf->resp_size;
		sgs[out + in++] = &vbuf->resp_sg;
	}
	return virtqueue_add_sgs(queue->vq, sgs, out, in, vbuf, GFP_ATOMIC);
}

/*
 * Is there anybody who wants to know soon that the command has ended? If not, an
 * interrupt would only free its memory, which the next command can do as well; a
 * payload is too much to be left lying around for that long.
 */
static bool virtgpu_vq_is_awaited(const struct virtgpu_vbuf *vbuf)
{
	return vbuf->fence || vbuf->done || vbuf->release || vbuf->obj || vbuf->payload ||
	       vbuf->urgent || refcount_read(&vbuf->refs) > 1;
}

static void virtgpu_vq_added(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf)
{
	vbuf->awaited = virtgpu_vq_is_awaited(vbuf);
	queue->num_awaited += vbuf->awaited;
	vbuf->seqno = ++queue->seqno;
	trace_virtio_gpu_cmd_queue(queue->vq, virtgpu_vbuf_hdr(vbuf), vbuf->seqno);
	if (vbuf->fence)
		queue->num_fenced++;
	list_move_tail(&vbuf->node, &queue->inflight);
}

static void virtgpu_vq_leave_line(struct virtgpu_vq *queue, const struct virtgpu_vbuf *vbuf)
{
	WRITE_ONCE(queue->num_pending, queue->num_pending - 1);
	if (vbuf->payload)
		WRITE_ONCE(queue->pending_bytes, queue->pending_bytes - vbuf->payload->size);
}

/**
 * virtgpu_vq_pump - move commands from the line into the ring while there is room
 * @queue: the queue; locked, and the device takes commands
 *
 * One that the ring refuses for good ends with an error, when all before it have
 * come back.
 *
 * Return: whether there is something to notify of.
 */
bool virtgpu_vq_pump(struct virtgpu_vq *queue)
{
	bool moved = false, was_long = !virtgpu_vq_is_short(queue);
	struct virtgpu_vbuf *vbuf, *next;
	int ret;

	lockdep_assert_held(&queue->lock);
	list_for_each_entry_safe(vbuf, next, &queue->pending, node) {
		ret = vbuf->error ?: virtgpu_vq_add(queue, vbuf);
		/*
		 * An answer makes room, and memory for descriptors. What a broken ring does
		 * not take ends after the reset, for the host may still use its memory.
		 */
		if (ret && (!list_empty(&queue->inflight) || virtqueue_is_broken(queue->vq)))
			break;
		virtgpu_vq_leave_line(queue, vbuf);
		if (ret) {
			vbuf->error = ret == -E2BIG ? ret : -EIO;
			list_move_tail(&vbuf->node, &queue->refused);
			queue_work(virtgpu_vbuf_workqueue(), &queue->end_work);
			continue;
		}
		virtgpu_vq_added(queue, vbuf);
		moved = true;
	}
	if (was_long && virtgpu_vq_is_short(queue))
		wake_up_all(&queue->space);
	return moved;
}

/* Tell the host, without the lock: that may leave the guest for long. */
static void virtgpu_vq_notify(struct virtgpu_vq *queue)
{
	virtqueue_notify(queue->vq);
	atomic_dec(&queue->notifiers);
}

/*
 * Whoever prepares a notification takes on those of all before it. It may be
 * preempted before it sends it; so while one is outstanding, send another.
 */
static bool virtgpu_vq_prepare_notify(struct virtgpu_vq *queue)
{
	lockdep_assert_held(&queue->lock);
	if (!virtgpu_vq_takes_commands(queue))
		return false;
	if (!virtqueue_kick_prepare(queue->vq) && !atomic_read(&queue->notifiers))
		return false;
	atomic_inc(&queue->notifiers);
	return true;
}

/* Take the answers out of the ring. */
static void virtgpu_vq_take_answers(struct virtgpu_vq *queue, struct list_head *ended)
{
	struct virtgpu_vbuf *vbuf;
	unsigned int len;

	while ((vbuf = virtqueue_get_buf(queue->vq, &len))) {
		vbuf->resp_len = min(len, vbuf->resp_size);
		if (vbuf->resp_len >= sizeof(struct virtio_gpu_ctrl_hdr))
			trace_virtio_gpu_cmd_response(queue->vq, vbuf->resp, vbuf->seqno);
		queue->num_fenced -= !!vbuf->fence;
		queue->num_awaited -= vbuf->awaited;
		list_move_tail(&vbuf->node, ended);
		WRITE_ONCE(queue->answers, queue->answers + !vbuf->urgent);
	}
}

/* Can the next answer wait until somebody comes by, or does it need an interrupt? */
static bool virtgpu_vq_needs_interrupt(const struct virtgpu_vq *queue)
{
	return queue->num_awaited || !list_empty(&queue->pending) ||
	       queue->vq->num_free < virtqueue_get_vring_size(queue->vq) / 2;
}

/**
 * virtgpu_vq_enable_interrupt - have the next answer raise an interrupt
 * @queue: the queue; locked
 * @ended: gets the commands that are answered already
 */
void virtgpu_vq_enable_interrupt(struct virtgpu_vq *queue, struct list_head *ended)
{
	do {
		virtqueue_disable_cb(queue->vq);
		virtgpu_vq_take_answers(queue, ended);
	} while (!virtqueue_enable_cb(queue->vq));
	queue->interrupts = true;
}

static void virtgpu_vq_reap(struct virtgpu_vq *queue, struct list_head *ended)
{
	virtqueue_disable_cb(queue->vq);
	queue->interrupts = false;
	virtgpu_vq_take_answers(queue, ended);
	if (virtgpu_vq_needs_interrupt(queue))
		virtgpu_vq_enable_interrupt(queue, ended);
}

static void virtgpu_vq_answered(struct list_head *ended)
{
	struct virtgpu_vbuf *vbuf, *next;

	list_for_each_entry_safe(vbuf, next, ended, node) {
		int error = virtgpu_vq_check(vbuf);

		if (error && !vbuf->quiet)
			virtgpu_vq_complain(vbuf);
		virtgpu_vq_end(vbuf, error);
	}
}

/**
 * virtgpu_vq_reap_unawaited - free commands whose answers raise no interrupt
 * @queue: the queue; locked
 * @ended: gets them, for virtgpu_vq_free_unawaited() without the lock
 */
void virtgpu_vq_reap_unawaited(struct virtgpu_vq *queue, struct list_head *ended)
{
	lockdep_assert_held(&queue->lock);
	if (virtgpu_vq_takes_commands(queue) && !queue->interrupts)
		virtgpu_vq_take_answers(queue, ended);
}

/**
 * virtgpu_vq_free_unawaited - and do it; any context
 * @ended: from virtgpu_vq_reap_unawaited(); nobody waits for any of them
 */
void virtgpu_vq_free_unawaited(struct list_head *ended)
{
	virtgpu_vq_answered(ended);
}

/**
 * virtgpu_vq_interrupt - the host has answered something
 * @queue: the queue
 */
void virtgpu_vq_interrupt(struct virtgpu_vq *queue)
{
	LIST_HEAD(ended);
	unsigned long flags;
	bool cookie, notify;

	spin_lock_irqsave(&queue->lock, flags);
	if (!virtgpu_vq_takes_commands(queue)) {
		spin_unlock_irqrestore(&queue->lock, flags);
		return;
	}
	atomic_inc(&queue->handlers);
	virtgpu_vq_reap(queue, &ended);
	notify = false;
	if (!list_empty(&queue->pending))
		notify = virtgpu_vq_pump(queue) && virtgpu_vq_prepare_notify(queue);
	spin_unlock_irqrestore(&queue->lock, flags);

	if (notify)
		virtgpu_vq_notify(queue);
	cookie = dma_fence_begin_signalling();
	virtgpu_vq_answered(&ended);
	dma_fence_end_signalling(cookie);
	atomic_dec(&queue->handlers);
}

static void virtgpu_vq_line_up(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
			       struct list_head *line)
{
	vbuf->vgdev = queue->vgdev;
	if (vbuf->fence)
		WRITE_ONCE(vbuf->fence->queued, true);
	list_add_tail(&vbuf->node, line);
	WRITE_ONCE(queue->num_pending, queue->num_pending + 1);
	if (vbuf->payload)
		WRITE_ONCE(queue->pending_bytes, queue->pending_bytes + vbuf->payload->size);
}

/*
 * Put a command in line, an urgent one in front. Interrupts are on before there is
 * something that they are needed for, so that what is reaped here is awaited by
 * nobody.
 */
static void virtgpu_vq_send(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
			    struct list_head *ended)
{
	bool takes = virtgpu_vq_takes_commands(queue);

	virtgpu_vq_reap_unawaited(queue, ended);
	if (takes && !queue->interrupts &&
	    (virtgpu_vq_is_awaited(vbuf) || virtgpu_vq_needs_interrupt(queue)))
		virtgpu_vq_enable_interrupt(queue, ended);
	virtgpu_vq_line_up(queue, vbuf, &queue->pending);
	if (vbuf->urgent)
		list_move(&vbuf->node, &queue->pending);
	if (takes)
		virtgpu_vq_pump(queue);
	else if (queue->vgdev->state == VIRTGPU_STOPPED)
		queue_work(virtgpu_vbuf_workqueue(), &queue->end_work);
	/* What finds no room in the ring enters it from the interrupt. */
	if (takes && !queue->interrupts && !list_empty(&queue->pending))
		virtgpu_vq_enable_interrupt(queue, ended);
}

/**
 * virtgpu_vq_queue - put a command in line; any context
 * @queue: the queue
 * @vbuf: the command; the caller's reference is consumed
 *
 * The host is not told before virtgpu_vq_kick(), so that a series of commands
 * costs one notification. Nothing ends here, no hook is called.
 */
void virtgpu_vq_queue(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf)
{
	struct virtgpu_device *vgdev = queue->vgdev;
	LIST_HEAD(ended);
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	if (vgdev->state == VIRTGPU_RESTORING && vgdev->restorer != current)
		virtgpu_vq_line_up(queue, vbuf, &queue->held);
	else
		virtgpu_vq_send(queue, vbuf, &ended);
	spin_unlock_irqrestore(&queue->lock, flags);
	virtgpu_vq_free_unawaited(&ended);
}

/**
 * virtgpu_vq_queue_first - put a command in front of the line; any context
 * @queue: the queue
 * @vbuf: the command, without a fence; the caller's reference is consumed
 *
 * For a question that must get through: it may use what virtgpu_vq_queue()
 * leaves of the ring.
 */
void virtgpu_vq_queue_first(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf)
{
	LIST_HEAD(ended);
	unsigned long flags;

	vbuf->urgent = true;
	spin_lock_irqsave(&queue->lock, flags);
	virtgpu_vq_send(queue, vbuf, &ended);
	spin_unlock_irqrestore(&queue->lock, flags);
	virtgpu_vq_free_unawaited(&ended);
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
	/* What the ring had no memory for may stand in line behind nothing. */
	if (unlikely(!list_empty(&queue->pending)) && virtgpu_vq_takes_commands(queue))
		virtgpu_vq_pump(queue);
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
	vbuf->urgent = true;
	INIT_LIST_HEAD(&vbuf->node);
	sent = virtgpu_vq_takes_commands(queue) && !virtgpu_vq_add(queue, vbuf);
	notify = sent && virtqueue_kick_prepare(queue->vq);
	spin_unlock(&queue->lock);
	if (notify)
		virtqueue_notify(queue->vq);
	return sent;
}
