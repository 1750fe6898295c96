// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who runs a queue? A thread of the kernel's for each.
 */
#include <linux/err.h>
#include <linux/kthread.h>

#include "vsim_module.h"

/* vsim_thread_kick - there may be something to do; any context */
void vsim_thread_kick(struct vsim_queue *q)
{
	/* What there is to do before the look at who sleeps. */
	smp_store_mb(q->link.kicked, true);
	wake_up(&q->link.wait);
}

/* vsim_thread_unkick - what was kicked for is looked at next */
void vsim_thread_unkick(struct vsim_queue *q)
{
	/* Pairs with vsim_thread_kick(). */
	smp_store_mb(q->link.kicked, false);
}

static int vsim_thread_run(void *data)
{
	struct vsim_queue *q = data;
	long sleep = MAX_SCHEDULE_TIMEOUT;

	while (!kthread_should_stop()) {
		wait_event_idle_timeout(q->link.wait,
					READ_ONCE(q->link.kicked) || kthread_should_stop(), sleep);
		sleep = vsim_host_turn(q);
		cond_resched();
	}
	return 0;
}

/* vsim_thread_init - before the first kick */
void vsim_thread_init(struct vsim *sim)
{
	for (unsigned int i = 0; i < VSIM_QUEUES; i++)
		init_waitqueue_head(&sim->queues[i].link.wait);
}

/* vsim_thread_start - start them; 0 or a negative errno, then vsim_thread_stop() follows */
int vsim_thread_start(struct vsim *sim)
{
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		struct task_struct *thread;

		thread = kthread_run(vsim_thread_run, &sim->queues[i], "virtgpu-sim/%u", i);
		if (IS_ERR(thread))
			return PTR_ERR(thread);
		sim->queues[i].link.thread = thread;
	}
	return 0;
}

/* vsim_thread_stop - end them, and forget what they had to do */
void vsim_thread_stop(struct vsim *sim)
{
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		struct vsim_queue *q = &sim->queues[i];

		if (q->link.thread)
			kthread_stop(q->link.thread);
		q->link.thread = NULL;
		mutex_lock(&q->lock);
		vsim_host_drop(q);
		mutex_unlock(&q->lock);
	}
}
