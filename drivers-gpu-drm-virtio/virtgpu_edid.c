// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the host's monitor say of itself, and do we believe it?
 *
 * The EDID comes in one answer and is kept as it came, so that the core reads it
 * like that of any monitor, overrides from userspace and firmware included.
 */
#include <linux/virtio_gpu.h>

#include <drm/drm_connector.h>
#include <drm/drm_edid.h>
#include <drm/drm_print.h>

#include "virtgpu_cmd_display.h"
#include "virtgpu_display_types.h"
#include "virtgpu_edid.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/* Byte of the first block that says how many follow it. */
#define VIRTGPU_EDID_EXTENSIONS		126

/*
 * Hosts name the size of their buffer rather than that of the EDID, so the
 * EDID's own count decides; but it must fit into what was sent.
 */
static u32 virtgpu_edid_size(const struct virtio_gpu_resp_edid *resp)
{
	u32 size = le32_to_cpu(resp->size);
	u32 blocks;

	if (size < EDID_LENGTH || size > sizeof(resp->edid))
		return 0;
	blocks = 1 + resp->edid[VIRTGPU_EDID_EXTENSIONS];
	return blocks * EDID_LENGTH <= size ? blocks * EDID_LENGTH : 0;
}

static bool virtgpu_edid_is_valid(const u8 *data, u32 size)
{
	const struct drm_edid *edid = drm_edid_alloc(data, size);
	bool valid = drm_edid_valid(edid);

	drm_edid_free(edid);
	return valid;
}

/**
 * virtgpu_edid_fetch - ask the host for the EDID of a scanout
 * @vgdev: the device
 * @index: the scanout; one that is enabled
 * @host: where the EDID goes; without one, the size is 0
 *
 * Return: 0, or the error of the command. That there is no EDID, or none that
 * makes sense, is none.
 */
int virtgpu_edid_fetch(struct virtgpu_device *vgdev, unsigned int index,
		       struct virtgpu_host_output *host)
{
	const struct virtio_gpu_resp_edid *resp;
	struct virtgpu_vbuf *vbuf;
	u32 size;
	int ret;

	host->edid_size = 0;
	if (!vgdev->features.edid)
		return 0;
	vbuf = virtgpu_cmd_get_edid(index);
	if (!vbuf)
		return -ENOMEM;
	ret = virtgpu_vq_call(vgdev->ctrlq, vbuf, VIRTGPU_HOST_TIMEOUT_MS);
	if (ret)
		goto out;
	resp = vbuf->resp;
	size = virtgpu_edid_size(resp);
	if (!size || !virtgpu_edid_is_valid(resp->edid, size)) {
		drm_warn_once(vgdev->drm,
			      "the host's EDID for scanout %u is broken and ignored\n",
			      index);
		goto out;
	}
	memcpy(host->edid, resp->edid, size);
	host->edid_size = size;
out:
	virtgpu_vbuf_put(vbuf);
	return ret;
}

static int virtgpu_edid_block(void *data, u8 *buf, unsigned int block, size_t len)
{
	const struct virtgpu_host_output *host = data;
	size_t offset = (size_t)block * EDID_LENGTH;

	if (offset > host->edid_size || len > host->edid_size - offset)
		return -EINVAL;
	memcpy(buf, host->edid + offset, len);
	return 0;
}

/**
 * virtgpu_edid_add_modes - add what the monitor can do to its connector
 * @connector: the connector; &drm_mode_config.mutex is held
 * @host: what the host says of it
 *
 * Return: how many modes were added; 0 without an EDID.
 */
int virtgpu_edid_add_modes(struct drm_connector *connector,
			   const struct virtgpu_host_output *host)
{
	const struct drm_edid *edid;
	int count;

	edid = host->edid_size ? drm_edid_read_custom(connector, virtgpu_edid_block,
						      (void *)host) : NULL;
	drm_edid_connector_update(connector, edid);
	count = drm_edid_connector_add_modes(connector);
	drm_edid_free(edid);
	return count;
}
