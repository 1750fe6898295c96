// SPDX-License-Identifier: GPL-2.0-only
/* The functions of the shmem helper take its own type: since 5.17. */
#include <drm/drm_gem_shmem_helper.h>

struct sg_table *probe(struct drm_gem_shmem_object *shmem)
{
	return drm_gem_shmem_get_pages_sgt(shmem);
}
