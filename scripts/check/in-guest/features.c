// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which features do kernel and driver offer together?
 *
 * Usage: features
 * Prints a line "NAME yes" or "NAME no" for each parameter of virtio-gpu, for
 * capabilities of DRM that virtio-gpu's clients ask for, and for properties of
 * its planes. Exit status 2 without a virtio-gpu node.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <drm/virtgpu_drm.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

struct number {
	const char *name;
	uint64_t id;
};

static const struct number params[] = {
	{ "3D", VIRTGPU_PARAM_3D_FEATURES },
	{ "blobs", VIRTGPU_PARAM_RESOURCE_BLOB },
	{ "window", VIRTGPU_PARAM_HOST_VISIBLE },
	{ "contexts", VIRTGPU_PARAM_CONTEXT_INIT },
	{ "debug-name", VIRTGPU_PARAM_EXPLICIT_DEBUG_NAME },
};

static const struct number caps[] = {
	{ "prime-import", DRM_CAP_PRIME },
	{ "syncobj", DRM_CAP_SYNCOBJ },
	{ "timeline", DRM_CAP_SYNCOBJ_TIMELINE },
	{ "async-flip", DRM_CAP_ASYNC_PAGE_FLIP },
};

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static void answer(const char *name, bool yes)
{
	printf("%s %s\n", name, yes ? "yes" : "no");
}

static bool has_param(int fd, uint64_t id)
{
	uint64_t value = 0;
	struct drm_virtgpu_getparam arg = { .param = id, .value = (uintptr_t)&value };

	return !drmIoctl(fd, DRM_IOCTL_VIRTGPU_GETPARAM, &arg) && value;
}

static bool has_cap(int fd, uint64_t id)
{
	uint64_t value = 0;

	return !drmGetCap(fd, id, &value) && value;
}

static bool plane_has(int fd, uint32_t plane, const char *name)
{
	drmModeObjectProperties *props;
	bool found = false;

	props = drmModeObjectGetProperties(fd, plane, DRM_MODE_OBJECT_PLANE);
	for (uint32_t i = 0; props && i < props->count_props; i++) {
		drmModePropertyRes *prop = drmModeGetProperty(fd, props->props[i]);

		if (prop && !strcmp(prop->name, name))
			found = true;
		drmModeFreeProperty(prop);
	}
	drmModeFreeObjectProperties(props);
	return found;
}

static bool has_plane_property(int fd, const char *name)
{
	drmModePlaneRes *planes = drmModeGetPlaneResources(fd);
	bool found = false;

	for (uint32_t i = 0; planes && i < planes->count_planes; i++)
		found |= plane_has(fd, planes->planes[i], name);
	drmModeFreePlaneResources(planes);
	return found;
}

/* A clock of frames is running if it can be asked for. */
static bool has_vblank(int fd)
{
	drmVBlank vblank = { .request = { .type = DRM_VBLANK_RELATIVE } };

	return !drmWaitVBlank(fd, &vblank);
}

/* What the kernel tells of an open node in /proc. */
static bool has_fdinfo(int fd, const char *key)
{
	char path[64], line[256];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		found |= !strncmp(line, key, strlen(key));
	if (file)
		fclose(file);
	return found;
}

int main(void)
{
	int fd = drmOpen("virtio_gpu", NULL);

	if (fd < 0) {
		fprintf(stderr, "features: no virtio-gpu node\n");
		return 2;
	}
	for (size_t i = 0; i < COUNT(params); i++)
		answer(params[i].name, has_param(fd, params[i].id));
	for (size_t i = 0; i < COUNT(caps); i++)
		answer(caps[i].name, has_cap(fd, caps[i].id));

	drmSetClientCap(fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1);
	drmSetClientCap(fd, DRM_CLIENT_CAP_ATOMIC, 1);
	drmSetClientCap(fd, DRM_CLIENT_CAP_CURSOR_PLANE_HOTSPOT, 1);
	answer("damage-clips", has_plane_property(fd, "FB_DAMAGE_CLIPS"));
	answer("hotspot", has_plane_property(fd, "HOTSPOT_X"));
	answer("vblank", has_vblank(fd));
	answer("fdinfo", has_fdinfo(fd, "drm-driver:"));
	answer("panic-screen", !access("/sys/module/drm/parameters/panic_screen", F_OK) ||
	       !access("/sys/module/drm_panic", F_OK));
	close(fd);
	return 0;
}
