// SPDX-License-Identifier: GPL-2.0-only
/* drm_firmware_drivers_only(): since 5.17. */
#include <drm/drm_drv.h>

bool probe(void)
{
	return drm_firmware_drivers_only();
}
