// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the OOM killer do before it kills?
 *
 * A process that it has killed gives its buffers back only when the host has
 * answered that it does not use them any more. The next would be killed meanwhile,
 * for memory that is on its way. So the killer is kept waiting for that, as long as
 * the host answers and no longer than a second.
 */
#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/notifier.h>
#include <linux/oom.h>
#include <linux/sched.h>

#include "virtgpu_device_types.h"
#include "virtgpu_oom.h"
#include "virtgpu_retire.h"
#include "virtgpu_vq.h"

/* How long the OOM killer waits at most, and how often it looks. */
#define VIRTGPU_OOM_TIMEOUT	HZ
#define VIRTGPU_OOM_LOOK	max(HZ / 100, 1)

/*
 * The allocation that failed may have been made with any of our locks but those of
 * the queues, so no other is taken, and no worker is waited for. What was dying and is
 * no more is with the page allocator again.
 */
static int virtgpu_oom_notified(struct notifier_block *nb, unsigned long unused, void *data)
{
	struct virtgpu_device *vgdev = container_of(nb, struct virtgpu_device, oom);
	unsigned long deadline = jiffies + VIRTGPU_OOM_TIMEOUT;
	long before = atomic_long_read(&vgdev->dying), left = before;
	unsigned long *freed = data;

	while ((left > 0 || atomic_read(&vgdev->victims)) && time_before(jiffies, deadline)) {
		virtgpu_retire_hurry(vgdev);
		virtgpu_vq_look(vgdev->ctrlq);
		schedule_timeout_uninterruptible(VIRTGPU_OOM_LOOK);
		/* What a victim held and is given back now was not counted before. */
		left = atomic_long_read(&vgdev->dying);
		before = max(before, left);
	}
	*freed += before - left;
	return NOTIFY_OK;
}

/**
 * virtgpu_oom_init - hear of the OOM killer
 * @vgdev: the device; its queues are there as long as it is
 */
void virtgpu_oom_init(struct virtgpu_device *vgdev)
{
	vgdev->oom.notifier_call = virtgpu_oom_notified;
	register_oom_notifier(&vgdev->oom);
}

/**
 * virtgpu_oom_fini - hear no more of it; may sleep
 * @vgdev: the device
 */
void virtgpu_oom_fini(struct virtgpu_device *vgdev)
{
	unregister_oom_notifier(&vgdev->oom);
}
