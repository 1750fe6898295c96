// SPDX-License-Identifier: GPL-2.0-only
/*
 * drm_driver.gem_create_object may return an ERR_PTR: since 5.17, with which
 * came this wrapper.
 */
#include <drm/drm_gem_shmem_helper.h>

void probe(struct drm_gem_object *gem)
{
	drm_gem_shmem_object_free(gem);
}
