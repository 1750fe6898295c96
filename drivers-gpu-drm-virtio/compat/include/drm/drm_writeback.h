/* SPDX-License-Identifier: GPL-2.0-only */
/* drm_writeback_connector_init(): takes the CRTCs since 5.18. Before, the encoder has them. */
#include_next <drm/drm_writeback.h>

#ifndef VIRTGPU_COMPAT_DRM_WRITEBACK_H
#define VIRTGPU_COMPAT_DRM_WRITEBACK_H

#ifndef HAVE_WRITEBACK_POSSIBLE_CRTCS
static inline int
virtgpu_compat_writeback_init(struct drm_device *drm, struct drm_writeback_connector *connector,
			      const struct drm_connector_funcs *funcs,
			      const struct drm_encoder_helper_funcs *encoder_funcs,
			      const u32 *formats, int count, u32 possible_crtcs)
{
	connector->encoder.possible_crtcs = possible_crtcs;
	return drm_writeback_connector_init(drm, connector, funcs, encoder_funcs, formats,
					    count);
}

#define drm_writeback_connector_init	virtgpu_compat_writeback_init
#endif

#endif
