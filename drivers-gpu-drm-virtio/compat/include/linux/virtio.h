/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VIRTGPU_VIRTIO_SHUTDOWN(): the hook, where the bus calls one. Older kernels
 * leave the device as it is when the machine goes down.
 *
 * VIRTGPU_VIRTIO_SLEEP(): the hooks, where the kernel can sleep. Older kernels
 * have the members only then.
 *
 * virtio_reset_device(): added in 5.17.
 */
#include_next <linux/virtio.h>

#ifndef VIRTGPU_VIRTIO_SHUTDOWN
#ifdef HAVE_VIRTIO_DRIVER_SHUTDOWN
#define VIRTGPU_VIRTIO_SHUTDOWN(hook)	.shutdown = hook,
#else
#define VIRTGPU_VIRTIO_SHUTDOWN(hook)	.driver.shutdown = NULL,
#endif

#ifndef HAVE_VIRTIO_RESET_DEVICE
#include <linux/virtio_config.h>

static inline void virtio_reset_device(struct virtio_device *vdev)
{
	vdev->config->reset(vdev);
}
#endif
#endif

#ifndef VIRTGPU_VIRTIO_SLEEP
#ifdef CONFIG_PM_SLEEP
#define VIRTGPU_VIRTIO_SLEEP(enter, leave)	.freeze = enter, .restore = leave,
#else
#define VIRTGPU_VIRTIO_SLEEP(enter, leave)
#endif
#endif
