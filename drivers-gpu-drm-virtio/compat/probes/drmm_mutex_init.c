// SPDX-License-Identifier: GPL-2.0-only
/* drmm_mutex_init(): since 6.1. */
#include <drm/drm_managed.h>

int probe(struct drm_device *drm, struct mutex *lock)
{
	return drmm_mutex_init(drm, lock);
}
