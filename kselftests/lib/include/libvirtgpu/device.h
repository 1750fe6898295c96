/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which device is under test, and what can it do?
 */
#ifndef LIBVIRTGPU_DEVICE_H
#define LIBVIRTGPU_DEVICE_H

#include <stdbool.h>
#include <drm/virtgpu_drm.h>

/* What a test needs of the device, for vg_missing(). */
#define VG_3D			(1u << 0)
#define VG_BLOB			(1u << 1)
#define VG_HOST_VISIBLE		(1u << 2)
#define VG_CROSS_DEVICE		(1u << 3)
#define VG_CONTEXT_INIT		(1u << 4)
#define VG_DEBUG_NAME		(1u << 5)
#define VG_BLOB_ALIGNMENT	(1u << 6)
#define VG_CAPSET_VIRGL2	(1u << 7)
#define VG_CAPSET_VENUS		(1u << 8)
#define VG_SYNCOBJ		(1u << 9)
#define VG_FROM_HOST		(1u << 10)	/* TRANSFER_FROM_HOST */
#define VG_LONG_COMMAND		(1u << 11)	/* of 4 MiB */
#define VG_NO_3D		(1u << 16)
#define VG_NO_BLOB		(1u << 17)
#define VG_NO_HOST_VISIBLE	(1u << 18)
#define VG_NO_CROSS_DEVICE	(1u << 19)
#define VG_NO_CONTEXT_INIT	(1u << 20)
#define VG_NO_BLOB_ALIGNMENT	(1u << 21)

/*
 * Opens the render node of the device under test: the node that the environment
 * names in VIRTGPU_TEST_NODE, else the first whose driver is virtio_gpu.
 * -ENODEV when there is none.
 */
int __vg_open(void);
int vg_open(void);

/* The same for the primary node, which dumb buffers need. */
int vg_open_primary(void);

/* Opens the first node of another driver, -ENODEV when there is none. */
int __vg_open_driver(const char *driver, bool render);

/* GETPARAM as Mesa does it, into a zeroed 64-bit value. */
int __vg_getparam(int fd, __u64 param, __u64 *value);

/* The value, 0 for a parameter that is not there. */
__u64 vg_param(int fd, __u64 param);

/* Is the capset in VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs? */
bool vg_has_capset(int fd, unsigned int id);

/* The name of the first of @needs that the device lacks, NULL if it has all. */
const char *vg_missing(int fd, unsigned int needs);

/* DRM_IOCTL_GET_CAP; 0 for a capability that is not there. */
__u64 vg_drm_cap(int fd, __u64 capability);

/* Kernel release as major * 1000 + minor. */
int vg_kernel_release(void);

#endif
