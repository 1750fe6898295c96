// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which device is under test, and what can it do?
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <libvirtgpu.h>

#define NODES 64

void vg_fail(const char *file, int line, const char *what, int err)
{
	fprintf(stderr, "# %s:%d: %s: %s\n", file, line, what, strerror(err));
	exit(1);
}

static bool driver_is(int fd, const char *driver)
{
	char name[32] = "";
	struct drm_version version = {
		.name = name,
		.name_len = sizeof(name) - 1,
	};

	return !__vg_ioctl(fd, DRM_IOCTL_VERSION, &version) &&
	       !strcmp(name, driver);
}

int __vg_open_driver(const char *driver, bool render)
{
	char path[64];
	int fd, i;

	for (i = 0; i < NODES; i++) {
		if (render)
			snprintf(path, sizeof(path), "/dev/dri/renderD%d", 128 + i);
		else
			snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (driver_is(fd, driver))
			return fd;
		close(fd);
	}
	return -ENODEV;
}

int __vg_open(void)
{
	const char *node = getenv("VIRTGPU_TEST_NODE");
	int fd;

	if (!node)
		return __vg_open_driver("virtio_gpu", true);
	fd = open(node, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int vg_open(void)
{
	return VG_OK(__vg_open());
}

int vg_open_primary(void)
{
	return VG_OK(__vg_open_driver("virtio_gpu", false));
}

int __vg_getparam(int fd, __u64 param, __u64 *value)
{
	struct drm_virtgpu_getparam args = {
		.param = param,
		.value = VG_PTR(value),
	};

	*value = 0;
	return __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_GETPARAM, &args);
}

__u64 vg_param(int fd, __u64 param)
{
	__u64 value;

	return __vg_getparam(fd, param, &value) ? 0 : value;
}

bool vg_has_capset(int fd, unsigned int id)
{
	return vg_param(fd, VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs) >> id & 1;
}

__u64 vg_drm_cap(int fd, __u64 capability)
{
	struct drm_get_cap args = { .capability = capability };

	return __vg_ioctl(fd, DRM_IOCTL_GET_CAP, &args) ? 0 : args.value;
}

/* The bits of device.h whose answer is one parameter's. */
static const struct {
	unsigned int need;
	unsigned int need_not;
	__u64 param;
	const char *name;
	const char *name_not;
} params[] = {
#define PARAM(x) \
	{ VG_##x, VG_NO_##x, VIRTGPU_PARAM_##x, \
	  "VIRTGPU_PARAM_" #x, "VIRTGPU_PARAM_" #x " to be 0" }
	{ VG_3D, VG_NO_3D, VIRTGPU_PARAM_3D_FEATURES,
	  "VIRTGPU_PARAM_3D_FEATURES", "VIRTGPU_PARAM_3D_FEATURES to be 0" },
	{ VG_BLOB, VG_NO_BLOB, VIRTGPU_PARAM_RESOURCE_BLOB,
	  "VIRTGPU_PARAM_RESOURCE_BLOB", "VIRTGPU_PARAM_RESOURCE_BLOB to be 0" },
	PARAM(HOST_VISIBLE),
	PARAM(CROSS_DEVICE),
	PARAM(CONTEXT_INIT),
	PARAM(BLOB_ALIGNMENT),
	{ VG_DEBUG_NAME, 0, VIRTGPU_PARAM_EXPLICIT_DEBUG_NAME,
	  "VIRTGPU_PARAM_EXPLICIT_DEBUG_NAME", NULL },
#undef PARAM
};

/* What the host that the software device stands for lacks, or dies of: no parameter says so. */
static const char *host_lacks(unsigned int needs)
{
	__u64 quirks;

	if (!vg_sim_is_there())
		return NULL;
	quirks = vg_sim_get("quirks");
	if ((needs & VG_BLOB) && (quirks & VSIM_QUIRK_BLOB_KILLS))
		return "a host that survives blobs";
	if ((needs & VG_FROM_HOST) && (quirks & VSIM_QUIRK_FROM_HOST_KILLS))
		return "a host that survives TRANSFER_FROM_HOST_3D";
	if ((needs & VG_LONG_COMMAND) && !(vg_sim_get("features") & VG_F_INDIRECT) &&
	    vg_sim_get("queue_size") < 256)
		return "a control queue with room for long commands";
	return NULL;
}

const char *vg_missing(int fd, unsigned int needs)
{
	unsigned int i;

	for (i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
		bool has = vg_param(fd, params[i].param);

		if ((needs & params[i].need) && !has)
			return params[i].name;
		if ((needs & params[i].need_not) && has)
			return params[i].name_not;
	}
	if ((needs & VG_CAPSET_VIRGL2) &&
	    !vg_has_capset(fd, VIRTGPU_DRM_CAPSET_VIRGL2))
		return "bit 2 (virgl) in VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs";
	if ((needs & VG_CAPSET_VENUS) &&
	    !vg_has_capset(fd, VIRTGPU_DRM_CAPSET_VENUS))
		return "bit 4 (Venus) in VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs";
	if ((needs & VG_SYNCOBJ) && !vg_drm_cap(fd, DRM_CAP_SYNCOBJ_TIMELINE))
		return "DRM_CAP_SYNCOBJ_TIMELINE";
	return host_lacks(needs);
}

int vg_kernel_release(void)
{
	struct utsname name;
	int major, minor;

	VG_ASSERT(!uname(&name));
	VG_ASSERT(sscanf(name.release, "%d.%d", &major, &minor) == 2);
	return major * 1000 + minor;
}
