// SPDX-License-Identifier: GPL-2.0-only
/* drm_device.irq_enabled: without it no vblank ioctl works; removed in 5.15. */
#include <drm/drm_device.h>

bool probe(struct drm_device *drm)
{
	return drm->irq_enabled;
}
