// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a submission wait for, and who hears of its end?
 */
#include <linux/dma-fence-chain.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/sync_file.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/drm_syncobj.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_deps.h"
#include "virtgpu_sync.h"

/* Syncobjs in one submission; real clients have a handful. */
#define VIRTGPU_MAX_SYNCOBJS	65536

/*
 * An entry is as long as the client says: what it does not give is zero, and
 * what it gives beyond what we know is not looked at.
 */
static int virtgpu_sync_read(struct drm_virtgpu_execbuffer_syncobj *desc, u64 array,
			     u32 stride, u32 index)
{
	u64 offset = (u64)stride * index;

	memset(desc, 0, sizeof(*desc));
	if (copy_from_user(desc, u64_to_user_ptr(array) + offset,
			   min_t(size_t, stride, sizeof(*desc))))
		return -EFAULT;
	return 0;
}

/**
 * virtgpu_sync_parse_out - find the syncobjs to signal
 * @sync: gets them
 * @file: whose handles they are
 * @args: the submission
 *
 * Return: 0; -EFAULT; -EINVAL for flags or a bad handle; -E2BIG for more than
 * 65536; -ENOMEM.
 */
int virtgpu_sync_parse_out(struct virtgpu_sync *sync, struct drm_file *file,
			   const struct drm_virtgpu_execbuffer *args)
{
	struct drm_virtgpu_execbuffer_syncobj desc;
	struct virtgpu_sync_out *out;
	int ret;

	if (!args->num_out_syncobjs)
		return 0;
	if (args->num_out_syncobjs > VIRTGPU_MAX_SYNCOBJS)
		return -E2BIG;
	sync->outs = kvcalloc(args->num_out_syncobjs, sizeof(*sync->outs), GFP_KERNEL);
	if (!sync->outs)
		return -ENOMEM;
	for (u32 i = 0; i < args->num_out_syncobjs; i++) {
		ret = virtgpu_sync_read(&desc, args->out_syncobjs, args->syncobj_stride, i);
		if (ret)
			return ret;
		if (desc.flags)
			return -EINVAL;
		out = &sync->outs[i];
		if (desc.point) {
			out->chain = dma_fence_chain_alloc();
			if (!out->chain)
				return -ENOMEM;
		}
		out->point = desc.point;
		/* Counted even without a syncobj, so that the chain is freed. */
		sync->num_outs++;
		out->syncobj = drm_syncobj_find(file, desc.handle);
		if (!out->syncobj)
			return -EINVAL;
	}
	return 0;
}

static int virtgpu_sync_add_reset(struct virtgpu_sync *sync, struct drm_file *file,
				  const struct drm_virtgpu_execbuffer *args, u32 handle)
{
	struct drm_syncobj *syncobj;

	if (!sync->resets)
		sync->resets = kvcalloc(args->num_in_syncobjs, sizeof(*sync->resets),
					GFP_KERNEL);
	if (!sync->resets)
		return -ENOMEM;
	syncobj = drm_syncobj_find(file, handle);
	if (!syncobj)
		return -ENOENT;
	sync->resets[sync->num_resets++] = syncobj;
	return 0;
}

/**
 * virtgpu_sync_parse_in - find the syncobjs to wait for
 * @sync: gets those to be reset
 * @deps: gets their fences
 * @where: where the submission will run
 * @file: whose handles they are
 * @args: the submission
 *
 * Return: 0; -EFAULT; -EINVAL for unknown flags or a syncobj without a fence;
 * -ENOENT for a bad handle; -E2BIG for more than 65536; -ENOMEM.
 */
int virtgpu_sync_parse_in(struct virtgpu_sync *sync, struct virtgpu_deps *deps,
			  const struct virtgpu_sync_where *where, struct drm_file *file,
			  const struct drm_virtgpu_execbuffer *args)
{
	struct drm_virtgpu_execbuffer_syncobj desc;
	struct dma_fence *fence;
	int ret;

	if (args->num_in_syncobjs > VIRTGPU_MAX_SYNCOBJS)
		return -E2BIG;
	for (u32 i = 0; i < args->num_in_syncobjs; i++) {
		ret = virtgpu_sync_read(&desc, args->in_syncobjs, args->syncobj_stride, i);
		if (ret)
			return ret;
		if (desc.flags & ~VIRTGPU_EXECBUF_SYNCOBJ_FLAGS)
			return -EINVAL;
		ret = drm_syncobj_find_fence(file, desc.handle, desc.point, 0, &fence);
		if (ret)
			return ret;
		ret = virtgpu_deps_add(deps, where->vgdev, where->fence_context, where->ring,
				       fence);
		if (!ret && desc.flags & VIRTGPU_EXECBUF_SYNCOBJ_RESET)
			ret = virtgpu_sync_add_reset(sync, file, args, desc.handle);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * virtgpu_sync_parse_in_fd - wait for a sync_file
 * @deps: gets its fence
 * @where: where the submission will run
 * @args: the submission
 *
 * Return: 0, -EINVAL if the fd is no sync_file, or -ENOMEM.
 */
int virtgpu_sync_parse_in_fd(struct virtgpu_deps *deps,
			     const struct virtgpu_sync_where *where,
			     const struct drm_virtgpu_execbuffer *args)
{
	struct dma_fence *fence;

	if (!(args->flags & VIRTGPU_EXECBUF_FENCE_FD_IN))
		return 0;
	fence = sync_file_get_fence(args->fence_fd);
	if (!fence)
		return -EINVAL;
	return virtgpu_deps_add(deps, where->vgdev, where->fence_context, where->ring, fence);
}

/**
 * virtgpu_sync_commit - the submission is under way
 * @sync: its syncobjs
 * @fence: its fence; NULL only if there is nobody to give it to
 */
void virtgpu_sync_commit(struct virtgpu_sync *sync, struct dma_fence *fence)
{
	for (u32 i = 0; i < sync->num_resets; i++)
		drm_syncobj_replace_fence(sync->resets[i], NULL);
	for (u32 i = 0; i < sync->num_outs; i++) {
		struct virtgpu_sync_out *out = &sync->outs[i];

		if (out->chain) {
			drm_syncobj_add_point(out->syncobj, out->chain, fence, out->point);
			out->chain = NULL;
		} else {
			drm_syncobj_replace_fence(out->syncobj, fence);
		}
	}
}

/**
 * virtgpu_sync_fini - drop the syncobjs
 * @sync: committed or not
 */
void virtgpu_sync_fini(struct virtgpu_sync *sync)
{
	for (u32 i = 0; i < sync->num_resets; i++)
		drm_syncobj_put(sync->resets[i]);
	kvfree(sync->resets);
	for (u32 i = 0; i < sync->num_outs; i++) {
		dma_fence_chain_free(sync->outs[i].chain);
		if (sync->outs[i].syncobj)
			drm_syncobj_put(sync->outs[i].syncobj);
	}
	kvfree(sync->outs);
}
