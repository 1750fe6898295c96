// SPDX-License-Identifier: GPL-2.0-only
/* Clients are told their use of memory in fdinfo: since 6.5. */
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>

void probe(struct drm_driver *driver, struct drm_gem_object_funcs *funcs)
{
	driver->show_fdinfo = drm_show_memory_stats;
	funcs->status = NULL;
}
