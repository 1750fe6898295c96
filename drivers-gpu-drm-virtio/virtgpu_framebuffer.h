/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_FRAMEBUFFER_H
#define VIRTGPU_FRAMEBUFFER_H

struct drm_device;
struct drm_file;
struct drm_format_info;
struct drm_framebuffer;
struct drm_mode_fb_cmd2;
struct drm_rect;
struct virtgpu_object;
struct virtgpu_scanout;

struct drm_framebuffer *
virtgpu_framebuffer_create(struct drm_device *drm, struct drm_file *file,
			   const struct drm_format_info *info,
			   const struct drm_mode_fb_cmd2 *cmd);
struct virtgpu_object *virtgpu_framebuffer_object(const struct drm_framebuffer *fb);
void virtgpu_framebuffer_locate(const struct drm_framebuffer *fb, struct drm_rect *rect);
void virtgpu_framebuffer_scanout(const struct drm_framebuffer *fb,
				 const struct drm_rect *src,
				 struct virtgpu_scanout *scanout);

#endif
