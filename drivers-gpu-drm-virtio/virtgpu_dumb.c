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
 * virtgpu_dumb_alloc - make a buffer that software draws to, to be shown; may sleep
 * @drm: the DRM device
 * @width: pixels of a line, what is not shown included
 * @height: lines
 * @params: its size, the client it counts for, and whose its pages are; the rest is
 *	filled in
 * @obj: where the buffer goes, with a reference
 *
 * The host learns of it with the next command, at the latest.
 *
 * Return: 0 or a negative errno, as virtgpu_object_create().
 */
int virtgpu_dumb_alloc(struct drm_device *drm, u32 width, u32 height,
		       struct virtgpu_object_params *params, struct virtgpu_object **obj)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(drm);

	params->dumb = true;
	if (vgdev->features.blob && !vgdev->features.virgl) {
		/* QEMU counts whole lines from the first pixel of what is shown. */
		params->size += (u64)width * VIRTGPU_FORMAT_CPP;
		params->blob.mem = VIRTGPU_BLOB_MEM_GUEST;
		params->blob.flags = VIRTGPU_BLOB_FLAG_USE_SHAREABLE;
		return virtgpu_object_create(vgdev, &virtgpu_shmem_blob_ops, params, obj);
	}
	params->texture.format = virtgpu_format_wire(DRM_FORMAT_HOST_XRGB8888);
	params->texture.width = width;
	params->texture.height = height;
	return virtgpu_object_create(vgdev, &virtgpu_shmem_2d_ops, params, obj);
}

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
	struct virtgpu_object_params params = { .small_pages = !file->filp };
	struct virtgpu_object *obj;
	int ret;

	if (args->bpp != 16 && args->bpp != 24 && args->bpp != 32)
		return -EINVAL;
	/* A pitch is whole pixels of the device. */
	ret = drm_mode_size_dumb(drm, args, VIRTGPU_FORMAT_CPP, 0);
	if (ret)
		return ret;
	params.size = args->size;
	params.quota = virtgpu_context_file(file)->quota;

	ret = virtgpu_context_throttle(virtgpu_context_file(file));
	if (ret)
		return ret;
	ret = virtgpu_dumb_alloc(drm, args->pitch / VIRTGPU_FORMAT_CPP, args->height, &params,
				 &obj);
	if (ret)
		return ret;
	args->size = obj->base.base.size;
	ret = drm_gem_handle_create(file, &obj->base.base, &args->handle);
	drm_gem_object_put(&obj->base.base);
	virtgpu_vq_kick(to_virtgpu_device(drm)->ctrlq);
	return ret;
}
