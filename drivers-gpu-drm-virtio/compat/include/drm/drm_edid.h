/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * struct drm_edid: added in 6.0. drm_edid_valid(): 6.2. A connector that is told
 * of its EDID first, and asked to add the modes then: 6.3. The bodies are in
 * compat/drm_edid.c.
 */
#include_next <drm/drm_edid.h>

#ifndef VIRTGPU_COMPAT_DRM_EDID_H
#define VIRTGPU_COMPAT_DRM_EDID_H

#ifndef HAVE_EDID_STRUCT
#define VIRTGPU_COMPAT_EDID_STRUCT

struct drm_edid {
	size_t size;
	struct edid *edid;
};

const struct drm_edid *virtgpu_compat_edid_alloc(const void *data, size_t size);
void virtgpu_compat_edid_free(const struct drm_edid *edid);
const struct drm_edid *
virtgpu_compat_edid_read_custom(struct drm_connector *connector,
				int (*read_block)(void *context, u8 *buf,
						  unsigned int block, size_t len),
				void *context);

static inline const struct edid *drm_edid_raw(const struct drm_edid *edid)
{
	return edid ? edid->edid : NULL;
}

#define drm_edid_alloc		virtgpu_compat_edid_alloc
#define drm_edid_free		virtgpu_compat_edid_free
#define drm_edid_read_custom	virtgpu_compat_edid_read_custom
#endif

#ifndef HAVE_EDID_VALID
#define VIRTGPU_COMPAT_EDID_VALID

bool virtgpu_compat_edid_valid(const struct drm_edid *edid);

#define drm_edid_valid		virtgpu_compat_edid_valid
#endif

#ifndef HAVE_EDID_ADD_MODES
#define VIRTGPU_COMPAT_EDID_ADD_MODES

int virtgpu_compat_edid_update(struct drm_connector *connector,
			       const struct drm_edid *edid);
int virtgpu_compat_edid_add_modes(struct drm_connector *connector);

#define drm_edid_connector_update	virtgpu_compat_edid_update
#define drm_edid_connector_add_modes	virtgpu_compat_edid_add_modes
#endif

#endif
