// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does another driver's buffer become a resource of ours?
 *
 * As a blob with guest pages, which the host can scan out or use as it can our
 * own. The exporter keeps the pages where they are for as long as we are
 * attached, so the host never has to be told of a move.
 *
 * A host without blobs has pictures of a fixed width, to which guest pages are
 * transferred as from a dumb buffer. A dma-buf has no width: the picture is made
 * with the first framebuffer, whose pitch tells.
 */
#include <linux/mutex.h>
#include <linux/slab.h>

#include <drm/drm_file.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_gem_shmem_helper.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_device_types.h"
#include "virtgpu_export.h"
#include "virtgpu_format.h"
#include "virtgpu_import.h"
#include "virtgpu_object.h"
#include "virtgpu_shmem.h"
#include "virtgpu_vq.h"

/*
 * The DRM core imports with a lock that each client takes that closes a buffer. So a
 * device that is being reset is not waited for here, but by the caller, who calls
 * again (libdrm does), in milliseconds.
 */
#define VIRTGPU_IMPORT_TIMEOUT_MS	50

/* For fdinfo: the exporter holds the pages. */
static enum drm_gem_object_status __maybe_unused
virtgpu_import_status(struct drm_gem_object *gem)
{
	return DRM_GEM_OBJECT_RESIDENT;
}

/* What its exporter can do, the shmem helper asks of it. */
static const struct drm_gem_object_funcs virtgpu_import_funcs = {
	.free = virtgpu_object_free,
	.open = virtgpu_object_open,
	.close = virtgpu_object_close,
	.print_info = drm_gem_shmem_object_print_info,
	.export = virtgpu_export_dma_buf,
	.pin = drm_gem_shmem_object_pin,
	.unpin = drm_gem_shmem_object_unpin,
	.get_sg_table = drm_gem_shmem_object_get_sg_table,
	.vmap = drm_gem_shmem_object_vmap,
	.vunmap = drm_gem_shmem_object_vunmap,
	.mmap = drm_gem_shmem_object_mmap,
	VIRTGPU_FDINFO_GEM(virtgpu_import_status)
};

/**
 * virtgpu_import_gem_create - make room for what the shmem helper initialises
 * @drm: the device
 * @size: bytes of the object to be
 *
 * Never fails: some helpers before 5.17 take NULL for a failure, some an ERR_PTR,
 * with the same declaration. It is small, so there is memory for it.
 *
 * Return: the object.
 */
struct drm_gem_object *virtgpu_import_gem_create(struct drm_device *drm, size_t size)
{
	struct virtgpu_object *obj = kzalloc(sizeof(*obj), GFP_KERNEL | __GFP_NOFAIL);

	refcount_set(&obj->host_refs, 1);
	obj->base.base.funcs = &virtgpu_import_funcs;
	return &obj->base.base;
}

static void virtgpu_import_release(struct virtgpu_object *obj)
{
	drm_gem_shmem_free(&obj->base);
}

/* Another driver's memory may have no pages that we may look at. */
static int virtgpu_import_create(struct virtgpu_object *obj, struct list_head *vbufs)
{
	return virtgpu_shmem_append_blob(obj, true, vbufs);
}

static const struct virtgpu_object_ops virtgpu_import_ops = {
	.create = virtgpu_import_create,
	.restore = virtgpu_import_create,
	.release = virtgpu_import_release,
};

static int virtgpu_import_create_2d(struct virtgpu_object *obj, struct list_head *vbufs)
{
	return virtgpu_shmem_append_2d(obj, true, vbufs);
}

static const struct virtgpu_object_ops virtgpu_import_2d_ops = {
	.create = virtgpu_import_create_2d,
	.restore = virtgpu_import_create_2d,
	.release = virtgpu_import_release,
};

/**
 * virtgpu_import_sg_table - make an object of another driver's pages
 * @drm: the device
 * @attach: our attachment to the dma-buf
 * @sgt: the pages, as our device addresses them
 *
 * Called by drm_gem_prime_import(), which keeps @sgt if this fails.
 *
 * Return: the object or an ERR_PTR.
 */
struct drm_gem_object *virtgpu_import_sg_table(struct drm_device *drm,
					       struct dma_buf_attachment *attach,
					       struct sg_table *sgt)
{
	struct virtgpu_object_params params = {
		.blob = {
			.mem = VIRTGPU_BLOB_MEM_GUEST,
			.flags = VIRTGPU_BLOB_FLAG_USE_SHAREABLE,
		},
	};
	struct virtgpu_object *obj;
	struct drm_gem_object *gem;
	int ret;

	gem = drm_gem_shmem_prime_import_sg_table(drm, attach, sgt);
	if (IS_ERR(gem))
		return gem;
	obj = to_virtgpu_object(gem);
	if (!to_virtgpu_device(drm)->features.blob) {
		obj->ops = &virtgpu_import_2d_ops;
		obj->dumb = true;
		return gem;
	}
	ret = virtgpu_object_host_create(obj, &virtgpu_import_ops, &params,
					 VIRTGPU_IMPORT_TIMEOUT_MS);
	if (ret == -ETIMEDOUT)
		ret = -EAGAIN;
	if (ret) {
		obj->base.sgt = NULL;
		drm_gem_object_put(gem);
		return ERR_PTR(ret);
	}
	virtgpu_vq_kick(to_virtgpu_device(drm)->ctrlq);
	return gem;
}

static void virtgpu_import_shape(const struct virtgpu_object *obj, u32 pitch,
				 struct virtgpu_texture *texture)
{
	*texture = (struct virtgpu_texture) {
		.format = virtgpu_format_wire(DRM_FORMAT_HOST_XRGB8888),
		.width = pitch / VIRTGPU_FORMAT_CPP,
		.height = min_t(u64, obj->base.base.size / pitch, U16_MAX),
	};
}

/**
 * virtgpu_import_get_picture - which picture of the host does an object have?
 * @obj: any object that is no blob
 * @pitch: bytes a line of the framebuffer to be
 * @texture: set to the picture, or to the one that it gets with the framebuffer
 *
 * Return: 0, or -ERESTARTSYS if the caller was interrupted.
 */
int virtgpu_import_get_picture(struct virtgpu_object *obj, u32 pitch,
			       struct virtgpu_texture *texture)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(obj->base.base.dev);

	if (obj->ops != &virtgpu_import_2d_ops) {
		*texture = obj->params.texture;
		return 0;
	}
	if (mutex_lock_interruptible(&vgdev->import_lock))
		return -ERESTARTSYS;
	if (obj->res_id)
		*texture = obj->params.texture;
	else
		virtgpu_import_shape(obj, pitch, texture);
	mutex_unlock(&vgdev->import_lock);
	return 0;
}

/**
 * virtgpu_import_make_picture - have a host without blobs make a picture of an import
 * @obj: any object
 * @pitch: bytes a line of the framebuffer to be, which fits virtgpu_import_get_picture()
 *
 * Does nothing for an object that the host knows.
 *
 * Return: 0, -EINVAL if another framebuffer came first, with other lines, or another
 * negative errno.
 */
int virtgpu_import_make_picture(struct virtgpu_object *obj, u32 pitch)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(obj->base.base.dev);
	struct virtgpu_object_params params = {
		.dumb = true,
		.size = obj->base.base.size,
	};
	int ret = 0;

	if (obj->ops != &virtgpu_import_2d_ops)
		return 0;
	virtgpu_import_shape(obj, pitch, &params.texture);
	if (mutex_lock_interruptible(&vgdev->import_lock))
		return -ERESTARTSYS;
	if (!obj->res_id) {
		/* If nothing comes of it, another may try. */
		ret = virtgpu_object_host_create(obj, &virtgpu_import_2d_ops, &params,
						 VIRTGPU_HOST_TIMEOUT_MS);
		virtgpu_vq_kick(vgdev->ctrlq);
	} else if (obj->params.texture.width != params.texture.width) {
		ret = -EINVAL;
	}
	mutex_unlock(&vgdev->import_lock);
	return ret;
}
