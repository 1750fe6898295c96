/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_CURSOR_H
#define VIRTGPU_CURSOR_H

#include <linux/types.h>

struct drm_device;
struct virtgpu_cursor;
struct virtgpu_device;
struct virtgpu_object;

struct virtgpu_cursor *virtgpu_cursor_create(struct virtgpu_device *vgdev, u32 scanout);
void virtgpu_cursor_move(struct virtgpu_cursor *cursor, s32 x, s32 y);
void virtgpu_cursor_show(struct virtgpu_cursor *cursor, struct virtgpu_object *obj,
			 u32 hot_x, u32 hot_y, s32 x, s32 y);
void virtgpu_cursor_hide(struct virtgpu_cursor *cursor);

void virtgpu_cursor_invalidate(struct virtgpu_cursor *cursor);

#endif
