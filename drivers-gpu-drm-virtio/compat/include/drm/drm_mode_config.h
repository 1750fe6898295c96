/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VIRTGPU_CB_FB_CREATE(): our fb_create, with or without the format's argument.
 * virtgpu_compat_refuse_modifiers(): no buffer has a modifier. Since 5.18 the core
 * has to be told; before, it believes so.
 */
#include_next <drm/drm_mode_config.h>
#include <drm/drm_fourcc.h>

#ifndef VIRTGPU_CB_FB_CREATE
#ifdef HAVE_FB_CREATE_INFO
#define VIRTGPU_CB_FB_CREATE(fn)	fn
#else
struct drm_framebuffer *
virtgpu_framebuffer_create(struct drm_device *drm, struct drm_file *file,
			   const struct drm_format_info *info,
			   const struct drm_mode_fb_cmd2 *cmd);

static inline struct drm_framebuffer *
virtgpu_framebuffer_create_compat(struct drm_device *drm, struct drm_file *file,
				  const struct drm_mode_fb_cmd2 *cmd)
{
	return virtgpu_framebuffer_create(drm, file, drm_get_format_info(drm, cmd), cmd);
}

#define VIRTGPU_CB_FB_CREATE(fn)	fn##_compat
#endif

static inline void virtgpu_compat_refuse_modifiers(struct drm_mode_config *config)
{
#ifdef HAVE_FB_MODIFIERS_NOT_SUPPORTED
	config->fb_modifiers_not_supported = true;
#endif
}
#endif
