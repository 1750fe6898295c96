// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client that lights every connected output at once, each in its own colour.
 *
 * Usage: light-heads NODE
 * Sets each connector's preferred mode on a CRTC of its own, prints a line
 * "lit HEAD WIDTH HEIGHT RRGGBB" for each and "done", and holds the picture
 * until the end of its input. HEAD is the connector's place in the list.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xf86drm.h>
#include <xf86drmMode.h>

static const uint32_t colours[] = {
	0xc00000, 0x00c000, 0x0000c0, 0xc0c000,
	0x00c0c0, 0xc000c0, 0x808080, 0xc06000,
};

#define NUM_COLOURS	(sizeof(colours) / sizeof(colours[0]))

static int fail(const char *what)
{
	fprintf(stderr, "light-heads: %s: %s\n", what, strerror(errno));
	return -1;
}

/* A framebuffer of one colour; 0 if it cannot be had. */
static uint32_t paint(int fd, uint32_t width, uint32_t height, uint32_t colour)
{
	uint32_t handle, pitch, id;
	uint64_t size, offset;
	uint32_t *pixels;

	if (drmModeCreateDumbBuffer(fd, width, height, 32, 0, &handle, &pitch,
				    &size) ||
	    drmModeMapDumbBuffer(fd, handle, &offset))
		return 0;
	pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		      offset);
	if (pixels == MAP_FAILED)
		return 0;
	for (uint64_t i = 0; i < size / sizeof(*pixels); i++)
		pixels[i] = colour;
	munmap(pixels, size);
	if (drmModeAddFB(fd, width, height, 24, 32, pitch, handle, &id))
		return 0;
	return id;
}

/* The first CRTC that this connector can use and that is not taken yet. */
static int choose_crtc(int fd, const drmModeRes *res,
		       const drmModeConnector *connector, uint32_t *taken)
{
	uint32_t possible = drmModeConnectorGetPossibleCrtcs(fd, connector);

	for (int i = 0; i < res->count_crtcs; i++) {
		if (!(possible & ~*taken & (1u << i)))
			continue;
		*taken |= 1u << i;
		return i;
	}
	return -1;
}

static int light(int fd, const drmModeRes *res, int head, uint32_t *taken)
{
	uint32_t colour = colours[head % NUM_COLOURS], fb;
	drmModeConnector *connector;
	drmModeModeInfo *mode;
	int crtc, ret = -1;

	connector = drmModeGetConnector(fd, res->connectors[head]);
	if (!connector)
		return fail("GETCONNECTOR");
	if (connector->connection != DRM_MODE_CONNECTED) {
		drmModeFreeConnector(connector);
		return 0;
	}
	mode = connector->modes;
	for (int i = 0; i < connector->count_modes; i++) {
		if (connector->modes[i].type & DRM_MODE_TYPE_PREFERRED)
			mode = &connector->modes[i];
	}
	crtc = choose_crtc(fd, res, connector, taken);
	errno = 0;
	if (!connector->count_modes || crtc < 0) {
		fail("a connected output has no mode or no CRTC");
		goto out;
	}
	fb = paint(fd, mode->hdisplay, mode->vdisplay, colour);
	if (!fb) {
		fail("dumb framebuffer");
		goto out;
	}
	if (drmModeSetCrtc(fd, res->crtcs[crtc], fb, 0, 0,
			   &connector->connector_id, 1, mode)) {
		fail("SETCRTC");
		goto out;
	}
	printf("lit %d %u %u %06x\n", head, mode->hdisplay, mode->vdisplay,
	       colour);
	ret = 0;
out:
	drmModeFreeConnector(connector);
	return ret;
}

int main(int argc, char **argv)
{
	uint32_t taken = 0;
	drmModeRes *res;
	char byte;
	int fd;

	if (argc != 2)
		return 2;
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -fail(argv[1]);
	res = drmModeGetResources(fd);
	if (!res)
		return -fail("GETRESOURCES");
	for (int head = 0; head < res->count_connectors; head++) {
		if (light(fd, res, head, &taken))
			return 1;
	}
	puts("done");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
