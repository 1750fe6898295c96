// SPDX-License-Identifier: GPL-2.0-only
/* Who gives way on the same memory: in this place from 5.14 to 6.12. */
#include <drm/drm_aperture.h>
