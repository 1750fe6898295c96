/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_FRAME_H
#define VIRTGPU_FRAME_H

#include <linux/iosys-map.h>
#include <linux/list.h>
#include <linux/types.h>

#include <drm/drm_rect.h>

#include "virtgpu_composer.h"

struct drm_crtc_state;
struct drm_framebuffer;
struct drm_gem_object;
struct drm_plane_state;

/* The primary plane, and above it the pointer */
#define VIRTGPU_FRAME_PLANES	2

/**
 * struct virtgpu_mapping - a framebuffer's guest bytes, seen by the kernel
 */
struct virtgpu_mapping {
	/** @gem: the buffer, with a reference, if it is mapped. */
	struct drm_gem_object *gem;
	/** @map: where the kernel sees it. */
	struct iosys_map map;
};

/**
 * struct virtgpu_frame_plane - what a plane was asked to show
 */
struct virtgpu_frame_plane {
	/** @known: the commit said something of the plane. */
	bool known;
	/** @fb: with a reference; NULL if it shows nothing. */
	struct drm_framebuffer *fb;
	/** @x: in @fb, of the upper left of @dst. */
	u32 x;
	/** @y: the same. */
	u32 y;
	/** @dst: where on the screen. */
	struct drm_rect dst;
	/** @mapping: of @fb, from virtgpu_frame_map() on. */
	struct virtgpu_mapping mapping;
};

/**
 * struct virtgpu_frame - what a commit asks a screen to show
 *
 * Holds the framebuffers, so what they show can be looked at for as long as it lives.
 */
struct virtgpu_frame {
	/** @node: for who has the frame. */
	struct list_head node;
	/** @first: number of a vblank that it was there for, for who has the frame. */
	u64 first;
	/** @last: of the last one of these. */
	u64 last;
	/** @width: of the screen. */
	u32 width;
	/** @height: of the screen. */
	u32 height;
	/** @planes: the lowest first. */
	struct virtgpu_frame_plane planes[VIRTGPU_FRAME_PLANES];
	/** @mapped: so many of @layers are there. */
	bool mapped;
	/** @num_layers: entries of @layers, once it is mapped. */
	unsigned int num_layers;
	/** @layers: the planes that show something, for the composer. */
	struct virtgpu_layer layers[VIRTGPU_FRAME_PLANES];
	/** @line: room for one. */
	__le32 line[] __counted_by(width);
};

struct virtgpu_frame *virtgpu_frame_create(const struct drm_crtc_state *state,
					   const struct drm_plane_state *primary,
					   const struct drm_plane_state *cursor);
void virtgpu_frame_inherit(struct virtgpu_frame *frame, const struct virtgpu_frame *old);
bool virtgpu_frame_is_readable(const struct virtgpu_frame *frame);
int virtgpu_frame_map(struct virtgpu_frame *frame);
void virtgpu_frame_free(struct virtgpu_frame *frame);

bool virtgpu_mapping_is_possible(const struct drm_framebuffer *fb);
int virtgpu_mapping_init(struct virtgpu_mapping *mapping, const struct drm_framebuffer *fb);
void virtgpu_mapping_fini(struct virtgpu_mapping *mapping);

#endif
