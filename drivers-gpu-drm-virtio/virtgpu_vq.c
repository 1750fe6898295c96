// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a command reach the host and come back?
 *
 * Each virtqueue has a software queue in front of it. Queueing never waits and
 * never fails: a command that finds the ring full stands in line and enters it
 * from the interrupt that makes room. So locks may be held while queueing, and
 * commands reach the host in the order in which they were queued. Whoever
 * feeds the queue on behalf of a user calls virtgpu_vq_throttle() first, with
 * no lock of the driver held; that is where a fast producer waits for a slow host, and has its
 * quota looked at (virtgpu_quota.c).
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
#include "virtgpu_quota.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

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

/* Inlined, as is what follows, because each submission comes by virtgpu_vq_queue_one(). */
static __always_inline int virtgpu_vq_add(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf)
{
	unsigned int need = queue->tables ? 1 : virtgpu_quota_slots(vbuf);
	unsigned int out = 0, in = 0, room = need;
	struct scatterlist *sgs[3] __uninitialized;

	if (!vbuf->urgent && !list_empty(&queue->inflight))
		room += queue->reserved;
	if (queue->vq->num_free < room)
		return need > virtqueue_get_vring_size(queue->vq) ? -E2BIG : -ENOSPC;
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
 * interrupt would only free its memory, which a later command can do as well; a
 * large payload is too much to be left lying around for that long.
 */
static __always_inline bool virtgpu_vq_is_awaited(const struct virtgpu_vbuf *vbuf)
{
	if (vbuf->fence || vbuf->obj || vbuf->urgent ||
	    (vbuf->payload && !vbuf->payload->pooled))
		return true;
	return !vbuf->deferrable &&
	       (vbuf->done || vbuf->release || refcount_read(&vbuf->refs) > 1);
}

static __always_inline void virtgpu_vq_added(struct virtgpu_vq *queue,
					     struct virtgpu_vbuf *vbuf, bool awaited)
{
	vbuf->awaited = awaited;
	queue->num_awaited += awaited;
	vbuf->seqno = ++queue->seqno;
	trace_virtio_gpu_cmd_queue(queue->vq, virtgpu_vbuf_hdr(vbuf), vbuf->seqno);
	if (vbuf->fence)
		queue->num_fenced++;
	list_add_tail(&vbuf->node, &queue->inflight);
}

/**
 * virtgpu_vq_leave_line - take a command out of its line
 * @queue: the queue; locked
 * @vbuf: the command
 */
void virtgpu_vq_leave_line(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf)
{
	lockdep_assert_held(&queue->lock);
	list_del(&vbuf->node);
	WRITE_ONCE(queue->num_pending, queue->num_pending - 1);
	if (vbuf->payload)
		WRITE_ONCE(queue->pending_bytes, queue->pending_bytes - vbuf->payload->size);
}

/*
 * What an empty ring does not take: for how long (in milliseconds), and how often
 * that is tried.
 */
#define VIRTGPU_VQ_STUCK_MS	1000
#define VIRTGPU_VQ_RETRY_MS	10

/*
 * Nothing is in the ring that would make room, but others may: those who have the
 * bounce buffers, or the memory for a table. Without a payload a command is small
 * and gets through some time, and must: the host keeps what it is not told of. One
 * with a payload may be too large for this machine for ever.
 */
static bool virtgpu_vq_waits_for_others(struct virtgpu_vq *queue,
					const struct virtgpu_vbuf *vbuf, int ret)
{
	if (ret == -E2BIG || vbuf->error)
		return false;
	if (!queue->stuck)
		queue->stuck = jiffies | 1;
	if (vbuf->payload &&
	    time_after(jiffies, queue->stuck + msecs_to_jiffies(VIRTGPU_VQ_STUCK_MS)))
		return false;
	queue_delayed_work(virtgpu_vbuf_workqueue(queue->vgdev), &queue->retry,
			   msecs_to_jiffies(VIRTGPU_VQ_RETRY_MS));
	return true;
}

/*
 * Has the command to stay in line? An answer makes room, and memory for descriptors.
 * What a broken ring does not take ends after the reset, for the host may still use
 * its memory.
 */
static bool virtgpu_vq_stays(struct virtgpu_vq *queue, const struct virtgpu_vbuf *vbuf,
			     int ret)
{
	return !list_empty(&queue->inflight) || virtqueue_is_broken(queue->vq) ||
	       virtgpu_vq_waits_for_others(queue, vbuf, ret);
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
		if (ret && virtgpu_vq_stays(queue, vbuf, ret))
			break;
		queue->stuck = 0;
		virtgpu_vq_leave_line(queue, vbuf);
		if (ret) {
			vbuf->error = ret == -E2BIG ? ret : -EIO;
			list_add_tail(&vbuf->node, &queue->refused);
			queue_work(virtgpu_vbuf_workqueue(queue->vgdev), &queue->end_work);
			continue;
		}
		virtgpu_vq_added(queue, vbuf, virtgpu_vq_is_awaited(vbuf));
		moved = true;
	}
	if (was_long && virtgpu_vq_is_short(queue))
		wake_up_all(&queue->space);
	return moved;
}

/**
 * virtgpu_vq_notify - tell the host; no spinlocks: that may leave the guest for long
 * @queue: the queue, after virtgpu_vq_queue_last()
 */
void virtgpu_vq_notify(struct virtgpu_vq *queue)
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

/* After so many jiffies. */
#define VIRTGPU_VQ_LOOK		2

/* Everything that an answer gives rise to, and there is none that is not seen. */
static bool virtgpu_vq_settle(struct virtgpu_vq *queue, struct list_head *ended)
{
	bool moved = false;

	do {
		virtqueue_disable_cb(queue->vq);
		virtgpu_vq_take_answers(queue, ended);
		if (unlikely(!list_empty(&queue->pending)))
			moved |= virtgpu_vq_pump(queue);
	} while (!virtgpu_vq_set_interrupts(queue, virtgpu_vq_wanted(queue)));
	/* Should the host answer what is awaited before all others, for once, look for it. */
	if (queue->num_awaited && queue->interrupts == VIRTGPU_VQ_INTERRUPTS_LATE)
		queue_delayed_work(virtgpu_vbuf_workqueue(queue->vgdev), &queue->retry,
				   VIRTGPU_VQ_LOOK);
	return moved;
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
	notify = virtgpu_vq_settle(queue, &ended) && virtgpu_vq_prepare_notify(queue);
	spin_unlock_irqrestore(&queue->lock, flags);

	if (notify)
		virtgpu_vq_notify(queue);
	cookie = dma_fence_begin_signalling();
	virtgpu_vq_end_all(&ended);
	dma_fence_end_signalling(cookie);
	/* Who sees that there is none any more sees the fences signalled. */
	atomic_dec_return_release(&queue->handlers);
}

/**
 * virtgpu_vq_line_up - put a command in a line, an urgent one in front
 * @queue: the queue; locked
 * @vbuf: the command
 * @line: &virtgpu_vq.pending or &virtgpu_vq.held
 */
void virtgpu_vq_line_up(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
			struct list_head *line)
{
	lockdep_assert_held(&queue->lock);
	if (vbuf->urgent)
		list_add(&vbuf->node, line);
	else
		list_add_tail(&vbuf->node, line);
	WRITE_ONCE(queue->num_pending, queue->num_pending + 1);
	if (vbuf->payload)
		WRITE_ONCE(queue->pending_bytes, queue->pending_bytes + vbuf->payload->size);
}

/* What finds no room in the ring enters it from an interrupt, and in its turn. */
static void virtgpu_vq_send_later(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
				  struct list_head *ended)
{
	if (queue->interrupts == VIRTGPU_VQ_INTERRUPTS_OFF)
		virtgpu_vq_interrupt_soon(queue, ended);
	virtgpu_vq_line_up(queue, vbuf, &queue->pending);
	/* Late ones do for those who wait in line, but not in the ring. */
	if (queue->interrupts == VIRTGPU_VQ_INTERRUPTS_SOON)
		virtgpu_vq_pump(queue);
}

/* So many descriptors may be taken before somebody looks for answers. */
#define VIRTGPU_VQ_UNSEEN	32u

/* Some commands later, and no later than when interrupts are needed to make room. */
static void virtgpu_vq_look_again_at(struct virtgpu_vq *queue)
{
	unsigned int size = virtqueue_get_vring_size(queue->vq);
	unsigned int unseen = min(size / 4, VIRTGPU_VQ_UNSEEN);

	queue->look_at = max(queue->vq->num_free, size / 2 - 1 + unseen) - unseen;
}

/* Nobody waits for the command; now and then, others like it are looked for. */
static void virtgpu_vq_prepare_unawaited(struct virtgpu_vq *queue, struct list_head *ended)
{
	virtgpu_vq_take_answers(queue, ended);
	virtgpu_vq_look_again_at(queue);
	if (virtgpu_vq_wanted(queue) != VIRTGPU_VQ_INTERRUPTS_OFF)
		virtgpu_vq_interrupt_from(queue, ended, virtgpu_vq_wanted(queue));
}

/*
 * A screen's command: its end can be told of together with those before it. The host gets
 * to it when they are answered, not when work of others has ended.
 */
static bool virtgpu_vq_is_prompt(const struct virtgpu_vbuf *vbuf)
{
	return vbuf->done && !vbuf->fence;
}

/*
 * The command that is in the ring now is awaited, others are not. Should it have been
 * answered already, that ends elsewhere: nothing that is awaited ends here.
 */
static void virtgpu_vq_arm_late(struct virtgpu_vq *queue)
{
	if (!virtgpu_vq_set_interrupts(queue, VIRTGPU_VQ_INTERRUPTS_LATE))
		mod_delayed_work(virtgpu_vbuf_workqueue(queue->vgdev), &queue->retry, 0);
}

/*
 * Into the ring, if there is neither line nor lack of room. Interrupts are on before
 * something is there that they are needed for, so that what is reaped here is
 * awaited by nobody; but for the one that can be told of with what stands before it.
 */
static void virtgpu_vq_send(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
			    struct list_head *ended)
{
	bool off = queue->interrupts == VIRTGPU_VQ_INTERRUPTS_OFF, late = false;
	bool awaited = virtgpu_vq_is_awaited(vbuf);

	if (awaited) {
		late = off && !queue->disordered && virtgpu_vq_is_prompt(vbuf);
		/* What is armed for another that is awaited comes before this one. */
		if (late)
			virtgpu_vq_take_answers(queue, ended);
		else if (!queue->num_awaited)
			virtgpu_vq_interrupt_soon(queue, ended);
	} else if (off && queue->vq->num_free <= queue->look_at) {
		virtgpu_vq_prepare_unawaited(queue, ended);
	}
	if (unlikely(!list_empty(&queue->pending)) || unlikely(virtgpu_vq_add(queue, vbuf))) {
		virtgpu_vq_send_later(queue, vbuf, ended);
		return;
	}
	virtgpu_vq_added(queue, vbuf, awaited);
	if (late)
		virtgpu_vq_arm_late(queue);
}

static __always_inline void virtgpu_vq_queue_locked(struct virtgpu_vq *queue,
						    struct virtgpu_vbuf *vbuf,
						    struct list_head *ended)
{
	struct virtgpu_device *vgdev = queue->vgdev;

	lockdep_assert_held(&queue->lock);
	vbuf->vgdev = vgdev;
	virtgpu_fence_set_queued(vbuf->fence);
	virtgpu_quota_charge(queue, vbuf);
	if (vgdev->state == VIRTGPU_RESTORING && vgdev->restorer != current && !vbuf->urgent) {
		virtgpu_vq_line_up(queue, vbuf, &queue->held);
	} else if (likely(virtgpu_vq_takes_commands(queue))) {
		virtgpu_vq_send(queue, vbuf, ended);
	} else {
		virtgpu_vq_line_up(queue, vbuf, &queue->pending);
		if (vgdev->state == VIRTGPU_STOPPED)
			queue_work(virtgpu_vbuf_workqueue(queue->vgdev), &queue->end_work);
	}
}

/* Is virtgpu_vq_notify() to follow? Not before the @last of a series. */
static noinline bool virtgpu_vq_queue_one(struct virtgpu_vq *queue,
					  struct virtgpu_vbuf *vbuf, bool last)
{
	LIST_HEAD(ended);
	unsigned long flags;
	bool notify;

	spin_lock_irqsave(&queue->lock, flags);
	virtgpu_vq_queue_locked(queue, vbuf, &ended);
	notify = last && virtgpu_vq_prepare_notify(queue);
	spin_unlock_irqrestore(&queue->lock, flags);
	if (unlikely(!list_empty(&ended)))
		virtgpu_vq_end_all(&ended);
	return notify;
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
	virtgpu_vq_queue_one(queue, vbuf, false);
}

/**
 * virtgpu_vq_queue_last - put the last command of a series in line; any context
 * @queue: the queue
 * @vbuf: the command; the caller's reference is consumed
 *
 * virtgpu_vq_queue() and the first half of virtgpu_vq_kick() at once.
 *
 * Return: whether virtgpu_vq_notify() has to follow, soon and without spinlocks.
 */
bool virtgpu_vq_queue_last(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf)
{
	return virtgpu_vq_queue_one(queue, vbuf, true);
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
	vbuf->urgent = true;
	virtgpu_vq_queue(queue, vbuf);
}

/*
 * Tell the host, and before that take the answers that have raised no interrupt, if
 * that is wanted, or nobody else would: what the ring had no memory for may stand in
 * line behind nothing.
 */
static void virtgpu_vq_tell(struct virtgpu_vq *queue, bool look)
{
	LIST_HEAD(ended);
	unsigned long flags;
	bool notify;

	spin_lock_irqsave(&queue->lock, flags);
	look |= unlikely(!list_empty(&queue->pending)) && list_empty(&queue->inflight);
	look &= virtgpu_vq_takes_commands(queue);
	if (look) {
		/* Of those with a fence, too: later ones must not signal first. */
		atomic_inc(&queue->handlers);
		virtgpu_vq_interrupt_soon(queue, &ended);
		virtgpu_vq_pump(queue);
	}
	notify = virtgpu_vq_prepare_notify(queue);
	spin_unlock_irqrestore(&queue->lock, flags);
	if (notify)
		virtgpu_vq_notify(queue);
	virtgpu_vq_end_all(&ended);
	if (look)
		atomic_dec_return_release(&queue->handlers);
}

/**
 * virtgpu_vq_kick - tell the host of what was queued; any context
 * @queue: the queue
 */
void virtgpu_vq_kick(struct virtgpu_vq *queue)
{
	virtgpu_vq_tell(queue, false);
}

/**
 * virtgpu_vq_look - has the host answered anything that nobody was told of?
 * @queue: the queue
 *
 * For those who have waited for long. Any context; no spinlocks.
 */
void virtgpu_vq_look(struct virtgpu_vq *queue)
{
	virtgpu_vq_tell(queue, true);
}

/**
 * virtgpu_vq_remind - tell the host once more of what it has not answered
 * @queue: the queue
 *
 * For those who have waited for long. A back end that is still being connected, or a
 * device that is asleep, does not hear what it is told; and with EVENT_IDX it is told of
 * nothing that comes later before it has looked. Any context; no spinlocks.
 */
void virtgpu_vq_remind(struct virtgpu_vq *queue)
{
	unsigned long flags;
	bool notify;

	spin_lock_irqsave(&queue->lock, flags);
	notify = virtgpu_vq_takes_commands(queue) && !list_empty(&queue->inflight);
	if (notify) {
		/* Whether the host wants to know is not asked: that may be out of date. */
		virtqueue_kick_prepare(queue->vq);
		atomic_inc(&queue->notifiers);
	}
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

/**
 * virtgpu_vq_retry - take answers that nobody is told of, try what found no room
 * @work: &virtgpu_vq.retry
 */
void virtgpu_vq_retry(struct work_struct *work)
{
	virtgpu_vq_interrupt(container_of(work, struct virtgpu_vq, retry.work));
}
