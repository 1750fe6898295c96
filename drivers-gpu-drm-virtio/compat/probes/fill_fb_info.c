// SPDX-License-Identifier: GPL-2.0-only
/* drm_helper_mode_fill_fb_struct() is told the format: since 6.17. */
#include <drm/drm_modeset_helper.h>

void probe(struct drm_device *drm, struct drm_framebuffer *fb,
	   const struct drm_format_info *info, const struct drm_mode_fb_cmd2 *cmd)
{
	drm_helper_mode_fill_fb_struct(drm, fb, info, cmd);
}
