/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What do the files of the software device offer each other?
 */
#ifndef VSIM_API_H
#define VSIM_API_H

#include "vsim_outside.h"

/* struct vsim_call - a command while it is run; vsim.lock is held */
struct vsim_call {
	struct vsim *sim;
	struct vsim_request *req;
	const char *name;
	const struct virtio_gpu_ctrl_hdr *hdr;
	u32 ctx_id;
	void *resp;
};

/* A command of the device: what it looks like and who runs it. */
struct vsim_command {
	u32 type;
	const char *name;
	u32 size;
	u32 resp_type;
	u32 resp_size;
	u32 res_offset;		/* of its resource id, 0: it has none */
	u64 feature;
	bool cursor;
	bool never_fenced;
	u32 (*run)(struct vsim_call *call);
};

/* vsim_log */
__printf(1, 2) void vsim_violation(const char *fmt, ...);
void vsim_log_count(u32 type);
u32 vsim_log_counted(u32 type);
void vsim_log_clear(void);
void vsim_log_show(struct seq_file *m);

/* vsim_names */
const char *vsim_name(u32 type);
int vsim_name_find(const char *name, u32 *type);

/* vsim_ring: all with the queue's lock */
unsigned int vsim_ring_pending(struct vsim_queue *q);
struct vsim_request *vsim_ring_pop(struct vsim_queue *q);
u32 vsim_ring_write(struct vsim_request *req);
void vsim_ring_answer(struct vsim_queue *q, struct vsim_request *req);
bool vsim_ring_is_idle(struct vsim_queue *q);
void vsim_ring_interrupt(struct vsim_queue *q);
void vsim_ring_free(struct vsim_request *req);

/* vsim_device */
void vsim_device_init(struct vsim *sim);
struct virtio_gpu_config vsim_device_space(const struct vsim *sim);
void vsim_device_reset(struct vsim *sim, bool ran);
void vsim_device_fini(struct vsim *sim);

/* vsim_host */
long vsim_host_turn(struct vsim_queue *q);
void vsim_host_drop(struct vsim_queue *q);
void vsim_host_release_tag(struct vsim *sim, u32 tag);
void vsim_host_release(struct vsim *sim);
unsigned int vsim_host_settle(struct vsim *sim);
void vsim_host_revive(struct vsim *sim);
void vsim_host_linger(struct vsim *sim);

/* vsim_exec */
void vsim_exec(struct vsim_queue *q, struct vsim_request *req);
const struct vsim_command *vsim_exec_find(u32 type);
u32 vsim_exec_resource(const struct vsim_call *call, const struct vsim_command *command);

/* vsim_resource */
struct vsim_resource *vsim_resource_find(struct vsim_call *call, u32 id);
void vsim_resource_free_all(struct vsim *sim);
u32 vsim_resource_create_2d(struct vsim_call *call);
u32 vsim_resource_create_3d(struct vsim_call *call);
u32 vsim_resource_create_blob(struct vsim_call *call);
u32 vsim_resource_unref(struct vsim_call *call);
u32 vsim_resource_attach(struct vsim_call *call);
u32 vsim_resource_detach(struct vsim_call *call);
u32 vsim_resource_uuid(struct vsim_call *call);

/* vsim_storage: the bytes of a resource, the host's and the guest's */
void vsim_storage_write(struct vsim_resource *res, u64 offset, const void *data, size_t size);
void vsim_storage_read(struct vsim_resource *res, u64 offset, void *data, size_t size);
bool vsim_storage_guest(struct vsim_resource *res, u64 offset, void *data, size_t size,
			bool to_guest);
void vsim_storage_free(struct vsim_resource *res);

/* vsim_transfer */
u32 vsim_transfer_to_host_2d(struct vsim_call *call);
u32 vsim_transfer_to_host_3d(struct vsim_call *call);
u32 vsim_transfer_from_host_3d(struct vsim_call *call);
void vsim_transfer_again(struct vsim *sim, struct vsim_request *req);

/* vsim_window */
u64 vsim_window_size(void);
void vsim_window_copy(u64 offset, void *data, size_t size, bool to_window);
u32 vsim_window_map(struct vsim_call *call);
u32 vsim_window_unmap(struct vsim_call *call);
void vsim_window_remove(struct vsim *sim, struct vsim_resource *res);

/* vsim_context */
struct vsim_context *vsim_context_find(struct vsim_call *call, u32 id);
void vsim_context_free_all(struct vsim *sim);
u32 vsim_context_create(struct vsim_call *call);
u32 vsim_context_destroy(struct vsim_call *call);
u32 vsim_context_attach(struct vsim_call *call);
u32 vsim_context_detach(struct vsim_call *call);
u32 vsim_context_capset_info(struct vsim_call *call);
u32 vsim_context_capset(struct vsim_call *call);

/* vsim_submit */
u32 vsim_submit(struct vsim_call *call);

/* vsim_display */
void vsim_display_init(struct vsim *sim);
u32 vsim_display_info(struct vsim_call *call);
u32 vsim_display_edid(struct vsim_call *call);
u32 vsim_display_scanout(struct vsim_call *call);
u32 vsim_display_scanout_blob(struct vsim_call *call);
u32 vsim_display_flush(struct vsim_call *call);
u32 vsim_display_cursor(struct vsim_call *call);

/* vsim_state, vsim_control */
void vsim_state_show(struct seq_file *m);
int vsim_control_run(char *line);

#endif
