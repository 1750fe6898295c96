// SPDX-License-Identifier: GPL-2.0-only
/*
 * How do pixels and data move between guest pages and the host's copy?
 */
#include <linux/dma-resv.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_cmd.h"
#include "virtgpu_context.h"
#include "virtgpu_device_types.h"
#include "virtgpu_fence.h"
#include "virtgpu_job.h"
#include "virtgpu_job_order.h"
#include "virtgpu_object.h"
#include "virtgpu_transfer.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/* How long WAIT waits, in milliseconds: what the in-tree driver made UAPI. */
#define VIRTGPU_WAIT_TIMEOUT_MS		15000

/*
 * Strides belong to blobs with storage on the host; others have their own, and
 * the 2D command, which carries none, has always ignored them.
 */
static int virtgpu_transfer_check(const struct virtgpu_device *vgdev,
				  const struct virtgpu_object *obj,
				  const struct virtgpu_transfer *transfer)
{
	/* An import that has not been shown yet is nothing to the host. */
	if (obj->blob_mem == VIRTGPU_BLOB_MEM_GUEST || !obj->res_id)
		return -EINVAL;
	if (vgdev->features.virgl && !obj->blob_mem &&
	    (transfer->stride || transfer->layer_stride))
		return -EINVAL;
	return 0;
}

/* What others have submitted with the buffer, and is parked, is queued before. */
static int virtgpu_transfer_get_job(struct virtgpu_context *ctx,
				    const struct virtgpu_timeline *timeline,
				    struct virtgpu_vbuf *vbuf, struct dma_resv *resv)
{
	struct virtgpu_deps deps = {}, order = {};
	int ret;

	ret = virtgpu_job_order_find(&order, ctx->vgdev, timeline->fence_context, resv);
	if (!ret && order.count) {
		vbuf->job = virtgpu_job_alloc(&ctx->jobq, &deps, &order, NULL, 0);
		ret = vbuf->job ? 0 : -ENOMEM;
	}
	virtgpu_deps_fini(&order);
	return ret;
}

/* Queue the transfer on the context's ringless timeline and fence the object. */
static int virtgpu_transfer_queue(struct virtgpu_context *ctx, struct virtgpu_object *obj,
				  const struct virtgpu_transfer *transfer, bool to_host)
{
	struct virtgpu_timeline *timeline = virtgpu_context_timeline(ctx, VIRTGPU_RING_NONE);
	struct virtgpu_device *vgdev = ctx->vgdev;
	struct dma_resv *resv = obj->base.base.resv;
	struct virtgpu_fence *fence;
	struct virtgpu_vbuf *vbuf;
	int ret;

	fence = virtgpu_fence_alloc(vgdev, timeline->fence_context, VIRTGPU_RING_NONE);
	if (!fence)
		return -ENOMEM;
	vbuf = virtgpu_cmd_transfer_3d(obj->res_id, transfer, to_host);
	if (!vbuf) {
		virtgpu_fence_free(fence);
		return -ENOMEM;
	}
	vbuf->fence = fence;
	ret = dma_resv_lock_interruptible(resv, NULL);
	if (ret)
		goto err_vbuf;
	ret = dma_resv_reserve_fences(resv, 1);
	if (!ret && virtgpu_job_order_needed())
		ret = virtgpu_transfer_get_job(ctx, timeline, vbuf, resv);
	if (ret)
		goto err_unlock;

	/* The vbuf takes its reference along; the fence has its place after that. */
	dma_fence_get(&fence->base);
	virtgpu_jobq_submit(&ctx->jobq, timeline, vbuf);
	dma_resv_add_fence(resv, &fence->base, DMA_RESV_USAGE_WRITE);
	dma_resv_unlock(resv);
	dma_fence_put(&fence->base);
	return 0;

err_unlock:
	dma_resv_unlock(resv);
err_vbuf:
	virtgpu_vbuf_put(vbuf);
	return ret;
}

static int virtgpu_transfer_3d(struct drm_file *file, struct virtgpu_object *obj,
			       struct virtgpu_transfer *transfer, bool to_host)
{
	struct virtgpu_context *ctx;
	int ret;

	ret = virtgpu_context_get_or_create(virtgpu_context_file(file), &ctx);
	if (ret)
		return ret;
	transfer->ctx_id = ctx->id;
	return virtgpu_transfer_queue(ctx, obj, transfer, to_host);
}

static int virtgpu_transfer_to_host_2d(struct drm_file *file, struct virtgpu_object *obj,
				       const struct virtgpu_transfer *transfer)
{
	struct virtgpu_file *vfile = virtgpu_context_file(file);
	const struct drm_virtgpu_3d_box *box = transfer->box;
	struct virtgpu_device *vgdev = vfile->vgdev;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_cmd_transfer_to_host_2d(obj->res_id, transfer->offset, box->x, box->y,
					       box->w, box->h, GFP_KERNEL);
	if (!vbuf)
		return -ENOMEM;
	vbuf->quota = vfile->quota;
	virtgpu_vq_queue(vgdev->ctrlq, vbuf);
	virtgpu_vq_kick(vgdev->ctrlq);
	return 0;
}

static int virtgpu_transfer_run(struct drm_device *drm, struct drm_file *file, u32 handle,
				struct virtgpu_transfer *transfer, bool to_host)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(drm);
	struct drm_gem_object *gem;
	int ret;

	ret = virtgpu_context_throttle(virtgpu_context_file(file));
	if (ret)
		return ret;
	gem = drm_gem_object_lookup(file, handle);
	if (!gem)
		return -ENOENT;
	ret = virtgpu_transfer_check(vgdev, to_virtgpu_object(gem), transfer);
	if (!ret && virtgpu_object_is_lost(to_virtgpu_object(gem)))
		ret = -EIO;
	if (!ret && vgdev->features.virgl)
		ret = virtgpu_transfer_3d(file, to_virtgpu_object(gem), transfer, to_host);
	else if (!ret)
		ret = virtgpu_transfer_to_host_2d(file, to_virtgpu_object(gem), transfer);
	drm_gem_object_put(gem);
	return ret;
}

/**
 * virtgpu_transfer_to_host_ioctl - DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST
 * @drm: the device
 * @data: struct drm_virtgpu_3d_transfer_to_host
 * @file: the client
 *
 * Return: 0; -ENOENT for a bad handle; -EINVAL for an object without a host
 * copy, or strides where the host has its own; -EIO for one that was lost in a reset;
 * -ENOMEM; -EINTR or -ERESTARTSYS.
 */
int virtgpu_transfer_to_host_ioctl(struct drm_device *drm, void *data,
				   struct drm_file *file)
{
	struct drm_virtgpu_3d_transfer_to_host *args = data;
	struct virtgpu_transfer transfer = {
		.box = &args->box,
		.level = args->level,
		.offset = args->offset,
		.stride = args->stride,
		.layer_stride = args->layer_stride,
	};

	return virtgpu_transfer_run(drm, file, args->bo_handle, &transfer, true);
}

/**
 * virtgpu_transfer_from_host_ioctl - DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST
 * @drm: the device
 * @data: struct drm_virtgpu_3d_transfer_from_host
 * @file: the client
 *
 * Return: as virtgpu_transfer_to_host_ioctl(); -ENOSYS without 3D.
 */
int virtgpu_transfer_from_host_ioctl(struct drm_device *drm, void *data,
				     struct drm_file *file)
{
	struct drm_virtgpu_3d_transfer_from_host *args = data;
	struct virtgpu_transfer transfer = {
		.box = &args->box,
		.level = args->level,
		.offset = args->offset,
		.stride = args->stride,
		.layer_stride = args->layer_stride,
	};

	if (!to_virtgpu_device(drm)->features.virgl)
		return -ENOSYS;
	return virtgpu_transfer_run(drm, file, args->bo_handle, &transfer, false);
}

/**
 * virtgpu_transfer_wait_ioctl - DRM_IOCTL_VIRTGPU_WAIT
 * @drm: the device
 * @data: struct drm_virtgpu_3d_wait; unknown flags are ignored, as ever
 * @file: the client
 *
 * Return: 0 when the buffer is idle; -ENOENT for a bad handle; -EBUSY when it is
 * not, after 15 seconds or at once; -ERESTARTSYS.
 */
int virtgpu_transfer_wait_ioctl(struct drm_device *drm, void *data,
				struct drm_file *file)
{
	struct drm_virtgpu_3d_wait *args = data;
	struct drm_gem_object *gem;
	long ret;

	gem = drm_gem_object_lookup(file, args->handle);
	if (!gem)
		return -ENOENT;
	if (args->flags & VIRTGPU_WAIT_NOWAIT)
		ret = dma_resv_test_signaled(gem->resv, DMA_RESV_USAGE_READ);
	else
		ret = dma_resv_wait_timeout(gem->resv, DMA_RESV_USAGE_READ, true,
					    msecs_to_jiffies(VIRTGPU_WAIT_TIMEOUT_MS));
	drm_gem_object_put(gem);
	if (ret < 0)
		return ret;
	return ret ? 0 : -EBUSY;
}
