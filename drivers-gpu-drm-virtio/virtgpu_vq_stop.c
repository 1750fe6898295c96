// SPDX-License-Identifier: GPL-2.0-only
/*
 * How do commands end that the host will never answer?
 *
 * In the order in which they were queued, whatever the reason: a fence does not
 * signal before one that precedes it on its timeline, and memory that the host
 * may still write to is not freed. So nothing ends while the device is being
 * stopped. Once it is reset, what it had goes back to the front of the line, and
 * one worker ends the line. What comes later takes the same way.
 */
#include <linux/delay.h>
#include <linux/dma-fence.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_gpu.h>

#include "virtgpu_device_types.h"
#include "virtgpu_fence.h"
#include "virtgpu_quota.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"
#include "virtgpu_vq_types.h"

/*
 * Who has taken answers (an interrupt, mostly) may not have signalled their fences yet: what is
 * ended elsewhere, and was queued later, ends after that. No locks; may sleep.
 */
static void virtgpu_vq_wait_for_handlers(struct virtgpu_vq *queue)
{
	while (atomic_read_acquire(&queue->handlers))
		usleep_range(50, 100);
}

/**
 * virtgpu_vq_end_work - end what is not sent
 * @work: of a queue
 */
void virtgpu_vq_end_work(struct work_struct *work)
{
	struct virtgpu_vq *queue = container_of(work, struct virtgpu_vq, end_work);
	struct virtgpu_vbuf *vbuf, *next;
	LIST_HEAD(list);
	bool cookie;
	int error;

	spin_lock_irq(&queue->lock);
	error = queue->vgdev->error;
	if (queue->vgdev->state == VIRTGPU_STOPPED) {
		list_splice_init(&queue->pending, &list);
		WRITE_ONCE(queue->num_pending, 0);
		WRITE_ONCE(queue->pending_bytes, 0);
	}
	list_splice_tail_init(&queue->refused, &list);
	spin_unlock_irq(&queue->lock);

	wake_up_all(&queue->space);
	cookie = dma_fence_begin_signalling();
	virtgpu_vq_wait_for_handlers(queue);
	list_for_each_entry_safe(vbuf, next, &list, node) {
		/* There may be many, each client's: interrupts are off for one at a time. */
		spin_lock_irq(&queue->lock);
		virtgpu_quota_uncharge(queue, vbuf);
		spin_unlock_irq(&queue->lock);
		vbuf->given_up = !vbuf->error;
		virtgpu_vq_end(vbuf, vbuf->error ?: error);
	}
	dma_fence_end_signalling(cookie);
}

/**
 * virtgpu_vq_cancel - end a command without sending it; any context
 * @queue: the queue
 * @vbuf: the command; the caller's reference is consumed
 * @error: with which it ends, later and elsewhere
 *
 * Behind all that was queued before, if the device is being stopped.
 */
void virtgpu_vq_cancel(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf, int error)
{
	unsigned long flags;

	vbuf->vgdev = queue->vgdev;
	vbuf->error = error;
	vbuf->quota = NULL;
	virtgpu_fence_set_queued(vbuf->fence);
	spin_lock_irqsave(&queue->lock, flags);
	if (queue->vgdev->state == VIRTGPU_STOPPING) {
		virtgpu_vq_line_up(queue, vbuf, &queue->pending);
	} else {
		list_add_tail(&vbuf->node, &queue->refused);
		queue_work(virtgpu_vbuf_workqueue(queue->vgdev), &queue->end_work);
	}
	spin_unlock_irqrestore(&queue->lock, flags);
}

static bool virtgpu_vq_is_of(const struct virtgpu_vbuf *vbuf, u32 ctx_id, u32 type)
{
	const struct virtio_gpu_ctrl_hdr *hdr = (const void *)vbuf->cmd;

	return hdr->ctx_id == cpu_to_le32(ctx_id) && (!type || hdr->type == cpu_to_le32(type));
}

/* The context's end goes first. Of one that the host has not seen yet nothing changes. */
static void virtgpu_vq_withdraw_from(struct virtgpu_vq *queue, struct list_head *line, u32 ctx_id)
{
	struct virtgpu_vbuf *vbuf, *next;

	list_for_each_entry_safe(vbuf, next, line, node) {
		if (virtgpu_vq_is_of(vbuf, ctx_id, VIRTIO_GPU_CMD_CTX_CREATE))
			break;
		if (virtgpu_vq_is_of(vbuf, ctx_id, VIRTIO_GPU_CMD_CTX_DESTROY)) {
			vbuf->urgent = true;
			list_move(&vbuf->node, line);
		} else if (virtgpu_vq_is_of(vbuf, ctx_id, 0)) {
			virtgpu_vq_leave_line(queue, vbuf);
			/* Others may have its share of the queue from now on. */
			virtgpu_quota_uncharge(queue, vbuf);
			vbuf->quota = NULL;
			list_add_tail(&vbuf->node, &queue->withdrawn);
		}
	}
}

/**
 * virtgpu_vq_withdraw - have the end of a context overtake what it has in line
 * @queue: the queue
 * @ctx_id: of a context whose client is gone and whose work is to end; its CTX_DESTROY
 *          is queued
 *
 * The whole ring may be full of work like it, which does not end before. What it has in
 * line is not sent; it ends in its turn, by virtgpu_vq_cancel_context(). It does not
 * stay in line: others' commands would stand behind it, with no answer to come that
 * moves them. May end what was answered; no locks.
 */
void virtgpu_vq_withdraw(struct virtgpu_vq *queue, u32 ctx_id)
{
	spin_lock_irq(&queue->lock);
	/* Of a device that is being stopped, all ends soon. */
	if (virtgpu_vq_takes_commands(queue)) {
		virtgpu_vq_withdraw_from(queue, &queue->pending, ctx_id);
		virtgpu_vq_withdraw_from(queue, &queue->held, ctx_id);
		/* What has found an empty ring full may be gone. */
		queue->stuck = 0;
	}
	spin_unlock_irq(&queue->lock);
	wake_up_all(&queue->space);
	virtgpu_vq_look(queue);
}

/* What the ring has of a context; its fences are added to @fences. */
static void virtgpu_vq_orphan(struct virtgpu_vq *queue, u32 ctx_id, struct list_head *fences)
{
	struct virtgpu_vbuf *vbuf;

	list_for_each_entry(vbuf, &queue->inflight, node) {
		if (!vbuf->fence || !virtgpu_vq_is_of(vbuf, ctx_id, 0))
			continue;
		list_add_tail(&vbuf->fence->cancelled, fences);
		vbuf->fence = NULL;
		queue->num_fenced--;
		/*
		 * It stays awaited, though by nobody: a late interrupt counts on the answers
		 * to all that is not.
		 */
		vbuf->orphan = true;
	}
}

static void virtgpu_vq_refuse_withdrawn(struct virtgpu_vq *queue, u32 ctx_id, int error)
{
	struct virtgpu_vbuf *vbuf, *next;

	list_for_each_entry_safe(vbuf, next, &queue->withdrawn, node) {
		if (!virtgpu_vq_is_of(vbuf, ctx_id, 0))
			continue;
		vbuf->error = error;
		list_move_tail(&vbuf->node, &queue->refused);
	}
	queue_work(virtgpu_vbuf_workqueue(queue->vgdev), &queue->end_work);
}

/**
 * virtgpu_vq_cancel_context - end what the host has forgotten
 * @queue: the queue
 * @ctx_id: the context that it has destroyed
 * @error: with which the fences of the context's commands end
 *
 * The commands stay in the ring, where the host may answer them yet. May sleep.
 */
void virtgpu_vq_cancel_context(struct virtgpu_vq *queue, u32 ctx_id, int error)
{
	struct virtgpu_fence *fence, *next;
	LIST_HEAD(fences);

	spin_lock_irq(&queue->lock);
	virtgpu_vq_orphan(queue, ctx_id, &fences);
	spin_unlock_irq(&queue->lock);

	virtgpu_vq_wait_for_handlers(queue);
	list_for_each_entry_safe(fence, next, &fences, cancelled) {
		virtgpu_fence_signal(fence, error);
		dma_fence_put(&fence->base);
	}

	spin_lock_irq(&queue->lock);
	virtgpu_vq_refuse_withdrawn(queue, ctx_id, error);
	spin_unlock_irq(&queue->lock);
}

static void virtgpu_vq_lock(struct virtgpu_device *vgdev)
	__acquires(&vgdev->ctrlq->lock)
	__acquires(&vgdev->cursorq->lock)
{
	spin_lock_irq(&vgdev->ctrlq->lock);
	spin_lock_nested(&vgdev->cursorq->lock, SINGLE_DEPTH_NESTING);
}

static void virtgpu_vq_unlock(struct virtgpu_device *vgdev)
	__releases(&vgdev->cursorq->lock)
	__releases(&vgdev->ctrlq->lock)
{
	spin_unlock(&vgdev->cursorq->lock);
	spin_unlock_irq(&vgdev->ctrlq->lock);
}

/* What was queued for the device as it was ends, before it may become another. */
static void virtgpu_vq_refuse_pending(struct virtgpu_vq *queue)
{
	list_splice_tail_init(&queue->pending, &queue->refused);
	WRITE_ONCE(queue->num_pending, 0);
	WRITE_ONCE(queue->pending_bytes, 0);
	queue_work(virtgpu_vbuf_workqueue(queue->vgdev), &queue->end_work);
}

/*
 * Commands of others than the restorer go on; those in line go first.
 */
static void virtgpu_vq_resume(struct virtgpu_vq *queue, struct list_head *ended)
{
	list_splice_tail_init(&queue->held, &queue->pending);
	virtgpu_vq_interrupt_soon(queue, ended);
	virtgpu_vq_pump(queue);
}

/**
 * virtgpu_vq_set_state - let commands go, or hold them back; may sleep
 * @vgdev: the device
 * @state: VIRTGPU_STOPPING, VIRTGPU_RESTORING by the task that restores, or
 *         VIRTGPU_RUNNING; the virtio device is ready in the last two
 *
 * When this returns from stopping, nobody talks to the device any more, and no
 * answer is being looked at.
 */
void virtgpu_vq_set_state(struct virtgpu_device *vgdev, enum virtgpu_state state)
{
	LIST_HEAD(ended);

	virtgpu_vq_lock(vgdev);
	WRITE_ONCE(vgdev->state, state);
	vgdev->restorer = state == VIRTGPU_RESTORING ? current : NULL;
	if (state == VIRTGPU_RESTORING) {
		virtgpu_vq_refuse_pending(vgdev->ctrlq);
		virtgpu_vq_refuse_pending(vgdev->cursorq);
	} else if (state == VIRTGPU_RUNNING) {
		virtgpu_vq_resume(vgdev->ctrlq, &ended);
		virtgpu_vq_resume(vgdev->cursorq, &ended);
	}
	virtgpu_vq_unlock(vgdev);
	virtgpu_vq_end_all(&ended);

	if (state == VIRTGPU_RUNNING) {
		wake_up_all(&vgdev->resumed);
		virtgpu_vq_kick(vgdev->ctrlq);
		virtgpu_vq_kick(vgdev->cursorq);
	}
	while (state == VIRTGPU_STOPPING &&
	       (atomic_read(&vgdev->ctrlq->notifiers) ||
		atomic_read(&vgdev->cursorq->notifiers) ||
		atomic_read(&vgdev->ctrlq->handlers) ||
		atomic_read(&vgdev->cursorq->handlers)))
		usleep_range(50, 100);
}

/**
 * virtgpu_vq_wait_made - wait for whoever is making something on the host; may sleep
 * @vgdev: the device; drained
 *
 * They may be waiting for memory, so this comes when all fences have ended. What they
 * have begun is known when it returns; nothing more is begun before the device works
 * again.
 */
void virtgpu_vq_wait_made(struct virtgpu_device *vgdev)
{
	down_write(&vgdev->making);
	up_write(&vgdev->making);
}

static void virtgpu_vq_take_back(struct virtgpu_vq *queue)
{
	struct virtgpu_vbuf *vbuf;

	list_for_each_entry(vbuf, &queue->inflight, node)
		vbuf->seqno = 0;
	while (queue->vq && virtqueue_detach_unused_buf(queue->vq))
		;
	list_splice_tail_init(&queue->held, &queue->pending);
	list_splice_init(&queue->withdrawn, &queue->pending);
	list_splice_init(&queue->inflight, &queue->pending);
	queue->num_fenced = 0;
	queue->silent = false;
	queue_work(virtgpu_vbuf_workqueue(queue->vgdev), &queue->end_work);
}

/**
 * virtgpu_vq_drain - end what a reset device will never answer; may sleep
 * @vgdev: the device; it was being stopped, and is reset
 * @error: with which all ends that was queued, and will be
 *
 * When this returns, all of it has ended and its memory is free.
 */
void virtgpu_vq_drain(struct virtgpu_device *vgdev, int error)
{
	virtgpu_vq_lock(vgdev);
	WRITE_ONCE(vgdev->state, VIRTGPU_STOPPED);
	vgdev->restorer = NULL;
	WRITE_ONCE(vgdev->error, error);
	virtgpu_vq_take_back(vgdev->ctrlq);
	virtgpu_vq_take_back(vgdev->cursorq);
	virtgpu_vq_unlock(vgdev);
	wake_up_all(&vgdev->resumed);
	virtgpu_vbuf_reclaim(vgdev);
}

/* A device that is gone for good says -ENODEV. */
static bool virtgpu_vq_is_settled(struct virtgpu_device *vgdev)
{
	enum virtgpu_state state = READ_ONCE(vgdev->state);

	return state == VIRTGPU_RUNNING ||
	       (state == VIRTGPU_STOPPED && READ_ONCE(vgdev->error) == -ENODEV);
}

/**
 * virtgpu_vq_enter - begin to make something on the host; may sleep
 * @vgdev: the device
 * @timeout_ms: how long to wait, in milliseconds, for a device that is being reset
 *
 * While it is being reset, that waits until it works again. What is made between
 * this and virtgpu_vq_leave() is seen by a reset as a whole, or not at all. No
 * waiting for the host in between.
 *
 * Return: 0; -ENODEV if the device is gone; -ETIMEDOUT; or -ERESTARTSYS for a signal.
 */
int virtgpu_vq_enter(struct virtgpu_device *vgdev, unsigned int timeout_ms)
{
	long ret;

	for (;;) {
		ret = down_read_killable(&vgdev->making);
		if (ret)
			return -ERESTARTSYS;
		if (likely(vgdev->state == VIRTGPU_RUNNING))
			return 0;
		up_read(&vgdev->making);
		ret = wait_event_interruptible_timeout(vgdev->resumed,
						       virtgpu_vq_is_settled(vgdev),
						       msecs_to_jiffies(timeout_ms));
		if (ret <= 0)
			return ret ?: -ETIMEDOUT;
		if (READ_ONCE(vgdev->state) == VIRTGPU_STOPPED)
			return -ENODEV;
	}
}

/**
 * virtgpu_vq_leave - what was made is in line
 * @vgdev: the device
 */
void virtgpu_vq_leave(struct virtgpu_device *vgdev)
{
	up_read(&vgdev->making);
}
