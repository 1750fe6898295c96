/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_CONTEXT_H
#define VIRTGPU_CONTEXT_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <drm/drm_file.h>

#include "virtgpu_handles.h"
#include "virtgpu_job.h"

struct drm_device;
struct drm_gem_object;
struct virtgpu_device;
struct virtgpu_quota;

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
 * References are those of @jobq: the open file's until it is closed, then that
 * of the command that destroys the context; one for each parked command.
 */
struct virtgpu_context {
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
	/** @victim: the OOM killer waits for its end. */
	bool victim;
	/** @destroy_job: room for the last fences, until the context is closed. */
	struct virtgpu_job *destroy_job;
	/** @deadline: destroys a closed context whose fences don't signal. */
	struct delayed_work deadline;
	/** @left: bytes that were parked when the client went. */
	u64 left;
	/** @jobq: its commands; a timeline for each ring, then that of no ring. */
	struct virtgpu_jobq jobq;
};

/**
 * struct virtgpu_file - an open file of the device
 */
struct virtgpu_file {
	/** @vgdev: the device. */
	struct virtgpu_device *vgdev;
	/** @quota: of the control queue. */
	struct virtgpu_quota *quota;
	/**
	 * @lock: guards what follows, and keeps attach and detach in order.
	 * Taken outside &virtgpu_jobq.lock, inside no lock of ours.
	 */
	struct mutex lock;
	/** @ctx: created on demand, once; read without the lock too. */
	struct virtgpu_context *ctx;
	/** @handles: what the file has handles for. */
	struct virtgpu_handles handles;
};

void virtgpu_context_table_init(struct virtgpu_device *vgdev);
void virtgpu_context_table_fini(struct virtgpu_device *vgdev);
void virtgpu_context_cancel_all(struct virtgpu_device *vgdev, int error);

int virtgpu_context_open(struct drm_device *drm, struct drm_file *file);
void virtgpu_context_close(struct drm_device *drm, struct drm_file *file);

int virtgpu_context_create(struct virtgpu_file *vfile,
			   const struct virtgpu_context_params *params);
void virtgpu_context_default_name(struct virtgpu_context_params *params);
int virtgpu_context_make(struct virtgpu_file *vfile, struct virtgpu_context **ctx);
int virtgpu_context_throttle(struct virtgpu_file *vfile);

int virtgpu_context_attach(struct virtgpu_file *vfile, struct virtgpu_handle *handle);
void virtgpu_context_detach(struct virtgpu_file *vfile, struct drm_gem_object *gem,
			    struct virtgpu_handle *handle);

/* From the DRM file to ours. */
static inline struct virtgpu_file *virtgpu_context_file(const struct drm_file *file)
{
	return file->driver_priv;
}

/* The file's context, or NULL. */
static inline struct virtgpu_context *virtgpu_context_peek(struct virtgpu_file *vfile)
{
	/* Pairs with the release in virtgpu_context_create_locked(). */
	return smp_load_acquire(&vfile->ctx);
}

/*
 * Set @ctx to the file's context, which lives as long as the file is open. Returns 0, or,
 * if the host has forgotten it, the error of virtgpu_context_cancel_all(), or, if there is
 * none, what virtgpu_context_make() returns.
 */
static inline int virtgpu_context_get_or_create(struct virtgpu_file *vfile,
						struct virtgpu_context **ctx)
{
	*ctx = virtgpu_context_peek(vfile);
	if (likely(*ctx))
		return READ_ONCE((*ctx)->lost) ? READ_ONCE((*ctx)->jobq.cancelled) : 0;
	return virtgpu_context_make(vfile, ctx);
}

/* Where the commands of a ring, or of VIRTGPU_RING_NONE, run. */
static inline struct virtgpu_timeline *
virtgpu_context_timeline(struct virtgpu_context *ctx, int ring)
{
	return &ctx->jobq.timelines[ring < 0 ? ctx->num_rings : ring];
}

#endif
