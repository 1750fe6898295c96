/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_TEST_HOST_H
#define VIRTGPU_TEST_HOST_H

#include <linux/virtio.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_device.h>

#include "virtgpu_device_types.h"

struct dma_fence;
struct kunit;

/* Descriptors of each ring: few, so that a test can fill one; or enough for late interrupts. */
#define VIRTGPU_KUNIT_RING		8
#define VIRTGPU_KUNIT_LARGE_RING	64

/**
 * struct virtgpu_kunit_host - a device whose host is the test itself
 *
 * Real virtqueues on a virtio device that is registered nowhere. The test looks
 * at what was sent and answers when and how it likes.
 */
struct virtgpu_kunit_host {
	/** @drm: of a driver that has buffers and nothing else; never registered. */
	struct drm_device drm;
	/** @vgdev: what is tested. */
	struct virtgpu_device vgdev;
	/** @vdev: its virtio device. */
	struct virtio_device vdev;
	/** @config: what the driver reads as config space. */
	struct virtio_gpu_config config;
	/** @ring: descriptors of each ring. */
	unsigned int ring;
	/** @status: what the driver reads as the device's status. */
	u8 status;
	/** @vqs: control and cursor queue. */
	struct virtqueue *vqs[2];
	/** @seen: commands of the control queue that were looked at. */
	u16 seen;
	/** @used: commands of the control queue that were answered. */
	u16 used;
	/** @kicks: notifications by the driver. */
	unsigned int kicks;
	/** @deleted: how often the queues were given back. */
	unsigned int deleted;
};

/**
 * struct virtgpu_kunit_cmd - a command as the host sees it
 */
struct virtgpu_kunit_cmd {
	/** @hdr: the command; NULL if there was none. */
	const struct virtio_gpu_ctrl_hdr *hdr;
	/** @resp: where the answer goes; NULL if none is wanted. */
	struct virtio_gpu_ctrl_hdr *resp;
	/** @resp_size: room for the answer, in bytes. */
	u32 resp_size;
	/** @head: the descriptor that names it. */
	u16 head;
};

struct virtgpu_kunit_host *virtgpu_kunit_host_bare(struct kunit *test);
struct virtgpu_kunit_host *virtgpu_kunit_host_start(struct kunit *test);
struct virtgpu_kunit_host *virtgpu_kunit_host_start_large(struct kunit *test);
void virtgpu_kunit_host_stop(struct virtgpu_kunit_host *host);

struct virtgpu_kunit_cmd virtgpu_kunit_host_see(struct virtgpu_kunit_host *host);
void virtgpu_kunit_host_answer(struct virtgpu_kunit_host *host,
			       const struct virtgpu_kunit_cmd *cmd, u32 type, u32 len);

struct dma_fence *virtgpu_kunit_fence(struct kunit *test);

#endif
