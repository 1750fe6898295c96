// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which fourcc is which format of the device?
 *
 * A fourcc names components from the highest bit of a little-endian word down,
 * the device names them in memory order; so the names run in opposite ways.
 */
#include <linux/kernel.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_fourcc.h>

#include "virtgpu_format.h"

/*
 * A classic resource shows its pixels in the format that it was created with,
 * whatever the framebuffer says, and a dumb buffer is created before there is a
 * framebuffer. So there is one format for each plane: the host's byte order,
 * which is what software draws in.
 */
const u32 virtgpu_format_primary[VIRTGPU_FORMAT_PRIMARY_COUNT] = {
	DRM_FORMAT_HOST_XRGB8888,
};

/* A blob has no format of its own; the host is told that of the framebuffer. */
const u32 virtgpu_format_blob[VIRTGPU_FORMAT_BLOB_COUNT] = {
	DRM_FORMAT_XRGB8888,
	DRM_FORMAT_ARGB8888,
	DRM_FORMAT_XBGR8888,
	DRM_FORMAT_ABGR8888,
	DRM_FORMAT_BGRX8888,
	DRM_FORMAT_BGRA8888,
	DRM_FORMAT_RGBX8888,
	DRM_FORMAT_RGBA8888,
};

const u32 virtgpu_format_cursor[VIRTGPU_FORMAT_CURSOR_COUNT] = {
	DRM_FORMAT_HOST_ARGB8888,
};

/* What is in guest pages: lines, one after the other. */
const u64 virtgpu_format_linear[] = {
	DRM_FORMAT_MOD_LINEAR,
	DRM_FORMAT_MOD_INVALID,
};

static const struct {
	u32 fourcc;
	u32 wire;
} virtgpu_format_table[] = {
	{ DRM_FORMAT_XRGB8888, VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM },
	{ DRM_FORMAT_ARGB8888, VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM },
	{ DRM_FORMAT_BGRX8888, VIRTIO_GPU_FORMAT_X8R8G8B8_UNORM },
	{ DRM_FORMAT_BGRA8888, VIRTIO_GPU_FORMAT_A8R8G8B8_UNORM },
	{ DRM_FORMAT_XBGR8888, VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM },
	{ DRM_FORMAT_ABGR8888, VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM },
	{ DRM_FORMAT_RGBX8888, VIRTIO_GPU_FORMAT_X8B8G8R8_UNORM },
	{ DRM_FORMAT_RGBA8888, VIRTIO_GPU_FORMAT_A8B8G8R8_UNORM },
};

/**
 * virtgpu_format_wire - what the device calls a format
 * @fourcc: DRM_FORMAT_*
 *
 * Return: enum virtio_gpu_formats, or 0 if no plane takes the format.
 */
u32 virtgpu_format_wire(u32 fourcc)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(virtgpu_format_table); i++) {
		if (virtgpu_format_table[i].fourcc == fourcc)
			return virtgpu_format_table[i].wire;
	}
	return 0;
}
