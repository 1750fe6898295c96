/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * On which kinds of context is a submission tried?
 */
#ifndef EXEC_FIXTURE_H
#define EXEC_FIXTURE_H

#include "kselftest_harness.h"

#include <libvirtgpu.h>

#define EXECBUFFER DRM_IOCTL_VIRTGPU_EXECBUFFER
#define FENCE_IN VIRTGPU_EXECBUF_FENCE_FD_IN
#define FENCE_OUT VIRTGPU_EXECBUF_FENCE_FD_OUT
#define RING_IDX VIRTGPU_EXECBUF_RING_IDX

typedef struct drm_virtgpu_execbuffer exec_t;
typedef struct drm_virtgpu_execbuffer_syncobj syncobj_t;

/* What holds for every kind of context */
FIXTURE(exec) {
	int fd;
	exec_t args;
};

FIXTURE_VARIANT(exec) {
	unsigned int needs;
	unsigned int capset;
	unsigned int rings;
	__u32 flags;	/* of each submission */
};

FIXTURE_VARIANT_ADD(exec, default_context) {
	.needs = VG_3D,
};

FIXTURE_VARIANT_ADD(exec, virgl_context) {
	.needs = VG_3D | VG_CONTEXT_INIT | VG_CAPSET_VIRGL2,
	.capset = VIRTGPU_DRM_CAPSET_VIRGL2,
};

FIXTURE_VARIANT_ADD(exec, virgl_ring) {
	.needs = VG_3D | VG_CONTEXT_INIT | VG_CAPSET_VIRGL2,
	.capset = VIRTGPU_DRM_CAPSET_VIRGL2,
	.rings = 1,
	.flags = RING_IDX,
};

FIXTURE_VARIANT_ADD(exec, venus_ring) {
	.needs = VG_3D | VG_CONTEXT_INIT | VG_CAPSET_VENUS,
	.capset = VIRTGPU_DRM_CAPSET_VENUS,
	.rings = 64,
	.flags = RING_IDX,
};

FIXTURE_SETUP(exec)
{
	VG_OPEN(self->fd, variant->needs);
	if (variant->capset)
		vg_context(self->fd, variant->capset, variant->rings, 0);
	self->args.flags = variant->flags;
	self->args.fence_fd = -1;
}

FIXTURE_TEARDOWN(exec)
{
	close(self->fd);
}

/* Refused, and after it the context takes work as before. */
#define EXPECT_NOT_SUBMITTED(err)					\
do {									\
	EXPECT_REFUSED(err, self->fd, EXECBUFFER, &self->args);		\
	vg_submit(self->fd, variant->flags);				\
} while (0)

#endif
