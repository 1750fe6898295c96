/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VIRTGPU_FDINFO_FOPS, VIRTGPU_FDINFO_DRIVER, VIRTGPU_FDINFO_GEM(): the hooks that
 * tell what a client uses: in DRM since 6.5, before that in compat/drm_fdinfo.c.
 */
#include_next <drm/drm_file.h>

#ifndef VIRTGPU_FDINFO_FOPS
#include <drm/drm_gem.h>

#ifdef HAVE_SHOW_FDINFO
#define VIRTGPU_FDINFO_FOPS		.show_fdinfo = drm_show_fdinfo,
#define VIRTGPU_FDINFO_DRIVER		.show_fdinfo = drm_show_memory_stats,
#define VIRTGPU_FDINFO_GEM(hook)	.status = hook,
#else
struct file;
struct seq_file;

void virtgpu_compat_show_fdinfo(struct seq_file *m, struct file *f);

#define VIRTGPU_COMPAT_FDINFO
#define VIRTGPU_FDINFO_FOPS		.show_fdinfo = virtgpu_compat_show_fdinfo,
#define VIRTGPU_FDINFO_DRIVER
#define VIRTGPU_FDINFO_GEM(hook)

enum drm_gem_object_status {
	DRM_GEM_OBJECT_RESIDENT = 1 << 0,
};
#endif
#endif
