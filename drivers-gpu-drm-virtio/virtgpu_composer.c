// SPDX-License-Identifier: GPL-2.0-only
/*
 * What would the screen show?
 *
 * One line at a time, so that nobody needs memory for a frame. The result is
 * XRGB8888 with an X of zero, whatever the formats of the layers are: the same
 * picture is the same bytes.
 *
 * A format with alpha is premultiplied, as the cursor plane promises. What is below
 * shines through with 255 - alpha parts of 255, rounded to the nearest: exact where
 * nothing shines through and where nothing is above, and what software blends that
 * rounds right (pixman does). A pixel that is brighter than its alpha allows ends at
 * white. Below the first layer is black, so its alpha changes nothing.
 */
#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <drm/drm_fourcc.h>

#include "virtgpu_composer.h"
#include "virtgpu_format.h"

/* Where the components are, as shifts of a little-endian word */
struct virtgpu_composer_format {
	u32 fourcc;
	u8 red;
	u8 green;
	u8 blue;
	u8 alpha;
	bool has_alpha;
};

static const struct virtgpu_composer_format virtgpu_composer_formats[] = {
	{ DRM_FORMAT_XRGB8888, 16, 8, 0, 24, false },
	{ DRM_FORMAT_ARGB8888, 16, 8, 0, 24, true },
	{ DRM_FORMAT_XBGR8888, 0, 8, 16, 24, false },
	{ DRM_FORMAT_ABGR8888, 0, 8, 16, 24, true },
	{ DRM_FORMAT_BGRX8888, 8, 16, 24, 0, false },
	{ DRM_FORMAT_BGRA8888, 8, 16, 24, 0, true },
	{ DRM_FORMAT_RGBX8888, 24, 16, 8, 0, false },
	{ DRM_FORMAT_RGBA8888, 24, 16, 8, 0, true },
};

static const struct virtgpu_composer_format *virtgpu_composer_format(u32 fourcc)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(virtgpu_composer_formats); i++) {
		if (virtgpu_composer_formats[i].fourcc == fourcc)
			return &virtgpu_composer_formats[i];
	}
	return NULL;
}

/* An offset into a blob may be any number of bytes. */
static u32 virtgpu_composer_pixel(const u8 *pixels, u32 x)
{
	__le32 word;

	memcpy(&word, pixels + (size_t)x * VIRTGPU_FORMAT_CPP, sizeof(word));
	return le32_to_cpu(word);
}

static u32 virtgpu_composer_rgb(const struct virtgpu_composer_format *format, u32 word)
{
	return (word >> format->red & 0xff) << 16 | (word >> format->green & 0xff) << 8 |
	       (word >> format->blue & 0xff);
}

static u32 virtgpu_composer_blend_component(u32 above, u32 below, u32 alpha)
{
	return min(above + DIV_ROUND_CLOSEST(below * (255 - alpha), 255), 255u);
}

/* Both are XRGB8888. */
static u32 virtgpu_composer_blend(u32 above, u32 below, u32 alpha)
{
	u32 result = 0;

	for (unsigned int shift = 0; shift < 24; shift += 8)
		result |= virtgpu_composer_blend_component(above >> shift & 0xff,
							   below >> shift & 0xff,
							   alpha) << shift;
	return result;
}

/* From @pixels on, @count of them; what every screen shows most of the time goes fast. */
static void virtgpu_composer_copy(const struct virtgpu_composer_format *format,
				  const u8 *pixels, u32 count, __le32 *line)
{
	if (format->fourcc == DRM_FORMAT_XRGB8888) {
		memcpy(line, pixels, (size_t)count * VIRTGPU_FORMAT_CPP);
		for (u32 x = 0; x < count; x++)
			line[x] &= cpu_to_le32(0xffffff);
		return;
	}
	for (u32 x = 0; x < count; x++)
		line[x] = cpu_to_le32(virtgpu_composer_rgb(format,
							   virtgpu_composer_pixel(pixels, x)));
}

static void virtgpu_composer_over(const struct virtgpu_composer_format *format,
				  const u8 *pixels, u32 count, __le32 *line)
{
	for (u32 x = 0; x < count; x++) {
		u32 word = virtgpu_composer_pixel(pixels, x);
		u32 alpha = word >> format->alpha & 0xff;

		line[x] = cpu_to_le32(virtgpu_composer_blend(virtgpu_composer_rgb(format, word),
							     le32_to_cpu(line[x]), alpha));
	}
}

static void virtgpu_composer_layer(const struct virtgpu_layer *layer, bool lowest, u32 y,
				   u32 width, __le32 *line)
{
	const struct virtgpu_composer_format *format = virtgpu_composer_format(layer->fourcc);
	int x1 = max(layer->dst.x1, 0);
	int x2 = min_t(int, layer->dst.x2, width);
	const u8 *pixels;

	if (WARN_ON_ONCE(!format))
		return;
	if ((int)y < layer->dst.y1 || (int)y >= layer->dst.y2 || x1 >= x2)
		return;
	pixels = layer->pixels + (size_t)(y - layer->dst.y1) * layer->pitch +
		 (size_t)(x1 - layer->dst.x1) * VIRTGPU_FORMAT_CPP;
	if (format->has_alpha && !lowest)
		virtgpu_composer_over(format, pixels, x2 - x1, line + x1);
	else
		virtgpu_composer_copy(format, pixels, x2 - x1, line + x1);
}

/**
 * virtgpu_composer_line - compose a line of the screen
 * @layers: what is shown, the lowest first
 * @count: entries of @layers
 * @y: which line of the screen
 * @width: pixels in a line of the screen
 * @line: where the result goes: XRGB8888, and the X is zero
 */
void virtgpu_composer_line(const struct virtgpu_layer *layers, unsigned int count, u32 y,
			   u32 width, __le32 *line)
{
	memset(line, 0, (size_t)width * sizeof(*line));
	for (unsigned int i = 0; i < count; i++)
		virtgpu_composer_layer(&layers[i], i == 0, y, width, line);
}
