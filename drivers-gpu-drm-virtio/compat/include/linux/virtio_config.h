/* SPDX-License-Identifier: GPL-2.0-only */
/* virtio_find_vqs() with an array of struct virtqueue_info: added in 6.11. */
#include_next <linux/virtio_config.h>

#ifndef VIRTGPU_COMPAT_LINUX_VIRTIO_CONFIG_H
#define VIRTGPU_COMPAT_LINUX_VIRTIO_CONFIG_H

#ifndef HAVE_VIRTQUEUE_INFO
#define VIRTGPU_COMPAT_MAX_VQS	4

struct virtqueue_info {
	const char *name;
	vq_callback_t *callback;
	bool ctx;
};

static inline int virtgpu_compat_find_vqs(struct virtio_device *vdev, unsigned int nvqs,
					  struct virtqueue *vqs[],
					  struct virtqueue_info info[],
					  struct irq_affinity *desc)
{
	vq_callback_t *callbacks[VIRTGPU_COMPAT_MAX_VQS];
	const char *names[VIRTGPU_COMPAT_MAX_VQS];
	bool ctx[VIRTGPU_COMPAT_MAX_VQS];
	unsigned int i;

	if (WARN_ON(nvqs > VIRTGPU_COMPAT_MAX_VQS))
		return -EINVAL;
	for (i = 0; i < nvqs; i++) {
		callbacks[i] = info[i].callback;
		names[i] = info[i].name;
		ctx[i] = info[i].ctx;
	}
	return virtio_find_vqs_ctx(vdev, nvqs, vqs, callbacks, names, ctx, desc);
}

#define virtio_find_vqs	virtgpu_compat_find_vqs
#endif

#endif
