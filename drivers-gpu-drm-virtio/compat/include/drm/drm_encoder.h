/* SPDX-License-Identifier: GPL-2.0-only */
/* drmm_encoder_init() without functions: added in 6.0. */
#include_next <drm/drm_encoder.h>

#ifndef VIRTGPU_COMPAT_DRM_ENCODER_H
#define VIRTGPU_COMPAT_DRM_ENCODER_H

#ifndef HAVE_DRMM_ENCODER_INIT
#include <drm/drm_simple_kms_helper.h>

#define drmm_encoder_init(drm, encoder, funcs, type, name) \
	drm_simple_encoder_init(drm, encoder, type)
#endif

#endif
