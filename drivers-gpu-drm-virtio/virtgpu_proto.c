// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is a command laid out? Pure functions on the wire format, without state.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/virtio_gpu.h>

#include <drm/virtgpu_drm.h>

#include "virtgpu_proto.h"
#include "virtgpu_proto_check.h"

static const char * const virtgpu_proto_2d[] = {
	"GET_DISPLAY_INFO",
	"RESOURCE_CREATE_2D",
	"RESOURCE_UNREF",
	"SET_SCANOUT",
	"RESOURCE_FLUSH",
	"TRANSFER_TO_HOST_2D",
	"RESOURCE_ATTACH_BACKING",
	"RESOURCE_DETACH_BACKING",
	"GET_CAPSET_INFO",
	"GET_CAPSET",
	"GET_EDID",
	"RESOURCE_ASSIGN_UUID",
	"RESOURCE_CREATE_BLOB",
	"SET_SCANOUT_BLOB",
};

static const char * const virtgpu_proto_3d[] = {
	"CTX_CREATE",
	"CTX_DESTROY",
	"CTX_ATTACH_RESOURCE",
	"CTX_DETACH_RESOURCE",
	"RESOURCE_CREATE_3D",
	"TRANSFER_TO_HOST_3D",
	"TRANSFER_FROM_HOST_3D",
	"SUBMIT_3D",
	"RESOURCE_MAP_BLOB",
	"RESOURCE_UNMAP_BLOB",
};

static const char * const virtgpu_proto_cursor[] = {
	"UPDATE_CURSOR",
	"MOVE_CURSOR",
};

/**
 * virtgpu_proto_name - a command's name in the specification
 * @type: enum virtio_gpu_ctrl_type
 *
 * Return: the name, for the log.
 */
const char *virtgpu_proto_name(u32 type)
{
	u32 d2 = type - VIRTIO_GPU_CMD_GET_DISPLAY_INFO;
	u32 d3 = type - VIRTIO_GPU_CMD_CTX_CREATE;
	u32 cursor = type - VIRTIO_GPU_CMD_UPDATE_CURSOR;

	if (d2 < ARRAY_SIZE(virtgpu_proto_2d))
		return virtgpu_proto_2d[d2];
	if (d3 < ARRAY_SIZE(virtgpu_proto_3d))
		return virtgpu_proto_3d[d3];
	if (cursor < ARRAY_SIZE(virtgpu_proto_cursor))
		return virtgpu_proto_cursor[cursor];
	return "unknown command";
}

/**
 * virtgpu_proto_errno - what an unexpected response means
 * @type: the response's type, anything a host can write
 *
 * Return: a negative errno.
 */
int virtgpu_proto_errno(u32 type)
{
	switch (type) {
	case VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY:
		return -ENOMEM;
	case VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID:
	case VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID:
	case VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID:
	case VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER:
		return -EINVAL;
	default:
		return -EIO;
	}
}

/**
 * virtgpu_proto_rect - write a rectangle
 * @wire: where
 * @x: left edge in pixels
 * @y: upper edge in pixels
 * @width: in pixels
 * @height: in pixels
 */
void virtgpu_proto_rect(struct virtio_gpu_rect *wire, u32 x, u32 y, u32 width,
			u32 height)
{
	wire->x = cpu_to_le32(x);
	wire->y = cpu_to_le32(y);
	wire->width = cpu_to_le32(width);
	wire->height = cpu_to_le32(height);
}

/**
 * virtgpu_proto_box - write a box, as userspace gave it
 * @wire: where
 * @box: the box
 */
void virtgpu_proto_box(struct virtio_gpu_box *wire,
		       const struct drm_virtgpu_3d_box *box)
{
	wire->x = cpu_to_le32(box->x);
	wire->y = cpu_to_le32(box->y);
	wire->z = cpu_to_le32(box->z);
	wire->w = cpu_to_le32(box->w);
	wire->h = cpu_to_le32(box->h);
	wire->d = cpu_to_le32(box->d);
}
