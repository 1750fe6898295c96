// SPDX-License-Identifier: GPL-2.0-only
/* drmm_encoder_init(): since 6.0. */
#include <drm/drm_encoder.h>

int probe(struct drm_device *drm, struct drm_encoder *encoder)
{
	return drmm_encoder_init(drm, encoder, NULL, DRM_MODE_ENCODER_VIRTUAL, NULL);
}
