/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VIRTGPU_CB_ASYNC_CHECK(): a driver's atomic_async_check, with or without its third
 * argument, which VIRTGPU_ADAPT_ASYNC_CHECK() fills in.
 *
 * The hooks of planes: told of the whole commit since 5.13, and of panics since
 * 6.10. Those of CRTCs: told of the whole commit since 5.11, and of the timer that
 * stands for vblanks since 6.19 (it is compat/drm_vblank_timer.c that tells them). Where
 * that is not so, the tables of the driver are of types made here, and
 * compat/drm_hooks.c calls what is in them from tables that the kernel understands.
 */
#include_next <drm/drm_modeset_helper_vtables.h>

#ifndef VIRTGPU_CB_ASYNC_CHECK
#ifdef HAVE_PLANE_ASYNC_FLIP
#define VIRTGPU_CB_ASYNC_CHECK(fn)	fn
#define VIRTGPU_ADAPT_ASYNC_CHECK(fn)
#else
#define VIRTGPU_ADAPT_ASYNC_CHECK(fn) \
static int fn##_compat(struct drm_plane *plane, struct drm_atomic_commit *commit) \
{ \
	return fn(plane, commit, false); \
}

#define VIRTGPU_CB_ASYNC_CHECK(fn)	fn##_compat
#endif

#ifndef HAVE_PLANE_PANIC
struct drm_scanout_buffer;

struct virtgpu_compat_plane_hooks {
	int (*prepare_fb)(struct drm_plane *plane, struct drm_plane_state *state);
	void (*cleanup_fb)(struct drm_plane *plane, struct drm_plane_state *state);
	int (*atomic_check)(struct drm_plane *plane, struct drm_atomic_commit *commit);
	void (*atomic_update)(struct drm_plane *plane, struct drm_atomic_commit *commit);
	void (*atomic_disable)(struct drm_plane *plane, struct drm_atomic_commit *commit);
	int (*atomic_async_check)(struct drm_plane *plane, struct drm_atomic_commit *commit);
	void (*atomic_async_update)(struct drm_plane *plane, struct drm_atomic_commit *commit);
	int (*get_scanout_buffer)(struct drm_plane *plane, struct drm_scanout_buffer *sb);
	void (*panic_flush)(struct drm_plane *plane);
};

void virtgpu_compat_plane_add(struct drm_plane *plane,
			      const struct virtgpu_compat_plane_hooks *hooks);

#define drm_plane_helper_funcs	virtgpu_compat_plane_hooks
#define drm_plane_helper_add	virtgpu_compat_plane_add
#define VIRTGPU_COMPAT_PLANE_HOOKS
#ifndef HAVE_PLANE_COMMIT
#define VIRTGPU_COMPAT_PLANE_STATE
#endif
#endif

#ifndef HAVE_CRTC_VBLANK_TIMEOUT
struct virtgpu_compat_crtc_hooks {
	enum drm_mode_status (*mode_valid)(struct drm_crtc *crtc,
					   const struct drm_display_mode *mode);
	void (*atomic_begin)(struct drm_crtc *crtc, struct drm_atomic_commit *commit);
	void (*atomic_flush)(struct drm_crtc *crtc, struct drm_atomic_commit *commit);
	void (*atomic_enable)(struct drm_crtc *crtc, struct drm_atomic_commit *commit);
	void (*atomic_disable)(struct drm_crtc *crtc, struct drm_atomic_commit *commit);
	bool (*handle_vblank_timeout)(struct drm_crtc *crtc);
};

void virtgpu_compat_crtc_add(struct drm_crtc *crtc,
			     const struct virtgpu_compat_crtc_hooks *hooks);
bool virtgpu_compat_crtc_handle_vblank(struct drm_crtc *crtc);

#define drm_crtc_helper_funcs	virtgpu_compat_crtc_hooks
#define drm_crtc_helper_add	virtgpu_compat_crtc_add
#define VIRTGPU_COMPAT_CRTC_HOOKS
#ifndef HAVE_CRTC_COMMIT
#define VIRTGPU_COMPAT_CRTC_STATE
#endif
#endif
#endif
