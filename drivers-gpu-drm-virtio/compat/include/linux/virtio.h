/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VIRTGPU_VIRTIO_SHUTDOWN(): the hook, where the bus calls one. Older kernels
 * leave the device as it is when the machine goes down; there
 * virtgpu_compat_register_shutdown() has a notifier called.
 *
 * VIRTGPU_VIRTIO_SLEEP(): the hooks, where the kernel can sleep. Older kernels
 * have the members only then.
 *
 * VIRTGPU_VIRTIO_RESET(): the hooks, where the bus tells of a reset of its own.
 *
 * virtio_reset_device(): added in 5.17.
 */
#include_next <linux/virtio.h>

#ifndef VIRTGPU_VIRTIO_SHUTDOWN
#include <linux/notifier.h>
#include <linux/reboot.h>

#ifdef HAVE_VIRTIO_DRIVER_SHUTDOWN
#define VIRTGPU_VIRTIO_SHUTDOWN(hook)	.shutdown = hook,

static inline void virtgpu_compat_register_shutdown(struct notifier_block *nb)
{
}

static inline void virtgpu_compat_unregister_shutdown(struct notifier_block *nb)
{
}
#else
#define VIRTGPU_VIRTIO_SHUTDOWN(hook)	.driver.shutdown = NULL,

static inline void virtgpu_compat_register_shutdown(struct notifier_block *nb)
{
	register_reboot_notifier(nb);
}

static inline void virtgpu_compat_unregister_shutdown(struct notifier_block *nb)
{
	unregister_reboot_notifier(nb);
}
#endif

#ifndef HAVE_VIRTIO_RESET_DEVICE
#include <linux/virtio_config.h>

static inline void virtio_reset_device(struct virtio_device *vdev)
{
	vdev->config->reset(vdev);
}
#endif
#endif

#ifndef VIRTGPU_VIRTIO_RESET
#ifdef HAVE_VIRTIO_DRIVER_RESET
#define VIRTGPU_VIRTIO_RESET(prepare, done)	.reset_prepare = prepare, .reset_done = done,
#else
#define VIRTGPU_VIRTIO_RESET(prepare, done)
#endif
#endif

#ifndef VIRTGPU_VIRTIO_SLEEP
#ifdef CONFIG_PM_SLEEP
#define VIRTGPU_VIRTIO_SLEEP(enter, leave)	.freeze = enter, .restore = leave,
#else
#define VIRTGPU_VIRTIO_SLEEP(enter, leave)
#endif
#endif
