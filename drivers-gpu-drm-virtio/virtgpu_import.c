// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does another driver's buffer become a resource of ours?
 *
 * As a blob with guest pages, which the host can scan out or use as it can our
 * own. The exporter keeps the pages where they are for as long as we are
 * attached, so the host never has to be told of a move.
 */
#include <drm/drm_file.h>
#include <drm/drm_gem_shmem_helper.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_device_types.h"
#include "virtgpu_export.h"
#include "virtgpu_import.h"
#include "virtgpu_object.h"
#include "virtgpu_shmem.h"
#include "virtgpu_vq.h"

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

/* Another driver's memory may have no pages that we may look at. */
static int virtgpu_import_create(struct virtgpu_object *obj, struct list_head *vbufs)
{
	return virtgpu_shmem_append_blob(obj, true, vbufs);
}

static const struct virtgpu_object_ops virtgpu_import_ops = {
	.create = virtgpu_import_create,
	.restore = virtgpu_import_create,
	.release = virtgpu_shmem_release,
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
	gem->funcs = &virtgpu_import_funcs;
	ret = virtgpu_object_host_create(obj, &virtgpu_import_ops, &params);
	if (ret) {
		obj->base.sgt = NULL;
		drm_gem_object_put(gem);
		return ERR_PTR(ret);
	}
	virtgpu_vq_kick(to_virtgpu_device(drm)->ctrlq);
	return gem;
}
