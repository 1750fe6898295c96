// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many frames does a client miss that draws one for each refresh?
 *
 * Usage: count-frames NODE|- SECONDS
 * Sets a small mode of about 60 Hz on the first connected output, flips between
 * two framebuffers for that long, and draws a moving bar in between: each flip
 * is asked for as soon as the one before it is done. Prints one line: "frames
 * N missed M rate HZ by sequence". Missed are the refreshes between two flips
 * that the sequence numbers of their events leave out.
 * A driver without vblanks gives flips no numbers and no pace. There each flip
 * is asked for by a timer at the mode's rate ("by timer"), and missed is each
 * tick at which the flip before it is still under way.
 *
 * Without a NODE it only counts the ticks of such a timer that it does not see
 * in time: what the machine takes away before any display has a part in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <xf86drm.h>
#include <xf86drmMode.h>

#define BAR_LINES	64
#define MIN_WIDTH	800
#define TIMER_RATE	60.0

struct buffer {
	uint32_t id;
	uint32_t pitch;
	uint8_t *memory;
};

struct client {
	int fd;
	uint32_t crtc;
	uint32_t connector;
	drmModeModeInfo mode;
	struct buffer buffers[2];
	unsigned int frames;
	unsigned int missed;
	unsigned int last_sequence;
	int pending;
};

static void fail(const char *what)
{
	fprintf(stderr, "count-frames: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static double rate(const drmModeModeInfo *mode)
{
	return mode->clock * 1000.0 / (mode->htotal * mode->vtotal);
}

/* The first connected output, its smallest mode of about 60 Hz, and a CRTC. */
static void choose_output(struct client *client)
{
	drmModeRes *res = drmModeGetResources(client->fd);
	drmModeConnector *connector;
	int area = INT_MAX;

	if (!res)
		fail("GETRESOURCES");
	for (int i = 0; i < res->count_connectors && area == INT_MAX; i++) {
		connector = drmModeGetConnector(client->fd, res->connectors[i]);
		if (!connector || connector->connection != DRM_MODE_CONNECTED)
			continue;
		for (int m = 0; m < connector->count_modes; m++) {
			drmModeModeInfo *mode = &connector->modes[m];

			if (rate(mode) < 59 || rate(mode) > 61 ||
			    mode->hdisplay * mode->vdisplay >= area ||
			    mode->hdisplay < MIN_WIDTH)
				continue;
			area = mode->hdisplay * mode->vdisplay;
			client->mode = *mode;
			client->connector = connector->connector_id;
			client->crtc = res->crtcs[i];
		}
	}
	if (area == INT_MAX) {
		errno = ENOENT;
		fail("a connected output with a mode of 60 Hz");
	}
}

static void make_buffer(struct client *client, struct buffer *buffer)
{
	uint32_t handle;
	uint64_t size, offset;

	if (drmModeCreateDumbBuffer(client->fd, client->mode.hdisplay,
				    client->mode.vdisplay, 32, 0, &handle,
				    &buffer->pitch, &size) ||
	    drmModeMapDumbBuffer(client->fd, handle, &offset) ||
	    drmModeAddFB(client->fd, client->mode.hdisplay,
			 client->mode.vdisplay, 24, 32, buffer->pitch, handle,
			 &buffer->id))
		fail("framebuffer");
	buffer->memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			      client->fd, offset);
	if (buffer->memory == MAP_FAILED)
		fail("mmap");
	memset(buffer->memory, 0x20, size);
}

/* Draw the next frame and ask for it to be shown. */
static void flip(struct client *client)
{
	struct buffer *buffer = &client->buffers[client->frames % 2];
	unsigned int at = client->frames * 4 % (client->mode.vdisplay - BAR_LINES);

	memset(buffer->memory + at * buffer->pitch, client->frames,
	       BAR_LINES * buffer->pitch);
	if (drmModePageFlip(client->fd, client->crtc, buffer->id,
			    DRM_MODE_PAGE_FLIP_EVENT, client))
		fail("PAGE_FLIP");
	client->pending = 1;
}

static void flipped(int fd, unsigned int sequence, unsigned int sec,
		    unsigned int usec, void *data)
{
	struct client *client = data;

	(void)fd;
	(void)sec;
	(void)usec;
	if (client->frames && client->last_sequence && sequence)
		client->missed += sequence - client->last_sequence - 1;
	client->last_sequence = sequence;
	client->frames++;
	client->pending = 0;
}

static int has_vblank(const struct client *client)
{
	uint64_t sequence, time;

	return !drmCrtcGetSequence(client->fd, client->crtc, &sequence, &time);
}

static int start_timer(double hertz)
{
	struct itimerspec tick = { 0 };
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

	tick.it_interval.tv_nsec = 1e9 / hertz;
	tick.it_value = tick.it_interval;
	if (timer < 0 || timerfd_settime(timer, 0, &tick, NULL))
		fail("timer");
	return timer;
}

static int count_ticks(double length)
{
	int timer = start_timer(TIMER_RATE);
	double end = seconds() + length;
	unsigned int seen = 0, missed = 0;
	uint64_t ticks;

	while (seconds() < end) {
		if (read(timer, &ticks, sizeof(ticks)) != sizeof(ticks))
			fail("timer");
		seen++;
		missed += ticks - 1;
	}
	printf("frames %u missed %u rate %.2f by timer\n", seen, missed,
	       TIMER_RATE);
	return 0;
}

/* The ticks that came while a flip was under way are missed ones. */
static void tick(struct client *client, int timer)
{
	uint64_t ticks;

	if (read(timer, &ticks, sizeof(ticks)) != sizeof(ticks))
		fail("timer");
	client->missed += ticks - 1;
	if (client->pending)
		client->missed++;
	else
		flip(client);
}

static void run(struct client *client, double length, int timer)
{
	drmEventContext events = {
		.version = 2,
		.page_flip_handler = flipped,
	};
	struct pollfd fds[2] = {
		{ .fd = client->fd, .events = POLLIN },
		{ .fd = timer, .events = POLLIN },
	};
	double end = seconds() + length;

	flip(client);
	while (seconds() < end) {
		if (poll(fds, timer < 0 ? 1 : 2, 1000) <= 0) {
			errno = ETIMEDOUT;
			fail("no flip is done for a second");
		}
		if (fds[0].revents) {
			drmHandleEvent(client->fd, &events);
			if (timer < 0 && !client->pending)
				flip(client);
		}
		if (timer >= 0 && fds[1].revents)
			tick(client, timer);
	}
}

int main(int argc, char **argv)
{
	struct client client = { 0 };
	int timer = -1;

	if (argc != 3)
		return 2;
	if (!strcmp(argv[1], "-"))
		return count_ticks(atof(argv[2]));
	client.fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (client.fd < 0)
		fail(argv[1]);
	choose_output(&client);
	make_buffer(&client, &client.buffers[0]);
	make_buffer(&client, &client.buffers[1]);
	if (drmModeSetCrtc(client.fd, client.crtc, client.buffers[1].id, 0, 0,
			   &client.connector, 1, &client.mode))
		fail("SETCRTC");
	if (!has_vblank(&client))
		timer = start_timer(rate(&client.mode));
	run(&client, atof(argv[2]), timer);
	printf("frames %u missed %u rate %.2f by %s\n", client.frames,
	       client.missed, rate(&client.mode),
	       timer < 0 ? "sequence" : "timer");
	return 0;
}
