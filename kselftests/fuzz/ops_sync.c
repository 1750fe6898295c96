// SPDX-License-Identifier: GPL-2.0-only
/*
 * Syncobjs and sync_files, which submissions wait for and fill
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <linux/sync_file.h>

#include "fuzz.h"

#define MAX_WAIT_MS	20

static void done_create(struct fuzz_call *c)
{
	fuzz_put(c->file, FUZZ_SYNCOBJ, ((struct drm_syncobj_create *)c->arg)->handle, 0);
}

static int destroy(struct fuzz_call *c)
{
	struct drm_syncobj_destroy args = {
		.handle = fuzz_take(c->file, FUZZ_SYNCOBJ, c->values[0]).id };

	return fuzz_ioctl(c->fd, c->op->request, &args);
}

static int export(struct fuzz_call *c)
{
	struct drm_syncobj_handle *args = (void *)c->arg;
	int ret = fuzz_ioctl(c->fd, c->op->request, args);

	if (ret)
		return ret;
	if (args->flags & DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE)
		fuzz_put(NULL, FUZZ_FENCE, args->fd, 0);
	else
		close(args->fd);
	return 0;
}

/* A sync_file into a syncobj; or a syncobj's own descriptor, to another handle. */
static int import(struct fuzz_call *c)
{
	struct drm_syncobj_handle *args = (void *)c->arg, exported = { .handle = args->handle };
	int ret;

	if (args->flags & DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE)
		return fuzz_ioctl(c->fd, c->op->request, args);
	ret = fuzz_ioctl(c->fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &exported);
	if (ret)
		return ret;
	args->fd = exported.fd;
	args->handle = 0;
	ret = fuzz_ioctl(c->fd, c->op->request, args);
	if (!ret)
		fuzz_put(c->file, FUZZ_SYNCOBJ, args->handle, 0);
	close(exported.fd);
	return ret;
}

static __s64 end_of_wait(__u64 ms)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ll + now.tv_nsec + ms * 1000000;
}

static unsigned int choose(struct fuzz_call *c, __u32 *handles, __u64 *points, __u64 draw)
{
	unsigned int i, count = 1 + draw % 3;

	for (i = 0; i < count; i++) {
		handles[i] = fuzz_need(c->file, c->fd, FUZZ_SYNCOBJ, draw / 4 + i).id;
		points[i] = draw & 8 ? 0 : draw / 16 % 32;
	}
	return count;
}

static int wait(struct fuzz_call *c)
{
	struct drm_syncobj_wait *args = (void *)c->arg;
	__u32 *handles = (void *)c->thread->scratch;
	__u64 *points = (void *)(c->thread->scratch + 256);

	args->count_handles = choose(c, handles, points, c->values[1]);
	args->handles = VG_PTR(handles);
	args->timeout_nsec = end_of_wait(c->values[2]);
	return fuzz_ioctl(c->fd, c->op->request, args);
}

static int timeline_wait(struct fuzz_call *c)
{
	struct drm_syncobj_timeline_wait *args = (void *)c->arg;
	__u32 *handles = (void *)c->thread->scratch;
	__u64 *points = (void *)(c->thread->scratch + 256);

	args->count_handles = choose(c, handles, points, c->values[1]);
	args->handles = VG_PTR(handles);
	args->points = VG_PTR(points);
	args->timeout_nsec = end_of_wait(c->values[2]);
	return fuzz_ioctl(c->fd, c->op->request, args);
}

/* RESET and SIGNAL */
static int binary(struct fuzz_call *c)
{
	struct drm_syncobj_array args = {};
	__u32 *handles = (void *)c->thread->scratch;
	__u64 *points = (void *)(c->thread->scratch + 256);

	args.count_handles = choose(c, handles, points, c->values[0]);
	args.handles = VG_PTR(handles);
	return fuzz_ioctl(c->fd, c->op->request, &args);
}

/* TIMELINE_SIGNAL and QUERY */
static int timeline(struct fuzz_call *c)
{
	struct drm_syncobj_timeline_array args = { .flags = c->values[1] };
	__u32 *handles = (void *)c->thread->scratch;
	__u64 *points = (void *)(c->thread->scratch + 256);

	args.count_handles = choose(c, handles, points, c->values[0]);
	args.handles = VG_PTR(handles);
	args.points = VG_PTR(points);
	return fuzz_ioctl(c->fd, c->op->request, &args);
}

static int merge(struct fuzz_call *c)
{
	struct sync_merge_data args = { .name = "fuzz", .fd2 = c->values[1] };
	int ret = fuzz_ioctl(c->values[0], SYNC_IOC_MERGE, &args);

	if (!ret)
		fuzz_put(NULL, FUZZ_FENCE, args.fence, 0);
	return ret;
}

static int info(struct fuzz_call *c)
{
	struct sync_fence_info fences[8] = {};
	struct sync_file_info args = { .num_fences = 8, .sync_fence_info = VG_PTR(fences) };

	return fuzz_ioctl(c->values[0], SYNC_IOC_FILE_INFO, &args);
}

static int poll_fence(struct fuzz_call *c)
{
	struct pollfd poller = { .fd = c->values[0], .events = POLLIN };

	return poll(&poller, 1, c->values[1]) < 0 ? -errno : 0;
}

static int close_fence(struct fuzz_call *c)
{
	struct fuzz_item item = fuzz_take(NULL, FUZZ_FENCE, c->values[0]);

	return !item.id ? -ENOENT : close(item.id) ? -errno : 0;
}

#define CALL(n)	.name = #n, .request = DRM_IOCTL_##n

const struct fuzz_op fuzz_ops_sync[] = {
	{ CALL(SYNCOBJ_CREATE), .weight = 8, .done = done_create,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_syncobj_create, flags, BITS, .high = 1)) },
	{ CALL(SYNCOBJ_DESTROY), .weight = 5, .call = destroy,
	  FUZZ_FIELDS(FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, 4095))) },
	{ CALL(SYNCOBJ_HANDLE_TO_FD), .weight = 8, .call = export,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_syncobj_handle, handle, SYNCOBJ),
		      FUZZ_FIELD(drm_syncobj_handle, flags, BITS, .high = 1)) },
	{ CALL(SYNCOBJ_FD_TO_HANDLE), .weight = 8, .call = import,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_syncobj_handle, handle, SYNCOBJ),
		      FUZZ_FIELD(drm_syncobj_handle, flags, BITS, .high = 1),
		      FUZZ_FIELD(drm_syncobj_handle, fd, FENCE)) },
	{ CALL(SYNCOBJ_WAIT), .weight = 8, .call = wait,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_syncobj_wait, flags, BITS, .high = 3),
		      FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, 4095)),
		      FUZZ_DRAW("ms", NUM, FUZZ_RANGE(0, MAX_WAIT_MS))) },
	{ CALL(SYNCOBJ_TIMELINE_WAIT), .weight = 8, .call = timeline_wait,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_syncobj_timeline_wait, flags, BITS, .high = 7),
		      FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, 4095)),
		      FUZZ_DRAW("ms", NUM, FUZZ_RANGE(0, MAX_WAIT_MS))) },
	{ CALL(SYNCOBJ_RESET), .weight = 3, .call = binary,
	  FUZZ_FIELDS(FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, 4095))) },
	{ CALL(SYNCOBJ_SIGNAL), .weight = 8, .call = binary,
	  FUZZ_FIELDS(FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, 4095))) },
	{ CALL(SYNCOBJ_TIMELINE_SIGNAL), .weight = 5, .call = timeline,
	  FUZZ_FIELDS(FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, 4095)),
		      FUZZ_DRAW("flags", NUM, FUZZ_RANGE(0, 0))) },
	{ CALL(SYNCOBJ_QUERY), .weight = 3, .call = timeline,
	  FUZZ_FIELDS(FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, 4095)),
		      FUZZ_DRAW("flags", BITS, .high = 1)) },
	{ CALL(SYNCOBJ_TRANSFER), .weight = 5,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_syncobj_transfer, src_handle, SYNCOBJ),
		      FUZZ_FIELD(drm_syncobj_transfer, dst_handle, SYNCOBJ),
		      FUZZ_FIELD(drm_syncobj_transfer, src_point, ONEOF, FUZZ_AMONG(0, 0, 0, 7)),
		      FUZZ_FIELD(drm_syncobj_transfer, dst_point, NUM, FUZZ_RANGE(0, 31))) },
	{ .name = "SYNC_MERGE", .weight = 6, .call = merge,
	  FUZZ_FIELDS(FUZZ_DRAW("one", FENCE), FUZZ_DRAW("other", FENCE)) },
	{ .name = "SYNC_FILE_INFO", .weight = 4, .call = info, FUZZ_FIELDS(FUZZ_DRAW("fence", FENCE)) },
	{ .name = "FENCE_POLL", .weight = 10, .call = poll_fence,
	  FUZZ_FIELDS(FUZZ_DRAW("fence", FENCE), FUZZ_DRAW("ms", NUM, FUZZ_RANGE(0, MAX_WAIT_MS))) },
	{ .name = "FENCE_CLOSE", .weight = 8, .node = FUZZ_NO_FILE, .call = close_fence,
	  FUZZ_FIELDS(FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, 4095))) },
	{}
};
