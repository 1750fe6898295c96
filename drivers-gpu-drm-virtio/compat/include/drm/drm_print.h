/* SPDX-License-Identifier: GPL-2.0-only */
/* Before 6.14 drm_info() and the like look into the device. */
#include_next <drm/drm_print.h>
#include <drm/drm_device.h>
