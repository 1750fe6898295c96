// SPDX-License-Identifier: GPL-2.0-only
/* drm_driver.date: removed in 6.14, since when the core reports "0". */
#include <drm/drm_drv.h>

struct drm_driver driver = { .date = "0" };
