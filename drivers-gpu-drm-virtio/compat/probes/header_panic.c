// SPDX-License-Identifier: GPL-2.0-only
/* The panic screen: since 6.10. */
#include <drm/drm_panic.h>

struct drm_scanout_buffer probe;
