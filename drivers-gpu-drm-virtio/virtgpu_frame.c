// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was asked to be shown, and where are its bytes?
 *
 * A frame is taken of the states of a commit. What the host makes of them nobody
 * here knows; the bytes are those in guest pages. Buffers whose picture is the host's
 * (3D resources, HOST3D blobs) have none: the guest pages that some of them have are
 * for transfers, and need not be what is shown.
 */
#include <linux/dma-buf.h>
#include <linux/slab.h>

#include <drm/drm_crtc.h>
#include <drm/drm_framebuffer.h>
#include <drm/drm_plane.h>
#include <drm/virtgpu_drm.h>

#include "virtgpu_format.h"
#include "virtgpu_frame.h"
#include "virtgpu_framebuffer.h"
#include "virtgpu_object.h"
#include "virtgpu_pages.h"

static bool virtgpu_mapping_is_inside(const struct drm_framebuffer *fb)
{
	u64 end = (u64)(fb->height - 1) * fb->pitches[0] + fb->offsets[0] +
		  (u64)fb->width * VIRTGPU_FORMAT_CPP;

	return end <= virtgpu_framebuffer_object(fb)->base.base.size;
}

/**
 * virtgpu_mapping_is_possible - is what a framebuffer shows in guest pages?
 * @fb: a framebuffer of ours
 *
 * Return: true if virtgpu_mapping_init() may be tried.
 */
bool virtgpu_mapping_is_possible(const struct drm_framebuffer *fb)
{
	const struct virtgpu_object *obj = virtgpu_framebuffer_object(fb);

	return (obj->dumb || obj->blob_mem == VIRTGPU_BLOB_MEM_GUEST) &&
	       virtgpu_mapping_is_inside(fb);
}

/* Another driver's buffer. What it calls memory of a device is not for plain reads. */
static int virtgpu_mapping_import(struct iosys_map *map, struct dma_buf *dma_buf)
{
	int ret;

	ret = dma_buf_vmap_unlocked(dma_buf, map);
	if (ret)
		return ret;
	ret = map->is_iomem ? -ENODEV : dma_buf_begin_cpu_access(dma_buf, DMA_BIDIRECTIONAL);
	if (ret)
		dma_buf_vunmap_unlocked(dma_buf, map);
	return ret;
}

/**
 * virtgpu_mapping_init - show a framebuffer's buffer to the kernel; may sleep
 * @mapping: zeroed, or ended
 * @fb: a framebuffer of ours, which stays until virtgpu_mapping_fini()
 *
 * Takes the reservation lock of a buffer that is another driver's.
 *
 * Return: 0, -ENODATA if its picture is not in guest pages, or another errno.
 */
int virtgpu_mapping_init(struct virtgpu_mapping *mapping, const struct drm_framebuffer *fb)
{
	struct drm_gem_object *gem = &virtgpu_framebuffer_object(fb)->base.base;
	int ret;

	if (!virtgpu_mapping_is_possible(fb))
		return -ENODATA;
	if (gem->import_attach)
		ret = virtgpu_mapping_import(&mapping->map, gem->import_attach->dmabuf);
	else
		ret = virtgpu_pages_vmap(gem, &mapping->map);
	if (ret)
		return ret;
	drm_gem_object_get(gem);
	mapping->gem = gem;
	return 0;
}

/**
 * virtgpu_mapping_fini - take that back; may sleep
 * @mapping: a mapping, or zeroed
 */
void virtgpu_mapping_fini(struct virtgpu_mapping *mapping)
{
	struct drm_gem_object *gem = mapping->gem;

	if (!gem)
		return;
	if (gem->import_attach) {
		dma_buf_end_cpu_access(gem->import_attach->dmabuf, DMA_BIDIRECTIONAL);
		dma_buf_vunmap_unlocked(gem->import_attach->dmabuf, &mapping->map);
	} else {
		virtgpu_pages_vunmap(gem, &mapping->map);
	}
	drm_gem_object_put(gem);
	memset(mapping, 0, sizeof(*mapping));
}

static void virtgpu_frame_take(struct virtgpu_frame_plane *plane,
			       const struct drm_plane_state *state)
{
	if (!state)
		return;
	plane->known = true;
	if (!state->fb || !state->visible)
		return;
	drm_framebuffer_get(state->fb);
	plane->fb = state->fb;
	plane->x = state->src.x1 >> 16;
	plane->y = state->src.y1 >> 16;
	plane->dst = state->dst;
}

/**
 * virtgpu_frame_create - take a frame of what is about to be shown
 * @state: of the CRTC; checked
 * @primary: of its primary plane, checked, or NULL if that stays as it is
 * @cursor: the same of its cursor plane
 *
 * Return: the frame, for virtgpu_frame_free(), or NULL without memory.
 */
struct virtgpu_frame *virtgpu_frame_create(const struct drm_crtc_state *state,
					   const struct drm_plane_state *primary,
					   const struct drm_plane_state *cursor)
{
	u32 width = state->mode.hdisplay;
	struct virtgpu_frame *frame;

	frame = kvzalloc(struct_size(frame, line, width), GFP_KERNEL);
	if (!frame)
		return NULL;
	INIT_LIST_HEAD(&frame->node);
	frame->width = width;
	frame->height = state->mode.vdisplay;
	virtgpu_frame_take(&frame->planes[0], primary);
	virtgpu_frame_take(&frame->planes[1], cursor);
	return frame;
}

/**
 * virtgpu_frame_inherit - planes that a commit says nothing of stay as they are
 * @frame: not mapped; any context
 * @old: what is replaced by it, or NULL
 */
void virtgpu_frame_inherit(struct virtgpu_frame *frame, const struct virtgpu_frame *old)
{
	for (unsigned int i = 0; i < VIRTGPU_FRAME_PLANES; i++) {
		struct virtgpu_frame_plane *plane = &frame->planes[i];

		if (plane->known || !old)
			continue;
		plane->known = true;
		plane->fb = old->planes[i].fb;
		plane->x = old->planes[i].x;
		plane->y = old->planes[i].y;
		plane->dst = old->planes[i].dst;
		if (plane->fb)
			drm_framebuffer_get(plane->fb);
	}
}

/**
 * virtgpu_frame_is_readable - are all bytes of the picture in guest pages?
 * @frame: the frame
 *
 * Return: false if some are only on the host.
 */
bool virtgpu_frame_is_readable(const struct virtgpu_frame *frame)
{
	for (unsigned int i = 0; i < VIRTGPU_FRAME_PLANES; i++) {
		const struct drm_framebuffer *fb = frame->planes[i].fb;

		if (fb && !virtgpu_mapping_is_possible(fb))
			return false;
	}
	return true;
}

static int virtgpu_frame_add_layer(struct virtgpu_frame *frame,
				   struct virtgpu_frame_plane *plane)
{
	const struct drm_framebuffer *fb = plane->fb;
	struct virtgpu_layer *layer = &frame->layers[frame->num_layers];
	int ret;

	ret = virtgpu_mapping_init(&plane->mapping, fb);
	if (ret)
		return ret;
	layer->pixels = (u8 *)plane->mapping.map.vaddr + fb->offsets[0] +
			(size_t)plane->y * fb->pitches[0] +
			(size_t)plane->x * VIRTGPU_FORMAT_CPP;
	layer->pitch = fb->pitches[0];
	layer->fourcc = fb->format->format;
	layer->dst = plane->dst;
	frame->num_layers++;
	return 0;
}

static void virtgpu_frame_unmap(struct virtgpu_frame *frame)
{
	for (unsigned int i = 0; i < VIRTGPU_FRAME_PLANES; i++)
		virtgpu_mapping_fini(&frame->planes[i].mapping);
	frame->num_layers = 0;
	frame->mapped = false;
}

/**
 * virtgpu_frame_map - make a frame ready for the composer; may sleep
 * @frame: the frame; does nothing if it is mapped
 *
 * Return: 0 or a negative errno, as from virtgpu_mapping_init().
 */
int virtgpu_frame_map(struct virtgpu_frame *frame)
{
	int ret;

	if (frame->mapped)
		return 0;
	for (unsigned int i = 0; i < VIRTGPU_FRAME_PLANES; i++) {
		if (!frame->planes[i].fb)
			continue;
		ret = virtgpu_frame_add_layer(frame, &frame->planes[i]);
		if (ret) {
			virtgpu_frame_unmap(frame);
			return ret;
		}
	}
	frame->mapped = true;
	return 0;
}

/**
 * virtgpu_frame_free - let go of a frame; may sleep
 * @frame: the frame, or NULL
 */
void virtgpu_frame_free(struct virtgpu_frame *frame)
{
	if (!frame)
		return;
	virtgpu_frame_unmap(frame);
	for (unsigned int i = 0; i < VIRTGPU_FRAME_PLANES; i++) {
		if (frame->planes[i].fb)
			drm_framebuffer_put(frame->planes[i].fb);
	}
	kvfree(frame);
}
