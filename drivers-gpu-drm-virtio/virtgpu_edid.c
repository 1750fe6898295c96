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

/* Bytes of the first block: how many follow it, and what makes its sum 0. */
#define VIRTGPU_EDID_EXTENSIONS		126
#define VIRTGPU_EDID_CHECKSUM		127

/* The first block must be sound; the core sorts out those that follow it. */
static bool virtgpu_edid_has_base(const u8 *data)
{
	const struct drm_edid *edid;
	u8 base[EDID_LENGTH];
	bool valid;

	memcpy(base, data, sizeof(base));
	base[VIRTGPU_EDID_CHECKSUM] += base[VIRTGPU_EDID_EXTENSIONS];
	base[VIRTGPU_EDID_EXTENSIONS] = 0;
	edid = drm_edid_alloc(base, sizeof(base));
	valid = drm_edid_valid(edid);
	drm_edid_free(edid);
	return valid;
}

/*
 * Hosts name the size of their buffer rather than that of the EDID. How many of the
 * blocks count, the core finds out: the first block tells, but in HDMI 2.1 the second
 * one knows better (HF-EEODB). Blocks that were not sent do not count.
 */
static void virtgpu_edid_take(const struct virtio_gpu_resp_edid *resp, u32 size,
			      struct virtgpu_host_output *host)
{
	u32 sent = size / EDID_LENGTH;
	u32 blocks, missing;

	host->edid_size = sent * EDID_LENGTH;
	memcpy(host->edid, resp->edid, host->edid_size);
	blocks = 1 + host->edid[VIRTGPU_EDID_EXTENSIONS];
	missing = blocks > sent ? blocks - sent : 0;
	host->edid[VIRTGPU_EDID_EXTENSIONS] -= missing;
	host->edid[VIRTGPU_EDID_CHECKSUM] += missing;
}

/* It may have been to refuse; what it meant is in the answer, which is then no EDID. */
static bool virtgpu_edid_is_answered(const struct virtgpu_vbuf *vbuf, int error)
{
	return error != -ETIMEDOUT && error != -ERESTARTSYS && vbuf->resp_len;
}

/**
 * virtgpu_edid_fetch - ask the host for the EDID of a scanout
 * @vgdev: the device
 * @index: the scanout; one that is enabled
 * @host: where the EDID goes; without one, the size is 0
 *
 * Return: 0, or why it is not known whether there is one. That the host has none, or
 * none that makes sense, is no error.
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
	if (ret) {
		if (virtgpu_edid_is_answered(vbuf, ret))
			ret = 0;
		goto out;
	}
	resp = vbuf->resp;
	size = le32_to_cpu(READ_ONCE(resp->size));
	if (size < EDID_LENGTH || size > sizeof(resp->edid) ||
	    !virtgpu_edid_has_base(resp->edid)) {
		drm_warn_once(vgdev->drm,
			      "the host's EDID for scanout %u is broken and ignored\n",
			      index);
		goto out;
	}
	virtgpu_edid_take(resp, size, host);
out:
	virtgpu_vbuf_put(vbuf);
	return ret;
}

/**
 * virtgpu_edid_keep - stay with what was known before
 * @host: what the host says now
 * @known: what it said before
 */
void virtgpu_edid_keep(struct virtgpu_host_output *host,
		       const struct virtgpu_host_output *known)
{
	host->edid_size = known->edid_size;
	memcpy(host->edid, known->edid, known->edid_size);
}

/* What the core is given to read, and whether it has. */
struct virtgpu_edid_source {
	const struct virtgpu_host_output *host;
	bool read;
};

/* The second count may name blocks that were not sent. They are empty. */
static int virtgpu_edid_block(void *data, u8 *buf, unsigned int block, size_t len)
{
	struct virtgpu_edid_source *source = data;
	const struct virtgpu_host_output *host = source->host;
	size_t offset = (size_t)block * EDID_LENGTH;

	source->read = true;
	if (!host->edid_size)
		return -EINVAL;
	memset(buf, 0, len);
	if (offset < host->edid_size)
		memcpy(buf, host->edid + offset, min(len, host->edid_size - offset));
	return 0;
}

/**
 * virtgpu_edid_add_modes - add what the monitor can do to its connector
 * @connector: the connector; &drm_mode_config.mutex is held
 * @host: what the host says of it
 * @users: set to whether the user has given another EDID (drm.edid_firmware,
 *         edid_override in debugfs); the core then does not read the host's
 *
 * Return: how many modes were added; 0 without an EDID.
 */
int virtgpu_edid_add_modes(struct drm_connector *connector,
			   const struct virtgpu_host_output *host, bool *users)
{
	struct virtgpu_edid_source source = { .host = host };
	const struct drm_edid *edid;
	int count;

	edid = drm_edid_read_custom(connector, virtgpu_edid_block, &source);
	*users = edid && !source.read;
	drm_edid_connector_update(connector, edid);
	count = drm_edid_connector_add_modes(connector);
	drm_edid_free(edid);
	return count;
}
