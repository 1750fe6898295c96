/* SPDX-License-Identifier: GPL-2.0-only */
/* drmm_mutex_init(): added in 6.1. Before, the mutex is simply left behind. */
#include_next <drm/drm_managed.h>

#ifndef VIRTGPU_COMPAT_DRM_MANAGED_H
#define VIRTGPU_COMPAT_DRM_MANAGED_H

#if !defined(HAVE_DRMM_MUTEX_INIT) && !defined(drmm_mutex_init)
#include <linux/mutex.h>

/* What mutex_destroy() adds is of use to lock debugging only. */
#define drmm_mutex_init(drm, lock)	({ mutex_init(lock); 0; })
#endif

#endif
