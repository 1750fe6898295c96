/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_EDID_H
#define VIRTGPU_EDID_H

#include <linux/types.h>

struct drm_connector;
struct virtgpu_device;
struct virtgpu_host_output;

int virtgpu_edid_fetch(struct virtgpu_device *vgdev, unsigned int index,
		       struct virtgpu_host_output *host);
void virtgpu_edid_keep(struct virtgpu_host_output *host,
		       const struct virtgpu_host_output *known);
int virtgpu_edid_add_modes(struct drm_connector *connector,
			   const struct virtgpu_host_output *host, bool *users);

#endif
