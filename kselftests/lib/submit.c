// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a test set up a context and give it work?
 */
#include <libvirtgpu.h>

int __vg_context_init(int fd, struct drm_virtgpu_context_set_param *params,
		      unsigned int num_params)
{
	struct drm_virtgpu_context_init args = {
		.num_params = num_params,
		.ctx_set_params = VG_PTR(params),
	};

	return __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_CONTEXT_INIT, &args);
}

int __vg_context_param(int fd, __u64 param, __u64 value)
{
	struct drm_virtgpu_context_set_param p = {
		.param = param,
		.value = value,
	};

	return __vg_context_init(fd, &p, 1);
}

void vg_context(int fd, unsigned int capset, unsigned int rings,
		__u64 poll_mask)
{
	struct drm_virtgpu_context_set_param params[3];
	unsigned int n = 0;

	params[n].param = VIRTGPU_CONTEXT_PARAM_CAPSET_ID;
	params[n++].value = capset;
	if (rings) {
		params[n].param = VIRTGPU_CONTEXT_PARAM_NUM_RINGS;
		params[n++].value = rings;
	}
	if (poll_mask) {
		params[n].param = VIRTGPU_CONTEXT_PARAM_POLL_RINGS_MASK;
		params[n++].value = poll_mask;
	}
	VG_OK(__vg_context_init(fd, params, n));
}

void vg_ring_context(int fd, unsigned int rings, __u64 poll_mask)
{
	unsigned int capset = VIRTGPU_DRM_CAPSET_VIRGL2;

	if (vg_has_capset(fd, VIRTGPU_DRM_CAPSET_VENUS))
		capset = VIRTGPU_DRM_CAPSET_VENUS;
	else if (!vg_has_capset(fd, capset))
		capset = __builtin_ffsll(vg_param(fd, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs)) - 1;
	vg_context(fd, capset, rings, poll_mask);
}

int __vg_submit(int fd, struct drm_virtgpu_execbuffer *args)
{
	return __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_EXECBUFFER, args);
}

int __vg_submit_bo(int fd, __u32 handle)
{
	struct drm_virtgpu_execbuffer args = {
		.bo_handles = VG_PTR(&handle),
		.num_bo_handles = 1,
		.fence_fd = -1,
	};

	return __vg_submit(fd, &args);
}

int __vg_submit_fence(int fd, __u32 flags)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_OUT | flags,
		.fence_fd = -1,
	};

	return __vg_submit(fd, &args) ?: args.fence_fd;
}

int vg_submit_fence(int fd, __u32 flags)
{
	return VG_OK(__vg_submit_fence(fd, flags));
}

void vg_submit(int fd, __u32 flags)
{
	struct drm_virtgpu_execbuffer args = { .flags = flags };

	VG_OK(__vg_submit(fd, &args));
}
