/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_CONNECTOR_H
#define VIRTGPU_CONNECTOR_H

#include <linux/types.h>

struct drm_property;
struct virtgpu_host_output;
struct virtgpu_output;

int virtgpu_connector_init(struct virtgpu_output *output,
			   struct drm_property *hotplug_mode_update);
bool virtgpu_connector_update(struct virtgpu_output *output,
			      const struct virtgpu_host_output *host);

#endif
