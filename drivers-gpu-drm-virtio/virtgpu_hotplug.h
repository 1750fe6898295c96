/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_HOTPLUG_H
#define VIRTGPU_HOTPLUG_H

struct virtgpu_display;

void virtgpu_hotplug_init(struct virtgpu_display *display);
void virtgpu_hotplug_probe(struct virtgpu_display *display);
void virtgpu_hotplug_changed(struct virtgpu_display *display);
void virtgpu_hotplug_stop(struct virtgpu_display *display);
void virtgpu_hotplug_drain(struct virtgpu_display *display);
void virtgpu_hotplug_resume(struct virtgpu_display *display);

#endif
