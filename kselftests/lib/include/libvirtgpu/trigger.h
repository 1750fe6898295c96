/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does a client do so that the driver sends a certain command?
 */
#ifndef LIBVIRTGPU_TRIGGER_H
#define LIBVIRTGPU_TRIGGER_H

#include <stdbool.h>

#include <libvirtgpu/kms.h>

/* struct vg_client - who does it, and what came of it; may be in shared memory */
struct vg_client {
	int fd;
	struct vg_screen screen;	/* of devices that have one */
	__u32 fb;
	void (*arm)(struct vg_client *c);
	volatile int err;		/* of the request: 0 or -errno */
	volatile int fence;		/* of a submission behind it: 1, 0: pending, or -errno */
};

/*
 * Each prepares, calls arm(), does it, and says in @err and @fence how that ended. What
 * it prepares has to work.
 */
void vg_trigger_nothing(struct vg_client *c);
void vg_trigger_get_caps(struct vg_client *c);
void vg_trigger_make(struct vg_client *c);
void vg_trigger_make_blob(struct vg_client *c);
void vg_trigger_drop(struct vg_client *c);
void vg_trigger_share(struct vg_client *c);
void vg_trigger_make_context(struct vg_client *c);
void vg_trigger_end_context(struct vg_client *c);
void vg_trigger_put(struct vg_client *c);
void vg_trigger_get(struct vg_client *c);
void vg_trigger_submit(struct vg_client *c);
void vg_trigger_map(struct vg_client *c);
void vg_trigger_unmap(struct vg_client *c);
void vg_trigger_show(struct vg_client *c);
void vg_trigger_redraw(struct vg_client *c);
void vg_trigger_point(struct vg_client *c);
void vg_trigger_move(struct vg_client *c);

#endif
