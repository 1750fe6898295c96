/* SPDX-License-Identifier: GPL-2.0-only */
/* The same for DRM: planes, CRTCs, connectors and what moves them. */
#ifndef STUB_MODESET_H
#define STUB_MODESET_H

#include "drm.h"

#define DRM_MODE_CONNECTOR_VIRTUAL	15
#define DRM_MODE_ENCODER_VIRTUAL	5
#define DRM_PLANE_TYPE_PRIMARY		1
#ifdef K_PLANE_HOTSPOT
#define DRIVER_CURSOR_HOTSPOT		1
#endif

enum drm_mode_status { MODE_OK };
enum drm_plane_type { DRM_PLANE_TYPE_OVERLAY };
struct drm_connector_funcs;
struct drm_crtc_funcs;
struct drm_crtc_state;
struct drm_display_mode;
struct drm_encoder_funcs;
struct drm_plane_funcs;
struct drm_connector { int id; };
struct drm_crtc { struct drm_device *dev; };
struct drm_encoder { u32 possible_crtcs; };
struct drm_framebuffer { int hot_x, hot_y; };
struct drm_plane { struct drm_device *dev; };
unsigned int drm_crtc_index(const struct drm_crtc *crtc);

#ifdef K_ATOMIC_COMMIT_STRUCT
#define STUB_COMMIT			struct drm_atomic_commit
#else
#define STUB_COMMIT			struct drm_atomic_state
#endif
STUB_COMMIT { int id; };

struct drm_plane_state {
	struct drm_framebuffer *fb;
#ifdef K_PLANE_HOTSPOT
	int hotspot_x, hotspot_y;
#endif
};

#ifdef K_PLANE_SIZE_HINTS
struct drm_plane_size_hint { u16 width, height; };
int drm_plane_add_size_hints_property(struct drm_plane *plane,
				      const struct drm_plane_size_hint *hints, int count);
#endif

/* What the hooks of planes and CRTCs are told. */
#ifdef K_PLANE_COMMIT
#define STUB_PLANE_ARG			STUB_COMMIT
#else
#define STUB_PLANE_ARG			struct drm_plane_state
#endif
#ifdef K_CRTC_COMMIT
#define STUB_CRTC_ARG			STUB_COMMIT
#else
#define STUB_CRTC_ARG			struct drm_crtc_state
#endif

#ifdef K_HEADER_PANIC
struct drm_scanout_buffer {
	int width;
#ifdef K_PANIC_PAGES
	struct page **pages;
#endif
};
#endif

struct drm_plane_helper_funcs {
	void (*atomic_update)(struct drm_plane *plane, STUB_PLANE_ARG *arg);
#ifdef K_PLANE_ASYNC_FLIP
	int (*atomic_async_check)(struct drm_plane *plane, STUB_PLANE_ARG *arg, bool flip);
#else
	int (*atomic_async_check)(struct drm_plane *plane, STUB_PLANE_ARG *arg);
#endif
#ifdef K_PLANE_PANIC
	int (*get_scanout_buffer)(struct drm_plane *plane, void *sb);
	void (*panic_flush)(struct drm_plane *plane);
#endif
};

struct drm_crtc_helper_funcs {
	void (*atomic_flush)(struct drm_crtc *crtc, STUB_CRTC_ARG *arg);
#ifdef K_CRTC_VBLANK_TIMEOUT
	bool (*handle_vblank_timeout)(struct drm_crtc *crtc);
#endif
};

void drm_plane_helper_add(struct drm_plane *plane, const struct drm_plane_helper_funcs *funcs);
void drm_crtc_helper_add(struct drm_crtc *crtc, const struct drm_crtc_helper_funcs *funcs);

struct drm_mode_config_funcs {
	struct drm_framebuffer *(*fb_create)(struct drm_device *drm, struct drm_file *file,
#ifdef K_FB_CREATE_INFO
					     const struct drm_format_info *info,
#endif
					     const struct drm_mode_fb_cmd2 *cmd);
};

struct drm_mode_config {
	const struct drm_mode_config_funcs *funcs;
#ifdef K_FB_MODIFIERS_NOT_SUPPORTED
	bool fb_modifiers_not_supported;
#else
	bool allow_fb_modifiers;
#endif
};

const struct drm_format_info *drm_get_format_info(struct drm_device *drm,
						  const struct drm_mode_fb_cmd2 *cmd);
void drm_helper_mode_fill_fb_struct(struct drm_device *drm, struct drm_framebuffer *fb,
#ifdef K_FILL_FB_INFO
				    const struct drm_format_info *info,
#endif
				    const struct drm_mode_fb_cmd2 *cmd);

/* Objects that go with the device, or by themselves. */
int drm_connector_init(struct drm_device *drm, struct drm_connector *connector,
		       const struct drm_connector_funcs *funcs, int type);
void drm_connector_cleanup(struct drm_connector *connector);
int drm_crtc_init_with_planes(struct drm_device *drm, struct drm_crtc *crtc,
			      struct drm_plane *primary, struct drm_plane *cursor,
			      const struct drm_crtc_funcs *funcs, const char *name);
void drm_crtc_cleanup(struct drm_crtc *crtc);
int drm_simple_encoder_init(struct drm_device *drm, struct drm_encoder *encoder, int type);
#ifdef K_DRMM_CONNECTOR_INIT
int drmm_connector_init(struct drm_device *drm, struct drm_connector *connector,
			const struct drm_connector_funcs *funcs, int type, void *ddc);
#endif
#ifdef K_DRMM_CRTC_INIT
int drmm_crtc_init_with_planes(struct drm_device *drm, struct drm_crtc *crtc,
			       struct drm_plane *primary, struct drm_plane *cursor,
			       const struct drm_crtc_funcs *funcs, const char *name);
#endif
#ifdef K_DRMM_ENCODER_INIT
int drmm_encoder_init(struct drm_device *drm, struct drm_encoder *encoder,
		      const struct drm_encoder_funcs *funcs, int type, const char *name);
#endif
#ifdef K_DRMM_PLANE_ALLOC
void *stub_plane_alloc(struct drm_device *drm, size_t size, size_t offset, ...);
#define drmm_universal_plane_alloc(drm, type, member, ...) \
	((type *)stub_plane_alloc(drm, sizeof(type), offsetof(type, member), __VA_ARGS__))
#endif

#include "helpers.h"

#endif
