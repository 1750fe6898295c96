// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is behind a buffer for software rendering?
 *
 * Guest pages. If the host can read them in place, they are a blob; else they
 * back a 2D resource, to which the driver transfers them when they are shown.
 * A device with virgl takes no guest blob for a scanout (QEMU refuses it).
 */
#include <drm/drm_drv.h>
#include <drm/drm_dumb_buffers.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_gem.h>
#include <drm/drm_mode.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_context.h"
#include "virtgpu_device_types.h"
#include "virtgpu_dumb.h"
#include "virtgpu_format.h"
#include "virtgpu_object.h"
#include "virtgpu_shmem.h"
#include "virtgpu_vq.h"

/**
 * virtgpu_dumb_create - implementation of &drm_driver.dumb_create
 * @file: who wants the buffer
 * @drm: the DRM device
 * @args: width, height and bits a pixel; handle, pitch and size are the answer
 *
 * Buffers of 16 and 24 bits can be drawn to and shared, not shown.
 *
 * Return: 0 or a negative errno.
 */
int virtgpu_dumb_create(struct drm_file *file, struct drm_device *drm,
			struct drm_mode_create_dumb *args)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(drm);
	const struct virtgpu_object_ops *ops = &virtgpu_shmem_2d_ops;
	struct virtgpu_object_params params = { .dumb = true, .small_pages = !file->filp };
	struct virtgpu_object *obj;
	int ret;

	if (args->bpp != 16 && args->bpp != 24 && args->bpp != 32)
		return -EINVAL;
	/* A pitch is whole pixels of the device. */
	ret = drm_mode_size_dumb(drm, args, VIRTGPU_FORMAT_CPP, 0);
	if (ret)
		return ret;

	if (vgdev->features.blob && !vgdev->features.virgl) {
		ops = &virtgpu_shmem_blob_ops;
		/* QEMU counts whole lines from the first pixel of what is shown. */
		args->size = PAGE_ALIGN(args->size + args->pitch);
		params.blob.mem = VIRTGPU_BLOB_MEM_GUEST;
		params.blob.flags = VIRTGPU_BLOB_FLAG_USE_SHAREABLE;
	} else {
		params.texture.format = virtgpu_format_wire(DRM_FORMAT_HOST_XRGB8888);
		params.texture.width = args->pitch / VIRTGPU_FORMAT_CPP;
		params.texture.height = args->height;
	}
	params.size = args->size;
	params.quota = virtgpu_context_file(file)->quota;

	ret = virtgpu_context_throttle(virtgpu_context_file(file));
	if (ret)
		return ret;
	ret = virtgpu_object_create(vgdev, ops, &params, &obj);
	if (ret)
		return ret;
	ret = drm_gem_handle_create(file, &obj->base.base, &args->handle);
	drm_gem_object_put(&obj->base.base);
	virtgpu_vq_kick(vgdev->ctrlq);
	return ret;
}
