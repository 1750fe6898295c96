// SPDX-License-Identifier: GPL-2.0-only
/*
 * How do buffers pass between us and other drivers?
 *
 * What we export is a virtio dma-buf: other virtio drivers can ask for a UUID
 * by which their device finds the resource on the host, without its pages.
 */
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_dma_buf.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_drv.h>
#include <drm/drm_prime.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_cmd.h"
#include "virtgpu_device_types.h"
#include "virtgpu_prime.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"
#include "virtgpu_vram.h"

/* Guards virtgpu_object.uuid; held while the host is asked. */
static DEFINE_MUTEX(virtgpu_prime_uuid_lock);

static bool virtgpu_prime_may_have_uuid(const struct virtgpu_object *obj)
{
	if (!to_virtgpu_device(obj->base.base.dev)->features.uuid)
		return false;
	return !obj->blob_mem || obj->blob_flags & VIRTGPU_BLOB_FLAG_USE_CROSS_DEVICE;
}

/* Ask the host. Called with the lock. */
static int virtgpu_prime_fetch_uuid(struct virtgpu_object *obj)
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

static int virtgpu_prime_get_uuid(struct dma_buf *buf, uuid_t *uuid)
{
	struct drm_gem_object *gem = buf->priv;
	struct virtgpu_object *obj = to_virtgpu_object(gem);
	int ret;

	/* Without a device the queue ends the command; an unplug does not wait for us. */
	if (!virtgpu_prime_may_have_uuid(obj) || drm_dev_is_unplugged(gem->dev))
		return -ENODEV;
	ret = mutex_lock_killable(&virtgpu_prime_uuid_lock);
	if (ret)
		return ret;
	if (!obj->has_uuid)
		ret = virtgpu_prime_fetch_uuid(obj);
	if (!ret) {
		obj->has_uuid = true;
		uuid_copy(uuid, &obj->uuid);
	}
	mutex_unlock(&virtgpu_prime_uuid_lock);
	return ret;
}

static bool virtgpu_prime_is_mappable(const struct virtgpu_object *obj)
{
	return obj->blob_flags & VIRTGPU_BLOB_FLAG_USE_MAPPABLE;
}

/*
 * Storage on the host is shown in the window for as long as another device is
 * attached to it. What can't be shown is of use to other virtio devices only,
 * who know it by its UUID.
 */
static int virtgpu_prime_attach(struct dma_buf *buf, struct dma_buf_attachment *attach)
{
	struct drm_gem_object *gem = buf->priv;
	struct virtgpu_object *obj = to_virtgpu_object(gem);

	if (!obj->vram)
		return drm_gem_map_attach(buf, attach);
	if (virtgpu_prime_is_mappable(obj))
		return virtgpu_vram_pin(to_virtgpu_vram(obj));
	if (is_virtio_device(attach->dev) && virtgpu_prime_may_have_uuid(obj))
		return 0;
	return -EIO;
}

static void virtgpu_prime_detach(struct dma_buf *buf, struct dma_buf_attachment *attach)
{
	struct drm_gem_object *gem = buf->priv;
	struct virtgpu_object *obj = to_virtgpu_object(gem);

	if (!obj->vram)
		drm_gem_map_detach(buf, attach);
	else if (virtgpu_prime_is_mappable(obj))
		virtgpu_vram_unpin(to_virtgpu_vram(obj));
}

/* The window is not RAM: there are no struct pages behind its addresses. */
static int virtgpu_prime_map_window(struct virtgpu_vram *vram, struct device *dev,
				    struct sg_table *sgt, enum dma_data_direction dir)
{
	size_t size = vram->base.base.base.size;
	dma_addr_t addr;
	int ret;

	ret = sg_alloc_table(sgt, 1, GFP_KERNEL);
	if (ret)
		return ret;
	addr = dma_map_resource(dev, virtgpu_vram_address(vram), size, dir,
				DMA_ATTR_SKIP_CPU_SYNC);
	ret = dma_mapping_error(dev, addr);
	if (ret) {
		sg_free_table(sgt);
		return ret;
	}
	sg_set_page(sgt->sgl, NULL, size, 0);
	sg_dma_address(sgt->sgl) = addr;
	sg_dma_len(sgt->sgl) = size;
	return 0;
}

static struct sg_table *virtgpu_prime_map(struct dma_buf_attachment *attach,
					  enum dma_data_direction dir)
{
	struct drm_gem_object *gem = attach->dmabuf->priv;
	struct virtgpu_object *obj = to_virtgpu_object(gem);
	struct sg_table *sgt;
	int ret = 0;

	if (!obj->vram)
		return drm_gem_map_dma_buf(attach, dir);
	sgt = kzalloc_obj(*sgt);
	if (!sgt)
		return ERR_PTR(-ENOMEM);
	if (virtgpu_prime_is_mappable(obj))
		ret = virtgpu_prime_map_window(to_virtgpu_vram(obj), attach->dev, sgt, dir);
	if (ret) {
		kfree(sgt);
		return ERR_PTR(ret);
	}
	return sgt;
}

static void virtgpu_prime_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
				enum dma_data_direction dir)
{
	struct drm_gem_object *gem = attach->dmabuf->priv;

	if (!to_virtgpu_object(gem)->vram) {
		drm_gem_unmap_dma_buf(attach, sgt, dir);
		return;
	}
	if (sgt->sgl) {
		dma_unmap_resource(attach->dev, sg_dma_address(sgt->sgl),
				   sg_dma_len(sgt->sgl), dir, DMA_ATTR_SKIP_CPU_SYNC);
		sg_free_table(sgt);
	}
	kfree(sgt);
}

static const struct virtio_dma_buf_ops virtgpu_prime_ops = {
	.ops = {
		.attach = virtio_dma_buf_attach,
		.detach = virtgpu_prime_detach,
		.map_dma_buf = virtgpu_prime_map,
		.unmap_dma_buf = virtgpu_prime_unmap,
		.release = drm_gem_dmabuf_release,
		.mmap = drm_gem_dmabuf_mmap,
		.vmap = drm_gem_dmabuf_vmap,
		.vunmap = drm_gem_dmabuf_vunmap,
	},
	.device_attach = virtgpu_prime_attach,
	.get_uuid = virtgpu_prime_get_uuid,
};

/**
 * virtgpu_prime_export - let other drivers use a buffer
 * @gem: the object
 * @flags: of the dma-buf's file
 *
 * Return: the dma-buf or an ERR_PTR.
 */
struct dma_buf *virtgpu_prime_export(struct drm_gem_object *gem, int flags)
{
	struct dma_buf_export_info info = {
		.exp_name = "virtio_gpu",
		.owner = THIS_MODULE,
		.ops = &virtgpu_prime_ops.ops,
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
 * virtgpu_prime_import - use a buffer that came as a dma-buf
 * @drm: the device
 * @buf: the dma-buf
 *
 * Foreign buffers are taken only where hosts can use them: as blobs, and not by
 * a device with virgl, whose renderer does not know what to do with one.
 *
 * Return: the object; ERR_PTR(-ENODEV) where foreign buffers are of no use.
 */
struct drm_gem_object *virtgpu_prime_import(struct drm_device *drm, struct dma_buf *buf)
{
	const struct virtgpu_features *f = &to_virtgpu_device(drm)->features;
	struct drm_gem_object *gem = buf->priv;

	if (buf->ops == &virtgpu_prime_ops.ops && gem->dev == drm) {
		drm_gem_object_get(gem);
		return gem;
	}
	if (!f->blob || f->virgl)
		return ERR_PTR(-ENODEV);
	return drm_gem_prime_import(drm, buf);
}

MODULE_IMPORT_NS("DMA_BUF");
