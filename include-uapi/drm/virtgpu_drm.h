/* SPDX-License-Identifier: MIT */
/*
 * What may a userspace driver ask of the virtio-gpu kernel driver, and how is
 * each request laid out?
 *
 * The ABI is the one of Linux 7.2 and 7.3. "Since" in the comments names the
 * first Linux release whose driver has the item; this driver offers all of it
 * on every kernel that it builds for.
 *
 * Rules that hold for every request:
 *
 *  - Structures only ever grow at their end. The DRM core zero-fills what a
 *    shorter, older structure lacks and drops the tail of a longer one, so old
 *    and new programs work on old and new drivers.
 *  - Pointers travel as __u64, so one layout serves 32- and 64-bit programs.
 *  - All requests are open to render nodes and need no DRM authentication.
 *  - ENODEV (device gone) and EFAULT (bad pointer) may come from any request.
 *  - A request that fails leaves nothing behind: no handle, no descriptor, no
 *    half-made context.
 */
#ifndef VIRTGPU_DRM_H
#define VIRTGPU_DRM_H

#ifdef __KERNEL__
#include <drm/drm.h>
#else
#include "drm.h"	/* of libdrm or of the kernel's exported headers */
#endif

#if defined(__cplusplus)
extern "C" {
#endif

/* Request numbers, counted from DRM_COMMAND_BASE. */
#define DRM_VIRTGPU_MAP				0x01
#define DRM_VIRTGPU_EXECBUFFER			0x02
#define DRM_VIRTGPU_GETPARAM			0x03
#define DRM_VIRTGPU_RESOURCE_CREATE		0x04
#define DRM_VIRTGPU_RESOURCE_INFO		0x05
#define DRM_VIRTGPU_TRANSFER_FROM_HOST		0x06
#define DRM_VIRTGPU_TRANSFER_TO_HOST		0x07
#define DRM_VIRTGPU_WAIT			0x08
#define DRM_VIRTGPU_GET_CAPS			0x09
#define DRM_VIRTGPU_RESOURCE_CREATE_BLOB	0x0a	/* since 5.11 */
#define DRM_VIRTGPU_CONTEXT_INIT		0x0b	/* since 5.16 */

/**
 * struct drm_virtgpu_map - where in the device file does a buffer start?
 * @offset: out, the value to hand to mmap() on the device's descriptor
 * @handle: in, GEM handle
 * @pad: ignored
 *
 * Nothing is mapped yet: whether a buffer can be mapped at all is answered by
 * mmap().
 *
 * ENOENT: no such handle. EINVAL: the buffer was imported from another driver.
 */
struct drm_virtgpu_map {
	__u64 offset;
	__u32 handle;
	__u32 pad;
};

/* Bits of drm_virtgpu_execbuffer.flags; an unknown one is EINVAL. */
/* fence_fd holds a sync_file to wait for; since 5.0 */
#define VIRTGPU_EXECBUF_FENCE_FD_IN	0x01
/* put a sync_file that signals when the host is done in fence_fd; since 5.0 */
#define VIRTGPU_EXECBUF_FENCE_FD_OUT	0x02
/* run on timeline ring_idx of the context, not on the device's; since 5.16 */
#define VIRTGPU_EXECBUF_RING_IDX	0x04
#define VIRTGPU_EXECBUF_FLAGS		(VIRTGPU_EXECBUF_FENCE_FD_IN | \
					 VIRTGPU_EXECBUF_FENCE_FD_OUT | \
					 VIRTGPU_EXECBUF_RING_IDX)

/* Bits of drm_virtgpu_execbuffer_syncobj.flags, in-syncobjs only. */
/* empty the syncobj once its fence has been taken */
#define VIRTGPU_EXECBUF_SYNCOBJ_RESET	0x01
#define VIRTGPU_EXECBUF_SYNCOBJ_FLAGS	(VIRTGPU_EXECBUF_SYNCOBJ_RESET)

/**
 * struct drm_virtgpu_execbuffer_syncobj - one syncobj of a submission
 * @handle: syncobj handle of this file
 * @flags: VIRTGPU_EXECBUF_SYNCOBJ_RESET for an in-syncobj, 0 for an out-syncobj
 * @point: timeline point; 0 means a binary syncobj
 *
 * Since 6.6.
 */
struct drm_virtgpu_execbuffer_syncobj {
	__u32 handle;
	__u32 flags;
	__u64 point;
};

/**
 * struct drm_virtgpu_execbuffer - hand a command stream to the host
 * @flags: VIRTGPU_EXECBUF_*
 * @size: bytes at @command; 0 is a submission that only makes a fence. The
 *	bytes are the renderer's: the kernel does not read them. At most 4 MiB
 *	(E2BIG), which is as much as QEMU 11.1 takes.
 * @command: user pointer
 * @bo_handles: user pointer to @num_bo_handles handles (__u32)
 * @num_bo_handles: each buffer named gets the out-fence as a write fence, and
 *	DRM_VIRTGPU_WAIT on it waits for this submission. Fences that are
 *	already on the buffers are not waited for.
 * @fence_fd: in with FENCE_FD_IN, out with FENCE_FD_OUT, one after the other if
 *	both are set. Written only when the call succeeds.
 * @ring_idx: with RING_IDX: which of the context's rings; since 5.16
 * @syncobj_stride: size of one element in both arrays below. May be larger or
 *	smaller than the structure here: a tail the caller lacks is zero.
 *	Since 6.6, as the four fields after it.
 * @num_in_syncobjs: elements at @in_syncobjs
 * @num_out_syncobjs: elements at @out_syncobjs
 * @in_syncobjs: user pointer to struct drm_virtgpu_execbuffer_syncobj; the work
 *	runs after all of them
 * @out_syncobjs: user pointer; each is given the out-fence
 *
 * Programs use the first 32 bytes (older than 5.16), 40 (muvm, old Mesa: to
 * @syncobj_stride, which was padding) or all 64.
 *
 * ENOSYS: the device has no 3D. EINVAL: unknown flag, ring out of range or
 * context without rings, out-syncobj missing or with flags, in-syncobj without
 * a fence, fence_fd is no sync_file. ENOENT: no such buffer or in-syncobj.
 * EALREADY: one buffer twice in the list. ENOMEM: also when 512 events of
 * VIRTGPU_EVENT_FENCE_SIGNALED wait to be read. EMFILE: no descriptor left for
 * the out-fence. EIO: the host refused a buffer of the list earlier.
 */
struct drm_virtgpu_execbuffer {
	__u32 flags;
	__u32 size;
	__u64 command;
	__u64 bo_handles;
	__u32 num_bo_handles;
	__s32 fence_fd;
	__u32 ring_idx;
	__u32 syncobj_stride;
	__u32 num_in_syncobjs;
	__u32 num_out_syncobjs;
	__u64 in_syncobjs;
	__u64 out_syncobjs;
};

/* Questions for DRM_VIRTGPU_GETPARAM. */
/* 0 or 1: does the host take 3D commands? */
#define VIRTGPU_PARAM_3D_FEATURES		1
/* always 1: GET_CAPS tells an unknown capset from a known one; since 4.16 */
#define VIRTGPU_PARAM_CAPSET_QUERY_FIX		2
/* 0 or 1: does RESOURCE_CREATE_BLOB work? Since 5.11 */
#define VIRTGPU_PARAM_RESOURCE_BLOB		3
/* 0 or 1: is there a window in which host memory can be mapped? Since 5.11 */
#define VIRTGPU_PARAM_HOST_VISIBLE		4
/* 0 or 1: can resources be shared with other virtio devices? Since 5.11 */
#define VIRTGPU_PARAM_CROSS_DEVICE		5
/* 0 or 1: does CONTEXT_INIT work? Since 5.16 */
#define VIRTGPU_PARAM_CONTEXT_INIT		6
/* bit n set: capset n can be used; ids 0 to 31 are visible. Since 5.16 */
#define VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs	7
/* 0 or 1: does VIRTGPU_CONTEXT_PARAM_DEBUG_NAME work? Since 6.8 */
#define VIRTGPU_PARAM_EXPLICIT_DEBUG_NAME	8
/*
 * Bytes, a power of two: the unit in which the host wants blobs sized and
 * placed. ENOENT when the host named none. Since 7.2. Mesa's Venus asks 9 too,
 * with another meaning, on devices without a window: there, the answer must
 * not be a success with a value other than 0.
 */
#define VIRTGPU_PARAM_BLOB_ALIGNMENT		9

/**
 * struct drm_virtgpu_getparam - ask what the device can do
 * @param: in, VIRTGPU_PARAM_*
 * @value: in, user pointer to where the answer goes. Only 4 bytes are written
 *	there, so a program that reads 8 has to zero them first, as Mesa does.
 *
 * EINVAL: unknown @param.
 */
struct drm_virtgpu_getparam {
	__u64 param;
	__u64 value;
};

/**
 * struct drm_virtgpu_resource_create - make a classic (not blob) resource
 * @target: texture target in Gallium's numbering; 2 is a 2D texture
 * @format: virtio_gpu_formats for 2D, Gallium's numbering for virgl
 * @bind: Gallium's bind flags
 * @width: texels
 * @height: texels
 * @depth: texels
 * @array_size: layers
 * @last_level: number of mip levels less one
 * @nr_samples: samples per texel
 * @flags: VIRTIO_GPU_RESOURCE_FLAG_*
 * @bo_handle: out, GEM handle
 * @res_handle: out, the resource id that command streams use; never used twice
 * @size: bytes of guest memory behind the resource; 0 becomes one page
 * @stride: ignored
 *
 * The kernel does not compare @size with the texture's dimensions; transfers
 * are checked by the host.
 *
 * EINVAL on a device without 3D: anything but a plain 2D texture (@target other
 * than 2, or @depth, @array_size, @last_level or @nr_samples above 1). ENOMEM.
 */
struct drm_virtgpu_resource_create {
	__u32 target;
	__u32 format;
	__u32 bind;
	__u32 width;
	__u32 height;
	__u32 depth;
	__u32 array_size;
	__u32 last_level;
	__u32 nr_samples;
	__u32 flags;
	__u32 bo_handle;
	__u32 res_handle;
	__u32 size;
	__u32 stride;
};

/**
 * struct drm_virtgpu_resource_info - what is behind a GEM handle?
 * @bo_handle: in, GEM handle
 * @res_handle: out, resource id
 * @size: out, bytes; 0xffffffff for 4 GiB and more
 * @blob_mem: out, VIRTGPU_BLOB_MEM_*, 0 for a classic resource. Named stride,
 *	and always 0, before 5.11. Venus refuses an import whose kind is wrong.
 *
 * ENOENT: no such handle.
 */
struct drm_virtgpu_resource_info {
	__u32 bo_handle;
	__u32 res_handle;
	__u32 size;
	__u32 blob_mem;
};

/**
 * struct drm_virtgpu_3d_box - a block of texels
 * @x: first column
 * @y: first row
 * @z: first slice
 * @w: columns
 * @h: rows
 * @d: slices
 */
struct drm_virtgpu_3d_box {
	__u32 x;
	__u32 y;
	__u32 z;
	__u32 w;
	__u32 h;
	__u32 d;
};

/**
 * struct drm_virtgpu_3d_transfer_to_host - copy guest memory into the resource
 * @bo_handle: GEM handle
 * @box: texels to copy
 * @level: mip level
 * @offset: bytes from the start of the guest memory
 * @stride: bytes from row to row, for blobs with host memory, else 0. Ignored
 *	without 3D. Since 5.11.
 * @layer_stride: bytes from slice to slice, as @stride; since 5.11
 *
 * Returns once the copy is queued; DRM_VIRTGPU_WAIT waits for it on a device
 * with 3D.
 *
 * ENOENT: no such handle. EINVAL: the buffer is a blob in guest memory only
 * (nothing to copy), or a stride is given for a classic resource. ENOMEM.
 */
struct drm_virtgpu_3d_transfer_to_host {
	__u32 bo_handle;
	struct drm_virtgpu_3d_box box;
	__u32 level;
	__u32 offset;
	__u32 stride;
	__u32 layer_stride;
};

/**
 * struct drm_virtgpu_3d_transfer_from_host - copy the resource to guest memory
 * @bo_handle: GEM handle
 * @box: texels to copy
 * @level: mip level
 * @offset: bytes from the start of the guest memory
 * @stride: as in struct drm_virtgpu_3d_transfer_to_host
 * @layer_stride: as in struct drm_virtgpu_3d_transfer_to_host
 *
 * The memory holds the data after DRM_VIRTGPU_WAIT. Errors as for the other
 * direction, and ENOSYS on a device without 3D.
 */
struct drm_virtgpu_3d_transfer_from_host {
	__u32 bo_handle;
	struct drm_virtgpu_3d_box box;
	__u32 level;
	__u32 offset;
	__u32 stride;
	__u32 layer_stride;
};

/* Bits of drm_virtgpu_3d_wait.flags; others are ignored. */
/* only ask */
#define VIRTGPU_WAIT_NOWAIT 1

/**
 * struct drm_virtgpu_3d_wait - wait until the host is done with a buffer
 * @handle: GEM handle
 * @flags: VIRTGPU_WAIT_NOWAIT
 *
 * ENOENT: no such handle. EBUSY: still in use, at once with NOWAIT, after 15
 * seconds without. EINTR: a signal came.
 */
struct drm_virtgpu_3d_wait {
	__u32 handle;
	__u32 flags;
};

/* Capability sets: the protocols that a host's renderers speak. */
#define VIRTGPU_DRM_CAPSET_VIRGL		1
#define VIRTGPU_DRM_CAPSET_VIRGL2		2
#define VIRTGPU_DRM_CAPSET_GFXSTREAM_VULKAN	3
#define VIRTGPU_DRM_CAPSET_VENUS		4
#define VIRTGPU_DRM_CAPSET_CROSS_DOMAIN		5
#define VIRTGPU_DRM_CAPSET_DRM			6

/**
 * struct drm_virtgpu_get_caps - read a capability set
 * @cap_set_id: VIRTGPU_DRM_CAPSET_*
 * @cap_set_ver: version, at most the one that the host named
 * @addr: user pointer
 * @size: bytes at @addr. The smaller of this and the set's size is written,
 *	the rest of the buffer stays as it was.
 * @pad: ignored
 *
 * Works before CONTEXT_INIT: native contexts choose by what it says.
 *
 * ENOSYS: the host has no capset at all. EINVAL: @size is 0, or no such set or
 * version; Mesa's virgl falls back from set 2 to 1 on EINVAL only. EBUSY: the
 * host did not answer in 5 seconds.
 */
struct drm_virtgpu_get_caps {
	__u32 cap_set_id;
	__u32 cap_set_ver;
	__u64 addr;
	__u32 size;
	__u32 pad;
};

/* drm_virtgpu_resource_create_blob.blob_mem: where is the memory? 0 is EINVAL. */
#define VIRTGPU_BLOB_MEM_GUEST			0x0001
#define VIRTGPU_BLOB_MEM_HOST3D			0x0002
#define VIRTGPU_BLOB_MEM_HOST3D_GUEST		0x0003

/* Bits of drm_virtgpu_resource_create_blob.blob_flags; an unknown one is EINVAL. */
#define VIRTGPU_BLOB_FLAG_USE_MAPPABLE		0x0001
#define VIRTGPU_BLOB_FLAG_USE_SHAREABLE		0x0002
#define VIRTGPU_BLOB_FLAG_USE_CROSS_DEVICE	0x0004

/* Bits of drm_virtgpu_resource_create_blob.blob_hints; unknown ones are ignored. */
/* take room in the window at the first mmap(), not now; since 7.2 */
#define DRM_VIRTGPU_BLOB_FLAG_HINT_DEFER_MAPPING	0x0001

/**
 * struct drm_virtgpu_resource_create_blob - make a resource that is plain bytes
 * @blob_mem: VIRTGPU_BLOB_MEM_*
 * @blob_flags: VIRTGPU_BLOB_FLAG_USE_*
 * @bo_handle: out, GEM handle
 * @res_handle: out, resource id; never used twice
 * @size: bytes; rounded up to whole pages, and to the host's blob alignment
 *	where it named one
 * @pad: ignored
 * @cmd_size: bytes at @cmd, a multiple of 4. HOST3D kinds only, else 0.
 * @cmd: user pointer to commands that the host runs just before, in which the
 *	renderer learns what @blob_id is
 * @blob_id: the renderer's name for the memory. HOST3D kinds only, else 0.
 * @blob_hints: DRM_VIRTGPU_BLOB_FLAG_HINT_*; since 7.2
 * @pad2: ignored; since 7.2
 *
 * Programs use the first 48 bytes, these 56, or larger private structures.
 *
 * The host answers later. If it refuses, mmap() of the buffer and EXECBUFFER
 * with it give EIO.
 *
 * EINVAL: no RESOURCE_BLOB, bad @blob_mem or flag, CROSS_DEVICE or HOST3D
 * without the device feature, @cmd_size not a multiple of 4, GUEST with a
 * @blob_id or @cmd_size, MAPPABLE HOST3D without a window. ENOSPC: the window
 * is full. ENOMEM.
 */
struct drm_virtgpu_resource_create_blob {
	__u32 blob_mem;
	__u32 blob_flags;
	__u32 bo_handle;
	__u32 res_handle;
	__u64 size;
	__u32 pad;
	__u32 cmd_size;
	__u64 cmd;
	__u64 blob_id;
	__u32 blob_hints;
	__u32 pad2;
};

/* drm_virtgpu_context_set_param.param; each at most once, else EINVAL. */
/* which protocol the context speaks; 0 to 63 and offered by the host */
#define VIRTGPU_CONTEXT_PARAM_CAPSET_ID		0x0001
/* number of timelines, at most 64; ring_idx is below it */
#define VIRTGPU_CONTEXT_PARAM_NUM_RINGS		0x0002
/* bit n set: submissions to ring n send VIRTGPU_EVENT_FENCE_SIGNALED */
#define VIRTGPU_CONTEXT_PARAM_POLL_RINGS_MASK	0x0003
/* user pointer to the name the host shows for the context; since 6.8 */
#define VIRTGPU_CONTEXT_PARAM_DEBUG_NAME	0x0004

/**
 * struct drm_virtgpu_context_set_param - one property of a new context
 * @param: VIRTGPU_CONTEXT_PARAM_*
 * @value: its value
 */
struct drm_virtgpu_context_set_param {
	__u64 param;
	__u64 value;
};

/**
 * struct drm_virtgpu_context_init - choose the properties of the file's context
 * @num_params: elements at @ctx_set_params, at most 4 (3 before 6.8); 0 gives a
 *	context with default properties
 * @pad: ignored
 * @ctx_set_params: user pointer to struct drm_virtgpu_context_set_param
 *
 * A file has one context. Without this call, the first request that needs one
 * makes a default context, for virgl and without rings.
 *
 * EEXIST: the file has its context already, which Mesa's virgl expects when a
 * compositor made a buffer first. EINVAL: no 3D or no CONTEXT_INIT, too many
 * parameters, one unknown or given twice, a capset that the host does not
 * offer, more than 64 rings, a mask bit for a ring that does not exist.
 */
struct drm_virtgpu_context_init {
	__u32 num_params;
	__u32 pad;
	__u64 ctx_set_params;
};

/*
 * Read from the device's descriptor when a submission to a ring of
 * VIRTGPU_CONTEXT_PARAM_POLL_RINGS_MASK is done, one for each: the 8 bytes of
 * struct drm_event, nothing more. Sommelier and muvm wait for it with poll().
 */
#define VIRTGPU_EVENT_FENCE_SIGNALED		0x90000000

#define DRM_IOCTL_VIRTGPU_MAP \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_VIRTGPU_MAP, \
		 struct drm_virtgpu_map)

#define DRM_IOCTL_VIRTGPU_EXECBUFFER \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_VIRTGPU_EXECBUFFER, \
		 struct drm_virtgpu_execbuffer)

#define DRM_IOCTL_VIRTGPU_GETPARAM \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_VIRTGPU_GETPARAM, \
		 struct drm_virtgpu_getparam)

#define DRM_IOCTL_VIRTGPU_RESOURCE_CREATE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_VIRTGPU_RESOURCE_CREATE, \
		 struct drm_virtgpu_resource_create)

#define DRM_IOCTL_VIRTGPU_RESOURCE_INFO \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_VIRTGPU_RESOURCE_INFO, \
		 struct drm_virtgpu_resource_info)

#define DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_VIRTGPU_TRANSFER_FROM_HOST, \
		 struct drm_virtgpu_3d_transfer_from_host)

#define DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_VIRTGPU_TRANSFER_TO_HOST, \
		 struct drm_virtgpu_3d_transfer_to_host)

#define DRM_IOCTL_VIRTGPU_WAIT \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_VIRTGPU_WAIT, \
		 struct drm_virtgpu_3d_wait)

#define DRM_IOCTL_VIRTGPU_GET_CAPS \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_VIRTGPU_GET_CAPS, \
		 struct drm_virtgpu_get_caps)

#define DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_VIRTGPU_RESOURCE_CREATE_BLOB, \
		 struct drm_virtgpu_resource_create_blob)

#define DRM_IOCTL_VIRTGPU_CONTEXT_INIT \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_VIRTGPU_CONTEXT_INIT, \
		 struct drm_virtgpu_context_init)

#if defined(__cplusplus)
}
#endif

#endif /* VIRTGPU_DRM_H */
