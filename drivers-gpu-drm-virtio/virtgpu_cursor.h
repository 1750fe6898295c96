/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_CURSOR_H
#define VIRTGPU_CURSOR_H

#include <linux/types.h>

struct drm_device;
struct virtgpu_cursor;
struct virtgpu_device;
struct virtgpu_object;
struct virtgpu_vbuf;

/* A new image is up to two commands: one place more for the old one, then itself. */
#define VIRTGPU_CURSOR_SENDS	2

/**
 * struct virtgpu_cursor_reserve - what a commit brings along for the pointer
 * @send: cursor commands, as far as they are not used
 * @transfer: a transfer, until it is used
 * @old: images that are of no use any more
 *
 * Zeroed at first. A commit that has begun may neither ask for memory nor free
 * what may be the last of an object: both wait for others. Old images go with the
 * state that the commit replaces; its own stays for as long as nothing changes.
 */
struct virtgpu_cursor_reserve {
	struct virtgpu_vbuf *send[VIRTGPU_CURSOR_SENDS];
	struct virtgpu_vbuf *transfer;
	struct virtgpu_object *old[2];
};

int virtgpu_cursor_reserve_move(struct virtgpu_cursor_reserve *reserve);
int virtgpu_cursor_reserve_show(struct virtgpu_cursor_reserve *reserve);
void virtgpu_cursor_reserve_retire(struct virtgpu_cursor_reserve *reserve,
				   struct virtgpu_cursor_reserve *replaced);
void virtgpu_cursor_reserve_free(struct virtgpu_cursor_reserve *reserve);

struct virtgpu_cursor *virtgpu_cursor_create(struct virtgpu_device *vgdev, u32 scanout);
void virtgpu_cursor_move(struct virtgpu_cursor *cursor, s32 x, s32 y,
			 struct virtgpu_cursor_reserve *reserve);
void virtgpu_cursor_show(struct virtgpu_cursor *cursor, struct virtgpu_object *obj,
			 u32 hot_x, u32 hot_y, s32 x, s32 y,
			 struct virtgpu_cursor_reserve *reserve);
void virtgpu_cursor_hide(struct virtgpu_cursor *cursor,
			 struct virtgpu_cursor_reserve *reserve);

void virtgpu_cursor_invalidate(struct virtgpu_cursor *cursor);

#endif
