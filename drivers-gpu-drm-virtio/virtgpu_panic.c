// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does the last screen of a dying kernel reach the host?
 *
 * The panic code draws into the framebuffer's guest pages, and commands that were made
 * in better times carry them to the host: a transfer, if the host does not read the
 * pages in place, and a flush. Between them the host is told to show the framebuffer,
 * if it does not yet: a commit may have been about to. Where the GPU draws what is
 * shown, the console has a framebuffer for software, and that is shown instead.
 *
 * Nothing here may allocate, wait or take a lock that somebody may hold; so the
 * commands offer no room for an answer, which makes each a single descriptor of the ring.
 */
#include <linux/string.h>

#include <drm/drm_device.h>
#include <drm/drm_fb_helper.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_managed.h>
#include <drm/drm_panic.h>
#include <drm/drm_plane.h>
#include <drm/drm_rect.h>

#include "virtgpu_cmd_display.h"
#include "virtgpu_display_types.h"
#include "virtgpu_framebuffer.h"
#include "virtgpu_object.h"
#include "virtgpu_object_check.h"
#include "virtgpu_panic.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/**
 * struct virtgpu_panic - commands kept for the worst case
 * @transfer: TRANSFER_TO_HOST_2D; NULL once it is sent
 * @scanout: SET_SCANOUT, of either kind; NULL once it is sent
 * @flush: RESOURCE_FLUSH; NULL once it is sent
 * @used: there was a panic; there is no second time
 */
struct virtgpu_panic {
	struct virtgpu_vbuf *transfer;
	struct virtgpu_vbuf *scanout;
	struct virtgpu_vbuf *flush;
	bool used;
};

/* Does software draw to it, and is its picture the whole of the buffer? */
static bool virtgpu_panic_can_draw(const struct drm_framebuffer *fb)
{
	const struct virtgpu_object *obj = virtgpu_framebuffer_object(fb);

	return obj->dumb && !fb->offsets[0] && !virtgpu_object_error(obj);
}

/* What the plane has, or what the console had before others had the screen, or NULL. */
static const struct drm_framebuffer *virtgpu_panic_framebuffer(const struct drm_plane *plane)
{
	const struct drm_fb_helper *console = plane->dev->fb_helper;
	const struct drm_framebuffer *fb = plane->state->fb;

	if (virtgpu_panic_can_draw(fb))
		return fb;
	fb = console ? console->fb : NULL;
	return fb && virtgpu_panic_can_draw(fb) ? fb : NULL;
}

/**
 * virtgpu_panic_get_scanout_buffer - where may the panic screen be drawn?
 * @plane: a primary plane; its state can be read
 * @sb: where the answer goes
 *
 * Return: 0, or -ENODEV if neither the plane nor the console has guest pages that
 * software draws to, or if sending would take locks: mapping for DMA does.
 */
int virtgpu_panic_get_scanout_buffer(struct drm_plane *plane,
				     struct drm_scanout_buffer *sb)
{
	const struct drm_plane_state *state = plane->state;
	const struct drm_framebuffer *fb;
	struct virtgpu_output *output;
	struct virtgpu_object *obj;

	if (!state || !state->fb || !state->crtc || !state->visible)
		return -ENODEV;
	output = crtc_to_virtgpu_output(state->crtc);
	if (output->panic->used || output->vgdev->features.dma_api)
		return -ENODEV;
	fb = virtgpu_panic_framebuffer(plane);
	if (!fb)
		return -ENODEV;

	obj = virtgpu_framebuffer_object(fb);
	if (obj->base.vaddr)
		iosys_map_set_vaddr(&sb->map[0], obj->base.vaddr);
	else if (!obj->base.pages ||
		 !virtgpu_compat_panic_set_pages(sb, obj->base.pages))
		return -ENODEV;
	sb->format = fb->format;
	sb->width = fb->width;
	sb->height = fb->height;
	sb->pitch[0] = fb->pitches[0];
	return 0;
}

static void virtgpu_panic_send(struct virtgpu_vq *queue, struct virtgpu_vbuf **vbuf)
{
	if (virtgpu_vq_panic_send(queue, *vbuf))
		*vbuf = NULL;
}

/* A commit that was under way on another processor may have left half of what is shown. */
static void virtgpu_panic_show(struct virtgpu_output *output, const struct drm_plane *plane,
			       const struct drm_framebuffer *fb)
{
	struct drm_rect src = DRM_RECT_INIT(0, 0, fb->width, fb->height);
	struct virtgpu_scanout scanout;

	if (fb == plane->state->fb)
		drm_rect_fp_to_int(&src, &plane->state->src);
	virtgpu_framebuffer_scanout(fb, &src, &scanout);
	if (!memcmp(&output->shown, &scanout, sizeof(scanout)))
		return;
	virtgpu_cmd_set_scanout_fill(output->panic->scanout, output->index, &scanout);
	virtgpu_panic_send(output->vgdev->ctrlq, &output->panic->scanout);
}

/**
 * virtgpu_panic_flush - show what was drawn
 * @plane: the primary plane
 */
void virtgpu_panic_flush(struct drm_plane *plane)
{
	const struct drm_framebuffer *fb = virtgpu_panic_framebuffer(plane);
	struct virtgpu_output *output = crtc_to_virtgpu_output(plane->state->crtc);
	struct virtgpu_object *obj = virtgpu_framebuffer_object(fb);
	struct drm_rect rect = DRM_RECT_INIT(0, 0, fb->width, fb->height);
	struct virtgpu_vq *queue = output->vgdev->ctrlq;
	struct virtgpu_panic *panic = output->panic;

	if (panic->used)
		return;
	panic->used = true;
	if (!obj->blob_mem) {
		virtgpu_cmd_upload_fill(panic->transfer, obj->res_id, 0, &rect);
		virtgpu_panic_send(queue, &panic->transfer);
	}
	virtgpu_panic_show(output, plane, fb);
	virtgpu_cmd_flush_fill(panic->flush, obj->res_id, &rect);
	virtgpu_panic_send(queue, &panic->flush);
}

static void virtgpu_panic_release(struct drm_device *drm, void *data)
{
	struct virtgpu_panic *panic = data;

	virtgpu_vbuf_put(panic->transfer);
	virtgpu_vbuf_put(panic->scanout);
	virtgpu_vbuf_put(panic->flush);
}

/**
 * virtgpu_panic_init - make what a panic needs
 * @output: the output whose screen it may get
 *
 * Return: 0 or -ENOMEM.
 */
int virtgpu_panic_init(struct virtgpu_output *output)
{
	struct drm_device *drm = output->vgdev->drm;
	struct virtgpu_panic *panic;
	int ret;

	panic = drmm_kzalloc(drm, sizeof(*panic), GFP_KERNEL);
	if (!panic)
		return -ENOMEM;
	output->panic = panic;
	ret = drmm_add_action_or_reset(drm, virtgpu_panic_release, panic);
	if (ret)
		return ret;
	panic->transfer = virtgpu_cmd_upload_alloc();
	panic->scanout = virtgpu_cmd_set_scanout_alloc();
	panic->flush = virtgpu_cmd_flush_alloc();
	if (!panic->transfer || !panic->scanout || !panic->flush)
		return -ENOMEM;
	panic->transfer->resp_size = 0;
	panic->scanout->resp_size = 0;
	panic->flush->resp_size = 0;
	return 0;
}
