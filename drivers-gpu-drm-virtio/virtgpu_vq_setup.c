// SPDX-License-Identifier: GPL-2.0-only
/*
 * How do the queues come and go?
 *
 * Their memory lives as long as the DRM device, the virtqueues only from the
 * handshake to the reset.
 */
#include <linux/minmax.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "virtgpu_device_types.h"
#include "virtgpu_payload.h"
#include "virtgpu_vq.h"
#include "virtgpu_vq_types.h"

static void virtgpu_vq_ctrl_interrupt(struct virtqueue *vq)
{
	struct virtgpu_device *vgdev = vq->vdev->priv;

	virtgpu_vq_interrupt(vgdev->ctrlq);
}

static void virtgpu_vq_cursor_interrupt(struct virtqueue *vq)
{
	struct virtgpu_device *vgdev = vq->vdev->priv;

	virtgpu_vq_interrupt(vgdev->cursorq);
}

static struct virtgpu_vq *virtgpu_vq_create(struct virtgpu_device *vgdev)
{
	struct virtgpu_vq *queue;

	queue = drmm_kzalloc(vgdev->drm, sizeof(*queue), GFP_KERNEL);
	if (!queue)
		return NULL;
	queue->vgdev = vgdev;
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->pending);
	INIT_LIST_HEAD(&queue->held);
	INIT_LIST_HEAD(&queue->withdrawn);
	INIT_LIST_HEAD(&queue->inflight);
	INIT_LIST_HEAD(&queue->refused);
	INIT_WORK(&queue->end_work, virtgpu_vq_end_work);
	INIT_DELAYED_WORK(&queue->retry, virtgpu_vq_retry);
	init_waitqueue_head(&queue->space);
	init_waitqueue_head(&queue->quotas.wait);
	return queue;
}

/**
 * virtgpu_vq_init - make the two queues, which take no commands yet
 * @vgdev: the device
 *
 * The memory of the queues lives as long as the DRM device, so that a late
 * caller finds a stopped queue and not freed memory.
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_vq_init(struct virtgpu_device *vgdev)
{
	init_rwsem(&vgdev->making);
	init_waitqueue_head(&vgdev->resumed);
	vgdev->error = -ENODEV;
	vgdev->ctrlq = virtgpu_vq_create(vgdev);
	vgdev->cursorq = virtgpu_vq_create(vgdev);
	return vgdev->ctrlq && vgdev->cursorq ? 0 : -ENOMEM;
}

/* Smaller rings are there for the commands themselves. */
#define VIRTGPU_VQ_MIN_RESERVED	16

static void virtgpu_vq_connect(struct virtgpu_vq *queue, struct virtqueue *vq, bool tables)
{
	unsigned int size = vq ? virtqueue_get_vring_size(vq) : 0;

	spin_lock_irq(&queue->lock);
	queue->vq = vq;
	queue->tables = tables;
	/*
	 * A full ring keeps this many for a command that jumps the line: a host that is
	 * busy with all the others can still be asked whether it lives.
	 */
	queue->reserved = tables ? 1 : 2;
	if (size < VIRTGPU_VQ_MIN_RESERVED)
		queue->reserved = 0;
	queue->look_at = size;
	queue->stuck = 0;
	WRITE_ONCE(queue->quotas.capacity, max(size, VIRTGPU_QUOTA_MIN_CAPACITY));
	queue->num_awaited = 0;
	queue->disordered = false;
	/* Of a new ring they are on. */
	queue->interrupts = VIRTGPU_VQ_INTERRUPTS_SOON;
	spin_unlock_irq(&queue->lock);
}

/*
 * A table of descriptors is allocated, zeroed, mapped and freed for each command;
 * two descriptors of the ring cost nothing. So submissions do without, but the virtio
 * core takes that decision for a queue, when it is made, and not for a command.
 */
static bool virtgpu_vq_wants_tables(const struct virtgpu_device *vgdev)
{
	return vgdev->features.indirect &&
	       (!vgdev->features.virgl || vgdev->ctrlq->small);
}

/**
 * virtgpu_vq_start - find the device's two virtqueues
 * @vgdev: the device; its virtio device is not ready yet
 *
 * For the first time, or again after virtgpu_vq_fini(). Commands are taken when
 * virtgpu_vq_set_state() says so, once the virtio device is ready.
 *
 * Return: 0; -EAGAIN, once, if the device has been reset and wants a handshake,
 * because what is known now of the queues asks for others; or a negative errno.
 */
int virtgpu_vq_start(struct virtgpu_device *vgdev)
{
	bool tables = virtgpu_vq_wants_tables(vgdev);
	struct virtqueue_info info[] = {
		{ "control", virtgpu_vq_ctrl_interrupt, !tables },
		{ "cursor", virtgpu_vq_cursor_interrupt },
	};
	struct virtqueue *vqs[ARRAY_SIZE(info)];
	int ret;

	ret = virtio_find_vqs(vgdev->vdev, ARRAY_SIZE(vqs), vqs, info, NULL);
	if (ret) {
		drm_err(vgdev->drm, "no virtqueues (%d)\n", ret);
		return ret;
	}
	if (vgdev->features.indirect && !tables &&
	    virtqueue_get_vring_size(vqs[0]) < VIRTGPU_PAYLOAD_MAX_DIRECT) {
		vgdev->ctrlq->small = true;
		virtio_reset_device(vgdev->vdev);
		vgdev->vdev->config->del_vqs(vgdev->vdev);
		return -EAGAIN;
	}
	virtgpu_vq_connect(vgdev->ctrlq, vqs[0], tables);
	virtgpu_vq_connect(vgdev->cursorq, vqs[1], vgdev->features.indirect);
	return 0;
}

/**
 * virtgpu_vq_fini - give the virtqueues back, if there are any
 * @vgdev: the device; drained
 */
void virtgpu_vq_fini(struct virtgpu_device *vgdev)
{
	if (!vgdev->ctrlq->vq)
		return;
	virtgpu_vq_connect(vgdev->ctrlq, NULL, false);
	virtgpu_vq_connect(vgdev->cursorq, NULL, false);
	cancel_delayed_work_sync(&vgdev->ctrlq->retry);
	cancel_delayed_work_sync(&vgdev->cursorq->retry);
	vgdev->vdev->config->del_vqs(vgdev->vdev);
}
