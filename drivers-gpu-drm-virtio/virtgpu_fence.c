// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is told that the host has finished a command?
 *
 * A fence belongs to the command that carries it, not to a number: the answer
 * finds its vbuf by the virtqueue token, and the vbuf holds the fence. So a
 * completion costs the same however many fences are outstanding, and a host
 * that echoes a wrong fence id signals nothing that it should not.
 *
 * Fences may outlive the DRM device (in a sync_file, or in the reservation of
 * another driver's buffer), so a fence never follows its device pointer, and
 * once it has its place it pins the module that holds its functions.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include <drm/drm_device.h>
#include <drm/drm_file.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_fence.h"

/**
 * struct virtgpu_fence_event - the DRM event of a fence on a polled ring
 * @base: accounting and delivery, by the DRM core
 * @drm: the device whose event lock is needed to deliver
 * @event: what the reader gets: a bare header, as the UAPI says
 */
struct virtgpu_fence_event {
	struct drm_pending_event base;
	struct drm_device *drm;
	struct drm_event event;
};

static const char *virtgpu_fence_driver_name(struct dma_fence *base)
{
	return "virtio_gpu";
}

static const char *virtgpu_fence_timeline_name(struct dma_fence *base)
{
	return "controlq";
}

static void virtgpu_fence_release(struct dma_fence *base)
{
	struct virtgpu_fence *fence = container_of(base, struct virtgpu_fence, base);
	bool armed = fence->armed;

	kfree_rcu(fence, base.rcu);
	if (armed)
		module_put(THIS_MODULE);
}

static const struct dma_fence_ops virtgpu_fence_ops = {
	.get_driver_name = virtgpu_fence_driver_name,
	.get_timeline_name = virtgpu_fence_timeline_name,
	.release = virtgpu_fence_release,
};

/**
 * virtgpu_fence_alloc - make a fence for one command
 * @vgdev: the device that will signal it
 * @context: the timeline, from dma_fence_context_alloc()
 * @ring: the ring that it will signal for, or VIRTGPU_RING_NONE
 *
 * Its place on the timeline comes with virtgpu_fence_arm(). Until then only the
 * maker may look at it, though others may already hold references.
 *
 * Return: the fence, or NULL without memory.
 */
struct virtgpu_fence *virtgpu_fence_alloc(const struct virtgpu_device *vgdev,
					  u64 context, int ring)
{
	struct virtgpu_fence *fence = kzalloc_obj(*fence);

	if (!fence)
		return NULL;
	spin_lock_init(&fence->lock);
	fence->vgdev = vgdev;
	fence->ring = ring;
	dma_fence_init(&fence->base, &virtgpu_fence_ops, &fence->lock, context, 0);
	return fence;
}

/**
 * virtgpu_fence_free - drop a fence whose command was never queued
 * @fence: from virtgpu_fence_alloc(), or NULL
 */
void virtgpu_fence_free(struct virtgpu_fence *fence)
{
	struct virtgpu_fence_event *event;

	if (!fence)
		return;
	event = fence->event;
	fence->event = NULL;
	if (event)
		drm_event_cancel_free(event->drm, &event->base);
	dma_fence_put(&fence->base);
}

/**
 * virtgpu_fence_arm - give a fence its place on its timeline
 * @fence: not yet seen by others
 * @seqno: its place; the caller serialises places and queueing
 *
 * From here on the fence must be signalled.
 */
void virtgpu_fence_arm(struct virtgpu_fence *fence, u64 seqno)
{
	__module_get(THIS_MODULE);
	fence->armed = true;
	fence->base.seqno = seqno;
}

/**
 * virtgpu_fence_signal - the command of this fence has ended
 * @fence: armed, not yet signalled
 * @error: 0, or a negative errno that the waiters get to see
 *
 * Any context. The fence goes first: whoever reads the event finds the work
 * done and its buffers idle.
 */
void virtgpu_fence_signal(struct virtgpu_fence *fence, int error)
{
	struct virtgpu_fence_event *event = fence->event;

	fence->event = NULL;
	if (error)
		dma_fence_set_error(&fence->base, error);
	dma_fence_signal(&fence->base);
	if (event)
		drm_send_event(event->drm, &event->base);
}

/**
 * virtgpu_fence_from - is this one of our fences?
 * @fence: any fence
 *
 * Return: our view of it, or NULL if another driver made it.
 */
struct virtgpu_fence *virtgpu_fence_from(struct dma_fence *fence)
{
	/* The pointer may be RCU's, and cleared at the signal: only compared. */
	if ((__force const struct dma_fence_ops *)READ_ONCE(fence->ops) != &virtgpu_fence_ops)
		return NULL;
	return container_of(fence, struct virtgpu_fence, base);
}

/**
 * virtgpu_fence_event_reserve - have the fence announce itself to a file
 * @fence: not yet armed
 * @drm: the DRM device of @file
 * @file: whose reader gets a VIRTGPU_EVENT_FENCE_SIGNALED
 *
 * Return: 0, or -ENOMEM without memory or when the file's event space is used
 * up by events that nobody reads (4096 bytes: 512 events).
 */
int virtgpu_fence_event_reserve(struct virtgpu_fence *fence,
				struct drm_device *drm, struct drm_file *file)
{
	struct virtgpu_fence_event *event = kzalloc_obj(*event);
	int ret;

	if (!event)
		return -ENOMEM;
	event->drm = drm;
	event->event.type = VIRTGPU_EVENT_FENCE_SIGNALED;
	event->event.length = sizeof(event->event);
	ret = drm_event_reserve_init(drm, file, &event->base, &event->event);
	if (ret) {
		kfree(event);
		return ret;
	}
	fence->event = event;
	return 0;
}
