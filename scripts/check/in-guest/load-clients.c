// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients that keep the device busy, whatever becomes of it.
 *
 *	load-clients FILE		run until killed; what they did is counted in FILE
 *	load-clients --without A,B FILE	the same without the clients of these names
 *	load-clients --wait FILE SECONDS
 *	load-clients --print FILE
 *
 * Clients submit and wait, make buffers in the guest's memory and in the host's,
 * show frames, and keep a buffer until after the device has gone. One that loses
 * the device may say so with -EIO, -ENODEV or SIGBUS; it opens the device anew and
 * goes on. Any other answer is noted, and so is a wrong byte. With --wait: every
 * client must do two more rounds within SECONDS (the first may have begun before).
 * Exit status 1, and a line for each client that does not or that got another
 * answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <libvirtgpu.h>

#define BLOB_SIZE	(256u << 10)
#define PAGE		4096u
#define FENCE_MS	60000
#define FLIP_MS		30000
/* What tells of a wrong byte among the errors. */
#define WRONG_BYTE	EILSEQ

/* What one client did, in the shared file. */
struct client {
	char name[16];
	volatile unsigned long rounds;
	volatile unsigned long losses;
	volatile int strange;
};

struct kind {
	const char *name;
	int (*open)(void);
	int (*begin)(int fd);
	int (*round)(int fd);
};

static sigjmp_buf lost_pages;
/* What is mapped, to be unmapped when its pages are lost: it keeps a device that is gone. */
static void *volatile mapped = MAP_FAILED;

static void on_bus(int signal)
{
	siglongjmp(lost_pages, 1);
}

static int begin_context(int fd)
{
	unsigned int capset = vg_has_capset(fd, VIRTGPU_DRM_CAPSET_VENUS) ?
			      VIRTGPU_DRM_CAPSET_VENUS : VIRTGPU_DRM_CAPSET_VIRGL2;

	return __vg_context_param(fd, VIRTGPU_CONTEXT_PARAM_CAPSET_ID, capset);
}

static int submit(int fd)
{
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_OUT,
		.fence_fd = -1,
	};
	int ret;

	ret = __vg_submit(fd, &args);
	if (ret)
		return ret;
	if (!vg_fence_signals(args.fence_fd, FENCE_MS))
		ret = -ETIMEDOUT;
	else
		ret = vg_fence_status(args.fence_fd);
	close(args.fence_fd);
	return ret < 0 ? ret : 0;
}

/* Which pages are wrong, and what stands there? That tells whose memory it is. */
static void tell_wrong_pages(const unsigned char *map, const unsigned char *right, const char *when)
{
	printf("%s:", when);
	for (size_t page = 0; page < BLOB_SIZE / PAGE; page++) {
		const unsigned char *is = map + page * PAGE, *want = right + page * PAGE;

		if (memcmp(is, want, PAGE))
			printf(" %zu(%02x %02x for %02x %02x)", page, is[0], is[PAGE - 1], want[0],
			       want[PAGE - 1]);
	}
	printf("\n");
}

static int judge(const unsigned char *map, unsigned int seed)
{
	static unsigned char right[BLOB_SIZE];

	if (vg_holds(map, BLOB_SIZE, seed))
		return 0;
	vg_fill(right, BLOB_SIZE, seed);
	tell_wrong_pages(map, right, "wrong pages");
	usleep(100000);
	tell_wrong_pages(map, right, "a moment later");
	fflush(stdout);
	return -WRONG_BYTE;
}

static int blob(int fd, __u32 mem)
{
	/* Another one each time, so that an old buffer's bytes are not taken for right ones. */
	static unsigned int seed;
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(mem, VIRTGPU_BLOB_FLAG_USE_MAPPABLE, BLOB_SIZE);
	struct vg_bo bo;
	void *map;
	int ret;

	ret = __vg_blob(fd, &args, &bo);
	if (ret)
		return ret;
	map = __vg_mmap(fd, bo.handle, BLOB_SIZE);
	if (map == MAP_FAILED) {
		ret = -errno;
	} else {
		mapped = map;
		vg_fill(map, BLOB_SIZE, ++seed);
		ret = judge(map, seed);
		mapped = MAP_FAILED;
		munmap(map, BLOB_SIZE);
	}
	__vg_close_handle(fd, bo.handle);
	return ret;
}

static int guest_blob(int fd)
{
	return blob(fd, VIRTGPU_BLOB_MEM_GUEST);
}

static int host_blob(int fd)
{
	return blob(fd, VIRTGPU_BLOB_MEM_HOST3D);
}

static struct vg_screen screen;
static __u32 frames[2];
static unsigned int shown;

static int open_screen(void)
{
	return __vg_open_driver("virtio_gpu", false);
}

static int begin_frames(int fd)
{
	struct drm_mode_create_dumb args = { .bpp = 32 };
	int ret;

	ret = __vg_screen(fd, &screen);
	if (ret)
		return ret == -ENOENT ? -ENODEV : ret;
	args.width = screen.mode.hdisplay;
	args.height = screen.mode.vdisplay;
	for (unsigned int i = 0; i < 2; i++) {
		ret = __vg_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &args);
		if (!ret)
			ret = __vg_framebuffer(fd, args.handle, args.width, args.height, 0,
					       &frames[i]);
		if (ret)
			return ret;
	}
	return __vg_show(fd, &screen, frames[0]);
}

/* Where no event comes, the device is lost, or the next flip is refused as too early. */
static int flip(int fd)
{
	int ret;

	shown = !shown;
	ret = __vg_flip(fd, &screen, frames[shown]);
	if (!ret)
		vg_flip_done(fd, FLIP_MS);
	return ret;
}

static int begin_late(int fd)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(VIRTGPU_BLOB_MEM_GUEST, VIRTGPU_BLOB_FLAG_USE_MAPPABLE, BLOB_SIZE);
	struct vg_bo bo;

	return begin_context(fd) ?: __vg_blob(fd, &args, &bo);
}

/* Lets go of its buffer only when the device has long been gone. */
static int late(int fd)
{
	__u64 value;
	struct drm_virtgpu_getparam args = {
		.param = VIRTGPU_PARAM_3D_FEATURES,
		.value = VG_PTR(&value),
	};
	int ret;

	usleep(5000);
	ret = __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_GETPARAM, &args);
	if (ret)
		usleep(500000);
	return ret;
}

static const struct kind kinds[] = {
	{ "submit", __vg_open, begin_context, submit },
	{ "submit-2", __vg_open, begin_context, submit },
	{ "guest-blob", __vg_open, begin_context, guest_blob },
	{ "host-blob", __vg_open, begin_context, host_blob },
	{ "flip", open_screen, begin_frames, flip },
	{ "late", __vg_open, begin_late, late },
};

#define CLIENTS (sizeof(kinds) / sizeof(kinds[0]))

static int one_round(const struct kind *kind, int *fd)
{
	int ret;

	if (sigsetjmp(lost_pages, 1)) {
		munmap(mapped, BLOB_SIZE);
		mapped = MAP_FAILED;
		return -EIO;
	}
	if (*fd < 0) {
		*fd = kind->open();
		if (*fd < 0)
			return -ENODEV;
		ret = kind->begin(*fd);
		if (ret)
			return ret;
	}
	return kind->round(*fd);
}

static bool is_loss(int ret)
{
	return ret == -EIO || ret == -ENODEV;
}

static void run(const struct kind *kind, struct client *client)
{
	int fd = -1, ret;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGBUS, on_bus);
	for (;;) {
		ret = one_round(kind, &fd);
		if (!ret) {
			client->rounds++;
			continue;
		}
		client->losses++;
		if (!is_loss(ret))
			client->strange = -ret;
		if (fd >= 0)
			close(fd);
		fd = -1;
		usleep(5000);
	}
}

static struct client *map_file(const char *path)
{
	size_t size = CLIENTS * sizeof(struct client);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	void *map;

	if (fd < 0 || ftruncate(fd, size)) {
		perror(path);
		exit(2);
	}
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		perror(path);
		exit(2);
	}
	close(fd);
	return map;
}

/* Is @name in @list, whose names are separated by commas? */
static bool is_listed(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (; list; list = strchr(list, ',')) {
		list += *list == ',';
		if (!strncmp(list, name, length) && (!list[length] || list[length] == ','))
			return true;
	}
	return false;
}

static int run_all(struct client *clients, const char *without)
{
	for (unsigned int i = 0; i < CLIENTS; i++) {
		if (is_listed(without, kinds[i].name))
			continue;
		strcpy(clients[i].name, kinds[i].name);
		if (!fork())
			run(&kinds[i], &clients[i]);
	}
	pause();
	return 0;
}

static int wait_all(const struct client *clients, unsigned int seconds)
{
	unsigned long before[CLIENTS];
	time_t end = time(NULL) + seconds;
	int bad = 0;

	for (unsigned int i = 0; i < CLIENTS; i++)
		before[i] = clients[i].rounds;
	for (unsigned int i = 0; i < CLIENTS; i++) {
		if (!clients[i].name[0])
			continue;
		while (clients[i].rounds < before[i] + 2 && time(NULL) <= end)
			usleep(2000);
		if (clients[i].rounds < before[i] + 2) {
			printf("%s does not go on: %lu rounds, %lu losses\n", clients[i].name,
			       clients[i].rounds, clients[i].losses);
			bad = 1;
		}
		if (clients[i].strange) {
			printf("%s was told: %s\n", clients[i].name,
			       strerror(clients[i].strange));
			bad = 1;
		}
	}
	return bad;
}

static int print_all(const struct client *clients)
{
	for (unsigned int i = 0; i < CLIENTS; i++) {
		if (clients[i].name[0])
			printf("%s %lu rounds %lu losses\n", clients[i].name,
			       clients[i].rounds, clients[i].losses);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "--wait"))
		return wait_all(map_file(argv[2]), atoi(argv[3]));
	if (argc == 3 && !strcmp(argv[1], "--print"))
		return print_all(map_file(argv[2]));
	if (argc == 4 && !strcmp(argv[1], "--without"))
		return run_all(map_file(argv[3]), argv[2]);
	if (argc == 2 && argv[1][0] != '-')
		return run_all(map_file(argv[1]), NULL);
	fprintf(stderr,
		"Usage: load-clients [--without A,B | --print] FILE | --wait FILE SECONDS\n");
	return 2;
}
