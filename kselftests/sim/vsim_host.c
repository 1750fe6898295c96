// SPDX-License-Identifier: GPL-2.0-only
/*
 * When is a command run, and when answered?
 *
 * Each queue has a thread, which is "the host". It runs commands in the order in
 * which they come. An answer may be late: because the device is slow, because a
 * fault rule or the submission itself says so. Fenced commands of one timeline
 * are answered in order; others overtake them.
 */
#include "vsim_api.h"

static bool vsim_host_is_running(struct vsim *sim)
{
	u8 status = READ_ONCE(sim->status);

	return status & VIRTIO_CONFIG_S_DRIVER_OK && !(status & VIRTIO_CONFIG_S_NEEDS_RESET) &&
	       !READ_ONCE(sim->mute);
}

/* Does an earlier command of its timeline hold it up? */
static bool vsim_host_is_blocked(struct vsim_queue *q, struct vsim_request *req)
{
	struct vsim_request *other;

	if (req->held || time_before(jiffies, req->due))
		return true;
	if (!req->fenced)
		return false;
	list_for_each_entry(other, &q->waiting, node) {
		if (other == req)
			return false;
		if (other->fenced && other->timeline == req->timeline)
			return true;
	}
	return false;
}

static void vsim_host_answer(struct vsim_queue *q)
{
	struct vsim_request *req, *next;

	list_for_each_entry_safe(req, next, &q->waiting, node) {
		if (vsim_host_is_blocked(q, req))
			continue;
		if (req->lost) {
			list_move_tail(&req->node, &q->lost);
			continue;
		}
		list_del(&req->node);
		vsim_ring_answer(q, req);
		vsim_ring_free(req);
	}
}

/*
 * Run what stands in the ring now, and answer what is due. What comes meanwhile
 * is left to the thread's next turn: a driver that never lets the ring run empty
 * must not keep the lock from all others.
 */
static void vsim_host_poll(struct vsim_queue *q)
{
	struct vsim_request *req;
	unsigned int count;

	lockdep_assert_held(&q->lock);
	if (!vsim_vring(&q->link) || !vsim_host_is_running(q->sim) || !q->enabled)
		return;
	for (count = vsim_ring_pending(q); count && vsim_host_is_running(q->sim); count--) {
		req = vsim_ring_pop(q);
		if (!req)
			break;
		req->due = jiffies;
		list_add_tail(&req->node, &q->waiting);
		vsim_exec(q, req);
		vsim_host_answer(q);
		vsim_ring_interrupt(q);
	}
	if (!vsim_host_is_running(q->sim))
		return;
	vsim_host_answer(q);
	vsim_ring_interrupt(q);
	if (!vsim_ring_is_idle(q))
		vsim_thread_kick(q);
}

/* How long the thread may sleep, in jiffies. */
static long vsim_host_sleep(struct vsim_queue *q)
{
	struct vsim_request *req;
	long left = MAX_SCHEDULE_TIMEOUT;

	list_for_each_entry(req, &q->waiting, node) {
		unsigned long now = jiffies;

		/* What fell due after the last look is not waited for, nor forgotten. */
		if (time_after(req->due, now))
			left = min_t(long, left, req->due - now);
		else if (vsim_host_is_running(q->sim) && !vsim_host_is_blocked(q, req))
			left = 1;
	}
	return left;
}

/*
 * vsim_host_turn - do what there is to do now; how many jiffies the queue's thread may sleep
 *
 * What a deaf device is notified of meanwhile it does not look at later by itself.
 */
long vsim_host_turn(struct vsim_queue *q)
{
	long sleep;

	mutex_lock(&q->lock);
	vsim_thread_unkick(q);
	if (!READ_ONCE(vsim_next.deaf))
		vsim_host_poll(q);
	sleep = vsim_host_sleep(q);
	mutex_unlock(&q->lock);
	return sleep;
}

/* vsim_host_drop - forget all that was not answered; with the queue's lock */
void vsim_host_drop(struct vsim_queue *q)
{
	struct vsim_request *req, *next;

	lockdep_assert_held(&q->lock);
	list_splice_init(&q->lost, &q->waiting);
	list_for_each_entry_safe(req, next, &q->waiting, node) {
		list_del(&req->node);
		vsim_ring_free(req);
	}
}

/* vsim_host_release_tag - let go of what is held as @tag; with the control queue's lock */
void vsim_host_release_tag(struct vsim *sim, u32 tag)
{
	struct vsim_queue *q = &sim->queues[VSIM_CTRLQ];
	struct vsim_request *req;

	lockdep_assert_held(&q->lock);
	list_for_each_entry(req, &q->waiting, node) {
		if (req->tag == tag)
			req->held = false;
	}
	vsim_thread_kick(q);
}

/* vsim_host_release - let go of all that has been sent until now */
void vsim_host_release(struct vsim *sim)
{
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		struct vsim_queue *q = &sim->queues[i];
		struct vsim_request *req;

		mutex_lock(&q->lock);
		vsim_host_poll(q);
		list_for_each_entry(req, &q->waiting, node)
			req->held = false;
		vsim_host_poll(q);
		mutex_unlock(&q->lock);
	}
}

/* vsim_host_revive - answer, late, all that was never to be answered; do what came since */
void vsim_host_revive(struct vsim *sim)
{
	WRITE_ONCE(sim->mute, false);
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		struct vsim_queue *q = &sim->queues[i];
		struct vsim_request *req;

		mutex_lock(&q->lock);
		list_for_each_entry(req, &q->lost, node)
			req->lost = false;
		list_splice_init(&q->lost, &q->waiting);
		mutex_unlock(&q->lock);
	}
	vsim_host_release(sim);
}

/* One look of a device that is told to stop, and has not yet. */
static void vsim_host_write_late(struct vsim *sim, bool last)
{
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		struct vsim_queue *q = &sim->queues[i];
		struct vsim_request *req;

		mutex_lock(&q->lock);
		list_splice_init(&q->lost, &q->waiting);
		list_for_each_entry(req, &q->waiting, node) {
			mutex_lock(&sim->lock);
			vsim_transfer_again(sim, req);
			mutex_unlock(&sim->lock);
			if (last)
				vsim_ring_write(req);
		}
		mutex_unlock(&q->lock);
	}
}

/* vsim_host_linger - a reset takes as long as the test wants, and the device writes meanwhile */
void vsim_host_linger(struct vsim *sim)
{
	unsigned long end = jiffies + msecs_to_jiffies(READ_ONCE(vsim_next.reset_ms));
	bool writes = READ_ONCE(vsim_next.reset_writes);

	while (time_before(jiffies, end)) {
		if (writes)
			vsim_host_write_late(sim, false);
		usleep_range(1000, 2000);
	}
	if (writes)
		vsim_host_write_late(sim, true);
}

/* vsim_host_settle - do all that has been sent until now; how many commands are not answered? */
unsigned int vsim_host_settle(struct vsim *sim)
{
	unsigned int count = 0;
	struct list_head *at;

	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		struct vsim_queue *q = &sim->queues[i];

		mutex_lock(&q->lock);
		vsim_host_poll(q);
		list_for_each(at, &q->waiting)
			count++;
		mutex_unlock(&q->lock);
	}
	return count;
}
