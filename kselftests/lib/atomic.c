// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a test look at the properties of the display, and change some at once?
 */
#include <errno.h>
#include <string.h>

#include <drm/drm.h>

#include <libvirtgpu.h>

#define MAX_IDS 64

void vg_atomic_client(int fd)
{
	struct drm_set_client_cap args = { .capability = DRM_CLIENT_CAP_ATOMIC, .value = 1 };

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_SET_CLIENT_CAP, &args));
	/* Kernels before 6.6 show the cursor plane to everybody, and know no such word. */
	args.capability = DRM_CLIENT_CAP_CURSOR_PLANE_HOTSPOT;
	__vg_ioctl(fd, DRM_IOCTL_SET_CLIENT_CAP, &args);
}

__u32 vg_property(int fd, __u32 object, const char *name, __u64 *value)
{
	__u32 ids[MAX_IDS];
	__u64 values[MAX_IDS];
	struct drm_mode_obj_get_properties args = {
		.props_ptr = VG_PTR(ids),
		.prop_values_ptr = VG_PTR(values),
		.count_props = MAX_IDS,
		.obj_id = object,
		.obj_type = DRM_MODE_OBJECT_ANY,
	};
	__u32 i;

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_OBJ_GETPROPERTIES, &args));
	for (i = 0; i < args.count_props && i < MAX_IDS; i++) {
		struct drm_mode_get_property get = { .prop_id = ids[i] };

		VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_GETPROPERTY, &get));
		if (strcmp(get.name, name))
			continue;
		if (value)
			*value = values[i];
		return ids[i];
	}
	return 0;
}

__u32 vg_plane(int fd, const struct vg_screen *screen, __u64 type)
{
	__u32 ids[MAX_IDS];
	struct drm_mode_get_plane_res args = {
		.plane_id_ptr = VG_PTR(ids),
		.count_planes = MAX_IDS,
	};
	__u64 found;
	__u32 i;

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_GETPLANERESOURCES, &args));
	for (i = 0; i < args.count_planes && i < MAX_IDS; i++) {
		struct drm_mode_get_plane plane = { .plane_id = ids[i] };

		VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_GETPLANE, &plane));
		if (!(plane.possible_crtcs & (1u << screen->index)))
			continue;
		if (vg_property(fd, ids[i], "type", &found) && found == type)
			return ids[i];
	}
	return 0;
}

__u32 vg_property_blob(int fd, const void *data, __u32 size)
{
	struct drm_mode_create_blob args = { .data = VG_PTR(data), .length = size };

	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_CREATEPROPBLOB, &args));
	return args.blob_id;
}

void vg_read_blob(int fd, __u32 blob, void *data, __u32 size)
{
	struct drm_mode_get_blob args = { .blob_id = blob };

	/* The kernel copies only where there is room for just its length. */
	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_GETPROPBLOB, &args));
	VG_ASSERT(args.length <= size);
	args.data = VG_PTR(data);
	VG_OK(__vg_ioctl(fd, DRM_IOCTL_MODE_GETPROPBLOB, &args));
}

void vg_commit_set(int fd, struct vg_commit *commit, __u32 object, const char *name,
		   __u64 value)
{
	__u32 property = vg_property(fd, object, name, NULL);

	VG_ASSERT(property && commit->count < VG_COMMIT_MAX);
	commit->objects[commit->count] = object;
	commit->properties[commit->count] = property;
	commit->values[commit->count++] = value;
}

int __vg_commit(int fd, struct vg_commit *commit, __u32 flags)
{
	__u32 ones[VG_COMMIT_MAX], i;
	struct drm_mode_atomic args = {
		.flags = flags,
		.count_objs = commit->count,
		.objs_ptr = VG_PTR(commit->objects),
		.count_props_ptr = VG_PTR(ones),
		.props_ptr = VG_PTR(commit->properties),
		.prop_values_ptr = VG_PTR(commit->values),
	};

	for (i = 0; i < commit->count; i++)
		ones[i] = 1;
	return __vg_ioctl(fd, DRM_IOCTL_MODE_ATOMIC, &args);
}
