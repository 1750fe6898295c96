// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is there to choose from: buffers, syncobjs, framebuffers, descriptors?
 *
 * Whatever is full gives up its oldest, and what is empty gets something when it is asked,
 * so that few steps fail for a want of arguments.
 */
#include <unistd.h>

#include <drm/drm_fourcc.h>

#include "fuzz.h"

pthread_mutex_t fuzz_lock = PTHREAD_MUTEX_INITIALIZER;
struct fuzz_file fuzz_files[FUZZ_FILES];
static struct fuzz_list shared[FUZZ_LISTS];

static struct fuzz_list *list_of(struct fuzz_file *file, enum fuzz_kind kind)
{
	return kind < FUZZ_FENCE ? &file->lists[kind] : &shared[kind];
}

struct fuzz_item fuzz_pick(struct fuzz_file *file, enum fuzz_kind kind, __u64 draw)
{
	struct fuzz_item item = {};
	struct fuzz_list *list;

	pthread_mutex_lock(&fuzz_lock);
	list = list_of(file, kind);
	if (list->count)
		item = list->items[draw % list->count];
	pthread_mutex_unlock(&fuzz_lock);
	return item;
}

/* As fuzz_pick(), and nobody else gets it any more. */
struct fuzz_item fuzz_take(struct fuzz_file *file, enum fuzz_kind kind, __u64 draw)
{
	struct fuzz_item item = {};
	struct fuzz_list *list;

	pthread_mutex_lock(&fuzz_lock);
	list = list_of(file, kind);
	if (list->count) {
		item = list->items[draw % list->count];
		list->items[draw % list->count] = list->items[list->count - 1];
		list->count--;
	}
	pthread_mutex_unlock(&fuzz_lock);
	return item;
}

static void give_up(int fd, enum fuzz_kind kind, __u64 id)
{
	struct drm_gem_close close_args = { .handle = id };
	struct drm_syncobj_destroy syncobj_args = { .handle = id };
	struct drm_mode_destroy_blob blob_args = { .blob_id = id };
	__u32 fb = id;

	switch (kind) {
	case FUZZ_HANDLE:
		fuzz_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &close_args);
		break;
	case FUZZ_SYNCOBJ:
		fuzz_ioctl(fd, DRM_IOCTL_SYNCOBJ_DESTROY, &syncobj_args);
		break;
	case FUZZ_FB:
		fuzz_ioctl(fd, DRM_IOCTL_MODE_RMFB, &fb);
		break;
	case FUZZ_BLOB:
		fuzz_ioctl(fd, DRM_IOCTL_MODE_DESTROYPROPBLOB, &blob_args);
		break;
	default:
		close(id);
		break;
	}
}

void fuzz_put(struct fuzz_file *file, enum fuzz_kind kind, __u64 id, __u64 size)
{
	struct fuzz_item old = {}, *place;
	struct fuzz_list *list;
	int fd;

	if (!id)
		return;
	pthread_mutex_lock(&fuzz_lock);
	list = list_of(file, kind);
	fd = file ? file->fd : -1;
	if (list->count < FUZZ_LIST) {
		place = &list->items[list->count++];
	} else {
		place = &list->items[list->next++ % FUZZ_LIST];
		old = *place;
	}
	*place = (struct fuzz_item){ id, size };
	pthread_mutex_unlock(&fuzz_lock);
	if (old.id)
		give_up(fd, kind, old.id);
}

/* The file is about to be another; with fuzz_lock. */
void fuzz_forget(struct fuzz_file *file)
{
	enum fuzz_kind kind;

	for (kind = FUZZ_HANDLE; kind < FUZZ_FENCE; kind++)
		file->lists[kind].count = 0;
	file->context = false;
	file->losses = 0;
}

static void make_dumb(struct fuzz_file *file, int fd, __u32 width, __u32 height, __u32 *handle)
{
	struct drm_mode_create_dumb args = { .width = width, .height = height, .bpp = 32 };

	*handle = 0;
	if (fuzz_ioctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &args))
		return;
	*handle = args.handle;
	fuzz_put(file, FUZZ_HANDLE, args.handle, args.size);
}

static void make_fb(struct fuzz_file *file, int fd)
{
	__u32 width = file->screen.mode.hdisplay ?: 64, height = file->screen.mode.vdisplay ?: 64;
	__u32 handle, fb;

	make_dumb(file, fd, width, height, &handle);
	if (handle && !__vg_framebuffer(fd, handle, width, height, 0, &fb))
		fuzz_put(file, FUZZ_FB, fb, (__u64)width << 16 | height);
}

static void make_handle(struct fuzz_file *file, int fd)
{
	struct drm_virtgpu_resource_create args = vg_picture_args(32, 32);

	if (!fuzz_ioctl(fd, DRM_IOCTL_VIRTGPU_RESOURCE_CREATE, &args))
		fuzz_put(file, FUZZ_HANDLE, args.bo_handle, args.size);
}

static void make(struct fuzz_file *file, int fd, enum fuzz_kind kind)
{
	struct drm_syncobj_create syncobj = { .flags = DRM_SYNCOBJ_CREATE_SIGNALED };
	struct drm_mode_create_blob blob = { .data = VG_PTR(&file->screen.mode),
					     .length = sizeof(file->screen.mode) };
	struct fuzz_item item;
	int got;

	switch (kind) {
	case FUZZ_HANDLE:
		make_handle(file, fd);
		break;
	case FUZZ_FB:
		make_fb(file, fd);
		break;
	case FUZZ_SYNCOBJ:
		if (!fuzz_ioctl(fd, DRM_IOCTL_SYNCOBJ_CREATE, &syncobj))
			fuzz_put(file, kind, syncobj.handle, 0);
		break;
	case FUZZ_BLOB:
		if (!fuzz_ioctl(fd, DRM_IOCTL_MODE_CREATEPROPBLOB, &blob))
			fuzz_put(file, kind, blob.blob_id, 0);
		break;
	case FUZZ_FENCE:
		got = __vg_submit_fence(fd, 0);
		if (got > 0)
			fuzz_put(NULL, kind, got, 0);
		break;
	case FUZZ_DMABUF:
		item = fuzz_need(file, fd, FUZZ_HANDLE, 0);
		if (item.id && !__vg_export(fd, item.id, &got))
			fuzz_put(NULL, kind, got, item.size);
		break;
	default:
		break;
	}
}

/* As fuzz_pick(), and if there is none it is made. */
struct fuzz_item fuzz_need(struct fuzz_file *file, int fd, enum fuzz_kind kind, __u64 draw)
{
	struct fuzz_item item = fuzz_pick(file, kind, draw);

	if (item.id || fd < 0)
		return item;
	make(file, fd, kind);
	return fuzz_pick(file, kind, draw);
}

/* A framebuffer that covers the screen */
struct fuzz_item fuzz_need_picture(struct fuzz_file *file, int fd, __u64 draw)
{
	struct fuzz_item item;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		item = fuzz_pick(file, FUZZ_FB, draw + i);
		if (item.size >> 16 >= file->screen.mode.hdisplay &&
		    (item.size & 0xffff) >= file->screen.mode.vdisplay && item.id)
			return item;
	}
	make_fb(file, fd);
	return fuzz_pick(file, FUZZ_FB, draw);
}

/* Descriptors that no file owns; after all threads have ended. */
void fuzz_pool_fini(void)
{
	enum fuzz_kind kind;
	unsigned int i;

	for (kind = FUZZ_FENCE; kind < FUZZ_LISTS; kind++)
		for (i = 0; i < shared[kind].count; i++)
			close(shared[kind].items[i].id);
	for (i = 0; i < FUZZ_FILES; i++)
		if (fuzz_files[i].fd >= 0)
			close(fuzz_files[i].fd);
}
