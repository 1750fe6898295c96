/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a test light a screen, and see that it follows?
 */
#ifndef LIBVIRTGPU_KMS_H
#define LIBVIRTGPU_KMS_H

#include <stdbool.h>
#include <drm/drm_mode.h>

/* An output: the CRTC and the connector of the same index, and its best mode */
struct vg_screen {
	unsigned int index;
	__u32 crtc;
	__u32 connector;
	struct drm_mode_modeinfo mode;
};

/* The first output that is connected, or -ENOENT. */
int __vg_screen(int fd, struct vg_screen *screen);
struct vg_screen vg_screen(int fd);

/* CREATE_DUMB of 32 bits a pixel; returns the handle. */
int __vg_dumb(int fd, __u32 width, __u32 height, __u32 *handle);
__u32 vg_dumb(int fd, __u32 width, __u32 height);

/* ADDFB2 in XRGB8888, @offset bytes into the buffer, with a pitch of @width pixels */
int __vg_framebuffer(int fd, __u32 handle, __u32 width, __u32 height, __u32 offset,
		     __u32 *fb);
__u32 vg_framebuffer(int fd, __u32 handle, __u32 width, __u32 height);

/* A dumb buffer and its framebuffer, of the screen's size */
int __vg_screen_framebuffer(int fd, const struct vg_screen *screen, __u32 *fb);
__u32 vg_screen_framebuffer(int fd, const struct vg_screen *screen);

/* SETCRTC; with @fb 0 the screen is switched off. */
int __vg_show(int fd, const struct vg_screen *screen, __u32 fb);

/* PAGE_FLIP with an event */
int __vg_flip(int fd, const struct vg_screen *screen, __u32 fb);

/* The next flip event; false if none comes within @ms. */
bool vg_flip_ended(int fd, int ms, struct drm_event_vblank *event);

/* The number of the vblank of the next flip event; 0 if none comes within @ms. */
__u32 vg_flip_done(int fd, int ms);

/* CURSOR2: an image (0: none) of @width pixels a side at a place, or just the place */
int __vg_cursor(int fd, const struct vg_screen *screen, __u32 handle, __u32 width,
		__s32 x, __s32 y);
int __vg_cursor_move(int fd, const struct vg_screen *screen, __s32 x, __s32 y);

/* DIRTYFB */
int __vg_dirty(int fd, __u32 fb, struct drm_clip_rect *clips, unsigned int count);

#endif
