/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_WATCHDOG_H
#define VIRTGPU_WATCHDOG_H

#include <linux/types.h>

struct virtgpu_device;

/**
 * typedef virtgpu_watchdog_lost_t - told that the device is of no use any more
 * @vgdev: the device
 * @why: for the log
 *
 * Process context. It may stop and start the watchdog, but not wait for it.
 */
typedef void (*virtgpu_watchdog_lost_t)(struct virtgpu_device *vgdev, const char *why);

int virtgpu_watchdog_init(struct virtgpu_device *vgdev, virtgpu_watchdog_lost_t lost);
void virtgpu_watchdog_start(struct virtgpu_device *vgdev);
void virtgpu_watchdog_stop(struct virtgpu_device *vgdev);
void virtgpu_watchdog_stop_sync(struct virtgpu_device *vgdev);
void virtgpu_watchdog_set_timeout(struct virtgpu_device *vgdev, u32 ms);
void virtgpu_watchdog_config_changed(struct virtgpu_device *vgdev);

#endif
