// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client that holds part of the host-visible window.
 *
 * Makes a Venus context and blobs of host memory, maps and fills them, prints
 * "mapped", and waits for the end of its input. It ends without freeing
 * anything: that is the kernel's work. Exit status 77 where the device has no
 * window or no Venus, 1 where something fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <drm/drm.h>
#include <drm/virtgpu_drm.h>

#define NODE		"/dev/dri/renderD128"
#define CAPSET_VENUS	4
#define BLOBS		4
#define BLOB_SIZE	(1u << 20)

static int fail(const char *what)
{
	fprintf(stderr, "use-window: %s: %s\n", what, strerror(errno));
	return 1;
}

static int get_param(int fd, uint64_t param)
{
	uint64_t value = 0;
	struct drm_virtgpu_getparam req = {
		.param = param,
		.value = (uintptr_t)&value,
	};

	return ioctl(fd, DRM_IOCTL_VIRTGPU_GETPARAM, &req) ? 0 : (int)value;
}

static int init_context(int fd)
{
	struct drm_virtgpu_context_set_param param = {
		.param = VIRTGPU_CONTEXT_PARAM_CAPSET_ID,
		.value = CAPSET_VENUS,
	};
	struct drm_virtgpu_context_init init = {
		.num_params = 1,
		.ctx_set_params = (uintptr_t)&param,
	};

	return ioctl(fd, DRM_IOCTL_VIRTGPU_CONTEXT_INIT, &init);
}

/* Blob id 0 of a Venus context is plain shared memory of the host. */
static int map_blob(int fd)
{
	struct drm_virtgpu_resource_create_blob blob = {
		.blob_mem = VIRTGPU_BLOB_MEM_HOST3D,
		.blob_flags = VIRTGPU_BLOB_FLAG_USE_MAPPABLE,
		.size = BLOB_SIZE,
	};
	struct drm_virtgpu_map map = { 0 };
	void *memory;

	if (ioctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB, &blob))
		return fail("RESOURCE_CREATE_BLOB");
	map.handle = blob.bo_handle;
	if (ioctl(fd, DRM_IOCTL_VIRTGPU_MAP, &map))
		return fail("MAP");
	memory = mmap(NULL, BLOB_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		      map.offset);
	if (memory == MAP_FAILED)
		return fail("mmap");
	memset(memory, 0x5a, BLOB_SIZE);
	return 0;
}

int main(void)
{
	char byte;
	int fd = open(NODE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return fail(NODE);
	if (!get_param(fd, VIRTGPU_PARAM_HOST_VISIBLE) ||
	    !get_param(fd, VIRTGPU_PARAM_CONTEXT_INIT))
		return 77;
	if (init_context(fd))
		return errno == EINVAL ? 77 : fail("CONTEXT_INIT");

	for (int i = 0; i < BLOBS; i++) {
		if (map_blob(fd))
			return 1;
	}

	puts("mapped");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
