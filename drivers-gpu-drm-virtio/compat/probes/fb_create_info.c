// SPDX-License-Identifier: GPL-2.0-only
/* drm_mode_config_funcs.fb_create is told the format: since 6.17. */
#include <drm/drm_mode_config.h>

struct drm_framebuffer *probe(struct drm_device *drm, struct drm_file *file,
			      const struct drm_format_info *info,
			      const struct drm_mode_fb_cmd2 *cmd);

struct drm_mode_config_funcs funcs = { .fb_create = probe };
