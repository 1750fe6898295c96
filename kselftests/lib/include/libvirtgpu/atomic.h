/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a test look at the properties of the display, and change some at once?
 */
#ifndef LIBVIRTGPU_ATOMIC_H
#define LIBVIRTGPU_ATOMIC_H

#include <libvirtgpu/kms.h>

/* Values of the property "type" of a plane */
#define VG_PRIMARY	1
#define VG_CURSOR	2

#define VG_COMMIT_MAX	16

/* The properties that a commit sets: zeroed at first, filled by vg_commit_set() */
struct vg_commit {
	unsigned int count;
	__u32 objects[VG_COMMIT_MAX];
	__u32 properties[VG_COMMIT_MAX];
	__u64 values[VG_COMMIT_MAX];
};

/* The file sees all planes and may make atomic commits, from now on. */
void vg_atomic_client(int fd);

/* The id of an object's property, and its value if @value is not NULL; 0 without it */
__u32 vg_property(int fd, __u32 object, const char *name, __u64 *value);

/* A plane of the screen, or 0 */
__u32 vg_plane(int fd, const struct vg_screen *screen, __u64 type);

/* A blob with these bytes, and back; @size: room for them */
__u32 vg_property_blob(int fd, const void *data, __u32 size);
void vg_read_blob(int fd, __u32 blob, void *data, __u32 size);

/* The property must be there. */
void vg_commit_set(int fd, struct vg_commit *commit, __u32 object, const char *name,
		   __u64 value);

/* ATOMIC */
int __vg_commit(int fd, struct vg_commit *commit, __u32 flags);

#endif
