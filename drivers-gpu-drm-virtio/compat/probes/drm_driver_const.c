// SPDX-License-Identifier: GPL-2.0-only
/* A const struct drm_driver: since 5.11. */
#include <drm/drm_drv.h>

struct drm_device *probe(const struct drm_driver *driver, struct device *parent)
{
	return drm_dev_alloc(driver, parent);
}
