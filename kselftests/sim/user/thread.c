// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who runs a queue? A thread of the process for each, which sleeps until the driver or
 * the device itself has something for it.
 */
#include <poll.h>
#include <sys/eventfd.h>

#include "process.h"

/* How often was this event raised since the last look? */
static u64 vsim_thread_take(int event)
{
	struct pollfd look = { .fd = event, .events = POLLIN };
	u64 count;

	if (event < 0 || poll(&look, 1, 0) != 1 || read(event, &count, sizeof(count)) < 0)
		return 0;
	return count;
}

/* vsim_thread_kick - there may be something to do */
void vsim_thread_kick(struct vsim_queue *q)
{
	const u64 one = 1;

	/* An event can only fail to count where it has counted for ages. */
	if (write(q->link.wake, &one, sizeof(one)) < 0)
		perror("vsim: wake");
}

/* vsim_thread_unkick - what was kicked for is looked at next; with the queue's lock */
void vsim_thread_unkick(struct vsim_queue *q)
{
	vsim_thread_take(q->link.wake);
	q->kicks += vsim_thread_take(q->link.kick);
}

static void *vsim_thread_run(void *data)
{
	struct vsim_queue *q = data;
	long sleep = MAX_SCHEDULE_TIMEOUT;

	for (;;) {
		struct pollfd events[2] = { { .fd = q->link.wake, .events = POLLIN } };

		mutex_lock(&q->lock);
		events[1] = (struct pollfd) { .fd = q->link.kick, .events = POLLIN };
		mutex_unlock(&q->lock);
		poll(events, ARRAY_SIZE(events), sleep > INT_MAX ? -1 : sleep);
		sleep = vsim_host_turn(q);
	}
	return NULL;
}

/* vsim_thread_start - one for each queue; 0 or a negative errno */
int vsim_thread_start(struct vsim *sim)
{
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		struct vsim_queue *q = &sim->queues[i];

		q->link.kick = -1;
		q->link.call = -1;
		q->link.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (q->link.wake < 0)
			return -errno;
		if (pthread_create(&q->link.thread, NULL, vsim_thread_run, q))
			return -EAGAIN;
	}
	return 0;
}

/* vsim_thread_lock_all - no queue is run until vsim_thread_unlock_all() */
void vsim_thread_lock_all(struct vsim *sim)
{
	for (unsigned int i = 0; i < VSIM_QUEUES; i++)
		mutex_lock(&sim->queues[i].lock);
	mutex_lock(&sim->lock);
}

/* vsim_thread_unlock_all - and each looks at what is new */
void vsim_thread_unlock_all(struct vsim *sim)
{
	mutex_unlock(&sim->lock);
	for (unsigned int i = VSIM_QUEUES; i--;) {
		mutex_unlock(&sim->queues[i].lock);
		vsim_thread_kick(&sim->queues[i]);
	}
}
