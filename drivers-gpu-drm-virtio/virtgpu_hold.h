/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_HOLD_H
#define VIRTGPU_HOLD_H

struct drm_device;
struct virtgpu_hold;

struct virtgpu_hold *virtgpu_hold_begin(struct drm_device *drm);
void virtgpu_hold_drop(struct virtgpu_hold *hold);

#endif
