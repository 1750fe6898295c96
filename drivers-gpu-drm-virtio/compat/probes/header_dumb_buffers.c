// SPDX-License-Identifier: GPL-2.0-only
/* drm_mode_size_dumb(): added in 6.19. */
#include <drm/drm_dumb_buffers.h>
