// SPDX-License-Identifier: GPL-2.0-only
/* A timer in the place of vblank interrupts: added in 6.19 (a036f5fceedb). */
#include <drm/drm_vblank_helper.h>
