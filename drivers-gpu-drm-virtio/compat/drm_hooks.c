// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who calls the driver's planes and CRTCs on kernels whose hooks have other
 * arguments?
 *
 * Each gets a table of the kernel's own type, with a pointer to the driver's
 * table behind it. It lives as long as the DRM device.
 */
#include <drm/drm_atomic.h>
#include <drm/drm_managed.h>
#include <drm/drm_modeset_helper_vtables.h>

#ifdef VIRTGPU_COMPAT_PLANE_HOOKS

/* The kernel's own, from here on. */
#undef drm_plane_helper_funcs
#undef drm_plane_helper_add

struct virtgpu_plane_table {
	struct drm_plane_helper_funcs funcs;
	const struct virtgpu_compat_plane_hooks *hooks;
};

#ifdef VIRTGPU_COMPAT_PLANE_STATE
static const struct virtgpu_compat_plane_hooks *virtgpu_plane_hooks(struct drm_plane *plane)
{
	return container_of(plane->helper_private, struct virtgpu_plane_table, funcs)->hooks;
}

/* Checks are told of the new state, updates of the old; both know their commit. */
static int virtgpu_plane_atomic_check(struct drm_plane *plane, struct drm_plane_state *state)
{
	return virtgpu_plane_hooks(plane)->atomic_check(plane, state->state);
}

static void virtgpu_plane_atomic_update(struct drm_plane *plane, struct drm_plane_state *state)
{
	virtgpu_plane_hooks(plane)->atomic_update(plane, state->state);
}

static void virtgpu_plane_atomic_disable(struct drm_plane *plane, struct drm_plane_state *state)
{
	virtgpu_plane_hooks(plane)->atomic_disable(plane, state->state);
}

static int virtgpu_plane_async_check(struct drm_plane *plane, struct drm_plane_state *state)
{
	return virtgpu_plane_hooks(plane)->atomic_async_check(plane, state->state);
}

static void virtgpu_plane_async_update(struct drm_plane *plane, struct drm_plane_state *state)
{
	virtgpu_plane_hooks(plane)->atomic_async_update(plane, state->state);
}

static void virtgpu_plane_fill(struct drm_plane_helper_funcs *funcs,
			       const struct virtgpu_compat_plane_hooks *hooks)
{
	if (hooks->atomic_check)
		funcs->atomic_check = virtgpu_plane_atomic_check;
	if (hooks->atomic_update)
		funcs->atomic_update = virtgpu_plane_atomic_update;
	if (hooks->atomic_disable)
		funcs->atomic_disable = virtgpu_plane_atomic_disable;
	if (hooks->atomic_async_check)
		funcs->atomic_async_check = virtgpu_plane_async_check;
	if (hooks->atomic_async_update)
		funcs->atomic_async_update = virtgpu_plane_async_update;
}
#else
static void virtgpu_plane_fill(struct drm_plane_helper_funcs *funcs,
			       const struct virtgpu_compat_plane_hooks *hooks)
{
	funcs->atomic_check = hooks->atomic_check;
	funcs->atomic_update = hooks->atomic_update;
	funcs->atomic_disable = hooks->atomic_disable;
	funcs->atomic_async_check = hooks->atomic_async_check;
	funcs->atomic_async_update = hooks->atomic_async_update;
}
#endif

/**
 * virtgpu_compat_plane_add - drm_plane_helper_add()
 * @plane: the plane
 * @hooks: the driver's table
 */
void virtgpu_compat_plane_add(struct drm_plane *plane,
			      const struct virtgpu_compat_plane_hooks *hooks)
{
	struct virtgpu_plane_table *table;

	table = drmm_kzalloc(plane->dev, sizeof(*table), GFP_KERNEL | __GFP_NOFAIL);
	table->hooks = hooks;
	table->funcs.prepare_fb = hooks->prepare_fb;
	table->funcs.cleanup_fb = hooks->cleanup_fb;
	virtgpu_plane_fill(&table->funcs, hooks);
	drm_plane_helper_add(plane, &table->funcs);
}

#endif

#ifdef VIRTGPU_COMPAT_CRTC_HOOKS

#undef drm_crtc_helper_funcs
#undef drm_crtc_helper_add

struct virtgpu_crtc_table {
	struct drm_crtc_helper_funcs funcs;
	const struct virtgpu_compat_crtc_hooks *hooks;
};

static const struct virtgpu_compat_crtc_hooks *virtgpu_crtc_hooks(struct drm_crtc *crtc)
{
	return container_of(crtc->helper_private, struct virtgpu_crtc_table, funcs)->hooks;
}

#ifdef VIRTGPU_COMPAT_CRTC_STATE
/* All are told of the old state. */
static void virtgpu_crtc_atomic_begin(struct drm_crtc *crtc, struct drm_crtc_state *state)
{
	virtgpu_crtc_hooks(crtc)->atomic_begin(crtc, state->state);
}

static void virtgpu_crtc_atomic_flush(struct drm_crtc *crtc, struct drm_crtc_state *state)
{
	virtgpu_crtc_hooks(crtc)->atomic_flush(crtc, state->state);
}

static void virtgpu_crtc_atomic_enable(struct drm_crtc *crtc, struct drm_crtc_state *state)
{
	virtgpu_crtc_hooks(crtc)->atomic_enable(crtc, state->state);
}

static void virtgpu_crtc_atomic_disable(struct drm_crtc *crtc, struct drm_crtc_state *state)
{
	virtgpu_crtc_hooks(crtc)->atomic_disable(crtc, state->state);
}

static void virtgpu_crtc_fill(struct drm_crtc_helper_funcs *funcs,
			      const struct virtgpu_compat_crtc_hooks *hooks)
{
	if (hooks->atomic_begin)
		funcs->atomic_begin = virtgpu_crtc_atomic_begin;
	if (hooks->atomic_flush)
		funcs->atomic_flush = virtgpu_crtc_atomic_flush;
	if (hooks->atomic_enable)
		funcs->atomic_enable = virtgpu_crtc_atomic_enable;
	if (hooks->atomic_disable)
		funcs->atomic_disable = virtgpu_crtc_atomic_disable;
}
#else
static void virtgpu_crtc_fill(struct drm_crtc_helper_funcs *funcs,
			      const struct virtgpu_compat_crtc_hooks *hooks)
{
	funcs->atomic_begin = hooks->atomic_begin;
	funcs->atomic_flush = hooks->atomic_flush;
	funcs->atomic_enable = hooks->atomic_enable;
	funcs->atomic_disable = hooks->atomic_disable;
}
#endif

/**
 * virtgpu_compat_crtc_handle_vblank - the timer of a CRTC ticks
 * @crtc: the CRTC
 *
 * Return: false if it is to tick no more.
 */
bool virtgpu_compat_crtc_handle_vblank(struct drm_crtc *crtc)
{
	return virtgpu_crtc_hooks(crtc)->handle_vblank_timeout(crtc);
}

/**
 * virtgpu_compat_crtc_add - drm_crtc_helper_add()
 * @crtc: the CRTC
 * @hooks: the driver's table
 */
void virtgpu_compat_crtc_add(struct drm_crtc *crtc,
			     const struct virtgpu_compat_crtc_hooks *hooks)
{
	struct virtgpu_crtc_table *table;

	table = drmm_kzalloc(crtc->dev, sizeof(*table), GFP_KERNEL | __GFP_NOFAIL);
	table->hooks = hooks;
	table->funcs.mode_valid = hooks->mode_valid;
	virtgpu_crtc_fill(&table->funcs, hooks);
	drm_crtc_helper_add(crtc, &table->funcs);
}

#endif
