// SPDX-License-Identifier: GPL-2.0-only
/* struct drm_atomic_commit: the name of drm_atomic_state since 7.2 (5164f7e7ff8e). */
#include <drm/drm_atomic.h>

struct drm_atomic_commit probe;
