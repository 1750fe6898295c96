/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What makes up one virtio-gpu device? Only types: any file may include this.
 */
#ifndef VIRTGPU_DEVICE_TYPES_H
#define VIRTGPU_DEVICE_TYPES_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <drm/drm_device.h>

#include "virtgpu_features_types.h"
#include "virtgpu_state.h"

struct task_struct;
struct virtgpu_capsets;
struct virtgpu_display;
struct virtgpu_loss;
struct virtgpu_vq;
struct virtgpu_retired;
struct virtgpu_watchdog;
struct virtgpu_window;
struct virtio_device;

/* virtio 1.3, 5.7.6.7: a display-info response describes this many scanouts. */
#define VIRTGPU_MAX_SCANOUTS	16

/* SUPPORTED_CAPSET_IDs is a 64-bit mask and id 0 does not exist. */
#define VIRTGPU_MAX_CAPSET_ID	63

/**
 * struct virtgpu_device - one virtio-gpu device
 *
 * Every pointer to an opaque struct is owned by the file of that name, which
 * alone looks inside; virtgpu_device.c calls their init and fini in order.
 */
struct virtgpu_device {
	/** @drm: our DRM device; its dev_private points back here. */
	struct drm_device *drm;
	/** @vdev: our virtio device; not to be touched once unplugged. */
	struct virtio_device *vdev;
	/** @features: constant after probe. */
	struct virtgpu_features features;

	/** @fence_wq: runs what fences wait for (virtgpu_vbuf.c). */
	struct workqueue_struct *fence_wq;
	/** @reclaim_wq: runs what gives memory back. */
	struct workqueue_struct *reclaim_wq;
	/** @dead: commands that have ended, and hold on to something. */
	struct llist_head dead;
	/** @reclaim: frees them. */
	struct work_struct reclaim;

	/**
	 * @making: held for reading while something is made on the host that a
	 * reset has to know of, for writing by the reset before it looks.
	 * Inside &virtgpu_file.lock; nobody waits for the host with it.
	 */
	struct rw_semaphore making;
	/** @resumed: woken when it is VIRTGPU_RUNNING again, or never will be. */
	wait_queue_head_t resumed;
	/** @state: read and changed with the locks of both queues. */
	enum virtgpu_state state;
	/** @error: with which commands end while @state is VIRTGPU_STOPPED. */
	int error;
	/** @restorer: the task that makes resources again; only compared. */
	const struct task_struct *restorer;

	/** @ctrlq: commands (virtgpu_vq.c). */
	struct virtgpu_vq *ctrlq;
	/** @cursorq: cursor updates (virtgpu_vq.c). */
	struct virtgpu_vq *cursorq;
	/** @watchdog: notices a silent host (virtgpu_watchdog.c). */
	struct virtgpu_watchdog *watchdog;
	/** @report: tell who resets a device that has failed; false: nobody will. */
	bool (*report)(struct virtgpu_device *vgdev);
	/** @hang_timeout_ms: after which a silent host is given up (virtgpu_watchdog.c). */
	u32 hang_timeout_ms;
	/** @loss: the way down and up (virtgpu_loss.c). */
	struct virtgpu_loss *loss;
	/** @shutdown: hears of the machine's end (virtgpu_device.c). */
	struct notifier_block shutdown;

	/** @capsets: capability sets (virtgpu_capset.c). */
	struct virtgpu_capsets *capsets;
	/** @window: host-visible memory (virtgpu_window.c). */
	struct virtgpu_window *window;
	/** @display: scanouts (virtgpu_display.c); NULL on a headless device. */
	struct virtgpu_display *display;

	/** @retired: what the host will be told to forget (virtgpu_retire.c). */
	struct virtgpu_retired *retired;
	/** @resources: resource ids in use (virtgpu_object.c); some VIRTGPU_LOST. */
	struct xarray resources;
	/** @next_resource: where the search for a fresh id begins. */
	u32 next_resource;
	/** @contexts: context ids in use (virtgpu_context.c); some VIRTGPU_LOST. */
	struct xarray contexts;
	/** @next_context: where the search for a fresh context id begins. */
	u32 next_context;

	/** @uuid_lock: guards &virtgpu_object.uuid; held while the host is asked. */
	struct mutex uuid_lock;
	/** @import_lock: guards the making of pictures of imports (virtgpu_import.c). */
	struct mutex import_lock;

	/** @oom: hears of the OOM killer (virtgpu_oom.c). */
	struct notifier_block oom;
	/** @dying: pages of objects that are freed when the host lets go of them. */
	atomic_long_t dying;
	/** @freed: how many were, all in all. */
	atomic_long_t freed;
	/** @victims: contexts of processes that the OOM killer has killed. */
	atomic_t victims;
};

/*
 * Of a context or a resource in its table: the host has forgotten it for good. The first
 * mark is the allocator's.
 */
#define VIRTGPU_LOST	XA_MARK_1

/* Is that so? Mostly it is of none, and the table knows without a search. */
static inline bool virtgpu_is_lost(struct xarray *table, u32 id)
{
	return unlikely(xa_marked(table, VIRTGPU_LOST)) && xa_get_mark(table, id, VIRTGPU_LOST);
}

/**
 * to_virtgpu_device - from the DRM device to ours
 * @drm: the DRM device of this driver
 *
 * Return: the device.
 */
static inline struct virtgpu_device *to_virtgpu_device(const struct drm_device *drm)
{
	return drm->dev_private;
}

#endif
