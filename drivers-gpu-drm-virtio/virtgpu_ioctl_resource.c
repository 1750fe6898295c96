// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may userspace ask a buffer to be?
 */
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_cmd.h"
#include "virtgpu_context.h"
#include "virtgpu_device_types.h"
#include "virtgpu_fence.h"
#include "virtgpu_ioctl_resource.h"
#include "virtgpu_job.h"
#include "virtgpu_object.h"
#include "virtgpu_shmem.h"
#include "virtgpu_payload.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"
#include "virtgpu_vram.h"

#define VIRTGPU_BLOB_FLAGS	(VIRTGPU_BLOB_FLAG_USE_MAPPABLE | \
				 VIRTGPU_BLOB_FLAG_USE_SHAREABLE | \
				 VIRTGPU_BLOB_FLAG_USE_CROSS_DEVICE)

/* gallium's PIPE_TEXTURE_2D */
#define VIRTGPU_TARGET_2D	2

/* Make the object, and the client's handle for it, its only reference. */
static int virtgpu_ioctl_new_handle(struct drm_file *file,
				    const struct virtgpu_object_ops *ops,
				    struct virtgpu_object_params *params, u32 *handle,
				    u32 *res_id)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(file->minor->dev);
	struct virtgpu_object *obj;
	int ret;

	params->quota = virtgpu_context_file(file)->quota;
	ret = virtgpu_object_create(vgdev, ops, params, &obj);
	if (!ret) {
		*res_id = obj->res_id;
		ret = drm_gem_handle_create(file, &obj->base.base, handle);
		drm_gem_object_put(&obj->base.base);
	}
	virtgpu_vq_kick(vgdev->ctrlq);
	return ret;
}

/* Without 3D, the host knows plain two-dimensional images only. */
static bool virtgpu_ioctl_is_2d(const struct drm_virtgpu_resource_create *args)
{
	return args->depth <= 1 && args->nr_samples <= 1 && args->last_level <= 1 &&
	       args->target == VIRTGPU_TARGET_2D && args->array_size <= 1;
}

/**
 * virtgpu_ioctl_resource_create - DRM_IOCTL_VIRTGPU_RESOURCE_CREATE
 * @drm: the device
 * @data: struct drm_virtgpu_resource_create
 * @file: the client
 *
 * Return: 0; -EINVAL for what is not two-dimensional on a device without 3D;
 * -ENOMEM; -ENOSPC without a free resource id.
 */
int virtgpu_ioctl_resource_create(struct drm_device *drm, void *data,
				  struct drm_file *file)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(drm);
	struct drm_virtgpu_resource_create *args = data;
	struct virtgpu_object_params params = {
		.size = args->size,
		.texture = {
			.target = args->target,
			.format = args->format,
			.bind = args->bind,
			.width = args->width,
			.height = args->height,
			.depth = args->depth,
			.array_size = args->array_size,
			.last_level = args->last_level,
			.nr_samples = args->nr_samples,
			.flags = args->flags,
		},
	};
	const struct virtgpu_object_ops *ops = &virtgpu_shmem_2d_ops;
	struct virtgpu_context *ctx;
	int ret;

	if (vgdev->features.virgl)
		ops = &virtgpu_shmem_3d_ops;
	else if (!virtgpu_ioctl_is_2d(args))
		return -EINVAL;
	ret = virtgpu_context_throttle(virtgpu_context_file(file));
	if (!ret && vgdev->features.virgl)
		ret = virtgpu_context_get_or_create(virtgpu_context_file(file), &ctx);
	if (ret)
		return ret;
	return virtgpu_ioctl_new_handle(file, ops, &params, &args->bo_handle,
					&args->res_handle);
}

static int virtgpu_ioctl_check_host3d(const struct virtgpu_features *f,
				      const struct drm_virtgpu_resource_create_blob *args)
{
	if (!f->virgl || args->cmd_size % sizeof(u32))
		return -EINVAL;
	if (args->cmd_size > VIRTGPU_PAYLOAD_MAX)
		return -ENOMEM;
	return 0;
}

static int virtgpu_ioctl_check_blob(const struct virtgpu_features *f,
				    const struct drm_virtgpu_resource_create_blob *args)
{
	if (!f->blob || args->blob_flags & ~VIRTGPU_BLOB_FLAGS)
		return -EINVAL;
	if (args->blob_flags & VIRTGPU_BLOB_FLAG_USE_CROSS_DEVICE && !f->uuid)
		return -EINVAL;
	switch (args->blob_mem) {
	case VIRTGPU_BLOB_MEM_GUEST:
		return args->blob_id || args->cmd_size ? -EINVAL : 0;
	case VIRTGPU_BLOB_MEM_HOST3D:
		if (args->blob_flags & VIRTGPU_BLOB_FLAG_USE_MAPPABLE && !f->host_visible)
			return -EINVAL;
		return virtgpu_ioctl_check_host3d(f, args);
	case VIRTGPU_BLOB_MEM_HOST3D_GUEST:
		return virtgpu_ioctl_check_host3d(f, args);
	default:
		return -EINVAL;
	}
}

/* Of a kind of memory that virtgpu_ioctl_check_blob() lets through. */
static const struct virtgpu_object_ops *virtgpu_ioctl_blob_kind(u32 blob_mem)
{
	switch (blob_mem) {
	case VIRTGPU_BLOB_MEM_HOST3D:
		return &virtgpu_vram_ops;
	case VIRTGPU_BLOB_MEM_HOST3D_GUEST:
		return &virtgpu_shmem_host3d_ops;
	default:
		return &virtgpu_shmem_blob_ops;
	}
}

/*
 * The context names the storage, and the client's command may make it: that is
 * sent right before the blob, once nothing in the guest can go wrong any more.
 * An earlier submission that still waits for a fence may be what makes it, too.
 */
static int virtgpu_ioctl_host_storage(struct virtgpu_context *ctx,
				      const struct drm_virtgpu_resource_create_blob *args,
				      struct virtgpu_object_params *params)
{
	int ret;

	params->blob.ctx_id = ctx->id;
	ret = virtgpu_jobq_flush(&ctx->jobq, virtgpu_context_timeline(ctx, VIRTGPU_RING_NONE));
	if (ret || !args->cmd_size)
		return ret;
	params->command = virtgpu_cmd_submit(ctx->id, args->cmd_size);
	if (!params->command)
		return -ENOMEM;
	return virtgpu_cmd_submit_stream(params->command, u64_to_user_ptr(args->cmd));
}

/**
 * virtgpu_ioctl_create_blob - DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB
 * @drm: the device
 * @data: struct drm_virtgpu_resource_create_blob
 * @file: the client
 *
 * A size that the host can't map is rounded up, where the in-tree driver
 * refuses it: no client asks for the alignment first.
 *
 * Return: 0; -EINVAL for what the device or the UAPI does not have; -EFAULT;
 * -ENOMEM; -ENOSPC if a mappable blob finds the window full.
 */
int virtgpu_ioctl_create_blob(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(drm);
	struct drm_virtgpu_resource_create_blob *args = data;
	struct virtgpu_object_params params = {
		.size = args->size,
		.blob = {
			.mem = args->blob_mem,
			.flags = args->blob_flags,
			.id = args->blob_id,
		},
		.defer_map = args->blob_hints & DRM_VIRTGPU_BLOB_FLAG_HINT_DEFER_MAPPING,
	};
	struct virtgpu_context *ctx = NULL;
	int ret;

	ret = virtgpu_ioctl_check_blob(&vgdev->features, args);
	if (!ret)
		ret = virtgpu_context_throttle(virtgpu_context_file(file));
	if (!ret && vgdev->features.virgl)
		ret = virtgpu_context_get_or_create(virtgpu_context_file(file), &ctx);
	if (!ret && args->blob_mem != VIRTGPU_BLOB_MEM_GUEST)
		ret = virtgpu_ioctl_host_storage(ctx, args, &params);
	if (!ret)
		ret = virtgpu_ioctl_new_handle(file, virtgpu_ioctl_blob_kind(args->blob_mem),
					       &params, &args->bo_handle,
					       &args->res_handle);
	virtgpu_vbuf_put(params.command);
	return ret;
}
