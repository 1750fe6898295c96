// SPDX-License-Identifier: GPL-2.0-only
/*
 * Atomic commits: whole ones that work, with a property that may not fit
 */
#include <errno.h>
#include <string.h>

#include <drm/drm_mode.h>

#include "fuzz.h"

#define MAX_SET 24

/* struct set - what a commit sets */
struct set {
	struct fuzz_call *call;
	unsigned int count;
	__u32 objects[MAX_SET], ids[MAX_SET];
	__u64 values[MAX_SET];
};

static void put(struct set *set, __u32 object, __u32 id, __u64 value)
{
	if (set->count == MAX_SET)
		return;
	set->objects[set->count] = object;
	set->ids[set->count] = id;
	set->values[set->count++] = value;
}

static void put_named(struct set *set, __u32 object, const char *name, __u64 value)
{
	const struct fuzz_file *file = set->call->file;
	unsigned int i;

	for (i = 0; i < file->num_properties; i++)
		if (file->properties[i].object == object && !strcmp(file->properties[i].name, name))
			put(set, object, file->properties[i].id, value);
}

/* A plane that shows a picture: SRC in 16.16 */
static void put_plane(struct set *set, __u32 plane, struct fuzz_item fb, __u32 x, __u32 y)
{
	__u64 width = fb.size >> 16, height = fb.size & 0xffff;

	put_named(set, plane, "FB_ID", fb.id);
	put_named(set, plane, "CRTC_ID", fb.id ? set->call->file->screen.crtc : 0);
	put_named(set, plane, "SRC_X", 0);
	put_named(set, plane, "SRC_Y", 0);
	put_named(set, plane, "SRC_W", width << 16);
	put_named(set, plane, "SRC_H", height << 16);
	put_named(set, plane, "CRTC_X", x);
	put_named(set, plane, "CRTC_Y", y);
	put_named(set, plane, "CRTC_W", width);
	put_named(set, plane, "CRTC_H", height);
}

static __u32 new_blob(struct fuzz_call *c, const void *data, __u32 size)
{
	struct drm_mode_create_blob args = { .data = VG_PTR(data), .length = size };

	if (fuzz_ioctl(c->fd, DRM_IOCTL_MODE_CREATEPROPBLOB, &args))
		return 0;
	fuzz_put(c->file, FUZZ_BLOB, args.blob_id, size);
	return args.blob_id;
}

static void put_screen(struct set *set, bool on)
{
	const struct vg_screen *screen = &set->call->file->screen;

	put_named(set, screen->crtc, "ACTIVE", on);
	put_named(set, screen->crtc, "MODE_ID",
		  on ? new_blob(set->call, &screen->mode, sizeof(screen->mode)) : 0);
	put_named(set, screen->connector, "CRTC_ID", on ? screen->crtc : 0);
}

static struct fuzz_item screen_fb(struct fuzz_call *c, __u64 draw)
{
	struct fuzz_item fb = fuzz_need_picture(c->file, c->fd, draw);

	fb.size = (__u64)c->file->screen.mode.hdisplay << 16 | c->file->screen.mode.vdisplay;
	return fb;
}

static void put_damage(struct set *set, __u64 draw)
{
	struct drm_mode_rect clips[2] = { { 0, 0, 1 + draw % 512, 16 }, { 8, 32, 64, 33 + draw % 512 } };

	put_named(set, set->call->file->planes[0], "FB_DAMAGE_CLIPS",
		  new_blob(set->call, clips, sizeof(clips[0]) * (1 + draw % 2)));
}

/* A property as it comes, with a value of its kind */
static void put_odd(struct set *set, __u64 which, __u64 draw)
{
	struct fuzz_call *c = set->call;
	const struct fuzz_property *p;
	__u64 value;

	if (!c->file->num_properties)
		return;
	p = &c->file->properties[which % c->file->num_properties];
	/* The core warns when a plane without a picture has a fence, whatever the driver. */
	if (!strcmp(p->name, "IN_FENCE_FD"))
		return;
	if (p->kind < FUZZ_LISTS)
		value = fuzz_need(c->file, c->fd, p->kind, draw).id;
	else if (p->kind == FUZZ_POINTER)
		value = VG_PTR(c->thread->scratch);
	else if (p->kind == FUZZ_CRTC)
		value = c->file->screen.crtc;
	else
		value = p->low + draw % (p->high - p->low + 1);
	put(set, p->object, p->id, value);
}

static int commit(struct fuzz_call *c, struct set *set, __u32 flags)
{
	struct drm_mode_atomic args = { .flags = flags, .user_data = 1 };
	__u32 counts[MAX_SET];
	unsigned int i;

	for (i = 0; i < set->count; i++)
		counts[i] = 1;
	args.count_objs = set->count;
	args.objs_ptr = VG_PTR(set->objects);
	args.count_props_ptr = VG_PTR(counts);
	args.props_ptr = VG_PTR(set->ids);
	args.prop_values_ptr = VG_PTR(set->values);
	return fuzz_ioctl(c->fd, DRM_IOCTL_MODE_ATOMIC, &args);
}

enum shape { LIGHT, FLIP, FENCED, DAMAGED, POINTER, MOVED, DARK, ODD, OUT_FENCE };

static void put_fence(struct set *set, __u64 draw)
{
	struct fuzz_call *c = set->call;

	put_named(set, c->file->planes[0], "IN_FENCE_FD", fuzz_need(c->file, c->fd, FUZZ_FENCE, draw).id);
}

static int atomic(struct fuzz_call *c)
{
	__u32 flags = c->values[0];
	struct set set = { .call = c };
	const struct vg_screen *screen = &c->file->screen;
	__u64 draw = c->values[2];
	__s32 *fence = (__s32 *)c->thread->scratch;
	int ret;

	*fence = -1;
	switch (c->values[1]) {
	case LIGHT:
		put_screen(&set, true);
		flags |= DRM_MODE_ATOMIC_ALLOW_MODESET;
		break;
	case FENCED:
		if (screen_fb(c, draw).id)
			put_fence(&set, draw);
		break;
	case DAMAGED:
		put_damage(&set, draw);
		break;
	case DARK:
		put_screen(&set, false);
		flags |= DRM_MODE_ATOMIC_ALLOW_MODESET;
		break;
	case ODD:
		put_odd(&set, c->values[3], draw);
		break;
	case OUT_FENCE:
		put_named(&set, screen->crtc, "OUT_FENCE_PTR", VG_PTR(fence));
		break;
	}
	if (c->values[1] == POINTER || c->values[1] == MOVED)
		put_plane(&set, c->file->planes[1],
			  c->values[1] == POINTER ? fuzz_need(c->file, c->fd, FUZZ_FB, draw) : (struct fuzz_item){},
			  draw % 1024, draw % 768);
	else
		put_plane(&set, c->file->planes[0],
			  c->values[1] == DARK ? (struct fuzz_item){} : screen_fb(c, draw), 0, 0);
	ret = commit(c, &set, flags);
	if (*fence >= 0 && !ret)
		fuzz_put(NULL, FUZZ_FENCE, *fence, 0);
	return ret;
}

static int destroy_blob(struct fuzz_call *c)
{
	struct drm_mode_destroy_blob args = { .blob_id = fuzz_take(c->file, FUZZ_BLOB, c->values[0]).id };

	return fuzz_ioctl(c->fd, c->op->request, &args);
}

static int set_property(struct fuzz_call *c)
{
	struct set set = { .call = c };
	struct drm_mode_obj_set_property args = {};

	put_odd(&set, c->values[0], c->values[1]);
	args.obj_id = set.objects[0];
	args.prop_id = set.ids[0];
	args.value = set.values[0];
	return fuzz_ioctl(c->fd, c->op->request, &args);
}

#define DRAWN(n)	FUZZ_DRAW(n, NUM, FUZZ_RANGE(0, 4095))

const struct fuzz_op fuzz_ops_atomic[] = {
	{ .name = "ATOMIC", .request = DRM_IOCTL_MODE_ATOMIC, .weight = 35, .node = FUZZ_PRIMARY,
	  .call = atomic,
	  FUZZ_FIELDS(FUZZ_DRAW("flags", ONEOF, FUZZ_AMONG(0, 0, 0x200, 0x201, 0x201, 0x1, 0x400, 0x100)),
		      FUZZ_DRAW("shape", ONEOF, FUZZ_AMONG(LIGHT, LIGHT, FLIP, FLIP, FENCED, DAMAGED, POINTER,
							   MOVED, DARK, ODD, OUT_FENCE)),
		      DRAWN("of"), DRAWN("odd")) },
	{ .name = "DESTROYPROPBLOB", .request = DRM_IOCTL_MODE_DESTROYPROPBLOB, .weight = 4,
	  .node = FUZZ_PRIMARY, .call = destroy_blob, FUZZ_FIELDS(DRAWN("which")) },
	{ .name = "OBJ_SETPROPERTY", .request = DRM_IOCTL_MODE_OBJ_SETPROPERTY, .weight = 4,
	  .node = FUZZ_PRIMARY, .call = set_property, FUZZ_FIELDS(DRAWN("which"), DRAWN("to")) },
	{}
};
