/* SPDX-License-Identifier: GPL-2.0-only */
/* drm_gem_plane_helper_prepare_fb(): in this place, by this name, since 5.13. */
#ifdef HAVE_HEADER_GEM_ATOMIC_HELPER
#include_next <drm/drm_gem_atomic_helper.h>
#else
#include <drm/drm_gem_framebuffer_helper.h>

#define drm_gem_plane_helper_prepare_fb	drm_gem_fb_prepare_fb
#endif
