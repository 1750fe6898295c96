/* SPDX-License-Identifier: GPL-2.0-only */
/* The same for what DRM's helpers bring along. Comes last. */
#ifndef STUB_HELPERS_H
#define STUB_HELPERS_H

/* Where a plane's fences are waited for. */
#ifdef K_HEADER_GEM_ATOMIC_HELPER
int drm_gem_plane_helper_prepare_fb(struct drm_plane *plane, struct drm_plane_state *state);
#else
int drm_gem_fb_prepare_fb(struct drm_plane *plane, struct drm_plane_state *state);
#endif

/* What is shown comes back. */
struct drm_encoder_helper_funcs;
struct drm_writeback_connector {
	struct drm_connector base;
	struct drm_encoder encoder;
};
int drm_writeback_connector_init(struct drm_device *drm,
				 struct drm_writeback_connector *connector,
				 const struct drm_connector_funcs *funcs,
				 const struct drm_encoder_helper_funcs *encoder_funcs,
#ifdef K_WRITEBACK_POSSIBLE_CRTCS
				 const u32 *formats, int count, u32 possible_crtcs);
#else
				 const u32 *formats, int count);
#endif

#endif
