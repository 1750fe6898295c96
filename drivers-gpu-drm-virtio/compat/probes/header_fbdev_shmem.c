// SPDX-License-Identifier: GPL-2.0-only
/* The shmem helper's part of the console has a header of its own: since 6.11. */
#include <drm/drm_fbdev_shmem.h>
