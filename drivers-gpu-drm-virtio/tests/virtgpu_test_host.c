// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the driver do to a host that is a test?
 *
 * The split ring is read as a device reads it (virtio 1.3, 2.7): addresses of
 * descriptors are physical, because the features say so.
 */
#include <linux/dma-fence.h>
#include <linux/io.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>

#include <kunit/device.h>
#include <kunit/test.h>

#include "virtgpu_test_host.h"
#include "virtgpu_context.h"
#include "virtgpu_import.h"
#include "virtgpu_object.h"
#include "virtgpu_retire.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

static const struct drm_driver virtgpu_kunit_driver = {
	.name = "virtio_gpu_kunit",
	.desc = "a device without hardware",
	.driver_features = DRIVER_GEM,
	.gem_create_object = virtgpu_import_gem_create,
};

/* A driver may only ask for what it has announced. */
static const unsigned int virtgpu_kunit_features[] = {
	VIRTIO_GPU_F_VIRGL,
	VIRTIO_GPU_F_EDID,
	VIRTIO_GPU_F_RESOURCE_UUID,
	VIRTIO_GPU_F_RESOURCE_BLOB,
	VIRTIO_GPU_F_CONTEXT_INIT,
	VIRTIO_GPU_F_BLOB_ALIGNMENT,
};

static struct virtio_driver virtgpu_kunit_virtio_driver = {
	.feature_table = virtgpu_kunit_features,
	.feature_table_size = ARRAY_SIZE(virtgpu_kunit_features),
};

/* A test may have several devices, each with its name. */
#define VIRTGPU_KUNIT_NAME	32

static struct virtgpu_kunit_host *to_host(struct virtio_device *vdev)
{
	return container_of(vdev, struct virtgpu_kunit_host, vdev);
}

static void virtgpu_kunit_config_get(struct virtio_device *vdev, unsigned int offset,
				     void *buf, unsigned int len)
{
	memcpy(buf, (u8 *)&to_host(vdev)->config + offset, len);
}

static u8 virtgpu_kunit_get_status(struct virtio_device *vdev)
{
	return to_host(vdev)->status;
}

static bool virtgpu_kunit_notify(struct virtqueue *vq)
{
	to_host(vq->vdev)->kicks++;
	return true;
}

static int virtgpu_kunit_find_vqs(struct virtio_device *vdev, unsigned int nvqs,
				  struct virtqueue *vqs[], struct virtqueue_info infos[],
				  struct irq_affinity *desc)
{
	struct virtgpu_kunit_host *host = to_host(vdev);

	for (unsigned int i = 0; i < nvqs; i++) {
		vqs[i] = vring_create_virtqueue(i, host->ring, PAGE_SIZE, vdev, true, false,
						false, virtgpu_kunit_notify,
						infos[i].callback, infos[i].name);
		if (!vqs[i])
			return -ENOMEM;
		host->vqs[i] = vqs[i];
	}
	return 0;
}

static void virtgpu_kunit_del_vqs(struct virtio_device *vdev)
{
	struct virtgpu_kunit_host *host = to_host(vdev);

	host->deleted++;
	for (unsigned int i = 0; i < ARRAY_SIZE(host->vqs); i++) {
		if (host->vqs[i])
			vring_del_virtqueue(host->vqs[i]);
		host->vqs[i] = NULL;
	}
}

static const struct virtio_config_ops virtgpu_kunit_config = {
	.get = virtgpu_kunit_config_get,
	.get_status = virtgpu_kunit_get_status,
	.find_vqs = virtgpu_kunit_find_vqs,
	.del_vqs = virtgpu_kunit_del_vqs,
};

/* Its memory is the DRM device's. */
static void virtgpu_kunit_release(struct device *dev)
{
}

/**
 * virtgpu_kunit_host_bare - a device that has not been brought up
 * @test: the test; the device goes with it
 *
 * Return: the device; never NULL, the test ends instead.
 */
struct virtgpu_kunit_host *virtgpu_kunit_host_bare(struct kunit *test)
{
	char *name = kunit_kzalloc(test, VIRTGPU_KUNIT_NAME, GFP_KERNEL);
	struct virtgpu_kunit_host *host;
	struct device *parent;
	static unsigned int count;

	KUNIT_ASSERT_NOT_NULL(test, name);
	snprintf(name, VIRTGPU_KUNIT_NAME, "virtgpu-kunit-%u", count++);
	parent = kunit_device_register(test, name);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, parent);
	host = devm_drm_dev_alloc(parent, &virtgpu_kunit_driver, struct virtgpu_kunit_host, drm);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, host);

	host->ring = VIRTGPU_KUNIT_RING;
	host->vdev.config = &virtgpu_kunit_config;
	host->vdev.dev.parent = parent;
	host->vdev.dev.driver = &virtgpu_kunit_virtio_driver.driver;
	host->vdev.dev.release = virtgpu_kunit_release;
	host->vdev.priv = &host->vgdev;
	INIT_LIST_HEAD(&host->vdev.vqs);
	spin_lock_init(&host->vdev.vqs_list_lock);
	__virtio_set_bit(&host->vdev, VIRTIO_F_VERSION_1);
	__virtio_set_bit(&host->vdev, VIRTIO_RING_F_EVENT_IDX);
	host->drm.dev_private = &host->vgdev;
	host->vgdev.drm = &host->drm;
	host->vgdev.vdev = &host->vdev;
	return host;
}

static struct virtgpu_kunit_host *virtgpu_kunit_host_start_with(struct kunit *test,
								unsigned int ring)
{
	struct virtgpu_kunit_host *host = virtgpu_kunit_host_bare(test);

	host->ring = ring;
	KUNIT_ASSERT_EQ(test, virtgpu_vbuf_device_init(&host->vgdev), 0);
	KUNIT_ASSERT_EQ(test, virtgpu_object_table_init(&host->vgdev), 0);
	virtgpu_context_table_init(&host->vgdev);
	KUNIT_ASSERT_EQ(test, virtgpu_vq_init(&host->vgdev), 0);
	KUNIT_ASSERT_EQ(test, virtgpu_vq_start(&host->vgdev), 0);
	host->status = VIRTIO_CONFIG_S_DRIVER_OK;
	virtgpu_vq_set_state(&host->vgdev, VIRTGPU_RUNNING);
	return host;
}

/**
 * virtgpu_kunit_host_start - a device with working queues
 * @test: the test; virtgpu_kunit_host_stop() has to follow
 *
 * Return: the device; never NULL, the test ends instead.
 */
struct virtgpu_kunit_host *virtgpu_kunit_host_start(struct kunit *test)
{
	return virtgpu_kunit_host_start_with(test, VIRTGPU_KUNIT_RING);
}

/**
 * virtgpu_kunit_host_start_large - the same, with VIRTGPU_KUNIT_LARGE_RING descriptors
 * @test: the test; virtgpu_kunit_host_stop() has to follow
 *
 * Return: the device; never NULL, the test ends instead.
 */
struct virtgpu_kunit_host *virtgpu_kunit_host_start_large(struct kunit *test)
{
	return virtgpu_kunit_host_start_with(test, VIRTGPU_KUNIT_LARGE_RING);
}

/**
 * virtgpu_kunit_host_stop - end all that was not answered, and the queues
 * @host: the device
 */
void virtgpu_kunit_host_stop(struct virtgpu_kunit_host *host)
{
	virtgpu_vq_set_state(&host->vgdev, VIRTGPU_STOPPING);
	virtgpu_retire_flush(&host->vgdev);
	virtgpu_context_cancel_all(&host->vgdev, -ENODEV);
	virtgpu_vq_drain(&host->vgdev, -ENODEV);
	virtgpu_vq_fini(&host->vgdev);
	virtgpu_context_table_fini(&host->vgdev);
	virtgpu_object_table_fini(&host->vgdev);
}

/**
 * virtgpu_kunit_host_see - the next command in the control ring
 * @host: the device
 *
 * Return: the command; its header is NULL if there is none that is new. Of that the
 * host wants to be notified.
 */
struct virtgpu_kunit_cmd virtgpu_kunit_host_see(struct virtgpu_kunit_host *host)
{
	const struct vring *ring = virtqueue_get_vring(host->vqs[0]);
	struct virtgpu_kunit_cmd cmd = {};
	const struct vring_desc *desc;

	if (host->seen == le16_to_cpu((__force __le16)READ_ONCE(ring->avail->idx))) {
		vring_avail_event(ring) = (__force __virtio16)cpu_to_le16(host->seen);
		return cmd;
	}
	cmd.head = le16_to_cpu((__force __le16)ring->avail->ring[host->seen++ % ring->num]);
	desc = &ring->desc[cmd.head];
	cmd.hdr = phys_to_virt(le64_to_cpu((__force __le64)desc->addr));
	while (le16_to_cpu((__force __le16)desc->flags) & VRING_DESC_F_NEXT)
		desc = &ring->desc[le16_to_cpu((__force __le16)desc->next)];
	if (le16_to_cpu((__force __le16)desc->flags) & VRING_DESC_F_WRITE) {
		cmd.resp = phys_to_virt(le64_to_cpu((__force __le64)desc->addr));
		cmd.resp_size = le32_to_cpu((__force __le32)desc->len);
	}
	return cmd;
}

/**
 * virtgpu_kunit_host_answer - answer a command, and interrupt
 * @host: the device
 * @cmd: the command, from virtgpu_kunit_host_see()
 * @type: enum virtio_gpu_ctrl_type of the answer, if the command has room for one
 * @len: how many bytes the host says it wrote
 */
void virtgpu_kunit_host_answer(struct virtgpu_kunit_host *host,
			       const struct virtgpu_kunit_cmd *cmd, u32 type, u32 len)
{
	const struct vring *ring = virtqueue_get_vring(host->vqs[0]);
	struct vring_used_elem *elem = &ring->used->ring[host->used++ % ring->num];

	if (cmd->resp)
		cmd->resp->type = cpu_to_le32(type);
	elem->id = (__force __virtio32)cpu_to_le32(cmd->head);
	elem->len = (__force __virtio32)cpu_to_le32(len);
	/* The element is whole before the index covers it. */
	smp_wmb();
	ring->used->idx = (__force __virtio16)cpu_to_le16(host->used);
	vring_interrupt(0, host->vqs[0]);
}

/* A fence of nobody in particular. */
struct virtgpu_kunit_fence {
	struct dma_fence base;
	/* Of @base. */
	spinlock_t lock;
};

static const char *virtgpu_kunit_fence_name(struct dma_fence *fence)
{
	return "kunit";
}

static const struct dma_fence_ops virtgpu_kunit_fence_ops = {
	.get_driver_name = virtgpu_kunit_fence_name,
	.get_timeline_name = virtgpu_kunit_fence_name,
};

/**
 * virtgpu_kunit_fence - a fence that only the test signals
 * @test: the test
 *
 * Return: the fence with one reference; never NULL, the test ends instead.
 */
struct dma_fence *virtgpu_kunit_fence(struct kunit *test)
{
	struct virtgpu_kunit_fence *fence = kzalloc_obj(*fence);

	KUNIT_ASSERT_NOT_NULL(test, fence);
	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->base, &virtgpu_kunit_fence_ops, &fence->lock,
		       dma_fence_context_alloc(1), 1);
	return &fence->base;
}
