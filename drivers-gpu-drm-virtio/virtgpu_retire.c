// SPDX-License-Identifier: GPL-2.0-only
/*
 * When does the host hear that a buffer is gone?
 *
 * Nobody waits for that, and hosts may take long over it: QEMU stops the control
 * queue until it has taken a blob out of the guest's memory. So it is never said in
 * front of living work: what is gone is collected, and said at once and with one
 * notification when the host has nothing else to do, when it has become much, or
 * after a second. Until then the resource keeps its id, and guest memory stays the
 * host's. A range of the window can be taken back earlier (virtgpu_window.c).
 *
 * The answers raise no interrupt either, for each would be one. They are looked for,
 * the less often the longer the host takes.
 */
#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <drm/drm_managed.h>

#include "virtgpu_device_types.h"
#include "virtgpu_object.h"
#include "virtgpu_retire.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/* So many, or so many bytes, are too much to be kept. */
#define VIRTGPU_RETIRE_MAX		64
#define VIRTGPU_RETIRE_MAX_BYTES	(16 * 1024 * 1024)

/* How often to look whether the host is idle, and how long to wait for that. */
#define VIRTGPU_RETIRE_LOOK_MS		10u
#define VIRTGPU_RETIRE_MAX_LOOK_MS	500u
#define VIRTGPU_RETIRE_MAX_MS		1000

/* How long somebody without memory waits for what is on its way, and how often it looks. */
#define VIRTGPU_RETIRE_WAIT		HZ
#define VIRTGPU_RETIRE_WAIT_LOOK	max(HZ / 200, 1)

/**
 * struct virtgpu_retired - what the host will be told of
 */
struct virtgpu_retired {
	/** @vgdev: the device. */
	struct virtgpu_device *vgdev;
	/** @send: queues what takes an object from the host. */
	void (*send)(struct virtgpu_object *obj);
	/** @work: looks whether the host is idle. The only user of @interval. */
	struct delayed_work work;
	/** @interval: milliseconds until the next look. */
	unsigned int interval;
	/** @unanswered: of @objects and those that the host was told of since. */
	atomic_t unanswered;
	/** @lock: guards what follows. Innermost. */
	spinlock_t lock;
	/** @objects: without a reference, oldest first. */
	struct list_head objects;
	/** @count: how many. */
	unsigned int count;
	/** @bytes: their size. */
	u64 bytes;
	/** @since: when the first of them came, in jiffies. */
	unsigned long since;
};

static void virtgpu_retire_look_in(struct virtgpu_retired *retired, unsigned int ms)
{
	mod_delayed_work(virtgpu_vbuf_reclaim_workqueue(retired->vgdev), &retired->work,
			 msecs_to_jiffies(ms));
}

static bool virtgpu_retire_is_overdue(struct virtgpu_retired *retired)
{
	return time_after(jiffies, READ_ONCE(retired->since) +
				   msecs_to_jiffies(VIRTGPU_RETIRE_MAX_MS));
}

static void virtgpu_retire_work(struct work_struct *work)
{
	struct virtgpu_retired *retired =
		container_of(work, struct virtgpu_retired, work.work);
	bool told = READ_ONCE(retired->count);
	u32 oldest;

	/* What takes a buffer out of its context stands in the ring, and nobody said so. */
	virtgpu_vq_kick(retired->vgdev->ctrlq);
	/* To ask what the host owes takes its answers, too. */
	told &= !virtgpu_vq_owes(retired->vgdev->ctrlq, &oldest) ||
		virtgpu_retire_is_overdue(retired);
	if (told)
		virtgpu_retire_flush(retired->vgdev);
	retired->interval = told ? VIRTGPU_RETIRE_LOOK_MS :
				   min(2 * retired->interval, VIRTGPU_RETIRE_MAX_LOOK_MS);
	if (atomic_read(&retired->unanswered))
		queue_delayed_work(virtgpu_vbuf_reclaim_workqueue(retired->vgdev), &retired->work,
				   msecs_to_jiffies(retired->interval));
	else
		retired->interval = VIRTGPU_RETIRE_LOOK_MS;
}

/**
 * virtgpu_retire_init - begin to collect
 * @vgdev: the device
 * @send: queues what takes an object from the host; may sleep. When that has ended,
 *        virtgpu_retire_answered() has to be called.
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_retire_init(struct virtgpu_device *vgdev,
			void (*send)(struct virtgpu_object *obj))
{
	struct virtgpu_retired *retired;

	retired = drmm_kzalloc(vgdev->drm, sizeof(*retired), GFP_KERNEL);
	if (!retired)
		return -ENOMEM;
	retired->vgdev = vgdev;
	retired->send = send;
	retired->interval = VIRTGPU_RETIRE_LOOK_MS;
	INIT_DELAYED_WORK(&retired->work, virtgpu_retire_work);
	spin_lock_init(&retired->lock);
	INIT_LIST_HEAD(&retired->objects);
	vgdev->retired = retired;
	return 0;
}

/**
 * virtgpu_retire - nobody has the object any more; may sleep
 * @obj: the object
 */
void virtgpu_retire(struct virtgpu_object *obj)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(obj->base.base.dev);
	struct virtgpu_retired *retired = vgdev->retired;
	bool first, much;

	spin_lock(&retired->lock);
	first = !retired->count;
	WRITE_ONCE(retired->count, retired->count + 1);
	if (first)
		WRITE_ONCE(retired->since, jiffies);
	retired->bytes += obj->base.base.size;
	atomic_inc(&retired->unanswered);
	list_add_tail(&obj->retired, &retired->objects);
	/* Whoever has stopped the device and flushed finds nothing here afterwards. */
	much = READ_ONCE(vgdev->state) != VIRTGPU_RUNNING || retired->count >= VIRTGPU_RETIRE_MAX ||
	       retired->bytes >= VIRTGPU_RETIRE_MAX_BYTES;
	spin_unlock(&retired->lock);
	if (first)
		virtgpu_retire_look_in(retired, VIRTGPU_RETIRE_LOOK_MS);
	if (much)
		virtgpu_retire_flush(vgdev);
}

/**
 * virtgpu_retire_hurry - tell the host soon, whatever else it has to do; any context
 * @vgdev: the device
 *
 * Waits for nobody, and takes no lock under which memory is allocated.
 */
void virtgpu_retire_hurry(struct virtgpu_device *vgdev)
{
	struct virtgpu_retired *retired = vgdev->retired;

	if (!READ_ONCE(retired->count))
		return;
	WRITE_ONCE(retired->since, jiffies - 2 * msecs_to_jiffies(VIRTGPU_RETIRE_MAX_MS));
	virtgpu_retire_look_in(retired, 0);
}

/**
 * virtgpu_retire_answered - the host knows that an object is gone, or is itself
 * @vgdev: the device
 */
void virtgpu_retire_answered(struct virtgpu_device *vgdev)
{
	atomic_dec(&vgdev->retired->unanswered);
}

/**
 * virtgpu_retire_flush - tell the host of all that is collected; may sleep
 * @vgdev: the device
 */
void virtgpu_retire_flush(struct virtgpu_device *vgdev)
{
	struct virtgpu_retired *retired = vgdev->retired;
	struct virtgpu_object *obj, *next;
	LIST_HEAD(objects);

	spin_lock(&retired->lock);
	list_splice_init(&retired->objects, &objects);
	WRITE_ONCE(retired->count, 0);
	retired->bytes = 0;
	spin_unlock(&retired->lock);
	if (list_empty(&objects))
		return;
	/* The object may be gone once it was sent. */
	list_for_each_entry_safe(obj, next, &objects, retired)
		retired->send(obj);
	virtgpu_vq_kick(vgdev->ctrlq);
}

/**
 * virtgpu_retire_wait - wait for memory that is on its way back; may sleep
 * @vgdev: the device
 *
 * For those who found none: the allocator neither knows of it nor calls the OOM killer,
 * who would have waited, for an allocation that may fail. As long as the host takes to
 * answer, and no longer than a second. It answers in order: what is closed meanwhile, and
 * there may always be something, is not waited for.
 *
 * Return: whether any has come back, so that it is worth another try.
 */
bool virtgpu_retire_wait(struct virtgpu_device *vgdev)
{
	unsigned long deadline = jiffies + VIRTGPU_RETIRE_WAIT;
	long from = atomic_long_read(&vgdev->freed), freed = 0;
	long due = atomic_long_read(&vgdev->dying);

	if (due > 0)
		virtgpu_retire_flush(vgdev);
	while (freed < due && time_before(jiffies, deadline) && !fatal_signal_pending(current)) {
		virtgpu_vq_look(vgdev->ctrlq);
		schedule_timeout_killable(VIRTGPU_RETIRE_WAIT_LOOK);
		freed = atomic_long_read(&vgdev->freed) - from;
	}
	return freed > 0;
}

/**
 * virtgpu_retire_fini - nothing is collected any more; may sleep
 * @vgdev: the device, which is stopped
 */
void virtgpu_retire_fini(struct virtgpu_device *vgdev)
{
	if (vgdev->retired)
		cancel_delayed_work_sync(&vgdev->retired->work);
}
