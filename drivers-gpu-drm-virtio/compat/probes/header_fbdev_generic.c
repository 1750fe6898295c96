// SPDX-License-Identifier: GPL-2.0-only
/* drm_fbdev_generic_setup() has a header of its own: from 6.2 to 6.10. */
#include <drm/drm_fbdev_generic.h>
