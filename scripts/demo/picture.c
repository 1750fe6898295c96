// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a picture show something?
 *
 * Counts the distinct colours of a PPM file, the share of bright pixels, and
 * the share of the commonest colour; a blank, black or two-tone screen fails.
 * Usage: picture FILE.ppm MIN_COLOURS
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLOURS		(1u << 24)
#define BRIGHT		128	/* of 255, in any channel */
#define MIN_BRIGHT	0.02	/* of all pixels */
#define MAX_COMMONEST	0.90
#define MAX_SIDE	16384u

struct census {
	uint32_t width, height;
	uint32_t colours, bright, commonest;
};

static uint32_t max3(uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t m = a > b ? a : b;

	return m > c ? m : c;
}

static int read_head(FILE *f, struct census *c)
{
	unsigned int max;

	return fscanf(f, "P6 %u %u %u", &c->width, &c->height, &max) == 3 &&
	       fgetc(f) != EOF && max == 255 && c->width && c->height &&
	       c->width <= MAX_SIDE && c->height <= MAX_SIDE;
}

static int take_census(FILE *f, struct census *c, uint32_t *seen)
{
	for (uint32_t left = c->width * c->height; left; left--) {
		uint8_t p[3];
		uint32_t *n;

		if (fread(p, 1, sizeof(p), f) != sizeof(p))
			return -1;
		n = &seen[p[0] << 16 | p[1] << 8 | p[2]];
		c->colours += !*n;
		if (++*n > c->commonest)
			c->commonest = *n;
		c->bright += max3(p[0], p[1], p[2]) >= BRIGHT;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct census c = { 0 };
	uint32_t *seen;
	double all;
	FILE *f;
	int good;

	if (argc != 3) {
		fprintf(stderr, "usage: picture FILE.ppm MIN_COLOURS\n");
		return 2;
	}
	f = fopen(argv[1], "rb");
	if (!f) {
		fprintf(stderr, "picture: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	seen = calloc(COLOURS, sizeof(*seen));
	if (!seen || !read_head(f, &c) || take_census(f, &c, seen)) {
		fprintf(stderr, "picture: %s is not a whole binary PPM of 8 bits a channel\n",
			argv[1]);
		return 1;
	}

	all = (double)c.width * c.height;
	good = c.colours >= strtoul(argv[2], NULL, 10) &&
	       c.bright >= MIN_BRIGHT * all &&
	       c.commonest <= MAX_COMMONEST * all;
	printf("%ux%u, %u colours, %.0f%% bright, commonest colour %.0f%%: %s\n",
	       c.width, c.height, c.colours, 100 * c.bright / all,
	       100 * c.commonest / all, good ? "good" : "looks blank");
	free(seen);
	fclose(f);
	return good ? 0 : 1;
}
