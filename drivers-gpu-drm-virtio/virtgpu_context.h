/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_CONTEXT_H
#define VIRTGPU_CONTEXT_H

#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "virtgpu_timeline.h"

struct drm_device;
struct drm_file;
struct drm_gem_object;
struct virtgpu_device;

/* CONTEXT_INIT accepts up to this many rings: a bit each in the poll mask. */
#define VIRTGPU_MAX_RINGS	64

/* Bytes of a context's name on the wire, with the terminator. */
#define VIRTGPU_CONTEXT_NAME	64

/**
 * struct virtgpu_context_params - what a client asks its context to be
 */
struct virtgpu_context_params {
	/** @capset_id: the protocol it will speak, or 0 for the host's default. */
	u32 capset_id;
	/** @num_rings: 0 to VIRTGPU_MAX_RINGS. */
	u32 num_rings;
	/** @poll_mask: rings whose fences send events. */
	u64 poll_mask;
	/** @name: shown by host tools. */
	char name[VIRTGPU_CONTEXT_NAME];
};

/**
 * struct virtgpu_context - a client's address space and queues on the host
 *
 * References: the open file, and each command that waits.
 */
struct virtgpu_context {
	/** @refs: the last one frees the memory; the host has forgotten by then. */
	struct kref refs;
	/** @vgdev: the device. */
	struct virtgpu_device *vgdev;
	/** @id: the host's name for it. */
	u32 id;
	/** @num_rings: constant. */
	u32 num_rings;
	/** @poll_mask: constant. */
	u64 poll_mask;
	/**
	 * @lost: the host has forgotten it, and will not be asked to again.
	 * Set once, by virtgpu_context_cancel_all(); read without a lock.
	 */
	bool lost;
	/**
	 * @lock: guards what follows, and keeps the order of commands on a
	 * timeline the same as in the control queue. Taken inside reservation
	 * locks and outside the queue's lock; never in an interrupt.
	 */
	spinlock_t lock;
	/** @order: how many commands have ever waited. */
	u64 order;
	/** @teardown: detach and destroy commands behind what waits. */
	struct list_head teardown;
	/** @farewell: room for the last fences, until the context is closed. */
	struct virtgpu_wait *farewell;
	/** @work: runs what waits no longer. */
	struct work_struct work;
	/** @moved: woken when something waits no longer. */
	wait_queue_head_t moved;
	/** @timelines: one for each ring, then the one of no ring. */
	struct virtgpu_timeline timelines[];
};

/**
 * struct virtgpu_file - an open file of the device
 */
struct virtgpu_file {
	/** @vgdev: the device. */
	struct virtgpu_device *vgdev;
	/**
	 * @lock: guards what follows, and keeps attach and detach in order.
	 * Taken outside &virtgpu_context.lock, inside no lock of ours.
	 */
	struct mutex lock;
	/** @ctx: created on demand, once; read without the lock too. */
	struct virtgpu_context *ctx;
	/** @handles: by resource id, how many handles the file has for it. */
	struct xarray handles;
};

void virtgpu_context_table_init(struct virtgpu_device *vgdev);
void virtgpu_context_table_fini(struct virtgpu_device *vgdev);
void virtgpu_context_cancel_all(struct virtgpu_device *vgdev);

struct virtgpu_file *virtgpu_context_file(const struct drm_file *file);
int virtgpu_context_open(struct drm_device *drm, struct drm_file *file);
void virtgpu_context_close(struct drm_device *drm, struct drm_file *file);

int virtgpu_context_create(struct virtgpu_file *vfile,
			   const struct virtgpu_context_params *params);
void virtgpu_context_default_name(struct virtgpu_context_params *params);
int virtgpu_context_get_or_create(struct virtgpu_file *vfile, struct virtgpu_context **ctx);
void virtgpu_context_get(struct virtgpu_context *ctx);
void virtgpu_context_put(struct virtgpu_context *ctx);
struct virtgpu_timeline *virtgpu_context_timeline(struct virtgpu_context *ctx, int ring);

int virtgpu_context_attach(struct virtgpu_file *vfile, u32 res_id);
void virtgpu_context_detach(struct virtgpu_file *vfile, struct drm_gem_object *gem,
			    u32 res_id);

#endif
