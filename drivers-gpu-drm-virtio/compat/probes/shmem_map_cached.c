// SPDX-License-Identifier: GPL-2.0-only
/* Mappings of shmem objects are write-combined unless map_cached says otherwise: up to 5.13. */
#include <drm/drm_gem_shmem_helper.h>

void probe(struct drm_gem_shmem_object *shmem)
{
	shmem->map_cached = true;
}
