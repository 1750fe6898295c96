// SPDX-License-Identifier: GPL-2.0-only
/*
 * How do other drivers use our buffers?
 *
 * What we export is a virtio dma-buf: other virtio drivers can ask for a UUID
 * by which their device finds the resource on the host, without its pages.
 */
#include <linux/dma-buf.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/virtio_dma_buf.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_drv.h>
#include <drm/drm_gem.h>
#include <drm/drm_prime.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_cmd.h"
#include "virtgpu_device_types.h"
#include "virtgpu_export.h"
#include "virtgpu_object.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/**
 * virtgpu_export_has_uuid - may other virtio devices know it by a UUID?
 * @obj: the object
 *
 * Return: whether the host can be asked for one.
 */
bool virtgpu_export_has_uuid(const struct virtgpu_object *obj)
{
	if (!to_virtgpu_device(obj->base.base.dev)->features.uuid)
		return false;
	return !obj->blob_mem || obj->blob_flags & VIRTGPU_BLOB_FLAG_USE_CROSS_DEVICE;
}

/* Ask the host. Called with the lock. */
static int virtgpu_export_fetch_uuid(struct virtgpu_object *obj)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(obj->base.base.dev);
	const struct virtio_gpu_resp_resource_uuid *resp;
	struct virtgpu_vbuf *vbuf;
	int ret;

	vbuf = virtgpu_cmd_assign_uuid(obj->res_id);
	if (!vbuf)
		return -ENOMEM;
	ret = virtgpu_vq_call(vgdev->ctrlq, vbuf, VIRTGPU_HOST_TIMEOUT_MS);
	if (!ret) {
		resp = vbuf->resp;
		memcpy(obj->uuid.b, resp->uuid, sizeof(resp->uuid));
	}
	virtgpu_vbuf_put(vbuf);
	return ret;
}

static int virtgpu_export_get_uuid(struct dma_buf *buf, uuid_t *uuid)
{
	struct drm_gem_object *gem = buf->priv;
	struct virtgpu_object *obj = to_virtgpu_object(gem);
	struct virtgpu_device *vgdev = to_virtgpu_device(gem->dev);
	int ret;

	/* Without a device the queue ends the command; an unplug does not wait for us. */
	if (!virtgpu_export_has_uuid(obj) || drm_dev_is_unplugged(gem->dev))
		return -ENODEV;
	if (virtgpu_object_is_lost(obj))
		return -EIO;
	ret = mutex_lock_killable(&vgdev->uuid_lock);
	if (ret)
		return ret;
	if (!obj->has_uuid)
		ret = virtgpu_export_fetch_uuid(obj);
	if (!ret) {
		obj->has_uuid = true;
		uuid_copy(uuid, &obj->uuid);
	}
	mutex_unlock(&vgdev->uuid_lock);
	return ret;
}

static int virtgpu_export_attach(struct dma_buf *buf, struct dma_buf_attachment *attach)
{
	struct drm_gem_object *gem = buf->priv;
	struct virtgpu_object *obj = to_virtgpu_object(gem);

	if (!obj->ops->attach)
		return drm_gem_map_attach(buf, attach);
	return obj->ops->attach(obj, attach->dev);
}

static void virtgpu_export_detach(struct dma_buf *buf, struct dma_buf_attachment *attach)
{
	struct drm_gem_object *gem = buf->priv;
	struct virtgpu_object *obj = to_virtgpu_object(gem);

	if (!obj->ops->attach)
		drm_gem_map_detach(buf, attach);
	else
		obj->ops->detach(obj);
}

static struct sg_table *virtgpu_export_map(struct dma_buf_attachment *attach,
					   enum dma_data_direction dir)
{
	struct drm_gem_object *gem = attach->dmabuf->priv;
	struct virtgpu_object *obj = to_virtgpu_object(gem);
	struct sg_table *sgt;
	int ret;

	if (!obj->ops->attach)
		return drm_gem_map_dma_buf(attach, dir);
	sgt = kzalloc_obj(*sgt);
	if (!sgt)
		return ERR_PTR(-ENOMEM);
	ret = obj->ops->map(obj, attach->dev, sgt, dir);
	if (ret) {
		kfree(sgt);
		return ERR_PTR(ret);
	}
	return sgt;
}

static void virtgpu_export_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
				 enum dma_data_direction dir)
{
	struct drm_gem_object *gem = attach->dmabuf->priv;
	struct virtgpu_object *obj = to_virtgpu_object(gem);

	if (!obj->ops->attach) {
		drm_gem_unmap_dma_buf(attach, sgt, dir);
		return;
	}
	obj->ops->unmap(obj, attach->dev, sgt, dir);
	kfree(sgt);
}

/*
 * The core counts pages from the object's place in the device file, and by that the way
 * down finds the mappings: there has to be one, and it stays.
 */
static int virtgpu_export_mmap(struct dma_buf *buf, struct vm_area_struct *vma)
{
	return drm_gem_create_mmap_offset(buf->priv) ?: drm_gem_dmabuf_mmap(buf, vma);
}

static const struct virtio_dma_buf_ops virtgpu_export_ops = {
	.ops = {
		.attach = virtio_dma_buf_attach,
		.detach = virtgpu_export_detach,
		.map_dma_buf = virtgpu_export_map,
		.unmap_dma_buf = virtgpu_export_unmap,
		.release = drm_gem_dmabuf_release,
		.mmap = virtgpu_export_mmap,
		.vmap = drm_gem_dmabuf_vmap,
		.vunmap = drm_gem_dmabuf_vunmap,
	},
	.device_attach = virtgpu_export_attach,
	.get_uuid = virtgpu_export_get_uuid,
};

/**
 * virtgpu_export_dma_buf - let other drivers use a buffer
 * @gem: the object
 * @flags: of the dma-buf's file
 *
 * Return: the dma-buf or an ERR_PTR.
 */
struct dma_buf *virtgpu_export_dma_buf(struct drm_gem_object *gem, int flags)
{
	struct dma_buf_export_info info = {
		.exp_name = "virtio_gpu",
		.owner = THIS_MODULE,
		.ops = &virtgpu_export_ops.ops,
		.size = gem->size,
		.flags = flags,
		.priv = gem,
		.resv = gem->resv,
	};
	struct dma_buf *buf;

	buf = virtio_dma_buf_export(&info);
	if (IS_ERR(buf))
		return buf;
	drm_dev_get(gem->dev);
	drm_gem_object_get(gem);
	/* So that an unplug finds the mappings made through the dma-buf too. */
	buf->file->f_mapping = gem->dev->anon_inode->i_mapping;
	return buf;
}

/**
 * virtgpu_export_find - is this a dma-buf of ours?
 * @drm: the device
 * @buf: any dma-buf
 *
 * Return: the object of @drm that it is, without a reference, or NULL.
 */
struct drm_gem_object *virtgpu_export_find(struct drm_device *drm, struct dma_buf *buf)
{
	struct drm_gem_object *gem = buf->priv;

	return buf->ops == &virtgpu_export_ops.ops && gem->dev == drm ? gem : NULL;
}

MODULE_IMPORT_NS("DMA_BUF");
