/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * drmm_connector_init(): added in 6.0. Before, VIRTGPU_CONNECTOR_DESTROY lets
 * the connector go with the DRM device.
 */
#include_next <drm/drm_connector.h>

#ifndef VIRTGPU_CONNECTOR_DESTROY
#ifdef HAVE_DRMM_CONNECTOR_INIT
#define VIRTGPU_CONNECTOR_DESTROY
#else
#define VIRTGPU_CONNECTOR_DESTROY	.destroy = drm_connector_cleanup,
#define drmm_connector_init(drm, connector, funcs, type, ddc) \
	drm_connector_init(drm, connector, funcs, type)
#endif
#endif
