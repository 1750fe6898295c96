// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which protocols does the host speak, and what does it say of each?
 *
 * The list is asked for at probe, all entries at once. The contents are asked
 * for when a client wants them, once a (set, version) that the host answers;
 * they never change while the device lives.
 */
#include <linux/bits.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "virtgpu_capset.h"
#include "virtgpu_cmd.h"
#include "virtgpu_device_types.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/* The largest contents that we ask a host for; real ones are below 2 KiB. */
#define VIRTGPU_CAPSET_MAX_SIZE		SZ_64K

/* How many versions of a set are kept; real clients ask for one. */
#define VIRTGPU_CAPSET_MAX_VERSIONS	8

/* How long a client waits for contents, in milliseconds. */
#define VIRTGPU_CAPSET_TIMEOUT_MS	5000

/* struct virtgpu_capset_data - the contents of one version of a set */
struct virtgpu_capset_data {
	u32 version;
	u32 size;
	const void *data;
};

/*
 * struct virtgpu_capset - one capability set
 *
 * id, max_version and max_size are constant; what lock guards grows only, and
 * its entries are constant once they are counted.
 */
struct virtgpu_capset {
	u32 id;
	u32 max_version;
	u32 max_size;

	/* Guards what follows, and is held while the host is asked. */
	struct mutex lock;
	unsigned int num_versions;
	struct virtgpu_capset_data versions[VIRTGPU_CAPSET_MAX_VERSIONS];
};

/**
 * struct virtgpu_capsets - all sets of a device, constant after probe
 * @mask: a bit for each id
 * @count: entries of @sets
 * @sets: the sets, in the host's order
 */
struct virtgpu_capsets {
	u64 mask;
	unsigned int count;
	struct virtgpu_capset sets[];
};

static bool virtgpu_capset_accept(struct virtgpu_device *vgdev,
				  const struct virtio_gpu_resp_capset_info *info)
{
	struct virtgpu_capsets *capsets = vgdev->capsets;
	struct virtgpu_capset *set = &capsets->sets[capsets->count];
	u32 id = le32_to_cpu(info->capset_id);
	u32 size = le32_to_cpu(info->capset_max_size);

	if (!id || id > VIRTGPU_MAX_CAPSET_ID || !size ||
	    size > VIRTGPU_CAPSET_MAX_SIZE || capsets->mask & BIT_ULL(id))
		return false;
	set->id = id;
	set->max_version = le32_to_cpu(info->capset_max_version);
	set->max_size = size;
	capsets->mask |= BIT_ULL(id);
	capsets->count++;
	drm_info(vgdev->drm, "cap set %u: id %u, max-version %u, max-size %u\n",
		 capsets->count - 1, id, set->max_version, size);
	return true;
}

static void virtgpu_capset_receive(struct virtgpu_device *vgdev, unsigned int index,
				   struct virtgpu_vbuf *vbuf, unsigned long deadline)
{
	const struct virtio_gpu_resp_capset_info *info = vbuf->resp;
	unsigned int left = jiffies_to_msecs(max_t(long, deadline - jiffies, 1));
	int ret = virtgpu_vq_wait_once(vgdev->ctrlq, vbuf, left);

	if (ret == -ETIMEDOUT || ret == -ERESTARTSYS)
		drm_warn(vgdev->drm, "cap set %u: no answer from the host, left out\n", index);
	else if (ret)
		drm_warn(vgdev->drm, "cap set %u: refused by the host, left out\n", index);
	else if (!virtgpu_capset_accept(vgdev, info))
		drm_warn(vgdev->drm,
			 "cap set %u: id %u, max-size %u makes no sense, left out\n", index,
			 le32_to_cpu(info->capset_id), le32_to_cpu(info->capset_max_size));
}

/**
 * virtgpu_capset_init - ask the host which capability sets it has
 * @vgdev: the device, ready to talk
 *
 * A set that the host does not describe in time, or nonsensically, is left out:
 * of SUPPORTED_CAPSET_IDs too.
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_capset_init(struct virtgpu_device *vgdev)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(VIRTGPU_HOST_TIMEOUT_MS);
	unsigned int count = vgdev->features.num_capsets;
	struct virtgpu_vbuf **vbufs;
	unsigned int asked = 0;
	int ret;

	vgdev->capsets = drmm_kzalloc(vgdev->drm,
				      struct_size(vgdev->capsets, sets, count),
				      GFP_KERNEL);
	vbufs = kcalloc(max(count, 1u), sizeof(*vbufs), GFP_KERNEL);
	ret = vgdev->capsets && vbufs ? 0 : -ENOMEM;
	for (unsigned int i = 0; i < count && !ret; i++) {
		ret = drmm_mutex_init(vgdev->drm, &vgdev->capsets->sets[i].lock);
		if (ret)
			break;
		vbufs[i] = virtgpu_cmd_capset_info(i);
		if (!vbufs[i]) {
			ret = -ENOMEM;
			break;
		}
		virtgpu_vq_queue(vgdev->ctrlq, virtgpu_vbuf_get(vbufs[i]));
		asked++;
	}
	virtgpu_vq_kick(vgdev->ctrlq);
	for (unsigned int i = 0; i < asked; i++) {
		if (!ret)
			virtgpu_capset_receive(vgdev, i, vbufs[i], deadline);
		virtgpu_vbuf_put(vbufs[i]);
	}
	kfree(vbufs);
	return ret;
}

/**
 * virtgpu_capset_mask - which sets are there?
 * @vgdev: the device
 *
 * Return: a bit for each id, as in VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs.
 */
u64 virtgpu_capset_mask(const struct virtgpu_device *vgdev)
{
	return vgdev->capsets->mask;
}

/**
 * virtgpu_capset_any - does the host have capability sets at all?
 * @vgdev: the device
 *
 * Return: whether it has.
 */
bool virtgpu_capset_any(const struct virtgpu_device *vgdev)
{
	return vgdev->capsets->count;
}

static struct virtgpu_capset *virtgpu_capset_find(struct virtgpu_device *vgdev, u32 id)
{
	struct virtgpu_capsets *capsets = vgdev->capsets;

	for (unsigned int i = 0; i < capsets->count; i++) {
		if (capsets->sets[i].id == id)
			return &capsets->sets[i];
	}
	return NULL;
}

static int virtgpu_capset_ask(struct virtgpu_device *vgdev, struct virtgpu_capset *set,
			      u32 version)
{
	struct virtgpu_capset_data *entry = &set->versions[set->num_versions];
	const struct virtio_gpu_resp_capset *resp;
	struct virtgpu_vbuf *vbuf;
	void *data;
	int ret;

	data = drmm_kzalloc(vgdev->drm, set->max_size, GFP_KERNEL);
	vbuf = virtgpu_cmd_capset(set->id, version, set->max_size);
	ret = data && vbuf ? virtgpu_vq_call(vgdev->ctrlq, vbuf, VIRTGPU_CAPSET_TIMEOUT_MS) :
			     -ENOMEM;
	if (ret)
		goto out;
	resp = vbuf->resp;
	memcpy(data, resp->capset_data, vbuf->resp_len - sizeof(*resp));
	if (!memchr_inv(data, 0, set->max_size))
		drm_warn_once(vgdev->drm,
			      "cap set id %u is all zero: the host lists it but does not serve it\n",
			      set->id);
	entry->version = version;
	entry->size = set->max_size;
	entry->data = data;
	set->num_versions++;
	data = NULL;
out:
	if (data)
		drmm_kfree(vgdev->drm, data);
	virtgpu_vbuf_put(vbuf);
	/* A late answer is not an error of the host: the next call asks again. */
	return ret == -ETIMEDOUT ? -EBUSY : ret;
}

static const struct virtgpu_capset_data *
virtgpu_capset_cached(const struct virtgpu_capset *set, u32 version)
{
	for (unsigned int i = 0; i < set->num_versions; i++) {
		if (set->versions[i].version == version)
			return &set->versions[i];
	}
	return NULL;
}

/**
 * virtgpu_capset_get - the contents of a set
 * @vgdev: the device
 * @id: the set, anything a user can write
 * @version: its version, likewise
 * @data: set to the contents, which live as long as the DRM device
 * @size: set to their size in bytes
 *
 * Return: 0; -EINVAL for a set or version that the host does not have; -ENOMEM;
 * -EBUSY when the host did not answer in 5 seconds (a later call asks again);
 * -ERESTARTSYS if killed; or the host's error.
 */
int virtgpu_capset_get(struct virtgpu_device *vgdev, u32 id, u32 version,
		       const void **data, u32 *size)
{
	struct virtgpu_capset *set = virtgpu_capset_find(vgdev, id);
	const struct virtgpu_capset_data *entry;
	int ret;

	if (!set || version > set->max_version)
		return -EINVAL;
	if (mutex_lock_killable(&set->lock))
		return -ERESTARTSYS;
	entry = virtgpu_capset_cached(set, version);
	ret = 0;
	if (!entry && set->num_versions == ARRAY_SIZE(set->versions))
		ret = -ENOMEM;
	else if (!entry)
		ret = virtgpu_capset_ask(vgdev, set, version);
	if (!ret) {
		entry = entry ?: &set->versions[set->num_versions - 1];
		*data = entry->data;
		*size = entry->size;
	}
	mutex_unlock(&set->lock);
	return ret;
}
