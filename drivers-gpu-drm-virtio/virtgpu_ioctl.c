// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where does userspace come in?
 *
 * Thin handlers: check what was passed, call, copy out. The DRM core answers
 * -ENODEV once the device is gone, which it may be while they run. EXECBUFFER,
 * TRANSFER and WAIT are in virtgpu_submit.c and virtgpu_transfer.c, CREATE and
 * CREATE_BLOB in virtgpu_ioctl_resource.c.
 */
#include <linux/bits.h>
#include <linux/nospec.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_print.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_capset.h"
#include "virtgpu_context.h"
#include "virtgpu_device_types.h"
#include "virtgpu_ioctl.h"
#include "virtgpu_ioctl_resource.h"
#include "virtgpu_object.h"
#include "virtgpu_submit.h"
#include "virtgpu_transfer.h"

/* CONTEXT_INIT knows this many parameters, each at most once. */
#define VIRTGPU_MAX_CONTEXT_PARAMS	4

static int virtgpu_ioctl_map(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_virtgpu_map *args = data;

	return drm_gem_dumb_map_offset(file, drm, args->handle, &args->offset);
}

static int virtgpu_ioctl_param(struct virtgpu_device *vgdev, u64 param, u32 *value)
{
	const struct virtgpu_features *f = &vgdev->features;

	switch (param) {
	case VIRTGPU_PARAM_3D_FEATURES:
		*value = f->virgl;
		return 0;
	case VIRTGPU_PARAM_CAPSET_QUERY_FIX:
		*value = 1;
		return 0;
	case VIRTGPU_PARAM_RESOURCE_BLOB:
		*value = f->blob;
		return 0;
	case VIRTGPU_PARAM_HOST_VISIBLE:
		*value = f->host_visible;
		return 0;
	case VIRTGPU_PARAM_CROSS_DEVICE:
		*value = f->uuid;
		return 0;
	case VIRTGPU_PARAM_CONTEXT_INIT:
	case VIRTGPU_PARAM_EXPLICIT_DEBUG_NAME:
		*value = f->context_init;
		return 0;
	case VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs:
		*value = lower_32_bits(virtgpu_capset_mask(vgdev));
		return 0;
	case VIRTGPU_PARAM_BLOB_ALIGNMENT:
		/*
		 * Without a window, Venus of Mesa takes a number here for the
		 * answer to another question (guest VRAM), and goes wrong.
		 */
		if (!f->blob_alignment || !f->host_visible)
			return -ENOENT;
		*value = f->blob_alignment;
		return 0;
	default:
		return -EINVAL;
	}
}

/* Four bytes are written, not eight: clients clear the value before. */
static int virtgpu_ioctl_getparam(struct drm_device *drm, void *data,
				  struct drm_file *file)
{
	struct drm_virtgpu_getparam *args = data;
	u32 value;
	int ret;

	ret = virtgpu_ioctl_param(to_virtgpu_device(drm), args->param, &value);
	if (ret)
		return ret;
	return put_user(value, (u32 __user *)u64_to_user_ptr(args->value));
}

static int virtgpu_ioctl_resource_info(struct drm_device *drm, void *data,
				       struct drm_file *file)
{
	struct drm_virtgpu_resource_info *args = data;
	struct drm_gem_object *gem = drm_gem_object_lookup(file, args->bo_handle);
	const struct virtgpu_object *obj;

	if (!gem)
		return -ENOENT;
	obj = to_virtgpu_object(gem);
	args->res_handle = obj->res_id;
	/* The field is too small for a large blob; too small a size is worse. */
	args->size = min_t(u64, gem->size, U32_MAX);
	args->blob_mem = obj->blob_mem;
	drm_gem_object_put(gem);
	return 0;
}

static int virtgpu_ioctl_get_caps(struct drm_device *drm, void *data,
				  struct drm_file *file)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(drm);
	struct drm_virtgpu_get_caps *args = data;
	const void *caps;
	u32 size;
	int ret;

	if (!virtgpu_capset_any(vgdev))
		return -ENOSYS;
	if (!args->size)
		return -EINVAL;
	ret = virtgpu_capset_get(vgdev, args->cap_set_id, args->cap_set_ver, &caps, &size);
	if (ret)
		return ret;
	if (copy_to_user(u64_to_user_ptr(args->addr), caps, min(args->size, size)))
		return -EFAULT;
	return 0;
}

static int virtgpu_ioctl_context_name(struct virtgpu_context_params *params, u64 value)
{
	long ret;

	ret = strncpy_from_user(params->name, u64_to_user_ptr(value),
				sizeof(params->name));
	if (ret < 0)
		return ret;
	params->name[sizeof(params->name) - 1] = '\0';
	return 0;
}

static int virtgpu_ioctl_context_param(struct virtgpu_device *vgdev,
				       struct virtgpu_context_params *params,
				       const struct drm_virtgpu_context_set_param *set)
{
	switch (set->param) {
	case VIRTGPU_CONTEXT_PARAM_CAPSET_ID:
		if (set->value > VIRTGPU_MAX_CAPSET_ID ||
		    !(virtgpu_capset_mask(vgdev) & BIT_ULL(set->value)))
			return -EINVAL;
		params->capset_id = set->value;
		return 0;
	case VIRTGPU_CONTEXT_PARAM_NUM_RINGS:
		if (set->value > VIRTGPU_MAX_RINGS)
			return -EINVAL;
		params->num_rings = set->value;
		return 0;
	case VIRTGPU_CONTEXT_PARAM_POLL_RINGS_MASK:
		params->poll_mask = set->value;
		return 0;
	case VIRTGPU_CONTEXT_PARAM_DEBUG_NAME:
		return virtgpu_ioctl_context_name(params, set->value);
	default:
		return -EINVAL;
	}
}

/* Read the parameters to a local; a failure leaves the file as it was. */
static int virtgpu_ioctl_context_read(struct virtgpu_device *vgdev,
				      struct virtgpu_context_params *params,
				      const struct drm_virtgpu_context_init *args)
{
	struct drm_virtgpu_context_set_param sets[VIRTGPU_MAX_CONTEXT_PARAMS];
	unsigned long seen = 0;
	int ret;

	if (args->num_params > ARRAY_SIZE(sets))
		return -EINVAL;
	if (copy_from_user(sets, u64_to_user_ptr(args->ctx_set_params),
			   args->num_params * sizeof(sets[0])))
		return -EFAULT;
	for (u32 i = 0; i < args->num_params; i++) {
		if (sets[i].param > VIRTGPU_MAX_CONTEXT_PARAMS ||
		    seen & BIT(sets[i].param))
			return -EINVAL;
		seen |= BIT(sets[i].param);
		ret = virtgpu_ioctl_context_param(vgdev, params, &sets[i]);
		if (ret)
			return ret;
	}
	if (params->num_rings < VIRTGPU_MAX_RINGS &&
	    params->poll_mask >> params->num_rings)
		return -EINVAL;
	if (!(seen & BIT(VIRTGPU_CONTEXT_PARAM_DEBUG_NAME)))
		virtgpu_context_default_name(params);
	return 0;
}

static int virtgpu_ioctl_context_init(struct drm_device *drm, void *data,
				      struct drm_file *file)
{
	struct virtgpu_device *vgdev = to_virtgpu_device(drm);
	struct virtgpu_context_params params = {};
	int ret;

	if (!vgdev->features.virgl || !vgdev->features.context_init)
		return -EINVAL;
	ret = virtgpu_ioctl_context_read(vgdev, &params, data) ?:
	      virtgpu_context_throttle(virtgpu_context_file(file));
	if (ret)
		return ret;
	return virtgpu_context_create(virtgpu_context_file(file), &params);
}

/* No DRM_AUTH: they work on render nodes and for any client of a primary node. */
const struct drm_ioctl_desc virtgpu_ioctl_table[VIRTGPU_NUM_IOCTLS] = {
	DRM_IOCTL_DEF_DRV(VIRTGPU_MAP, virtgpu_ioctl_map, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_EXECBUFFER, virtgpu_submit_ioctl, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_GETPARAM, virtgpu_ioctl_getparam, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_RESOURCE_CREATE, virtgpu_ioctl_resource_create,
			  DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_RESOURCE_INFO, virtgpu_ioctl_resource_info,
			  DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_TRANSFER_FROM_HOST, virtgpu_transfer_from_host_ioctl,
			  DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_TRANSFER_TO_HOST, virtgpu_transfer_to_host_ioctl,
			  DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_WAIT, virtgpu_transfer_wait_ioctl, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_GET_CAPS, virtgpu_ioctl_get_caps, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_RESOURCE_CREATE_BLOB, virtgpu_ioctl_create_blob,
			  DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(VIRTGPU_CONTEXT_INIT, virtgpu_ioctl_context_init,
			  DRM_RENDER_ALLOW),
};

/* All of it, whatever there is of use: each word costs two instructions. */
static int virtgpu_ioctl_read_submit(struct drm_virtgpu_execbuffer *args,
				     const struct drm_virtgpu_execbuffer __user *user)
{
	might_fault();
	if (!user_read_access_begin(user, sizeof(*user)))
		return -EFAULT;
	unsafe_get_user(args->flags, &user->flags, err_end);
	unsafe_get_user(args->size, &user->size, err_end);
	unsafe_get_user(args->command, &user->command, err_end);
	unsafe_get_user(args->bo_handles, &user->bo_handles, err_end);
	unsafe_get_user(args->num_bo_handles, &user->num_bo_handles, err_end);
	unsafe_get_user(args->fence_fd, &user->fence_fd, err_end);
	unsafe_get_user(args->ring_idx, &user->ring_idx, err_end);
	unsafe_get_user(args->syncobj_stride, &user->syncobj_stride, err_end);
	unsafe_get_user(args->num_in_syncobjs, &user->num_in_syncobjs, err_end);
	unsafe_get_user(args->num_out_syncobjs, &user->num_out_syncobjs, err_end);
	unsafe_get_user(args->in_syncobjs, &user->in_syncobjs, err_end);
	unsafe_get_user(args->out_syncobjs, &user->out_syncobjs, err_end);
	user_read_access_end();
	return 0;

err_end:
	user_read_access_end();
	return -EFAULT;
}

/* Nothing is written back but the new fence's fd. Not inlined: other ioctls need no room. */
static noinline long virtgpu_ioctl_submit(struct file *filp,
					  struct drm_virtgpu_execbuffer __user *user)
{
	struct drm_virtgpu_execbuffer args __uninitialized;
	long ret;

	if (virtgpu_ioctl_read_submit(&args, user))
		return -EFAULT;
	ret = drm_ioctl_kernel(filp, virtgpu_submit_ioctl, &args, DRM_RENDER_ALLOW);
	if (!ret && args.flags & VIRTGPU_EXECBUF_FENCE_FD_OUT)
		ret = put_user(args.fence_fd, &user->fence_fd);
	return ret;
}

/* The longest arguments that the table has are of so many bytes, but for a submission's. */
#define VIRTGPU_IOCTL_MAX_SIZE	56

/* All are a multiple of four bytes long. Word by word, as above. */
static int virtgpu_ioctl_read(u64 *args, const void __user *user, size_t size)
{
	const u64 __user *from = user;
	size_t i;

	might_fault();
	if (!user_read_access_begin(user, size))
		return -EFAULT;
	for (i = 0; i < size / sizeof(*args); i++)
		unsafe_get_user(args[i], &from[i], err_end);
	if (size % sizeof(*args))
		unsafe_get_user(*(u32 *)&args[i], (const u32 __user *)&from[i], err_end);
	user_read_access_end();
	return 0;

err_end:
	user_read_access_end();
	return -EFAULT;
}

static int virtgpu_ioctl_write(void __user *user, const u64 *args, size_t size)
{
	u64 __user *to = user;
	size_t i;

	might_fault();
	if (!user_write_access_begin(user, size))
		return -EFAULT;
	for (i = 0; i < size / sizeof(*args); i++)
		unsafe_put_user(args[i], &to[i], err_end);
	if (size % sizeof(*args))
		unsafe_put_user(*(const u32 *)&args[i], (u32 __user *)&to[i], err_end);
	user_write_access_end();
	return 0;

err_end:
	user_write_access_end();
	return -EFAULT;
}

/* The arguments are given back whatever comes of it, as the core does it. */
static noinline long virtgpu_ioctl_known(struct file *filp, const struct drm_ioctl_desc *desc,
					 void __user *user)
{
	u64 args[VIRTGPU_IOCTL_MAX_SIZE / sizeof(u64)] __uninitialized;
	size_t size = _IOC_SIZE(desc->cmd);
	long ret;

	if (virtgpu_ioctl_read(args, user, size))
		return -EFAULT;
	ret = drm_ioctl_kernel(filp, desc->func, args, desc->flags);
	return virtgpu_ioctl_write(user, args, size) ?: ret;
}

/**
 * virtgpu_ioctl - an ioctl of a DRM file
 * @filp: the file
 * @cmd: which
 * @arg: its argument
 *
 * What the core does before and after a submission costs as much as the submission, and
 * more than some of the other calls. So those of ours whose arguments are as long as we
 * know them come from here, unless the core is to tell of ioctls: who may, and whether
 * the device is still there, the core says all the same.
 *
 * Return: 0 or a negative errno.
 */
long virtgpu_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	unsigned int index = DRM_IOCTL_NR(cmd) - DRM_COMMAND_BASE;
	const struct drm_ioctl_desc *desc;

	if (drm_debug_enabled(DRM_UT_CORE))
		return drm_ioctl(filp, cmd, arg);
	if (cmd == DRM_IOCTL_VIRTGPU_EXECBUFFER)
		return virtgpu_ioctl_submit(filp, (void __user *)arg);
	if (index >= VIRTGPU_NUM_IOCTLS)
		return drm_ioctl(filp, cmd, arg);
	desc = &virtgpu_ioctl_table[array_index_nospec(index, VIRTGPU_NUM_IOCTLS)];
	/* Each of ours reads its arguments, and writes them. */
	if (cmd != desc->cmd || _IOC_SIZE(cmd) > VIRTGPU_IOCTL_MAX_SIZE)
		return drm_ioctl(filp, cmd, arg);
	return virtgpu_ioctl_known(filp, desc, (void __user *)arg);
}
