// SPDX-License-Identifier: GPL-2.0-only
/* drm_fbdev_shmem_setup(): since 6.11. */
#include <drm/drm_fbdev_shmem.h>
