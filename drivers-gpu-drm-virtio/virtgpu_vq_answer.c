// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is an answer noticed, and believed?
 *
 * One that somebody waits for raises an interrupt. The others are found by whoever
 * queues something later, because all that they give rise to is that memory is free.
 */
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include <drm/drm_device.h>
#include <drm/drm_print.h>

#include "virtgpu_device_types.h"
#include "virtgpu_fence.h"
#include "virtgpu_payload.h"
#include "virtgpu_proto.h"
#include "virtgpu_quota.h"
#include "virtgpu_trace.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq_types.h"

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

/* Commands that have ended, on their way back to the pool. */
struct virtgpu_vq_free {
	struct llist_node *first;
	struct llist_node *last;
};

/*
 * Nobody was waiting for @vbuf or is told of its end, so it has neither fence nor object,
 * and nobody else has a reference: mostly there is only its memory, which is free.
 */
static void virtgpu_vq_let_go(struct virtgpu_vbuf *vbuf, struct virtgpu_vq_free *free)
{
	if (!vbuf->pooled || vbuf->release || vbuf->resp != vbuf->resp_inline) {
		virtgpu_vbuf_put(vbuf);
		return;
	}
	if (vbuf->payload)
		virtgpu_payload_free(vbuf->payload);
	vbuf->dead.next = free->first;
	if (!free->first)
		free->last = &vbuf->dead;
	free->first = &vbuf->dead;
}

/*
 * A command is answered before an older one. Hosts do that where the older has a fence; one
 * that does it where it has none keeps no order that could be relied on.
 */
static void virtgpu_vq_note_order(struct virtgpu_vq *queue)
{
	const struct virtgpu_vbuf *oldest;

	oldest = list_first_entry(&queue->inflight, struct virtgpu_vbuf, node);
	if (!oldest->fence)
		queue->disordered = true;
}

/**
 * virtgpu_vq_take_answers - take the answers out of the ring
 * @queue: the queue; locked
 * @ended: gets the commands, for virtgpu_vq_end_all() without the lock
 *
 * What went well and is awaited by nobody ends right here if there is nobody to tell
 * either: its memory is free.
 */
void virtgpu_vq_take_answers(struct virtgpu_vq *queue, struct list_head *ended)
{
	struct virtgpu_vq_free free = {};
	struct virtgpu_vbuf *vbuf;
	unsigned int len;

	while ((vbuf = virtqueue_get_buf(queue->vq, &len))) {
		vbuf->resp_len = min(len, vbuf->resp_size);
		if (vbuf->resp_len >= sizeof(struct virtio_gpu_ctrl_hdr))
			trace_virtio_gpu_cmd_response(queue->vq, vbuf->resp, vbuf->seqno);
		queue->num_fenced -= !!vbuf->fence;
		queue->num_awaited -= vbuf->awaited;
		virtgpu_quota_uncharge(queue, vbuf);
		WRITE_ONCE(queue->answers, queue->answers + !vbuf->urgent);
		if (unlikely(!list_is_first(&vbuf->node, &queue->inflight)))
			virtgpu_vq_note_order(queue);
		/* Another list has it at once. */
		__list_del_entry(&vbuf->node);
		vbuf->seqno = 0;
		if (vbuf->awaited || vbuf->done || refcount_read(&vbuf->refs) > 1 ||
		    virtgpu_vq_check(vbuf))
			list_add_tail(&vbuf->node, ended);
		else
			virtgpu_vq_let_go(vbuf, &free);
	}
	if (free.first)
		virtgpu_vbuf_give(free.first, free.last);
}

/* Small rings are full again before an interrupt has told that they are not. */
#define VIRTGPU_VQ_MIN_LATE	64

/*
 * Does somebody wait for the newest command only? Those before it have no fence then: the
 * host answers them in order, and does not get to this one before that.
 */
static bool virtgpu_vq_awaits_newest(const struct virtgpu_vq *queue)
{
	if (queue->num_awaited != 1 || queue->disordered || !list_empty(&queue->pending) ||
	    list_is_singular(&queue->inflight))
		return false;
	return list_last_entry(&queue->inflight, struct virtgpu_vbuf, node)->awaited;
}

/**
 * virtgpu_vq_wanted - can the next answer wait until somebody comes by?
 * @queue: the queue; locked
 *
 * A late interrupt comes when three quarters have been answered: with two, three or
 * four in the ring with the last of them, and never behind it.
 *
 * Return: which answer has to raise an interrupt.
 */
enum virtgpu_vq_interrupts virtgpu_vq_wanted(const struct virtgpu_vq *queue)
{
	unsigned int size = virtqueue_get_vring_size(queue->vq);

	if (queue->num_awaited)
		return virtgpu_vq_awaits_newest(queue) ? VIRTGPU_VQ_INTERRUPTS_LATE :
							 VIRTGPU_VQ_INTERRUPTS_SOON;
	if (list_empty(&queue->pending) && queue->vq->num_free >= size / 2 &&
	    !queue->quotas.waiters)
		return VIRTGPU_VQ_INTERRUPTS_OFF;
	return size < VIRTGPU_VQ_MIN_LATE ? VIRTGPU_VQ_INTERRUPTS_SOON :
					    VIRTGPU_VQ_INTERRUPTS_LATE;
}

/**
 * virtgpu_vq_set_interrupts - choose the answer that raises the next interrupt
 * @queue: the queue; locked
 * @interrupts: which
 *
 * Return: whether it will; if not, there are answers already.
 */
bool virtgpu_vq_set_interrupts(struct virtgpu_vq *queue,
			       enum virtgpu_vq_interrupts interrupts)
{
	queue->interrupts = interrupts;
	switch (interrupts) {
	case VIRTGPU_VQ_INTERRUPTS_SOON:
		return virtqueue_enable_cb(queue->vq);
	case VIRTGPU_VQ_INTERRUPTS_LATE:
		/* Of a broken ring this says for ever that there are answers. */
		return virtqueue_enable_cb_delayed(queue->vq) ||
		       virtqueue_is_broken(queue->vq);
	default:
		return true;
	}
}

/**
 * virtgpu_vq_interrupt_from - take answers until one will raise an interrupt
 * @queue: the queue; locked
 * @ended: gets what is answered already, which nobody waits for
 * @interrupts: which one
 *
 * Before anything enters the ring that somebody waits for.
 */
void virtgpu_vq_interrupt_from(struct virtgpu_vq *queue, struct list_head *ended,
			       enum virtgpu_vq_interrupts interrupts)
{
	do {
		virtqueue_disable_cb(queue->vq);
		virtgpu_vq_take_answers(queue, ended);
	} while (!virtgpu_vq_set_interrupts(queue, interrupts));
}

/**
 * virtgpu_vq_reap_unawaited - free commands whose answers raise no interrupt yet
 * @queue: the queue; locked
 * @ended: gets those that failed, for virtgpu_vq_end_all() without the lock
 *
 * While there is a line, they are left for the interrupt that moves it: it would find
 * no answer, and not come to that. Nor will one that is armed for what is freed here, so
 * nobody may count on it.
 */
void virtgpu_vq_reap_unawaited(struct virtgpu_vq *queue, struct list_head *ended)
{
	lockdep_assert_held(&queue->lock);
	if (virtgpu_vq_takes_commands(queue) && list_empty(&queue->pending) &&
	    !queue->num_awaited && queue->interrupts != VIRTGPU_VQ_INTERRUPTS_SOON) {
		virtgpu_vq_take_answers(queue, ended);
		if (queue->interrupts == VIRTGPU_VQ_INTERRUPTS_LATE)
			virtgpu_vq_interrupt_from(queue, ended, virtgpu_vq_wanted(queue));
	}
}

/**
 * virtgpu_vq_end_all - end commands that were answered; no locks
 * @ended: from virtgpu_vq_take_answers()
 *
 * Any context, if nobody waits for any of them.
 */
void virtgpu_vq_end_all(struct list_head *ended)
{
	struct virtgpu_vbuf *vbuf, *next;

	list_for_each_entry_safe(vbuf, next, ended, node) {
		int error = virtgpu_vq_check(vbuf);

		if (error && !vbuf->quiet)
			virtgpu_vq_complain(vbuf);
		virtgpu_vq_end(vbuf, error);
	}
}
