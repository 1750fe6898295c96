/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pointer's hotspot: part of the plane's state since 6.8. Before, the cursor
 * ioctl leaves it in the framebuffer, and a new hotspot comes in a new one.
 * drmm_universal_plane_alloc(): added in 5.12.
 * drm_plane_add_size_hints_property(): 6.12 has it, 6.1 not.
 */
#include_next <drm/drm_plane.h>

#ifndef VIRTGPU_COMPAT_DRM_PLANE_H
#define VIRTGPU_COMPAT_DRM_PLANE_H

#ifdef HAVE_PLANE_HOTSPOT
static inline int virtgpu_compat_hotspot_x(const struct drm_plane_state *state)
{
	return state->hotspot_x;
}

static inline int virtgpu_compat_hotspot_y(const struct drm_plane_state *state)
{
	return state->hotspot_y;
}

static inline void virtgpu_compat_hotspot_copy(struct drm_plane_state *dst,
					       const struct drm_plane_state *src)
{
	dst->hotspot_x = src->hotspot_x;
	dst->hotspot_y = src->hotspot_y;
}
#else
#include <drm/drm_framebuffer.h>

#define VIRTGPU_COMPAT_NO_HOTSPOT

static inline int virtgpu_compat_hotspot_x(const struct drm_plane_state *state)
{
	return state->fb ? state->fb->hot_x : 0;
}

static inline int virtgpu_compat_hotspot_y(const struct drm_plane_state *state)
{
	return state->fb ? state->fb->hot_y : 0;
}

static inline void virtgpu_compat_hotspot_copy(struct drm_plane_state *dst,
					       const struct drm_plane_state *src)
{
}
#endif

#ifndef HAVE_PLANE_SIZE_HINTS
struct drm_plane_size_hint {
	u16 width;
	u16 height;
};

static inline int drm_plane_add_size_hints_property(struct drm_plane *plane,
						    const struct drm_plane_size_hint *hints,
						    int num_hints)
{
	return 0;
}
#endif

#ifndef HAVE_DRMM_PLANE_ALLOC
void *virtgpu_compat_plane_alloc(struct drm_device *drm, size_t size, size_t offset,
				 u32 possible_crtcs, const struct drm_plane_funcs *funcs,
				 const u32 *formats, unsigned int count,
				 const u64 *modifiers, enum drm_plane_type type,
				 const char *name);

#define drmm_universal_plane_alloc(drm, type, member, ...) \
	virtgpu_compat_plane_alloc(drm, sizeof(type), offsetof(type, member), __VA_ARGS__)
#define VIRTGPU_COMPAT_PLANE_ALLOC
#endif

#endif
