// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a request do when an allocation fails under it? Each of its
 * allocations fails once: the request then is refused, or works all the same,
 * and the device works on.
 */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <libvirtgpu.h>

#define MAPPABLE VIRTGPU_BLOB_FLAG_USE_MAPPABLE
#define SHAREABLE VIRTGPU_BLOB_FLAG_USE_SHAREABLE
#define CROSS_DEVICE VIRTGPU_BLOB_FLAG_USE_CROSS_DEVICE
#define PAGE VG_PAGE

FIXTURE(failnth) {
	int fd;
	int bystander;	/* another file, which must not notice anything */
	struct vg_fault fault;
	int last;	/* what the round without a failure returned */
	int refused;	/* rounds whose request was refused */
};

FIXTURE_VARIANT(failnth) {
	unsigned int needs;
	__u64 features;	/* of a software device; 0: all */
};

FIXTURE_VARIANT_ADD(failnth, without_3d) {
	.needs = VG_NO_3D | VG_NO_BLOB,
	.features = VG_F_VERSION_1,
};

FIXTURE_VARIANT_ADD(failnth, with_blobs_only) {
	.needs = VG_NO_3D | VG_BLOB,
	.features = VG_F_VERSION_1 | VG_F_INDIRECT | VG_F_UUID | VG_F_BLOB,
};

FIXTURE_VARIANT_ADD(failnth, with_3d) {
	.needs = VG_3D,
};

/* A software device can be each of them. */
static void plug(__u64 features)
{
	if (!vg_sim_is_there())
		return;
	vg_sim_control("defaults");
	if (features) {
		vg_sim_set("features", features);
		vg_sim_set("window_size", 0);
	}
	vg_sim_unplug();
	vg_sim_control("plug");
}

FIXTURE_SETUP(failnth)
{
	plug(variant->features);
	VG_OPEN(self->fd, variant->needs);
	VG_FAULT(&self->fault);
	self->bystander = vg_open();
	self->last = 1;
}

FIXTURE_TEARDOWN_PARENT(failnth)
{
	plug(0);
}

/*
 * No memory, or no access to the program's: nothing else may come of it. But the
 * kernel's tmpfs says ENOSPC when it has no memory for another file.
 */
static bool is_clean(int ret)
{
	return ret == 0 || ret == -ENOMEM || ret == -EFAULT || ret == -ENOSPC;
}

/* Files are as they were, and another client can still make and use buffers. */
static const char *spoiled(int bystander, int fds)
{
	struct drm_virtgpu_execbuffer args = { .fence_fd = -1 };
	struct vg_bo bo = vg_picture(bystander);
	__u32 handle = bo.handle;
	int ret = 0;

	if (vg_count_fds() != fds)
		return "a descriptor leaked";
	if (vg_param(bystander, VIRTGPU_PARAM_3D_FEATURES)) {
		args.bo_handles = VG_PTR(&handle);
		args.num_bo_handles = 1;
		ret = __vg_submit(bystander, &args);
	}
	ret = ret ?: __vg_wait(bystander, handle, 0);
	vg_close_handle(bystander, handle);
	return ret ? "the device does not work any more" : "all is well";
}

/*
 * One round: do the call with its allocation failing. The call's value goes to
 * @ret. Descriptors that the call made have to be closed before the next round.
 */
#define TRY(ret, call)							\
do {									\
	(ret) = VG_FAILING(&self->fault, call);				\
	EXPECT_TRUE(is_clean(ret))					\
		TH_LOG("allocation %u: %s", self->fault.nth, strerror(-(ret))); \
	self->refused += !!(ret);					\
	if (!self->fault.hit)						\
		self->last = (ret);					\
} while (0)

#define EXPECT_ALL_WELL(fds)						\
	EXPECT_STREQ("all is well", spoiled(self->bystander, fds))	\
		TH_LOG("after allocation %u", self->fault.nth)

/* After all rounds: some failed, and the one without a failure worked. */
#define EXPECT_DONE()							\
do {									\
	EXPECT_LT(0, self->fault.hits);					\
	EXPECT_LT(0, self->refused);					\
	EXPECT_EQ(0, self->last);					\
	TH_LOG("%u allocations", self->fault.hits);			\
} while (0)

/* A request with a fresh argument a round; @undo cleans up after success. */
#define FAIL_IOCTL(request, init, undo)					\
do {									\
	int ret;							\
									\
	while (vg_fault_round(&self->fault)) {				\
		int fds = vg_count_fds();				\
		__typeof__(init) args = init;				\
									\
		TRY(ret, __vg_ioctl(self->fd, request, &args));		\
		if (!ret) {						\
			undo;						\
		}							\
		EXPECT_ALL_WELL(fds);					\
	}								\
	EXPECT_DONE();							\
} while (0)

/* Files and contexts */

TEST_F(failnth, open)
{
	char link[32], path[64] = "";

	snprintf(link, sizeof(link), "/proc/self/fd/%d", self->fd);
	VG_ASSERT(readlink(link, path, sizeof(path) - 1) > 0);
	while (vg_fault_round(&self->fault)) {
		int fds = vg_count_fds();
		int fd, ret;

		TRY(ret, (fd = open(path, O_RDWR | O_CLOEXEC)) < 0 ? -errno : 0);
		if (!ret)
			close(fd);
		EXPECT_ALL_WELL(fds);
	}
	EXPECT_DONE();
}

TEST_F(failnth, context_init)
{
	static const char name[] = "failnth";
	struct drm_virtgpu_context_set_param params[] = {
		{ VIRTGPU_CONTEXT_PARAM_CAPSET_ID, VIRTGPU_DRM_CAPSET_VIRGL2 },
		{ VIRTGPU_CONTEXT_PARAM_NUM_RINGS, 64 },
		{ VIRTGPU_CONTEXT_PARAM_POLL_RINGS_MASK, 1 },
		{ VIRTGPU_CONTEXT_PARAM_DEBUG_NAME, VG_PTR(name) },
	};

	VG_NEED(self->fd, VG_3D | VG_CONTEXT_INIT | VG_CAPSET_VIRGL2);
	while (vg_fault_round(&self->fault)) {
		int fds = vg_count_fds();
		int fd = vg_open();
		int ret;

		TRY(ret, __vg_context_init(fd, params, ARRAY_SIZE(params)));
		/* A refused context can be asked for again. EFAULT may be the answer's. */
		if (ret == -ENOMEM)
			EXPECT_EQ(0, __vg_context_init(fd, params, ARRAY_SIZE(params)));
		close(fd);
		EXPECT_ALL_WELL(fds);
	}
	EXPECT_DONE();
}

/* What the host has answered is kept: after a success another version is asked for. */
TEST_F(failnth, get_caps)
{
	static const struct {
		__u32 id;
		__u32 version;
	} sets[] = {
		{ VIRTGPU_DRM_CAPSET_VIRGL2, 2 }, { VIRTGPU_DRM_CAPSET_VIRGL2, 1 },
		{ VIRTGPU_DRM_CAPSET_VIRGL2, 0 }, { VIRTGPU_DRM_CAPSET_VIRGL, 1 },
		{ VIRTGPU_DRM_CAPSET_VIRGL, 0 },
	};
	unsigned int next = 0;
	char caps[4096];

	VG_NEED(self->fd, VG_3D | VG_CAPSET_VIRGL2);
	while (vg_fault_round(&self->fault)) {
		struct drm_virtgpu_get_caps args = {
			.cap_set_id = sets[next].id,
			.cap_set_ver = sets[next].version,
			.addr = VG_PTR(caps),
			.size = sizeof(caps),
		};
		int fds = vg_count_fds();
		int ret;

		TRY(ret, __vg_ioctl(self->fd, DRM_IOCTL_VIRTGPU_GET_CAPS, &args));
		next += !ret && next + 1 < ARRAY_SIZE(sets);
		EXPECT_ALL_WELL(fds);
	}
	EXPECT_DONE();
}

/* The first buffer of a file makes its context, too. */
TEST_F(failnth, default_context)
{
	while (vg_fault_round(&self->fault)) {
		struct drm_virtgpu_resource_create args = vg_picture_args(32, 32);
		int fds = vg_count_fds();
		int fd = vg_open();
		int ret;

		TRY(ret, __vg_ioctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args));
		if (ret)
			vg_picture(fd);
		close(fd);
		EXPECT_ALL_WELL(fds);
	}
	EXPECT_DONE();
}

/* Buffers */

TEST_F(failnth, resource_create)
{
	vg_picture(self->fd);
	FAIL_IOCTL(DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, vg_picture_args(64, 64),
		   vg_close_handle(self->fd, args.bo_handle));
}

TEST_F(failnth, create_guest_blob)
{
	VG_NEED(self->fd, VG_BLOB);
	FAIL_IOCTL(DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB,
		   vg_blob_args(VIRTGPU_BLOB_MEM_GUEST, MAPPABLE | SHAREABLE, 4 * PAGE),
		   vg_close_handle(self->fd, args.bo_handle));
}

TEST_F(failnth, create_window_blob)
{
	VG_NEED(self->fd, VG_BLOB | VG_3D | VG_HOST_VISIBLE | VG_CAPSET_VENUS);
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	FAIL_IOCTL(DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB,
		   vg_blob_args(VIRTGPU_BLOB_MEM_HOST3D, MAPPABLE, 16 * PAGE),
		   vg_close_handle(self->fd, args.bo_handle));
}

/* A blob that brings its virgl command with it */
static struct drm_virtgpu_resource_create_blob virgl_blob_args(void)
{
	struct drm_virtgpu_resource_create_blob args =
		vg_blob_args(VIRTGPU_BLOB_MEM_HOST3D, MAPPABLE, 16 * PAGE);
	static __u32 cmd[VG_VIRGL_BLOB_DWORDS];
	static __u32 id = 1;

	vg_virgl_blob_cmd(cmd, 16 * PAGE, ++id);
	args.cmd = VG_PTR(cmd);
	args.cmd_size = sizeof(cmd);
	args.blob_id = id;
	return args;
}

TEST_F(failnth, create_blob_with_command)
{
	VG_NEED(self->fd, VG_BLOB | VG_3D | VG_HOST_VISIBLE | VG_CAPSET_VIRGL2);
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VIRGL2, 0, 0);
	FAIL_IOCTL(DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB, virgl_blob_args(),
		   vg_close_handle(self->fd, args.bo_handle));
}

TEST_F(failnth, create_dumb)
{
	struct drm_mode_create_dumb init = {
		.width = 64, .height = 64, .bpp = 32,
	};
	int primary = __vg_open_driver("virtio_gpu", false);
	int render = self->fd;

	if (primary < 0 || !vg_drm_cap(primary, DRM_CAP_DUMB_BUFFER))
		SKIP(return, "needs DRM_CAP_DUMB_BUFFER");
	self->fd = primary;
	FAIL_IOCTL(DRM_IOCTL_MODE_CREATE_DUMB, init,
		   vg_close_handle(primary, args.handle));
	self->fd = render;
	close(primary);
}

/*
 * Maps @handle and touches its last byte. The kernel says EINVAL when it has no
 * memory to note down how x86 caches a mapping.
 */
static int map_and_touch(int fd, __u32 handle, size_t size)
{
	volatile char *map = __vg_mmap(fd, handle, size);

	if (map == MAP_FAILED)
		return errno == EINVAL ? -ENOMEM : -errno;
	map[size - 1] = 1;
	return -munmap((void *)map, size);
}

#define FAIL_MMAP(create, size)						\
do {									\
	int ret;							\
									\
	while (vg_fault_round(&self->fault)) {				\
		int fds = vg_count_fds();				\
		__u32 handle = create;					\
									\
		TRY(ret, map_and_touch(self->fd, handle, size));	\
		vg_close_handle(self->fd, handle);			\
		EXPECT_ALL_WELL(fds);					\
	}								\
	EXPECT_DONE();							\
} while (0)

/* What a command has made is not shown before it is mapped; other blobs are by then. */
TEST_F(failnth, mmap_window)
{
	VG_NEED(self->fd, VG_BLOB | VG_3D | VG_HOST_VISIBLE | VG_CAPSET_VIRGL2);
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VIRGL2, 0, 0);
	FAIL_MMAP(({
			struct drm_virtgpu_resource_create_blob args = virgl_blob_args();
			struct vg_bo bo;

			VG_OK(__vg_blob(self->fd, &args, &bo));
			bo.handle;
		}), 16 * PAGE);
}

/* Work */

#define TRANSFER_ARGS(buffer) { .bo_handle = buffer, .box = { .w = 32, .h = 32, .d = 1 } }

TEST_F(failnth, transfer_to_host)
{
	struct drm_virtgpu_3d_transfer_to_host init =
		TRANSFER_ARGS(vg_picture(self->fd).handle);

	FAIL_IOCTL(DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST, init,
		   EXPECT_EQ(0, __vg_wait(self->fd, args.bo_handle, 0)));
}

TEST_F(failnth, transfer_from_host)
{
	struct drm_virtgpu_3d_transfer_from_host init =
		TRANSFER_ARGS(vg_picture(self->fd).handle);

	VG_NEED(self->fd, VG_3D);
	FAIL_IOCTL(DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST, init,
		   EXPECT_EQ(0, __vg_wait(self->fd, args.bo_handle, 0)));
}

/* Everything that a submission can carry */
TEST_F(failnth, execbuffer)
{
	__u32 handles[40], commands[64] = { 0 };
	struct drm_virtgpu_execbuffer_syncobj in = { .flags = VIRTGPU_EXECBUF_SYNCOBJ_RESET };
	struct drm_virtgpu_execbuffer_syncobj out[2] = { { .point = 0 } };
	struct drm_virtgpu_execbuffer init = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_IN | VIRTGPU_EXECBUF_FENCE_FD_OUT |
			 VIRTGPU_EXECBUF_RING_IDX,
		.command = VG_PTR(commands),
		.size = sizeof(commands),
		.bo_handles = VG_PTR(handles),
		.num_bo_handles = ARRAY_SIZE(handles),
		.syncobj_stride = sizeof(in),
		.in_syncobjs = VG_PTR(&in),
		.num_in_syncobjs = 1,
		.out_syncobjs = VG_PTR(out),
		.num_out_syncobjs = 2,
	};
	unsigned int i;

	VG_NEED(self->fd, VG_3D | VG_CONTEXT_INIT | VG_CAPSET_VIRGL2 | VG_SYNCOBJ);
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VIRGL2, 1, 1);
	for (i = 0; i < ARRAY_SIZE(handles); i++)
		handles[i] = vg_picture(self->fd).handle;
	in.handle = vg_syncobj(self->fd);
	out[0].handle = vg_syncobj(self->fd);
	out[1].handle = vg_syncobj(self->fd);
	while (vg_fault_round(&self->fault)) {
		int fds = vg_count_fds();
		struct vg_gate gate;
		int ret;

		/* Held back by a fence of another driver, so that it has to wait */
		VG_GATE(&gate);
		vg_syncobj_set(self->fd, in.handle, gate.fence);
		init.fence_fd = gate.fence;
		out[1].point++;
		TRY(ret, __vg_submit(self->fd, &init));
		vg_gate_open(&gate);
		if (!ret) {
			EXPECT_TRUE(vg_fence_signals(init.fence_fd, VG_SOON));
			close(init.fence_fd);
			EXPECT_EQ(0, __vg_syncobj_wait(self->fd, out[0].handle, 0, VG_SOON));
		}
		vg_gate_fini(&gate);
		EXPECT_ALL_WELL(fds);
	}
	EXPECT_DONE();
}

/*
 * The ring has fewer entries than the command has pieces: it needs a table of them,
 * and without memory for one it stays in line until there is some.
 */
TEST_F(failnth, execbuffer_on_a_small_ring)
{
	static __u32 stream[(256 << 10) / sizeof(__u32)];
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_OUT,
		.command = VG_PTR(stream),
		.size = sizeof(stream),
	};
	int fd, ret;

	VG_NEED(self->fd, VG_3D);
	if (!vg_sim_is_there())
		SKIP(return, "needs the module virtgpu_sim");
	vg_sim_unplug();
	vg_sim_set("queue_size", 4);
	vg_sim_control("plug");
	fd = vg_open();
	vg_submit(fd, 0);
	while (vg_fault_round(&self->fault)) {
		TRY(ret, __vg_submit(fd, &args));
		if (ret)
			continue;
		EXPECT_TRUE(vg_fence_signals(args.fence_fd, VG_SOON));
		EXPECT_EQ(1, vg_fence_status(args.fence_fd))
			TH_LOG("allocation %u", self->fault.nth);
		close(args.fence_fd);
	}
	EXPECT_DONE();
	close(fd);
}

/* Sharing */

static int next_descriptor(void)
{
	int fd = dup(STDIN_FILENO);

	VG_ASSERT(fd >= 0);
	close(fd);
	return fd;
}

/* The core has made the descriptor when it finds that it can't tell its number. */
#define FAIL_EXPORT(create)						\
do {									\
	int dmabuf, next, ret;						\
									\
	while (vg_fault_round(&self->fault)) {				\
		int fds = vg_count_fds();				\
		__u32 handle = create;					\
									\
		next = next_descriptor();				\
		TRY(ret, __vg_export(self->fd, handle, &dmabuf));	\
		if (!ret || ret == -EFAULT)				\
			close(ret ? next : dmabuf);			\
		vg_close_handle(self->fd, handle);			\
		EXPECT_ALL_WELL(fds);					\
	}								\
	EXPECT_DONE();							\
} while (0)

TEST_F(failnth, export)
{
	FAIL_EXPORT(vg_picture(self->fd).handle);
}

TEST_F(failnth, export_across_devices)
{
	VG_NEED(self->fd, VG_BLOB | VG_CROSS_DEVICE);
	FAIL_EXPORT(vg_blob(self->fd, VIRTGPU_BLOB_MEM_GUEST,
			    MAPPABLE | SHAREABLE | CROSS_DEVICE, PAGE).handle);
}

/* Another driver's device uses storage that the host has. */
static int use_elsewhere(int dmabuf)
{
	struct vg_shared shared = vg_sim_share(dmabuf, "pages");

	return shared.attach ?: shared.map;
}

TEST_F(failnth, use_by_another_driver)
{
	VG_NEED(self->fd, VG_BLOB | VG_3D | VG_HOST_VISIBLE | VG_CAPSET_VENUS);
	if (!vg_sim_is_there())
		SKIP(return, "needs the module virtgpu_sim");
	vg_context(self->fd, VIRTGPU_DRM_CAPSET_VENUS, 0, 0);
	while (vg_fault_round(&self->fault)) {
		int fds = vg_count_fds();
		__u32 handle = vg_blob(self->fd, VIRTGPU_BLOB_MEM_HOST3D, MAPPABLE | SHAREABLE,
				       4 * PAGE).handle;
		int dmabuf = vg_export(self->fd, handle);
		int ret;

		TRY(ret, use_elsewhere(dmabuf));
		close(dmabuf);
		vg_close_handle(self->fd, handle);
		EXPECT_ALL_WELL(fds);
	}
	EXPECT_DONE();
}

/* One of our own buffers comes to another file. */
TEST_F(failnth, import_own)
{
	int dmabuf;

	/* Without contexts there is nothing to do but to count. */
	VG_NEED(self->fd, VG_3D);
	dmabuf = vg_export(self->fd, vg_picture(self->fd).handle);
	while (vg_fault_round(&self->fault)) {
		int fds = vg_count_fds();
		int fd = vg_open();
		__u32 handle;
		int ret;

		vg_submit(fd, 0);
		TRY(ret, __vg_import(fd, dmabuf, &handle));
		close(fd);
		EXPECT_ALL_WELL(fds);
	}
	EXPECT_DONE();
	close(dmabuf);
}

/*
 * Debugging kernels complain of a page that is mapped eight times, and an import is mapped until
 * the host has let go of it, so each round has other pages.
 */
static struct drm_prime_handle import_anew(int *dmabuf)
{
	close(*dmabuf);
	*dmabuf = __vg_foreign_dmabuf(64 * PAGE);
	VG_ASSERT(*dmabuf >= 0);
	return (struct drm_prime_handle) { .fd = *dmabuf };
}

TEST_F(failnth, import_foreign)
{
	int dmabuf = __vg_foreign_dmabuf(64 * PAGE);

	VG_NEED(self->fd, VG_NO_3D | VG_BLOB);
	if (dmabuf < 0)
		SKIP(return, "needs vgem");
	FAIL_IOCTL(DRM_IOCTL_PRIME_FD_TO_HANDLE, import_anew(&dmabuf),
		   vg_close_handle(self->fd, args.handle));
	close(dmabuf);
}

TEST_HARNESS_MAIN
