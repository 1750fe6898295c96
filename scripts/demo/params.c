// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which module drives this GPU, and does it offer what Mesa's Venus asks for?
 *
 * Prints the bound driver, its version and how to tell its build apart from
 * another one, then one line for each of the five parameters that Venus
 * refuses to start without. Exit status: 0 when all five are there, 1 when
 * one is missing, 2 when there is no virtio-gpu node to ask.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <drm/drm.h>
#include <drm/virtgpu_drm.h>

#define MODULE_DIR	"/sys/module/virtio_gpu"
#define FIRST_RENDER	128
#define LAST_RENDER	191

static const struct {
	uint64_t id;
	const char *name;
} required[] = {
	{ VIRTGPU_PARAM_3D_FEATURES, "3D_FEATURES" },
	{ VIRTGPU_PARAM_CAPSET_QUERY_FIX, "CAPSET_QUERY_FIX" },
	{ VIRTGPU_PARAM_RESOURCE_BLOB, "RESOURCE_BLOB" },
	{ VIRTGPU_PARAM_HOST_VISIBLE, "HOST_VISIBLE" },
	{ VIRTGPU_PARAM_CONTEXT_INIT, "CONTEXT_INIT" },
};

static int drm_ioctl(int fd, unsigned long request, void *arg)
{
	int ret;

	do {
		ret = ioctl(fd, request, arg);
	} while (ret < 0 && (errno == EINTR || errno == EAGAIN));

	return ret < 0 ? -errno : 0;
}

/* Fills in the version of the node's driver; true when it is virtio_gpu. */
static int is_virtio_gpu(int fd, struct drm_version *ver, char *name, size_t size)
{
	memset(name, 0, size);
	memset(ver, 0, sizeof(*ver));
	ver->name = name;
	ver->name_len = size - 1;

	return !drm_ioctl(fd, DRM_IOCTL_VERSION, ver) &&
	       !strcmp(name, "virtio_gpu");
}

static int open_node(struct drm_version *ver, char *name, size_t size,
		     char *path, size_t path_size)
{
	for (int i = FIRST_RENDER; i <= LAST_RENDER; i++) {
		int fd;

		snprintf(path, path_size, "/dev/dri/renderD%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (is_virtio_gpu(fd, ver, name, size))
			return fd;
		close(fd);
	}
	return -1;
}

/* One line of a sysfs file, or a dash where the kernel has no such file. */
static void print_sysfs(const char *label, const char *path)
{
	char line[128] = "";
	FILE *f = fopen(path, "r");

	if (f) {
		if (!fgets(line, sizeof(line), f))
			line[0] = '\0';
		fclose(f);
		line[strcspn(line, "\n")] = '\0';
	}
	printf("module %-12s %s\n", label, line[0] ? line : "-");
}

/* The id that the linker put into the .ko: the same in file and in memory. */
static void print_build_id(void)
{
	static const char path[] = MODULE_DIR "/notes/.note.gnu.build-id";
	uint32_t head[3];
	uint8_t note[256];
	size_t got = 0, at;
	FILE *f = fopen(path, "r");

	if (f) {
		got = fread(note, 1, sizeof(note), f);
		fclose(f);
	}
	printf("module %-12s ", "build-id");
	if (got < sizeof(head)) {
		printf("-\n");
		return;
	}
	memcpy(head, note, sizeof(head));
	at = sizeof(head) + (((size_t)head[0] + 3) & ~(size_t)3);
	for (size_t i = 0; i < head[1] && at + i < got; i++)
		printf("%02x", note[at + i]);
	printf("\n");
}

static int ask(int fd, uint64_t id)
{
	/* Zeroed first: the kernel writes the lower half only. */
	uint64_t value = 0;
	struct drm_virtgpu_getparam req = {
		.param = id,
		.value = (uintptr_t)&value,
	};
	int ret = drm_ioctl(fd, DRM_IOCTL_VIRTGPU_GETPARAM, &req);

	return ret ? ret : value != 0;
}

int main(void)
{
	struct drm_version ver;
	char name[32], path[32];
	int missing = 0;
	int fd = open_node(&ver, name, sizeof(name), path, sizeof(path));

	if (fd < 0) {
		fprintf(stderr, "params: no render node of virtio_gpu in /dev/dri: is the module loaded?\n");
		return 2;
	}

	printf("driver %s %d.%d.%d on %s\n", name, ver.version_major,
	       ver.version_minor, ver.version_patchlevel, path);
	print_sysfs("version", MODULE_DIR "/version");
	print_sysfs("srcversion", MODULE_DIR "/srcversion");
	print_sysfs("taint", MODULE_DIR "/taint");
	print_build_id();

	for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
		int ret = ask(fd, required[i].id);

		printf("param %-18s %s", required[i].name, ret > 0 ? "yes" : "no");
		if (ret < 0)
			printf(" (%s)", strerror(-ret));
		printf("\n");
		missing += ret <= 0;
	}

	close(fd);
	return missing ? 1 : 0;
}
