/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VIRTGPU_CB_FB_CREATE(): a driver's fb_create, with or without the format's argument,
 * which VIRTGPU_ADAPT_FB_CREATE() finds out.
 * virtgpu_compat_set_modifiers(): may framebuffers have modifiers? Since 5.18 the core
 * believes so unless told otherwise; before, it has to be told.
 */
#include_next <drm/drm_mode_config.h>
#include <drm/drm_fourcc.h>

#ifndef VIRTGPU_CB_FB_CREATE
#ifdef HAVE_FB_CREATE_INFO
#define VIRTGPU_CB_FB_CREATE(fn)	fn
#define VIRTGPU_ADAPT_FB_CREATE(fn)
#else
#define VIRTGPU_ADAPT_FB_CREATE(fn) \
static struct drm_framebuffer *fn##_compat(struct drm_device *drm, struct drm_file *file, \
					   const struct drm_mode_fb_cmd2 *cmd) \
{ \
	return fn(drm, file, drm_get_format_info(drm, cmd), cmd); \
}

#define VIRTGPU_CB_FB_CREATE(fn)	fn##_compat
#endif

static inline void virtgpu_compat_set_modifiers(struct drm_mode_config *config, bool allowed)
{
#ifdef HAVE_FB_MODIFIERS_NOT_SUPPORTED
	config->fb_modifiers_not_supported = !allowed;
#else
	config->allow_fb_modifiers = allowed;
#endif
}
#endif
