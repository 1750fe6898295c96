// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is something done to its end, whoever asks for it?
 *
 * A device goes, or wakes up, by the hand of a process, which may have been killed or
 * interrupted. The DRM core's commits give up then, in the middle; a worker has no
 * signals.
 */
#include <linux/workqueue.h>

#include "virtgpu_work.h"

/**
 * struct virtgpu_work - a call that a worker makes
 */
struct virtgpu_work {
	/** @base: what is queued. */
	struct work_struct base;
	/** @function: what is called. */
	int (*function)(struct virtgpu_device *vgdev);
	/** @vgdev: with what. */
	struct virtgpu_device *vgdev;
	/** @ret: what it has returned. */
	int ret;
};

static void virtgpu_work_run(struct work_struct *base)
{
	struct virtgpu_work *work = container_of(base, struct virtgpu_work, base);

	work->ret = work->function(work->vgdev);
}

/**
 * virtgpu_work_call - call a function where no signal interrupts it; may sleep
 * @function: the function; takes no lock that the caller has
 * @vgdev: the device
 *
 * Return: what @function returns.
 */
int virtgpu_work_call(int (*function)(struct virtgpu_device *vgdev),
		      struct virtgpu_device *vgdev)
{
	struct virtgpu_work work = { .function = function, .vgdev = vgdev };

	INIT_WORK_ONSTACK(&work.base, virtgpu_work_run);
	schedule_work(&work.base);
	flush_work(&work.base);
	destroy_work_on_stack(&work.base);
	return work.ret;
}
