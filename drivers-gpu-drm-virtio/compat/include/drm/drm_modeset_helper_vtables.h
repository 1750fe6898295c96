/* SPDX-License-Identifier: GPL-2.0-only */
/* VIRTGPU_CB_ASYNC_CHECK(): our atomic_async_check, with or without its third argument. */
#include_next <drm/drm_modeset_helper_vtables.h>

#ifndef VIRTGPU_CB_ASYNC_CHECK
#ifdef HAVE_PLANE_ASYNC_FLIP
#define VIRTGPU_CB_ASYNC_CHECK(fn)	fn
#else
int virtgpu_plane_cursor_async_check(struct drm_plane *plane,
				     struct drm_atomic_commit *commit, bool flip);

static inline int
virtgpu_plane_cursor_async_check_compat(struct drm_plane *plane,
					struct drm_atomic_commit *commit)
{
	return virtgpu_plane_cursor_async_check(plane, commit, false);
}

#define VIRTGPU_CB_ASYNC_CHECK(fn)	fn##_compat
#endif
#endif
