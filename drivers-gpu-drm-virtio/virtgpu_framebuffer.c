// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which buffers can be shown, and where in them is the picture?
 *
 * A blob has no shape: the host is told width, height, pitch and offset. A
 * classic resource has the shape that it was created with, and only a part of it
 * can be named; an offset in bytes becomes a place in pixels.
 */
#include <linux/slab.h>

#include <drm/drm.h>
#include <drm/drm_damage_helper.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_gem.h>
#include <drm/drm_gem_framebuffer_helper.h>
#include <drm/drm_modeset_helper.h>
#include <drm/drm_plane.h>
#include <drm/drm_print.h>
#include <drm/drm_rect.h>

#include "virtgpu_cmd_display.h"
#include "virtgpu_format.h"
#include "virtgpu_framebuffer.h"
#include "virtgpu_import.h"
#include "virtgpu_object.h"
#include "virtgpu_object_check.h"

/*
 * Userspace has drawn into a framebuffer, and says where, or nothing: everywhere.
 * The pointer is sent anew only with damage, so there has to be some.
 */
static int virtgpu_framebuffer_dirty(struct drm_framebuffer *fb, struct drm_file *file,
				     unsigned int flags, unsigned int color,
				     struct drm_clip_rect *clips, unsigned int num_clips)
{
	struct drm_clip_rect all = { .x2 = fb->width, .y2 = fb->height };

	if (!num_clips) {
		clips = &all;
		num_clips = 1;
		flags = 0;
	}
	return drm_atomic_helper_dirtyfb(fb, file, flags, color, clips, num_clips);
}

static const struct drm_framebuffer_funcs virtgpu_framebuffer_funcs = {
	.destroy = drm_gem_fb_destroy,
	.create_handle = drm_gem_fb_create_handle,
	.dirty = virtgpu_framebuffer_dirty,
};

/*
 * Hosts that read in place want whole lines: QEMU counts the last one in full. And lines
 * of whole pixels: pixman makes no image of others, and QEMU before 11.1 takes for granted
 * that there is one.
 */
static int virtgpu_framebuffer_check_blob(struct drm_device *drm,
					  const struct virtgpu_object *obj,
					  const struct drm_mode_fb_cmd2 *cmd)
{
	u64 size = (u64)cmd->height * cmd->pitches[0] + cmd->offsets[0];

	if (cmd->pitches[0] % VIRTGPU_FORMAT_CPP) {
		drm_dbg_kms(drm, "lines of %u bytes end inside a pixel\n", cmd->pitches[0]);
		return -EINVAL;
	}
	if (obj->base.base.size >= size)
		return 0;
	drm_dbg_kms(drm, "buffer has %zu bytes, framebuffer needs %llu\n",
		    obj->base.base.size, size);
	return -EINVAL;
}

/*
 * A classic resource is a picture of the host, with a width and a height; a part
 * of it can be shown. What guest pages it has may be fewer than that, but those of
 * a dumb buffer are what is drawn to: there the lines must be those of the picture.
 */
static int virtgpu_framebuffer_check_classic(struct drm_device *drm,
					     struct virtgpu_object *obj,
					     const struct drm_format_info *info,
					     const struct drm_mode_fb_cmd2 *cmd)
{
	u32 cpp = info->cpp[0];
	u64 x = cmd->offsets[0] % cmd->pitches[0] / cpp;
	u64 y = cmd->offsets[0] / cmd->pitches[0];
	struct virtgpu_texture texture;
	int ret;

	if (cmd->offsets[0] % cpp) {
		drm_dbg_kms(drm, "offset %u is inside a pixel\n", cmd->offsets[0]);
		return -EINVAL;
	}
	ret = virtgpu_import_get_picture(obj, cmd->pitches[0], &texture);
	if (ret)
		return ret;
	if (obj->dumb && cmd->pitches[0] != texture.width * cpp) {
		drm_dbg_kms(drm, "lines of %u bytes, the host's have %u pixels\n",
			    cmd->pitches[0], texture.width);
		return -EINVAL;
	}
	if (x + cmd->width > texture.width || y + cmd->height > texture.height) {
		drm_dbg_kms(drm, "%ux%u+%llu+%llu is not in the host's picture of %ux%u\n",
			    cmd->width, cmd->height, x, y, texture.width,
			    texture.height);
		return -EINVAL;
	}
	return 0;
}

/* The core has made sure that height * pitch + offset fits into 32 bits. */
static int virtgpu_framebuffer_check(struct drm_device *drm,
				     struct virtgpu_object *obj,
				     const struct drm_format_info *info,
				     const struct drm_mode_fb_cmd2 *cmd)
{
	int ret = virtgpu_object_check(obj);

	if (ret) {
		drm_dbg_kms(drm, "the host has refused buffer %u (%d)\n", obj->res_id, ret);
		return ret;
	}
	if (obj->blob_mem)
		return virtgpu_framebuffer_check_blob(drm, obj, cmd);
	return virtgpu_framebuffer_check_classic(drm, obj, info, cmd);
}

/**
 * virtgpu_framebuffer_create - implementation of &drm_mode_config_funcs.fb_create
 * @drm: the DRM device
 * @file: whose handle is in @cmd
 * @info: the format of @cmd
 * @cmd: from userspace, checked by the core
 *
 * Return: the framebuffer, or an error pointer.
 */
struct drm_framebuffer *
virtgpu_framebuffer_create(struct drm_device *drm, struct drm_file *file,
			   const struct drm_format_info *info,
			   const struct drm_mode_fb_cmd2 *cmd)
{
	struct drm_framebuffer *fb;
	struct drm_gem_object *gem;
	int ret;

	if (!drm_any_plane_has_format(drm, cmd->pixel_format, cmd->modifier[0])) {
		drm_dbg_kms(drm, "no plane shows format %p4cc\n", &cmd->pixel_format);
		return ERR_PTR(-EINVAL);
	}
	gem = drm_gem_object_lookup(file, cmd->handles[0]);
	if (!gem)
		return ERR_PTR(-ENOENT);
	/* A framebuffer that is refused leaves no picture with its lines. */
	ret = virtgpu_framebuffer_check(drm, to_virtgpu_object(gem), info, cmd) ?:
	      virtgpu_import_make_picture(to_virtgpu_object(gem), cmd->pitches[0]);
	if (ret)
		goto err_put;
	fb = kzalloc_obj(*fb);
	if (!fb) {
		ret = -ENOMEM;
		goto err_put;
	}
	drm_helper_mode_fill_fb_struct(drm, fb, info, cmd);
	fb->obj[0] = gem;
	ret = drm_framebuffer_init(drm, fb, &virtgpu_framebuffer_funcs);
	if (ret)
		goto err_free;
	return fb;

err_free:
	kfree(fb);
err_put:
	drm_gem_object_put(gem);
	return ERR_PTR(ret);
}

/**
 * virtgpu_framebuffer_object - what backs a framebuffer?
 * @fb: a framebuffer of ours
 *
 * Return: the object.
 */
struct virtgpu_object *virtgpu_framebuffer_object(const struct drm_framebuffer *fb)
{
	return to_virtgpu_object(fb->obj[0]);
}

/**
 * virtgpu_framebuffer_locate - where in the host's resource is this?
 * @fb: a framebuffer of ours
 * @rect: from pixels of the framebuffer to pixels of the resource
 */
void virtgpu_framebuffer_locate(const struct drm_framebuffer *fb, struct drm_rect *rect)
{
	if (virtgpu_framebuffer_object(fb)->blob_mem)
		return;
	drm_rect_translate(rect, fb->offsets[0] % fb->pitches[0] / fb->format->cpp[0],
			   fb->offsets[0] / fb->pitches[0]);
}

/**
 * virtgpu_framebuffer_scanout - how is the host told to show this?
 * @fb: a framebuffer of ours
 * @src: the visible part, in pixels of the framebuffer
 * @scanout: where the answer goes; comparable by memcmp()
 */
void virtgpu_framebuffer_scanout(const struct drm_framebuffer *fb,
				 const struct drm_rect *src,
				 struct virtgpu_scanout *scanout)
{
	struct virtgpu_object *obj = virtgpu_framebuffer_object(fb);
	struct drm_rect rect = *src;

	virtgpu_framebuffer_locate(fb, &rect);
	memset(scanout, 0, sizeof(*scanout));
	scanout->res_id = obj->res_id;
	scanout->blob_mem = obj->blob_mem;
	scanout->x = rect.x1;
	scanout->y = rect.y1;
	scanout->width = drm_rect_width(&rect);
	scanout->height = drm_rect_height(&rect);
	if (!obj->blob_mem)
		return;
	scanout->format = virtgpu_format_wire(fb->format->format);
	scanout->fb_width = fb->width;
	scanout->fb_height = fb->height;
	scanout->pitch = fb->pitches[0];
	scanout->offset = fb->offsets[0];
}
