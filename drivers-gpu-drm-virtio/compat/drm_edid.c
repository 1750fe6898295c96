// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a monitor's description reach its connector, on kernels before 6.3?
 *
 * There an EDID is a bare struct edid, whose own count of blocks says how long it
 * is. The connector keeps a copy as a property blob, which later calls read.
 */
#include <drm/drm_connector.h>
#include <drm/drm_edid.h>
#include <drm/drm_property.h>

#ifdef VIRTGPU_COMPAT_EDID_STRUCT

#include <linux/slab.h>

/* Takes over @edid. */
static const struct drm_edid *virtgpu_edid_wrap(struct edid *edid, size_t size)
{
	struct drm_edid *drm_edid;

	if (!edid)
		return NULL;
	drm_edid = kmalloc_obj(*drm_edid);
	if (!drm_edid) {
		kfree(edid);
		return NULL;
	}
	drm_edid->edid = edid;
	drm_edid->size = size;
	return drm_edid;
}

/**
 * virtgpu_compat_edid_alloc - drm_edid_alloc()
 * @data: whole blocks
 * @size: bytes of @data
 *
 * Return: a copy, or NULL.
 */
const struct drm_edid *virtgpu_compat_edid_alloc(const void *data, size_t size)
{
	if (!data || size < EDID_LENGTH)
		return NULL;
	return virtgpu_edid_wrap(kmemdup(data, size, GFP_KERNEL), size);
}

/**
 * virtgpu_compat_edid_free - drm_edid_free()
 * @edid: an EDID, or NULL
 */
void virtgpu_compat_edid_free(const struct drm_edid *edid)
{
	if (!edid)
		return;
	kfree(edid->edid);
	kfree(edid);
}

/**
 * virtgpu_compat_edid_read_custom - drm_edid_read_custom()
 * @connector: whose EDID; overrides from userspace and firmware come first
 * @read_block: reads a block
 * @context: for @read_block
 *
 * Return: the EDID, or NULL.
 */
const struct drm_edid *
virtgpu_compat_edid_read_custom(struct drm_connector *connector,
				int (*read_block)(void *context, u8 *buf,
						  unsigned int block, size_t len),
				void *context)
{
	struct edid *edid = drm_do_get_edid(connector, read_block, context);

	return virtgpu_edid_wrap(edid, edid ? (edid->extensions + 1) * EDID_LENGTH : 0);
}

#endif

#ifdef VIRTGPU_COMPAT_EDID_VALID

/**
 * virtgpu_compat_edid_valid - drm_edid_valid()
 * @edid: an EDID, or NULL
 *
 * Return: whether all of its blocks are sound.
 */
bool virtgpu_compat_edid_valid(const struct drm_edid *edid)
{
	/* It writes only to mend a header, and the copy is ours. */
	return edid && drm_edid_is_valid((struct edid *)drm_edid_raw(edid));
}

#endif

#ifdef VIRTGPU_COMPAT_EDID_ADD_MODES

/**
 * virtgpu_compat_edid_update - drm_edid_connector_update()
 * @connector: the connector
 * @edid: its EDID, or NULL
 *
 * Return: 0 or a negative errno.
 */
int virtgpu_compat_edid_update(struct drm_connector *connector,
			       const struct drm_edid *edid)
{
	return drm_connector_update_edid_property(connector, drm_edid_raw(edid));
}

/**
 * virtgpu_compat_edid_add_modes - drm_edid_connector_add_modes()
 * @connector: a connector that was told of its EDID
 *
 * Return: how many modes were added.
 */
int virtgpu_compat_edid_add_modes(struct drm_connector *connector)
{
	struct drm_property_blob *blob = connector->edid_blob_ptr;

	return drm_add_edid_modes(connector, blob ? blob->data : NULL);
}

#endif
