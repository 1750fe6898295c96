/* SPDX-License-Identifier: GPL-2.0-only */
/* drm_helper_mode_fill_fb_struct() with the format's argument. */
#include_next <drm/drm_modeset_helper.h>

#if !defined(HAVE_FILL_FB_INFO) && !defined(drm_helper_mode_fill_fb_struct)
#define drm_helper_mode_fill_fb_struct(drm, fb, info, cmd) \
	drm_helper_mode_fill_fb_struct(drm, fb, cmd)
#endif
