/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a test say what the software device (sim/) is and does?
 */
#ifndef LIBVIRTGPU_SIM_H
#define LIBVIRTGPU_SIM_H

#include <stdbool.h>
#include <drm/virtgpu_drm.h>

#include "../../../sim/vsim_quirks.h"
#include "../../../sim/vsim_uapi.h"

/* Bits of the device's features */
#define VG_F_3D			(1ull << 0)
#define VG_F_EDID		(1ull << 1)
#define VG_F_UUID		(1ull << 2)
#define VG_F_BLOB		(1ull << 3)
#define VG_F_CONTEXT_INIT	(1ull << 4)
#define VG_F_ALIGNMENT		(1ull << 5)
#define VG_F_INDIRECT		(1ull << 28)
#define VG_F_EVENT_IDX		(1ull << 29)
#define VG_F_VERSION_1		(1ull << 32)
#define VG_F_PLATFORM		(1ull << 33)

/* Milliseconds of silence after which a device is lost, as vg_sim_hang_timeout() makes it */
#define VG_SIM_HANG_TIMEOUT		2000

/* Is there a software device that can be told what to do? */
bool vg_sim_is_there(void);

/* Is it a process of the host, which cannot do all that the module can? */
bool vg_sim_is_process(void);

/*
 * Where the reason of a skip goes, if a device cannot do what a test wants of it: that ends
 * the test. NULL: nowhere.
 */
extern char *vg_sim_reason;
#define VG_SIM_REASON	256
#define VG_SIM_SKIPPED	4

/* For tests that set vg_sim_reason: ends one that needs a window, where there is none */
void vg_sim_need_window(void);

/* What the next device will be: a file of config/ */
void vg_sim_set(const char *name, __u64 value);
__u64 vg_sim_get(const char *name);
void vg_sim_offer(__u64 features);
void vg_sim_withhold(__u64 features);

/* A line for the file control, or for script */
void vg_sim_control(const char *format, ...) __attribute__((format(printf, 1, 2)));
int __vg_sim_control(const char *line);
void vg_sim_script(const char *format, ...) __attribute__((format(printf, 1, 2)));
int __vg_sim_script(const char *line);

/* How often has line @index of the script acted, from 0 on, since it was written? */
unsigned int vg_sim_fired(unsigned int index);

/* A number of the file state: "contexts", "SUBMIT_3D" ...; an unknown name ends the test. */
__u64 vg_sim_state(const char *name);

/* Waits until the number is @value; false after 10 seconds. */
bool vg_sim_becomes(const char *name, __u64 value);

/* Waits until nothing is left to do, and the number is @more than @before; likewise. */
bool vg_sim_grew_by(const char *name, __u64 before, __u64 more);

/* "0 violations", or all of them. The text lives until the next call. */
const char *vg_sim_violations(void);
#define VG_NO_VIOLATIONS "0 violations"

/* The device as it was when the module was loaded, or none */
void vg_sim_restore(void);
void vg_sim_unplug(void);

/*
 * Takes the device away that nobody has open any more. Each resource and context that
 * is not given back by then, VG_SIM_SETTLES milliseconds at most, is a violation,
 * but what a fault of the script explains.
 */
#define VG_SIM_SETTLES		5000
void vg_sim_retire(void);
void vg_sim_forget_violations(void);

/*
 * Another driver uses a dma-buf, as its device or as a virtio device (@as: "" or
 * "virtio"), or its device only does ("pages"): 0 or -errno of each step, and what
 * it saw
 */
struct vg_shared {
	int uuid;
	int attach;
	int map;
	int vmap;
	__u64 bytes;
	__u32 word;	/* the first of the buffer */
};

struct vg_shared vg_sim_share(int dmabuf, const char *as);
int __vg_sim_share(const char *line);

/*
 * Has the driver give its device up after VG_SIM_HANG_TIMEOUT; false where
 * it has no such file in debugfs (in-tree drivers).
 */
bool vg_sim_hang_timeout(void);
bool __vg_sim_hang_timeout(unsigned int ms);

/* Submits operations to the software device. @args: flags and what else is wanted */
int __vg_sim_submit(int fd, struct drm_virtgpu_execbuffer *args,
		    const struct vsim_operation *ops, unsigned int count);

/* One operation, with an out-fence that is returned. @flags: RING_IDX or 0 */
int vg_sim_fence(int fd, __u32 flags, __u32 ring, __u32 op, __u32 a);

#endif
