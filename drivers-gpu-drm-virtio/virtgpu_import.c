// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does another driver's buffer become a resource of ours?
 *
 * As a blob with guest pages, which the host can scan out or use as it can our
 * own. The exporter keeps the pages where they are for as long as we are
 * attached, so the host never has to be told of a move.
 */
#include <drm/drm_gem_shmem_helper.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_device_types.h"
#include "virtgpu_object.h"
#include "virtgpu_prime.h"
#include "virtgpu_vq.h"

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
	obj->imported = true;
	ret = virtgpu_object_host_create(obj, &params);
	if (ret) {
		obj->base.sgt = NULL;
		drm_gem_object_put(gem);
		return ERR_PTR(ret);
	}
	virtgpu_vq_kick(to_virtgpu_device(drm)->ctrlq);
	return gem;
}
