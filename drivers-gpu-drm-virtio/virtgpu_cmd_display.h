/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_CMD_DISPLAY_H
#define VIRTGPU_CMD_DISPLAY_H

#include <linux/types.h>

struct drm_rect;
struct virtgpu_vbuf;

/**
 * struct virtgpu_scanout - what SET_SCANOUT and SET_SCANOUT_BLOB say
 * @res_id: the resource, or 0 to switch the scanout off
 * @blob_mem: VIRTIO_GPU_BLOB_MEM_*, or 0 for a classic resource
 * @format: enum virtio_gpu_formats (blobs only)
 * @fb_width: width of the framebuffer in pixels (blobs only)
 * @fb_height: height of the framebuffer in pixels (blobs only)
 * @pitch: bytes a line (blobs only)
 * @offset: bytes before the first pixel (blobs only)
 * @x: left edge of the visible part
 * @y: upper edge of the visible part
 * @width: width of the visible part
 * @height: height of the visible part
 */
struct virtgpu_scanout {
	u32 res_id;
	u32 blob_mem;
	u32 format;
	u32 fb_width;
	u32 fb_height;
	u32 pitch;
	u32 offset;
	u32 x;
	u32 y;
	u32 width;
	u32 height;
};

/**
 * struct virtgpu_cursor_pos - what UPDATE_CURSOR and MOVE_CURSOR say
 * @scanout: index of the scanout
 * @x: left edge of the image, may be outside the scanout
 * @y: upper edge of the image, may be outside the scanout
 * @res_id: the image, or 0 for no cursor (UPDATE_CURSOR only)
 * @hot_x: what the pointer points with, from the image's left edge
 * @hot_y: what the pointer points with, from the image's upper edge
 */
struct virtgpu_cursor_pos {
	u32 scanout;
	s32 x;
	s32 y;
	u32 res_id;
	u32 hot_x;
	u32 hot_y;
};

struct virtgpu_vbuf *virtgpu_cmd_set_scanout_alloc(void);
void virtgpu_cmd_set_scanout_fill(struct virtgpu_vbuf *vbuf, u32 index,
				  const struct virtgpu_scanout *scanout);
struct virtgpu_vbuf *virtgpu_cmd_flush_alloc(void);
void virtgpu_cmd_flush_fill(struct virtgpu_vbuf *vbuf, u32 res_id,
			    const struct drm_rect *rect);
struct virtgpu_vbuf *virtgpu_cmd_cursor_alloc(void);
void virtgpu_cmd_cursor_fill(struct virtgpu_vbuf *vbuf, bool update,
			     const struct virtgpu_cursor_pos *pos);
struct virtgpu_vbuf *virtgpu_cmd_upload_alloc(void);
void virtgpu_cmd_upload_fill(struct virtgpu_vbuf *vbuf, u32 res_id, u64 offset,
			     const struct drm_rect *rect);
void virtgpu_cmd_upload_none(struct virtgpu_vbuf *vbuf, u32 res_id);
struct virtgpu_vbuf *virtgpu_cmd_get_display_info(void);
struct virtgpu_vbuf *virtgpu_cmd_get_edid(u32 index);

#endif
