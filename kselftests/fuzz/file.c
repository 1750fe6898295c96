// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is a node opened, and what does its display have?
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define NODES	32
#define IDS	16
#define PROPS	64

static bool is_ours(int fd)
{
	char name[32] = "";
	struct drm_version version = { .name = name, .name_len = sizeof(name) - 1 };

	return !fuzz_ioctl(fd, DRM_IOCTL_VERSION, &version) && !strcmp(name, "virtio_gpu");
}

/* Nodes come and go, so the number of one is not kept. */
static int open_node(bool primary)
{
	char path[64];
	int i, fd;

	for (i = 0; i < NODES; i++) {
		snprintf(path, sizeof(path), primary ? "/dev/dri/card%d" : "/dev/dri/renderD%d",
			 primary ? i : 128 + i);
		fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
		if (fd >= 0 && is_ours(fd))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -ENODEV;
}

/* By its name: what may be given to a property? */
static const struct {
	const char *name;
	enum fuzz_kind kind;
	__u64 low, high;
} known[] = {
	{ "FB_ID", FUZZ_FB },
	{ "CRTC_ID", FUZZ_CRTC },
	{ "MODE_ID", FUZZ_BLOB },
	{ "OUT_FENCE_PTR", FUZZ_POINTER, 0, 8 },
	{ "WRITEBACK_OUT_FENCE_PTR", FUZZ_POINTER, 0, 8 },
	{ "FB_DAMAGE_CLIPS", FUZZ_BLOB },
	{ "SRC_W", FUZZ_NUM, 0, 2048 << 16 },
	{ "SRC_H", FUZZ_NUM, 0, 2048 << 16 },
	{ "SRC_X", FUZZ_NUM, 0, 64 << 16 },
	{ "SRC_Y", FUZZ_NUM, 0, 64 << 16 },
	{ "CRTC_W", FUZZ_NUM, 0, 2048 },
	{ "CRTC_H", FUZZ_NUM, 0, 2048 },
};

static void add_property(int fd, struct fuzz_file *file, __u32 object, __u32 id)
{
	struct drm_mode_get_property args = { .prop_id = id };
	struct fuzz_property *p;
	unsigned int i;

	if (file->num_properties == FUZZ_PROPERTIES ||
	    fuzz_ioctl(fd, DRM_IOCTL_MODE_GETPROPERTY, &args))
		return;
	p = &file->properties[file->num_properties++];
	*p = (struct fuzz_property){ .object = object, .id = id, .kind = FUZZ_NUM, .high = 4 };
	memcpy(p->name, args.name, sizeof(p->name));
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strncmp(known[i].name, args.name, sizeof(args.name)))
			continue;
		p->kind = known[i].kind;
		p->low = known[i].low;
		p->high = known[i].high;
	}
}

static void add_properties(int fd, struct fuzz_file *file, __u32 object)
{
	__u64 values[PROPS];
	__u32 ids[PROPS];
	struct drm_mode_obj_get_properties args = {
		.props_ptr = VG_PTR(ids),
		.prop_values_ptr = VG_PTR(values),
		.count_props = PROPS,
		.obj_id = object,
	};
	unsigned int i;

	if (fuzz_ioctl(fd, DRM_IOCTL_MODE_OBJ_GETPROPERTIES, &args))
		return;
	for (i = 0; i < args.count_props && i < PROPS; i++)
		add_property(fd, file, object, ids[i]);
}

static void set_cap(int fd, __u64 capability)
{
	struct drm_set_client_cap args = { .capability = capability, .value = 1 };

	fuzz_ioctl(fd, DRM_IOCTL_SET_CLIENT_CAP, &args);
}

static void look_at_display(int fd, struct fuzz_file *file)
{
	__u32 ids[IDS] = {};
	struct drm_mode_get_plane_res planes = { .plane_id_ptr = VG_PTR(ids), .count_planes = IDS };
	unsigned int i;

	set_cap(fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES);
	set_cap(fd, DRM_CLIENT_CAP_ATOMIC);
	set_cap(fd, DRM_CLIENT_CAP_CURSOR_PLANE_HOTSPOT);
	memset(&file->screen, 0, sizeof(file->screen));
	file->num_properties = 0;
	if (__vg_screen(fd, &file->screen))
		return;
	add_properties(fd, file, file->screen.crtc);
	add_properties(fd, file, file->screen.connector);
	fuzz_ioctl(fd, DRM_IOCTL_MODE_GETPLANERESOURCES, &planes);
	for (i = 0; i < 2; i++) {
		file->planes[i] = ids[i];
		if (ids[i])
			add_properties(fd, file, ids[i]);
	}
}

/* The descriptor is put into the file last, as others may be waiting for that. */
int fuzz_file_open(struct fuzz_file *file, bool primary)
{
	int fd = open_node(primary);

	file->primary = primary;
	if (fd >= 0 && primary)
		look_at_display(fd, file);
	return fd;
}

void fuzz_file_reopen(struct fuzz_file *file)
{
	int fd, old;

	pthread_mutex_lock(&fuzz_lock);
	old = file->fd;
	file->fd = -1;
	fuzz_forget(file);
	pthread_mutex_unlock(&fuzz_lock);
	/* A map keeps the file, and with it the master's rights. */
	if (old >= 0 && file->primary)
		fuzz_ioctl(old, DRM_IOCTL_DROP_MASTER, NULL);
	if (old >= 0)
		close(old);
	fd = fuzz_file_open(file, file->primary);
	pthread_mutex_lock(&fuzz_lock);
	old = file->fd;
	file->fd = fd < 0 ? -1 : fd;
	pthread_mutex_unlock(&fuzz_lock);
	/* Another thread has opened it, too. */
	if (old >= 0)
		close(old);
}
