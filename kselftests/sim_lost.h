/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What becomes of a device that is lost: does it come back, or is it gone for good?
 */
#ifndef SIM_LOST_H
#define SIM_LOST_H

#include <string.h>

#include <libvirtgpu.h>

#define SIM_KEPT 0x5a

/* A page of a guest blob full of SIM_KEPT, which is to outlive the loss, and a context that is not */
__attribute__((unused)) static struct vg_bo sim_kept_blob(int fd, __u8 **map)
{
	struct vg_bo bo = vg_blob(fd, VIRTGPU_BLOB_MEM_GUEST, VIRTGPU_BLOB_FLAG_USE_MAPPABLE, VG_PAGE);

	*map = vg_mmap(fd, bo.handle, VG_PAGE);
	memset(*map, SIM_KEPT, VG_PAGE);
	vg_submit(fd, 0);
	return bo;
}

__attribute__((unused)) static bool sim_is_gone(int fd)
{
	__u64 value;
	int i;

	for (i = 0; i < 1500; i++) {
		if (__vg_getparam(fd, VIRTGPU_PARAM_3D_FEATURES, &value) == -ENODEV)
			return true;
		usleep(10000);
	}
	return false;
}

/* The context of @fd is lost with it; a new file works. */
__attribute__((unused)) static bool sim_is_back(int fd)
{
	struct drm_virtgpu_execbuffer args = { .fence_fd = -1 };
	bool works;
	int i, other;

	for (i = 0; i < 1500 && __vg_submit(fd, &args) != -EIO; i++)
		usleep(10000);
	if (i == 1500)
		return false;
	other = vg_open();
	works = vg_fence_signals(vg_submit_fence(other, 0), VG_SOON);
	close(other);
	return works;
}

#endif
