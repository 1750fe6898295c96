// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is what is composed what a screen would show?
 */
#include <drm/drm_fourcc.h>

#include <kunit/test.h>

#include "virtgpu_composer.h"

/* A screen of 8 by 4 pixels, and what is around a picture in its buffer */
#define WIDTH	8
#define HEIGHT	4
#define BEFORE	12
#define PITCH	(WIDTH * 4 + 20)

static const struct {
	u32 fourcc;
	u8 bytes[4];	/* red 0x11, green 0x22, blue 0x33; 0xff where there is alpha, or X */
} formats[] = {
	{ DRM_FORMAT_XRGB8888, { 0x33, 0x22, 0x11, 0xff } },
	{ DRM_FORMAT_ARGB8888, { 0x33, 0x22, 0x11, 0xff } },
	{ DRM_FORMAT_XBGR8888, { 0x11, 0x22, 0x33, 0xff } },
	{ DRM_FORMAT_ABGR8888, { 0x11, 0x22, 0x33, 0xff } },
	{ DRM_FORMAT_BGRX8888, { 0xff, 0x11, 0x22, 0x33 } },
	{ DRM_FORMAT_BGRA8888, { 0xff, 0x11, 0x22, 0x33 } },
	{ DRM_FORMAT_RGBX8888, { 0xff, 0x33, 0x22, 0x11 } },
	{ DRM_FORMAT_RGBA8888, { 0xff, 0x33, 0x22, 0x11 } },
};

struct test_screen {
	struct kunit *test;
	struct virtgpu_layer layers[2];
	unsigned int count;
	__le32 line[WIDTH + 1];
};

static struct test_screen *screen(struct kunit *test)
{
	struct test_screen *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	s->test = test;
	return s;
}

/* Pixels of one value, @offset bytes into a buffer with @pitch bytes a line */
static u8 *pixels(struct kunit *test, const u8 *bytes, u32 width, u32 height, u32 offset,
		  u32 pitch)
{
	u8 *buffer = kunit_kzalloc(test, offset + height * pitch, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buffer);
	memset(buffer, 0xa5, offset + height * pitch);
	for (u32 y = 0; y < height; y++)
		for (u32 x = 0; x < width; x++)
			memcpy(buffer + offset + y * pitch + x * 4, bytes, 4);
	return buffer + offset;
}

static void add_layer(struct test_screen *s, u32 fourcc, const u8 *bytes, int x, int y,
		      u32 width, u32 height)
{
	struct virtgpu_layer *layer = &s->layers[s->count++];

	layer->fourcc = fourcc;
	layer->pixels = pixels(s->test, bytes, width, height, BEFORE, PITCH);
	layer->pitch = PITCH;
	layer->dst = DRM_RECT_INIT(x, y, width, height);
}

/* A word in XRGB8888 or ARGB8888 */
static void add_words(struct test_screen *s, u32 fourcc, u32 word, int x, int y, u32 width,
		      u32 height)
{
	__le32 bytes = cpu_to_le32(word);

	add_layer(s, fourcc, (const u8 *)&bytes, x, y, width, height);
}

static u32 pixel(struct test_screen *s, u32 x, u32 y)
{
	memset(s->line, 0x5a, sizeof(s->line));
	virtgpu_composer_line(s->layers, s->count, y, WIDTH, s->line);
	/* Nothing is written behind the line. */
	KUNIT_EXPECT_EQ(s->test, le32_to_cpu(s->line[WIDTH]), 0x5a5a5a5au);
	return le32_to_cpu(s->line[x]);
}

/* Each pixel of the screen is @inside if it is in the rectangle, else @outside. */
static void expect_rect(struct test_screen *s, int x1, int y1, int x2, int y2, u32 inside,
			u32 outside)
{
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			KUNIT_EXPECT_EQ_MSG(s->test, pixel(s, x, y),
					    x >= x1 && x < x2 && y >= y1 && y < y2 ? inside :
					    outside, "at %d,%d", x, y);
}

static void a_screen_without_layers_is_black(struct kunit *test)
{
	expect_rect(screen(test), 0, 0, 0, 0, 0, 0);
}

static void the_same_picture_is_the_same_in_all_formats(struct kunit *test)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(formats); i++) {
		struct test_screen *s = screen(test);

		add_layer(s, formats[i].fourcc, formats[i].bytes, 0, 0, WIDTH, HEIGHT);
		expect_rect(s, 0, 0, WIDTH, HEIGHT, 0x112233, 0);
	}
}

static void the_same_pointer_is_the_same_in_all_formats(struct kunit *test)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(formats); i++) {
		struct test_screen *s = screen(test);

		add_words(s, DRM_FORMAT_XRGB8888, 0xffffffff, 0, 0, WIDTH, HEIGHT);
		add_layer(s, formats[i].fourcc, formats[i].bytes, 2, 1, 3, 2);
		expect_rect(s, 2, 1, 5, 3, 0x112233, 0xffffff);
	}
}

static void where_nothing_is_it_is_black(struct kunit *test)
{
	struct test_screen *s = screen(test);

	add_words(s, DRM_FORMAT_XRGB8888, 0xffffffff, 1, 1, 3, 2);
	expect_rect(s, 1, 1, 4, 3, 0xffffff, 0);
}

static void what_overhangs_the_screen_is_cut_off(struct kunit *test)
{
	static const struct {
		int x, y, x1, y1, x2, y2;
	} places[] = {
		{ -2, -1, 0, 0, 2, 2 },
		{ WIDTH - 2, HEIGHT - 1, WIDTH - 2, HEIGHT - 1, WIDTH, HEIGHT },
		{ -4, 0, 0, 0, 0, 0 },
		{ WIDTH, 0, 0, 0, 0, 0 },
		{ 0, -3, 0, 0, 0, 0 },
		{ 0, HEIGHT, 0, 0, 0, 0 },
		{ INT_MIN / 2, INT_MIN / 2, 0, 0, 0, 0 },
		{ INT_MAX / 2, INT_MAX / 2, 0, 0, 0, 0 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(places); i++) {
		struct test_screen *s = screen(test);

		add_words(s, DRM_FORMAT_XRGB8888, 0xff, 0, 0, WIDTH, HEIGHT);
		add_words(s, DRM_FORMAT_ARGB8888, 0xffffffff, places[i].x, places[i].y, 4, 3);
		expect_rect(s, places[i].x1, places[i].y1, places[i].x2, places[i].y2,
			    0xffffff, 0xff);
	}
}

/* What is cut off on the left and above is not what is on the right and below. */
static void what_is_cut_off_is_the_right_part(struct kunit *test)
{
	struct test_screen *s = screen(test);
	__le32 *second;

	add_words(s, DRM_FORMAT_XRGB8888, 0x1, -1, -1, 3, 3);
	second = (__le32 *)(s->layers[0].pixels + PITCH);
	second[1] = cpu_to_le32(0xabcdef);
	KUNIT_EXPECT_EQ(test, pixel(s, 0, 0), 0xabcdefu);
	KUNIT_EXPECT_EQ(test, pixel(s, 1, 0), 1u);
	KUNIT_EXPECT_EQ(test, pixel(s, 0, 1), 1u);
}

static void a_picture_at_an_odd_address_is_the_same(struct kunit *test)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(formats); i++) {
		struct test_screen *s = screen(test);

		add_layer(s, formats[i].fourcc, formats[i].bytes, 0, 0, WIDTH, HEIGHT);
		s->layers[0].pixels = pixels(test, formats[i].bytes, WIDTH, HEIGHT, 3,
					     WIDTH * 4 + 1);
		s->layers[0].pitch = WIDTH * 4 + 1;
		expect_rect(s, 0, 0, WIDTH, HEIGHT, 0x112233, 0);
	}
}

static void alpha_is_blended_and_rounded_to_the_nearest(struct kunit *test)
{
	static const struct {
		u32 above, below, result;
	} blends[] = {
		{ 0x00000000, 0x123456, 0x123456 },	/* nothing is above */
		{ 0xff123456, 0xffffff, 0x123456 },	/* nothing shines through */
		{ 0x80808080, 0x000000, 0x808080 },
		{ 0x80808080, 0xffffff, 0xffffff },	/* 128 + 127 */
		{ 0x80000000, 0x010203, 0x000101 },	/* 0.498, 0.996, 1.494 */
		{ 0x7f000000, 0x010203, 0x010102 },	/* 0.502, 1.004, 1.506 */
		{ 0x40102030, 0x808080, 0x708090 },	/* 96 of 128 shines through */
		{ 0x10ffffff, 0x808080, 0xffffff },	/* brighter than it may be */
		{ 0x00ff0001, 0xff00ff, 0xff00ff },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(blends); i++) {
		struct test_screen *s = screen(test);

		add_words(s, DRM_FORMAT_XRGB8888, blends[i].below, 0, 0, WIDTH, HEIGHT);
		add_words(s, DRM_FORMAT_ARGB8888, blends[i].above, 0, 0, 1, 1);
		KUNIT_EXPECT_EQ_MSG(test, pixel(s, 0, 0), blends[i].result, "%08x on %06x",
				    blends[i].above, blends[i].below);
	}
}

/* Whatever the two are: what the exact fraction rounds to */
static void alpha_is_right_for_all_values(struct kunit *test)
{
	struct test_screen *s = screen(test);
	__le32 *above, *below;

	add_words(s, DRM_FORMAT_XRGB8888, 0, 0, 0, WIDTH, HEIGHT);
	add_words(s, DRM_FORMAT_ARGB8888, 0, 0, 0, WIDTH, HEIGHT);
	below = (__le32 *)s->layers[0].pixels;
	above = (__le32 *)s->layers[1].pixels;
	for (u32 alpha = 0; alpha < 256; alpha++) {
		for (u32 value = 0; value < 256; value++) {
			u32 exact = (2 * value * (255 - alpha) + 255) / 510;

			below[0] = cpu_to_le32(value);
			above[0] = cpu_to_le32(alpha << 24);
			KUNIT_ASSERT_EQ(test, pixel(s, 0, 0), exact);
		}
	}
}

static void the_alpha_of_what_is_lowest_changes_nothing(struct kunit *test)
{
	struct test_screen *s = screen(test);

	add_words(s, DRM_FORMAT_ARGB8888, 0x20112233, 0, 0, WIDTH, HEIGHT);
	expect_rect(s, 0, 0, WIDTH, HEIGHT, 0x112233, 0);
}

static struct kunit_case virtgpu_kunit_composer_cases[] = {
	KUNIT_CASE(a_screen_without_layers_is_black),
	KUNIT_CASE(the_same_picture_is_the_same_in_all_formats),
	KUNIT_CASE(the_same_pointer_is_the_same_in_all_formats),
	KUNIT_CASE(where_nothing_is_it_is_black),
	KUNIT_CASE(what_overhangs_the_screen_is_cut_off),
	KUNIT_CASE(what_is_cut_off_is_the_right_part),
	KUNIT_CASE(a_picture_at_an_odd_address_is_the_same),
	KUNIT_CASE(alpha_is_blended_and_rounded_to_the_nearest),
	KUNIT_CASE(alpha_is_right_for_all_values),
	KUNIT_CASE(the_alpha_of_what_is_lowest_changes_nothing),
	{}
};

static struct kunit_suite virtgpu_kunit_composer_suite = {
	.name = "virtgpu-composer",
	.test_cases = virtgpu_kunit_composer_cases,
};

kunit_test_suite(virtgpu_kunit_composer_suite);
