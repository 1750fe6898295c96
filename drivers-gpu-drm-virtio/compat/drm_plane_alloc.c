// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are planes made that go with the DRM device, on kernels before 5.12?
 */
#include <drm/drm_managed.h>
#include <drm/drm_plane.h>

#ifdef VIRTGPU_COMPAT_PLANE_ALLOC

static void virtgpu_plane_cleanup(struct drm_device *drm, void *data)
{
	drm_plane_cleanup(data);
}

/**
 * virtgpu_compat_plane_alloc - drmm_universal_plane_alloc()
 * @drm: the DRM device
 * @size: of the struct that holds the plane
 * @offset: of the plane in it
 * @possible_crtcs: mask of CRTCs
 * @funcs: of the plane
 * @formats: what it shows
 * @count: entries of @formats
 * @modifiers: what it shows, or NULL
 * @type: of the plane
 * @name: must be NULL
 *
 * Return: the struct, or an ERR_PTR.
 */
void *virtgpu_compat_plane_alloc(struct drm_device *drm, size_t size, size_t offset,
				 u32 possible_crtcs, const struct drm_plane_funcs *funcs,
				 const u32 *formats, unsigned int count,
				 const u64 *modifiers, enum drm_plane_type type,
				 const char *name)
{
	struct drm_plane *plane;
	void *container;
	int ret;

	container = drmm_kzalloc(drm, size, GFP_KERNEL);
	if (!container)
		return ERR_PTR(-ENOMEM);
	plane = container + offset;
	ret = drm_universal_plane_init(drm, plane, possible_crtcs, funcs, formats, count,
				       modifiers, type, NULL);
	if (!ret)
		ret = drmm_add_action_or_reset(drm, virtgpu_plane_cleanup, plane);
	return ret ? ERR_PTR(ret) : container;
}

#endif
