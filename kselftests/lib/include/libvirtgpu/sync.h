/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a test look at fences and syncobjs, and hold one back?
 */
#ifndef LIBVIRTGPU_SYNC_H
#define LIBVIRTGPU_SYNC_H

#include <stdbool.h>
#include <drm/virtgpu_drm.h>

/* Milliseconds that an emulated host may take for an empty submission. */
#define VG_SOON 10000

/* Does the sync_file signal within @ms milliseconds? 0 only asks. */
bool vg_fence_signals(int fence, int ms);

/* SYNC_IOC_MERGE */
int vg_fence_merge(int a, int b);

/* Status that SYNC_IOC_FILE_INFO gives: 0 pending, 1 done, negative an error. */
int vg_fence_status(int fence);

/* Syncobjs of the DRM core */
__u32 vg_syncobj(int fd);
__u32 vg_syncobj_signaled(int fd);
void vg_syncobj_destroy(int fd, __u32 handle);
/*
 * Waits up to @ms for the point (0: the binary fence); 0, -ETIME, or -EINVAL if
 * the syncobj holds no fence
 */
int __vg_syncobj_wait(int fd, __u32 handle, __u64 point, int ms);
/* The same, for a syncobj that a thread is about to fill: 0 or -ETIME */
int __vg_syncobj_wait_any_fence(int fd, __u32 handle, int ms);
/* Last signalled point of a timeline */
__u64 vg_syncobj_query(int fd, __u32 handle);
/* Makes the binary syncobj hold the fence of a sync_file */
void vg_syncobj_set(int fd, __u32 handle, int fence);

/*
 * A fence of another driver that signals when the test says so, or when its owner
 * is closed: of vgem, by itself after 10 seconds, too; where dma-bufs give no
 * sync_files (before 6.0), of the lab's module lab_gate.
 */
struct vg_gate {
	int owner;	/* the open device */
	int fence;	/* sync_file, or -1 */
	__u32 id;	/* vgem's number for it, or 0 */
};

/* -ENODEV without vgem, -ENOENT without both requests to dma-bufs and lab_gate */
int __vg_gate_init(struct vg_gate *gate);
void vg_gate_open(struct vg_gate *gate);
void vg_gate_fini(struct vg_gate *gate);

/* Opens a gate or skips. */
#define VG_GATE(gate) do {						\
	if (__vg_gate_init(gate))					\
		SKIP(return, "needs vgem, and DMA_BUF_IOCTL_EXPORT_SYNC_FILE or lab_gate"); \
} while (0)

/* Makes the buffer busy until the gate opens; -ENOTTY where that cannot be done. */
int __vg_make_busy(int fd, __u32 handle, const struct vg_gate *gate);

/*
 * The gate's fence is that of another driver which reads the dma-buf, and it has no
 * sync_file; -ENODEV without vgem.
 */
int __vg_gate_read(struct vg_gate *gate, int dmabuf);

/* A vgem buffer of @size bytes as dma-buf, -ENODEV without vgem. */
int __vg_foreign_dmabuf(__u64 size);

#endif
