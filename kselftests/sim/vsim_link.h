/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ties the device to the kernel that it is in?
 */
#ifndef VSIM_LINK_H
#define VSIM_LINK_H

#include <linux/irq_work.h>
#include <linux/kref.h>
#include <linux/virtio.h>
#include <linux/virtio_ring.h>
#include <linux/wait.h>

struct platform_device;
struct task_struct;

/* struct vsim_link - of a device */
struct vsim_link {
	struct kref ref;
	struct virtio_device vdev;
	struct platform_device *parent;
	struct irq_work config_irq;
	bool driver_ok;		/* the driver has said so since it last reset the device */
};

/* struct vsim_queue_link - of a queue */
struct vsim_queue_link {
	struct task_struct *thread;
	wait_queue_head_t wait;
	bool kicked;
	struct irq_work irq;
	struct virtqueue *vq;	/* guarded by the queue's lock */
};

/* vsim_vring - the ring of a queue, NULL: it has none; with the queue's lock */
static inline const struct vring *vsim_vring(const struct vsim_queue_link *link)
{
	return link->vq ? virtqueue_get_vring(link->vq) : NULL;
}

/* vsim_link_features - what the driver accepted */
static inline u64 vsim_link_features(const struct vsim_link *link)
{
	return link->vdev.features;
}

#endif
