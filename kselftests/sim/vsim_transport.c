// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does the driver see the device? The transport: config space, features,
 * status, virtqueues, the window.
 */
#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include "vsim_module.h"
#include "vsim_profile.h"

#define to_vsim(v)	container_of(v, struct vsim, link.vdev)

static void vsim_transport_get(struct virtio_device *vdev, unsigned int offset, void *buf,
			       unsigned int len)
{
	struct vsim *sim = to_vsim(vdev);
	struct virtio_gpu_config config = vsim_device_space(sim);

	if (vsim_is(sim, VSIM_QUIRK_CONFIG_FIXED) &&
	    offset >= offsetof(struct virtio_gpu_config, blob_alignment))
		return;
	memset(buf, 0, len);
	if (offset >= sizeof(config) || len > sizeof(config) - offset) {
		vsim_violation("config space is read at %u +%u, behind its end", offset, len);
		return;
	}
	memcpy(buf, (u8 *)&config + offset, len);
}

static void vsim_transport_set(struct virtio_device *vdev, unsigned int offset,
			       const void *buf, unsigned int len)
{
	struct vsim *sim = to_vsim(vdev);

	if (offset != offsetof(struct virtio_gpu_config, events_clear) || len != sizeof(__le32)) {
		vsim_violation("config space is written at %u +%u: it is read-only", offset, len);
		return;
	}
	if (vsim_is(sim, VSIM_QUIRK_CONFIG_FIXED))
		return;
	WRITE_ONCE(sim->events, sim->events & ~le32_to_cpu(*(const __le32 *)buf));
}

static u32 vsim_transport_generation(struct virtio_device *vdev)
{
	return READ_ONCE(to_vsim(vdev)->generation);
}

/* Over a bus that has to be waited for (virtio-ccw) this sleeps. */
static u8 vsim_transport_get_status(struct virtio_device *vdev)
{
	if (in_interrupt() || irqs_disabled())
		vsim_violation("the status is asked for where nobody may sleep");
	return READ_ONCE(to_vsim(vdev)->status);
}

static void vsim_transport_set_status(struct virtio_device *vdev, u8 status)
{
	struct vsim *sim = to_vsim(vdev);

	if (READ_ONCE(vsim_next.no_features_ok))
		status &= ~VIRTIO_CONFIG_S_FEATURES_OK;
	WRITE_ONCE(sim->status, status | (sim->status & VIRTIO_CONFIG_S_NEEDS_RESET));
	WRITE_ONCE(sim->link.driver_ok, status & VIRTIO_CONFIG_S_DRIVER_OK);
	for (unsigned int i = 0; i < VSIM_QUEUES; i++)
		vsim_thread_kick(&sim->queues[i]);
}

/* The driver gets the device as it was when plugged, and no answer to anything older. */
static void vsim_transport_reset(struct virtio_device *vdev)
{
	struct vsim *sim = to_vsim(vdev);
	bool ran = sim->status & VIRTIO_CONFIG_S_DRIVER_OK;

	WRITE_ONCE(sim->status, 0);
	WRITE_ONCE(sim->link.driver_ok, false);
	if (ran)
		vsim_host_linger(sim);
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		mutex_lock(&sim->queues[i].lock);
		vsim_host_drop(&sim->queues[i]);
		sim->queues[i].enabled = false;
		mutex_unlock(&sim->queues[i].lock);
		irq_work_sync(&sim->queues[i].link.irq);
	}
	vsim_device_reset(sim, ran);
}

static u64 vsim_transport_get_features(struct virtio_device *vdev)
{
	return to_vsim(vdev)->config.features;
}

static int vsim_transport_finalize(struct virtio_device *vdev)
{
	struct vsim *sim = to_vsim(vdev);

	vring_transport_features(vdev);
	if (vdev->features & ~sim->config.features)
		vsim_violation("features 0x%llx are accepted, 0x%llx were offered",
			       vdev->features, sim->config.features);
	return 0;
}

static bool vsim_transport_notify(struct virtqueue *vq)
{
	struct vsim_queue *q = vq->priv;

	/* A device whose status was lost may be told: the driver does not know. */
	if (!READ_ONCE(q->sim->link.driver_ok))
		vsim_violation("queue %u is told of commands before DRIVER_OK", q->index);
	q->kicks++;
	vsim_thread_kick(q);
	return true;
}

static void vsim_transport_interrupt(struct irq_work *work)
{
	struct vsim_queue *q = container_of(work, struct vsim_queue, link.irq);
	struct virtqueue *vq = READ_ONCE(q->link.vq);
	u64 began = ktime_get_ns();

	if (vq)
		vring_interrupt(0, vq);
	q->interrupt_ns += ktime_get_ns() - began;
}

static void vsim_transport_config_interrupt(struct irq_work *work)
{
	struct vsim *sim = container_of(work, struct vsim, link.config_irq);

	virtio_config_changed(&sim->link.vdev);
}

static void vsim_transport_del_vqs(struct virtio_device *vdev)
{
	struct vsim *sim = to_vsim(vdev);

	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		struct vsim_queue *q = &sim->queues[i];
		struct virtqueue *vq;

		mutex_lock(&q->lock);
		if (q->link.vq && sim->status & VIRTIO_CONFIG_S_DRIVER_OK)
			vsim_violation("queue %u is deleted while the device still uses it", i);
		vsim_host_drop(q);
		vq = q->link.vq;
		WRITE_ONCE(q->link.vq, NULL);
		mutex_unlock(&q->lock);
		irq_work_sync(&q->link.irq);
		if (vq)
			vring_del_virtqueue(vq);
	}
}

static struct virtqueue *vsim_transport_make_vq(struct vsim_queue *q,
						const struct virtqueue_info *info)
{
	const struct vsim_config *config = &q->sim->config;
	u32 size = q->index == VSIM_CTRLQ ? config->queue_size : config->cursor_size;
	struct virtqueue *vq;

	vq = vring_create_virtqueue(q->index, size, SMP_CACHE_BYTES, &q->sim->link.vdev, true,
				    false, info->ctx, vsim_transport_notify, info->callback,
				    info->name);
	if (!vq)
		return NULL;
	vq->priv = q;
	mutex_lock(&q->lock);
	q->last_avail = 0;
	q->used = 0;
	q->signalled = 0;
	q->enabled = true;
	WRITE_ONCE(q->link.vq, vq);
	mutex_unlock(&q->lock);
	return vq;
}

static int vsim_transport_find_vqs(struct virtio_device *vdev, unsigned int nvqs,
				   struct virtqueue *vqs[], struct virtqueue_info info[],
				   struct irq_affinity *desc)
{
	struct vsim *sim = to_vsim(vdev);

	if (nvqs > VSIM_QUEUES || READ_ONCE(vsim_next.no_queues))
		return -ENOENT;
	for (unsigned int i = 0; i < nvqs; i++) {
		vqs[i] = vsim_transport_make_vq(&sim->queues[i], &info[i]);
		if (!vqs[i]) {
			vsim_transport_del_vqs(vdev);
			return -ENOMEM;
		}
	}
	return 0;
}

VSIM_KERNEL_ADAPT_FIND_VQS(vsim_transport_find_vqs)

static void __maybe_unused vsim_transport_synchronize(struct virtio_device *vdev)
{
	for (unsigned int i = 0; i < VSIM_QUEUES; i++)
		irq_work_sync(&to_vsim(vdev)->queues[i].link.irq);
}

static const char *vsim_transport_bus_name(struct virtio_device *vdev)
{
	return "virtgpu_sim";
}

static bool vsim_transport_shm(struct virtio_device *vdev, struct virtio_shm_region *region,
			       u8 id)
{
	struct vsim *sim = to_vsim(vdev);

	if (id != VIRTIO_GPU_SHM_ID_HOST_VISIBLE || !sim->config.window_size)
		return false;
	region->addr = vsim_window_base();
	region->len = sim->config.window_size;
	return true;
}

const struct virtio_config_ops vsim_transport_ops = {
	.get = vsim_transport_get,
	.set = vsim_transport_set,
	.generation = vsim_transport_generation,
	.get_status = vsim_transport_get_status,
	.set_status = vsim_transport_set_status,
	.reset = vsim_transport_reset,
	.find_vqs = VSIM_KERNEL_FIND_VQS(vsim_transport_find_vqs),
	.del_vqs = vsim_transport_del_vqs,
	VSIM_KERNEL_SYNCHRONIZE(vsim_transport_synchronize)
	.get_features = vsim_transport_get_features,
	.finalize_features = vsim_transport_finalize,
	.bus_name = vsim_transport_bus_name,
	.get_shm_region = vsim_transport_shm,
};

/* vsim_transport_config_changed - raise events, and the interrupt that tells of them */
void vsim_transport_config_changed(struct vsim *sim, u32 events)
{
	WRITE_ONCE(sim->events, sim->events | events);
	WRITE_ONCE(sim->generation, sim->generation + 1);
	irq_work_queue(&sim->link.config_irq);
}

/* vsim_transport_needs_reset - the device has failed: it does nothing until it is reset */
void vsim_transport_needs_reset(struct vsim *sim)
{
	WRITE_ONCE(sim->status, sim->status | VIRTIO_CONFIG_S_NEEDS_RESET);
	irq_work_queue(&sim->link.config_irq);
}

/* vsim_transport_lose_status - somebody else has reset it: it does nothing, and says nothing */
void vsim_transport_lose_status(struct vsim *sim)
{
	WRITE_ONCE(sim->status, 0);
}

/* vsim_transport_signal - tell the driver of what is new on a queue; any context */
void vsim_transport_signal(struct vsim_queue *q)
{
	irq_work_queue(&q->link.irq);
}

/* vsim_transport_interrupt_all - without a reason */
void vsim_transport_interrupt_all(struct vsim *sim, const u32 *args)
{
	for (unsigned int i = 0; i < VSIM_QUEUES; i++) {
		if (READ_ONCE(sim->queues[i].link.vq))
			irq_work_queue(&sim->queues[i].link.irq);
	}
}

/* vsim_transport_init - interrupts of a new device */
void vsim_transport_init(struct vsim *sim)
{
	init_irq_work(&sim->link.config_irq, vsim_transport_config_interrupt);
	for (unsigned int i = 0; i < VSIM_QUEUES; i++)
		init_irq_work(&sim->queues[i].link.irq, vsim_transport_interrupt);
}
