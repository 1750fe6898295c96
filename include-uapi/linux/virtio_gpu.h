/* SPDX-License-Identifier: MIT */
/*
 * What passes between a virtio-gpu driver and its device?
 *
 * The layout is that of the GPU device in the virtio specification, with the
 * additions that Linux 7.2 and 7.3 know. Every number is little-endian on the
 * wire, on every machine.
 *
 * Two queues: 0 is the control queue, 1 the cursor queue. A request is a
 * struct virtio_gpu_ctrl_hdr with what follows it, device-readable; the
 * response is another such header with what follows it, device-writable.
 */
#ifndef VIRTIO_GPU_HW_H
#define VIRTIO_GPU_HW_H

#include <linux/types.h>

/* Feature bits */
/* 3D: contexts, SUBMIT_3D, capsets */
#define VIRTIO_GPU_F_VIRGL		0
/* GET_EDID */
#define VIRTIO_GPU_F_EDID		1
/* RESOURCE_ASSIGN_UUID */
#define VIRTIO_GPU_F_RESOURCE_UUID	2
/* RESOURCE_CREATE_BLOB, SET_SCANOUT_BLOB and, with a window, MAP and UNMAP */
#define VIRTIO_GPU_F_RESOURCE_BLOB	3
/* virtio_gpu_ctx_create.context_init, and a ring index beside fences */
#define VIRTIO_GPU_F_CONTEXT_INIT	4
/*
 * virtio_gpu_config.blob_alignment counts: sizes of blobs and their offsets in
 * the window are multiples of it. Several hosts used this bit for something
 * else before it was assigned, so a driver has to look at the field's presence
 * and value before it believes the bit.
 */
#define VIRTIO_GPU_F_BLOB_ALIGNMENT	5

/* virtio_gpu_ctrl_hdr.type */
enum virtio_gpu_ctrl_type {
	VIRTIO_GPU_UNDEFINED = 0,

	/* control queue, 2D and general */
	VIRTIO_GPU_CMD_GET_DISPLAY_INFO = 0x0100,
	VIRTIO_GPU_CMD_RESOURCE_CREATE_2D,
	VIRTIO_GPU_CMD_RESOURCE_UNREF,
	VIRTIO_GPU_CMD_SET_SCANOUT,
	VIRTIO_GPU_CMD_RESOURCE_FLUSH,
	VIRTIO_GPU_CMD_TRANSFER_TO_HOST_2D,
	VIRTIO_GPU_CMD_RESOURCE_ATTACH_BACKING,
	VIRTIO_GPU_CMD_RESOURCE_DETACH_BACKING,
	VIRTIO_GPU_CMD_GET_CAPSET_INFO,
	VIRTIO_GPU_CMD_GET_CAPSET,
	VIRTIO_GPU_CMD_GET_EDID,
	VIRTIO_GPU_CMD_RESOURCE_ASSIGN_UUID,
	VIRTIO_GPU_CMD_RESOURCE_CREATE_BLOB,
	VIRTIO_GPU_CMD_SET_SCANOUT_BLOB,

	/* control queue, 3D */
	VIRTIO_GPU_CMD_CTX_CREATE = 0x0200,
	VIRTIO_GPU_CMD_CTX_DESTROY,
	VIRTIO_GPU_CMD_CTX_ATTACH_RESOURCE,
	VIRTIO_GPU_CMD_CTX_DETACH_RESOURCE,
	VIRTIO_GPU_CMD_RESOURCE_CREATE_3D,
	VIRTIO_GPU_CMD_TRANSFER_TO_HOST_3D,
	VIRTIO_GPU_CMD_TRANSFER_FROM_HOST_3D,
	VIRTIO_GPU_CMD_SUBMIT_3D,
	VIRTIO_GPU_CMD_RESOURCE_MAP_BLOB,
	VIRTIO_GPU_CMD_RESOURCE_UNMAP_BLOB,

	/* cursor queue */
	VIRTIO_GPU_CMD_UPDATE_CURSOR = 0x0300,
	VIRTIO_GPU_CMD_MOVE_CURSOR,

	/* responses: done */
	VIRTIO_GPU_RESP_OK_NODATA = 0x1100,
	VIRTIO_GPU_RESP_OK_DISPLAY_INFO,
	VIRTIO_GPU_RESP_OK_CAPSET_INFO,
	VIRTIO_GPU_RESP_OK_CAPSET,
	VIRTIO_GPU_RESP_OK_EDID,
	VIRTIO_GPU_RESP_OK_RESOURCE_UUID,
	VIRTIO_GPU_RESP_OK_MAP_INFO,

	/* responses: refused */
	VIRTIO_GPU_RESP_ERR_UNSPEC = 0x1200,
	VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY,
	VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID,
	VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID,
	VIRTIO_GPU_RESP_ERR_INVALID_CONTEXT_ID,
	VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER
};

/* Ids of the device's shared-memory regions */
enum virtio_gpu_shm_id {
	VIRTIO_GPU_SHM_ID_UNDEFINED = 0,
	/* the window in which RESOURCE_MAP_BLOB shows host memory */
	VIRTIO_GPU_SHM_ID_HOST_VISIBLE = 1
};

/* virtio_gpu_ctrl_hdr.flags */
/* answer only once the work is done, and repeat flag and fence_id */
#define VIRTIO_GPU_FLAG_FENCE		(1 << 0)
/* ring_idx counts: the fence is one of the context's ring, not the device's */
#define VIRTIO_GPU_FLAG_INFO_RING_IDX	(1 << 1)

/**
 * struct virtio_gpu_ctrl_hdr - start of every request and every response
 * @type: enum virtio_gpu_ctrl_type
 * @flags: VIRTIO_GPU_FLAG_*
 * @fence_id: the driver's number for the fence; hosts keep 32 bits of it
 * @ctx_id: context that a 3D request is for
 * @ring_idx: timeline of the context, below 64
 * @padding: 0
 */
struct virtio_gpu_ctrl_hdr {
	__le32 type;
	__le32 flags;
	__le64 fence_id;
	__le32 ctx_id;
	__u8 ring_idx;
	__u8 padding[3];
};

/* Where the cursor is: pixels from the scanout's top left corner. */
struct virtio_gpu_cursor_pos {
	__le32 scanout_id;
	__le32 x;
	__le32 y;
	__le32 padding;
};

/*
 * UPDATE_CURSOR (picture and place) and MOVE_CURSOR (place only). A resource_id
 * of 0 hides the cursor.
 */
struct virtio_gpu_update_cursor {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_cursor_pos pos;
	__le32 resource_id;
	__le32 hot_x;
	__le32 hot_y;
	__le32 padding;
};

/* A rectangle in pixels. */
struct virtio_gpu_rect {
	__le32 x;
	__le32 y;
	__le32 width;
	__le32 height;
};

/* RESOURCE_UNREF: forget a resource. */
struct virtio_gpu_resource_unref {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 resource_id;
	__le32 padding;
};

/* RESOURCE_CREATE_2D: a picture; format is one of enum virtio_gpu_formats. */
struct virtio_gpu_resource_create_2d {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 resource_id;
	__le32 format;
	__le32 width;
	__le32 height;
};

/* SET_SCANOUT: show part of a resource; resource_id 0 shows nothing. */
struct virtio_gpu_set_scanout {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_rect r;
	__le32 scanout_id;
	__le32 resource_id;
};

/* RESOURCE_FLUSH: bring a part of a shown resource to the screen. */
struct virtio_gpu_resource_flush {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_rect r;
	__le32 resource_id;
	__le32 padding;
};

/* TRANSFER_TO_HOST_2D: copy from the backing memory, from byte offset on. */
struct virtio_gpu_transfer_to_host_2d {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_rect r;
	__le64 offset;
	__le32 resource_id;
	__le32 padding;
};

/* One piece of guest memory: DMA address and bytes. */
struct virtio_gpu_mem_entry {
	__le64 addr;
	__le32 length;
	__le32 padding;
};

/*
 * RESOURCE_ATTACH_BACKING: nr_entries of struct virtio_gpu_mem_entry follow.
 * QEMU takes at most 16384 of them.
 */
struct virtio_gpu_resource_attach_backing {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 resource_id;
	__le32 nr_entries;
};

/* RESOURCE_DETACH_BACKING: when answered, the host no longer uses the memory. */
struct virtio_gpu_resource_detach_backing {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 resource_id;
	__le32 padding;
};

#define VIRTIO_GPU_MAX_SCANOUTS 16

/* What a scanout would like to show: place, size, and whether it is there. */
struct virtio_gpu_display_one {
	struct virtio_gpu_rect r;
	__le32 enabled;
	__le32 flags;
};

/* RESP_OK_DISPLAY_INFO */
struct virtio_gpu_resp_display_info {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_display_one pmodes[VIRTIO_GPU_MAX_SCANOUTS];
};

/* A block of texels. */
struct virtio_gpu_box {
	__le32 x, y, z;
	__le32 w, h, d;
};

/*
 * TRANSFER_TO_HOST_3D and TRANSFER_FROM_HOST_3D. A stride of 0 lets the host
 * work it out from the format.
 */
struct virtio_gpu_transfer_host_3d {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_box box;
	__le64 offset;
	__le32 resource_id;
	__le32 level;
	__le32 stride;
	__le32 layer_stride;
};

/* virtio_gpu_resource_create_3d.flags: row 0 is the top one */
#define VIRTIO_GPU_RESOURCE_FLAG_Y_0_TOP (1 << 0)

/* RESOURCE_CREATE_3D: target, format and bind are in Gallium's numbering. */
struct virtio_gpu_resource_create_3d {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 resource_id;
	__le32 target;
	__le32 format;
	__le32 bind;
	__le32 width;
	__le32 height;
	__le32 depth;
	__le32 array_size;
	__le32 last_level;
	__le32 nr_samples;
	__le32 flags;
	__le32 padding;
};

/* virtio_gpu_ctx_create.context_init: the capset that the context speaks */
#define VIRTIO_GPU_CONTEXT_INIT_CAPSET_ID_MASK 0x000000ff

/*
 * CTX_CREATE. debug_name need not end with a zero: nlen counts its bytes.
 * context_init is 0 without VIRTIO_GPU_F_CONTEXT_INIT.
 */
struct virtio_gpu_ctx_create {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 nlen;
	__le32 context_init;
	char debug_name[64];
};

/* CTX_DESTROY */
struct virtio_gpu_ctx_destroy {
	struct virtio_gpu_ctrl_hdr hdr;
};

/* CTX_ATTACH_RESOURCE and CTX_DETACH_RESOURCE */
struct virtio_gpu_ctx_resource {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 resource_id;
	__le32 padding;
};

/* SUBMIT_3D: size bytes for the context's renderer follow. */
struct virtio_gpu_cmd_submit {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 size;
	__le32 padding;
};

/* Capset ids */
#define VIRTIO_GPU_CAPSET_VIRGL			1
#define VIRTIO_GPU_CAPSET_VIRGL2		2
#define VIRTIO_GPU_CAPSET_GFXSTREAM_VULKAN	3
#define VIRTIO_GPU_CAPSET_VENUS			4
#define VIRTIO_GPU_CAPSET_CROSS_DOMAIN		5
#define VIRTIO_GPU_CAPSET_DRM			6

/* GET_CAPSET_INFO: capset_index is below virtio_gpu_config.num_capsets. */
struct virtio_gpu_get_capset_info {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 capset_index;
	__le32 padding;
};

/* RESP_OK_CAPSET_INFO */
struct virtio_gpu_resp_capset_info {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 capset_id;
	__le32 capset_max_version;
	__le32 capset_max_size;
	__le32 padding;
};

/* GET_CAPSET */
struct virtio_gpu_get_capset {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 capset_id;
	__le32 capset_version;
};

/* RESP_OK_CAPSET: capset_max_size bytes of data. */
struct virtio_gpu_resp_capset {
	struct virtio_gpu_ctrl_hdr hdr;
	__u8 capset_data[];
};

/* GET_EDID */
struct virtio_gpu_cmd_get_edid {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 scanout;
	__le32 padding;
};

/* RESP_OK_EDID: the first size bytes of edid count. */
struct virtio_gpu_resp_edid {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 size;
	__le32 padding;
	__u8 edid[1024];
};

/* virtio_gpu_config.events_read: ask for the display info again */
#define VIRTIO_GPU_EVENT_DISPLAY (1 << 0)

/**
 * struct virtio_gpu_config - the device's configuration space
 * @events_read: VIRTIO_GPU_EVENT_* that wait to be seen
 * @events_clear: written by the driver: the bits that it has seen
 * @num_scanouts: 0 (no display) to VIRTIO_GPU_MAX_SCANOUTS
 * @num_capsets: how many GET_CAPSET_INFO can ask for
 * @blob_alignment: bytes; there only with VIRTIO_GPU_F_BLOB_ALIGNMENT, so older
 *	devices end before it
 */
struct virtio_gpu_config {
	__le32 events_read;
	__le32 events_clear;
	__le32 num_scanouts;
	__le32 num_capsets;
	__le32 blob_alignment;
};

/* Formats of 2D resources; the name lists the bytes in memory order. */
enum virtio_gpu_formats {
	VIRTIO_GPU_FORMAT_B8G8R8A8_UNORM = 1,
	VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM = 2,
	VIRTIO_GPU_FORMAT_A8R8G8B8_UNORM = 3,
	VIRTIO_GPU_FORMAT_X8R8G8B8_UNORM = 4,

	VIRTIO_GPU_FORMAT_R8G8B8A8_UNORM = 67,
	VIRTIO_GPU_FORMAT_X8B8G8R8_UNORM = 68,

	VIRTIO_GPU_FORMAT_A8B8G8R8_UNORM = 121,
	VIRTIO_GPU_FORMAT_R8G8B8X8_UNORM = 134
};

/* RESOURCE_ASSIGN_UUID: name a resource for other virtio devices. */
struct virtio_gpu_resource_assign_uuid {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 resource_id;
	__le32 padding;
};

/* RESP_OK_RESOURCE_UUID */
struct virtio_gpu_resp_resource_uuid {
	struct virtio_gpu_ctrl_hdr hdr;
	__u8 uuid[16];
};

/* virtio_gpu_resource_create_blob.blob_mem; 0 is invalid */
#define VIRTIO_GPU_BLOB_MEM_GUEST		0x0001
#define VIRTIO_GPU_BLOB_MEM_HOST3D		0x0002
#define VIRTIO_GPU_BLOB_MEM_HOST3D_GUEST	0x0003

/* virtio_gpu_resource_create_blob.blob_flags */
#define VIRTIO_GPU_BLOB_FLAG_USE_MAPPABLE	0x0001
#define VIRTIO_GPU_BLOB_FLAG_USE_SHAREABLE	0x0002
#define VIRTIO_GPU_BLOB_FLAG_USE_CROSS_DEVICE	0x0004

/*
 * RESOURCE_CREATE_BLOB: nr_entries of struct virtio_gpu_mem_entry follow for
 * the kinds with guest memory. size is checked by host renderers: some want it
 * equal to what they allocated.
 */
struct virtio_gpu_resource_create_blob {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 resource_id;
	__le32 blob_mem;
	__le32 blob_flags;
	__le32 nr_entries;
	__le64 blob_id;
	__le64 size;
};

/* SET_SCANOUT_BLOB: show a blob as a picture of up to four planes. */
struct virtio_gpu_set_scanout_blob {
	struct virtio_gpu_ctrl_hdr hdr;
	struct virtio_gpu_rect r;
	__le32 scanout_id;
	__le32 resource_id;
	__le32 width;
	__le32 height;
	__le32 format;
	__le32 padding;
	__le32 strides[4];
	__le32 offsets[4];
};

/* RESOURCE_MAP_BLOB: show a blob in the window, offset bytes from its start. */
struct virtio_gpu_resource_map_blob {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 resource_id;
	__le32 padding;
	__le64 offset;
};

/*
 * virtio_gpu_resp_map_info.map_info: how the guest has to map the memory. Only
 * the low 4 bits are defined; some hosts set others.
 */
#define VIRTIO_GPU_MAP_CACHE_MASK		0x0f
#define VIRTIO_GPU_MAP_CACHE_NONE		0x00
#define VIRTIO_GPU_MAP_CACHE_CACHED		0x01
#define VIRTIO_GPU_MAP_CACHE_UNCACHED		0x02
#define VIRTIO_GPU_MAP_CACHE_WC			0x03

/* RESP_OK_MAP_INFO */
struct virtio_gpu_resp_map_info {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 map_info;
	__le32 padding;
};

/* RESOURCE_UNMAP_BLOB */
struct virtio_gpu_resource_unmap_blob {
	struct virtio_gpu_ctrl_hdr hdr;
	__le32 resource_id;
	__le32 padding;
};

#endif /* VIRTIO_GPU_HW_H */
