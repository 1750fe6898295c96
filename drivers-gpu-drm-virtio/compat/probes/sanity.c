// SPDX-License-Identifier: GPL-2.0-only
/* Must compile on every kernel. */
#include <linux/module.h>
#include <drm/drm_drv.h>

struct drm_driver driver = { .name = "probe" };
