/* SPDX-License-Identifier: GPL-2.0-only */
/* DRM_PLANE_NO_SCALING: added in 6.1, in the place of a longer name elsewhere. */
#include_next <drm/drm_atomic_helper.h>
#include <linux/bits.h>

#ifndef DRM_PLANE_NO_SCALING
#define DRM_PLANE_NO_SCALING	BIT(16)
#endif
