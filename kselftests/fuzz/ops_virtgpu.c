// SPDX-License-Identifier: GPL-2.0-only
/*
 * The requests of virtgpu_drm.h
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

#define MAX_LIST	8
/* The software device stores what it makes for a context under so many names. */
#define STORAGES	8

static void done_create(struct fuzz_call *c)
{
	struct drm_virtgpu_resource_create *args = (void *)c->arg;

	fuzz_put(c->file, FUZZ_HANDLE, args->bo_handle, args->size);
}

/* The host makes the storage of a blob with the command that comes with it. */
static int create_blob(struct fuzz_call *c)
{
	struct drm_virtgpu_resource_create_blob *args = (void *)c->arg;
	struct { __u32 magic; struct vsim_operation op; } cmd = { VSIM_MAGIC, { VSIM_OP_MAKE } };
	__u64 id = c->values[4];

	if (args->blob_mem != VIRTGPU_BLOB_MEM_GUEST && c->values[5]) {
		cmd.op.a = id;
		args->blob_id = id;
		args->cmd = VG_PTR(&cmd);
		args->cmd_size = sizeof(cmd);
	}
	return fuzz_ioctl(c->fd, c->op->request, args);
}

static void done_blob(struct fuzz_call *c)
{
	struct drm_virtgpu_resource_create_blob *args = (void *)c->arg;

	fuzz_put(c->file, FUZZ_HANDLE, args->bo_handle, args->size);
}

/* A file has one context, so most of these are refused unless it is opened anew. */
static int context_init(struct fuzz_call *c)
{
	struct drm_virtgpu_context_set_param *p = (void *)c->thread->scratch;
	struct drm_virtgpu_context_init *args = (void *)c->arg;
	__u64 which = c->values[1];
	char *name = (char *)c->thread->scratch + 512;
	unsigned int count = 0;

	if (c->values[0]) {
		fuzz_file_reopen(c->file);
		c->fd = c->file->fd;
	}
	snprintf(name, 64, "fuzz %llu", which);
	if (which & 1)
		p[count++] = (struct drm_virtgpu_context_set_param){
			VIRTGPU_CONTEXT_PARAM_CAPSET_ID, c->values[2] };
	if (which & 2)
		p[count++] = (struct drm_virtgpu_context_set_param){
			VIRTGPU_CONTEXT_PARAM_NUM_RINGS, c->values[3] };
	if (which & 4 && which & 2)
		p[count++] = (struct drm_virtgpu_context_set_param){
			VIRTGPU_CONTEXT_PARAM_POLL_RINGS_MASK, c->values[4] };
	if (which & 8)
		p[count++] = (struct drm_virtgpu_context_set_param){
			VIRTGPU_CONTEXT_PARAM_DEBUG_NAME, VG_PTR(name) };
	args->num_params = count;
	args->ctx_set_params = VG_PTR(p);
	return fuzz_ioctl(c->fd, c->op->request, args);
}

static void done_context(struct fuzz_call *c)
{
	c->file->context = c->values[1] & 2;
}

static unsigned int list_handles(struct fuzz_call *c, __u32 *handles, __u64 draw)
{
	unsigned int i, j, count = draw % 5;

	for (i = 0; i < count; i++) {
		handles[i] = fuzz_need(c->file, c->fd, FUZZ_HANDLE, draw / 8 + i).id;
		for (j = 0; j < i; j++)
			if (handles[j] == handles[i] && draw / 8 % 8)
				return i;
	}
	return count;
}

static unsigned int list_syncobjs(struct fuzz_call *c, struct drm_virtgpu_execbuffer_syncobj *list,
				  __u64 draw, bool in)
{
	unsigned int i, count = draw % 8 < 5 ? 0 : draw % 3;

	for (i = 0; i < count; i++)
		list[i] = (struct drm_virtgpu_execbuffer_syncobj){
			.handle = fuzz_need(c->file, c->fd, FUZZ_SYNCOBJ, draw / 8 + i).id,
			.flags = in && draw & 64 ? VIRTGPU_EXECBUF_SYNCOBJ_RESET : 0,
			.point = draw & 128 ? draw / 16 % 32 : 0,
		};
	return count;
}

/* A stream that the software device understands: what it does, and how much of it */
static __u32 stream(struct fuzz_call *c, __u32 *words, __u64 kind, __u64 value)
{
	struct vsim_operation op = { .a = value % 16 };

	if (kind % 16 >= 10)
		return 0;
	switch (kind % 16) {
	case 0: op.op = VSIM_OP_HOLD; break;
	case 1: op.op = VSIM_OP_RELEASE; break;
	case 2: op.op = VSIM_OP_FAIL; op.a = 0x1200 + value % 6; break;
	case 3: op.op = VSIM_OP_FILL; op.a = value % 64; op.b = 4096; op.c = value; break;
	case 4:
	case 5: op.op = VSIM_OP_MAKE; op.a = value % STORAGES; break;
	case 6: op.op = VSIM_OP_WORK; op.a = value; break;
	case 7: op.op = VSIM_OP_DELAY; op.a = value % 32; break;
	default:
		/* Some other renderer's: long ones, too. */
		memset(words, value, FUZZ_SCRATCH / 2);
		return value * 8 % (FUZZ_SCRATCH / 2);
	}
	words[0] = VSIM_MAGIC;
	memcpy(words + 1, &op, sizeof(op));
	return 4 + sizeof(op);
}

static int execbuffer(struct fuzz_call *c)
{
	struct drm_virtgpu_execbuffer_syncobj *in = (void *)(c->thread->scratch + 1024);
	struct drm_virtgpu_execbuffer_syncobj *out = in + MAX_LIST;
	struct drm_virtgpu_execbuffer *args = (void *)c->arg;
	__u32 *handles = (void *)c->thread->scratch;
	__u32 *words = (void *)(c->thread->scratch + FUZZ_SCRATCH / 2);
	void *map;

	if (!c->file->context)
		args->flags &= ~VIRTGPU_EXECBUF_RING_IDX;
	args->size = stream(c, words, c->values[3], c->values[4]);
	args->command = VG_PTR(words);
	map = c->values[4] % 16 ? NULL : fuzz_map_address(c->values[4], args->size);
	if (map)
		args->command = VG_PTR(map);
	args->num_bo_handles = list_handles(c, handles, c->values[5]);
	args->bo_handles = VG_PTR(handles);
	args->num_in_syncobjs = list_syncobjs(c, in, c->values[6], true);
	args->num_out_syncobjs = list_syncobjs(c, out, c->values[7], false);
	args->in_syncobjs = VG_PTR(in);
	args->out_syncobjs = VG_PTR(out);
	args->syncobj_stride = sizeof(*in);
	return fuzz_ioctl(c->fd, c->op->request, args);
}

static void done_execbuffer(struct fuzz_call *c)
{
	struct drm_virtgpu_execbuffer *args = (void *)c->arg;

	if (args->flags & VIRTGPU_EXECBUF_FENCE_FD_OUT)
		fuzz_put(NULL, FUZZ_FENCE, args->fence_fd, 0);
}

#define CALL(n)	.name = #n, .request = DRM_IOCTL_VIRTGPU_##n
#define BOX(s, f, ...)	{ .name = #f, .kind = FUZZ_NUM, .offset = offsetof(struct s, f), .size = 4, ## __VA_ARGS__ }

#define TRANSFER(s)							\
	FUZZ_FIELDS(FUZZ_FIELD(s, bo_handle, HANDLE),			\
		    BOX(s, box.x, FUZZ_RANGE(0, 4)),			\
		    BOX(s, box.y, FUZZ_RANGE(0, 4)),			\
		    BOX(s, box.w, FUZZ_RANGE(1, 28)),			\
		    BOX(s, box.h, FUZZ_RANGE(1, 28)),			\
		    BOX(s, box.d, FUZZ_RANGE(1, 1)),			\
		    FUZZ_FIELD(s, level, ONEOF, FUZZ_AMONG(0, 0, 0, 1)),	\
		    FUZZ_FIELD(s, offset, ONEOF, FUZZ_AMONG(0, 0, 64, 4096)),	\
		    FUZZ_FIELD(s, stride, ONEOF, FUZZ_AMONG(0, 0, 0, 128)),	\
		    FUZZ_FIELD(s, layer_stride, ONEOF, FUZZ_AMONG(0, 0, 0, 4096)))

const struct fuzz_op fuzz_ops_virtgpu[] = {
	{ CALL(GETPARAM), .weight = 10,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_virtgpu_getparam, param, NUM, FUZZ_RANGE(1, 9)),
		      FUZZ_FIELD(drm_virtgpu_getparam, value, POINTER, .high = 8)) },
	{ CALL(GET_CAPS), .weight = 15,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_virtgpu_get_caps, cap_set_id, ONEOF, FUZZ_AMONG(1, 2, 4, 2, 4, 3)),
		      FUZZ_FIELD(drm_virtgpu_get_caps, cap_set_ver, ONEOF, FUZZ_AMONG(0, 0, 0, 1)),
		      FUZZ_FIELD(drm_virtgpu_get_caps, size, NUM, FUZZ_RANGE(1, 512)),
		      FUZZ_FIELD(drm_virtgpu_get_caps, addr, POINTER, .high = 512)) },
	{ CALL(CONTEXT_INIT), .weight = 10, .call = context_init, .done = done_context,
	  FUZZ_FIELDS(FUZZ_DRAW("anew", ONEOF, FUZZ_AMONG(0, 1, 1)),
		      FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, 15)),
		      FUZZ_DRAW("capset", ONEOF, FUZZ_AMONG(1, 2, 4)),
		      FUZZ_DRAW("rings", ONEOF, FUZZ_AMONG(4, 8, 64)),
		      FUZZ_DRAW("polled", NUM, FUZZ_RANGE(0, 15))) },
	{ CALL(RESOURCE_CREATE), .weight = 40, .done = done_create,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_virtgpu_resource_create, target, ONEOF, FUZZ_AMONG(2, 2, 2, 2, 0, 3)),
		      FUZZ_FIELD(drm_virtgpu_resource_create, format, ONEOF, FUZZ_AMONG(1, 2, 3, 4, 67, 68)),
		      FUZZ_FIELD(drm_virtgpu_resource_create, bind, BITS, .high = 0xff),
		      FUZZ_FIELD(drm_virtgpu_resource_create, width, NUM, FUZZ_RANGE(1, 64)),
		      FUZZ_FIELD(drm_virtgpu_resource_create, height, NUM, FUZZ_RANGE(1, 64)),
		      FUZZ_FIELD(drm_virtgpu_resource_create, depth, ONEOF, FUZZ_AMONG(1, 1, 1, 2)),
		      FUZZ_FIELD(drm_virtgpu_resource_create, array_size, ONEOF, FUZZ_AMONG(1, 1, 1, 6)),
		      FUZZ_FIELD(drm_virtgpu_resource_create, last_level, ONEOF, FUZZ_AMONG(0, 0, 0, 2)),
		      FUZZ_FIELD(drm_virtgpu_resource_create, nr_samples, ONEOF, FUZZ_AMONG(0, 1, 4)),
		      FUZZ_FIELD(drm_virtgpu_resource_create, flags, BITS, .high = 1),
		      FUZZ_FIELD(drm_virtgpu_resource_create, size, PAGES, FUZZ_RANGE(0, 16))) },
	{ CALL(RESOURCE_INFO), .weight = 10,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_virtgpu_resource_info, bo_handle, HANDLE)) },
	{ CALL(MAP), .weight = 10,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_virtgpu_map, handle, HANDLE)) },
	{ CALL(TRANSFER_TO_HOST), .weight = 30, TRANSFER(drm_virtgpu_3d_transfer_to_host) },
	{ CALL(TRANSFER_FROM_HOST), .weight = 20, TRANSFER(drm_virtgpu_3d_transfer_from_host) },
	{ CALL(WAIT), .weight = 15,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_virtgpu_3d_wait, handle, HANDLE),
		      FUZZ_FIELD(drm_virtgpu_3d_wait, flags, ONEOF, FUZZ_AMONG(0, 1, 1, 1))) },
	{ CALL(RESOURCE_CREATE_BLOB), .weight = 50, .call = create_blob, .done = done_blob,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_virtgpu_resource_create_blob, blob_mem, ONEOF, FUZZ_AMONG(1, 1, 2, 2, 2, 3)),
		      FUZZ_FIELD(drm_virtgpu_resource_create_blob, blob_flags, ONEOF, FUZZ_AMONG(1, 1, 3, 3, 0, 2)),
		      FUZZ_FIELD(drm_virtgpu_resource_create_blob, size, PAGES, FUZZ_RANGE(1, 768)),
		      FUZZ_FIELD(drm_virtgpu_resource_create_blob, blob_hints, BITS, .high = 1),
		      FUZZ_DRAW("storage", NUM, FUZZ_RANGE(0, STORAGES - 1)),
		      FUZZ_DRAW("made", ONEOF, FUZZ_AMONG(1, 1, 1, 1, 0))) },
	{ CALL(EXECBUFFER), .weight = 90, .call = execbuffer, .done = done_execbuffer,
	  FUZZ_FIELDS(FUZZ_FIELD(drm_virtgpu_execbuffer, flags, BITS, .high = 7),
		      FUZZ_FIELD(drm_virtgpu_execbuffer, fence_fd, FENCE),
		      FUZZ_FIELD(drm_virtgpu_execbuffer, ring_idx, NUM, FUZZ_RANGE(0, 3)),
		      FUZZ_DRAW("stream", NUM, FUZZ_RANGE(0, 4095)),
		      FUZZ_DRAW("of", NUM, FUZZ_RANGE(0, 4095)),
		      FUZZ_DRAW("buffers", NUM, FUZZ_RANGE(0, 4095)),
		      FUZZ_DRAW("in", NUM, FUZZ_RANGE(0, 4095)),
		      FUZZ_DRAW("out", NUM, FUZZ_RANGE(0, 4095))) },
	{}
};
