// SPDX-License-Identifier: GPL-2.0-only
/* drm_fbdev_shmem_setup(), which sets up the console by a call: in 6.11 and 6.12. */
#include <drm/drm_fbdev_shmem.h>

void probe(struct drm_device *drm)
{
	drm_fbdev_shmem_setup(drm, 32);
}
