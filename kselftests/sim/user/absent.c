// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has a device in another process not?
 *
 * It cannot see which pages the guest has freed, has no window, as QEMU's devices of this
 * kind have no memory of their own, and is not told when the guest's machine sleeps.
 */
#include "../vsim_fault.h"

/* vsim_pages_take - nobody counts */
void vsim_pages_take(struct vsim *sim, const struct vsim_resource *res)
{
}

/* vsim_pages_give_back - likewise */
void vsim_pages_give_back(struct vsim *sim, const struct vsim_resource *res)
{
}

/* vsim_pages_check - likewise */
void vsim_pages_check(struct vsim *sim, const struct vsim_resource *res, const char *when)
{
}

/* vsim_window_size - none */
u64 vsim_window_size(void)
{
	return 0;
}

/* vsim_window_copy - no resource is in it */
void vsim_window_copy(u64 offset, void *data, size_t size, bool to_window)
{
}

/* vsim_window_map - RESOURCE_MAP_BLOB */
u32 vsim_window_map(struct vsim_call *call)
{
	vsim_violation("%s, and the device has no window", call->name);
	return VIRTIO_GPU_RESP_ERR_UNSPEC;
}

/* vsim_window_unmap - RESOURCE_UNMAP_BLOB */
u32 vsim_window_unmap(struct vsim_call *call)
{
	return vsim_window_map(call);
}

/* vsim_window_remove - no resource is in it */
void vsim_window_remove(struct vsim *sim, struct vsim_resource *res)
{
}

/* vsim_sleep_freeze - vsim_can() says so */
void vsim_sleep_freeze(struct vsim *sim, const u32 *args)
{
}

/* vsim_sleep_restore - likewise */
void vsim_sleep_restore(struct vsim *sim, const u32 *args)
{
}

/* vsim_sleep_reset_prepare - likewise */
void vsim_sleep_reset_prepare(struct vsim *sim, const u32 *args)
{
}

/* vsim_sleep_reset_done - likewise */
void vsim_sleep_reset_done(struct vsim *sim, const u32 *args)
{
}

/* vsim_sleep_shutdown - likewise */
void vsim_sleep_shutdown(struct vsim *sim, const u32 *args)
{
}

/* vsim_sleep_stand_still - likewise */
void vsim_sleep_stand_still(struct vsim *sim, const u32 *args)
{
}

/* vsim_transport_needs_reset - no message says that to the front-end; likewise */
void vsim_transport_needs_reset(struct vsim *sim)
{
}

/* vsim_transport_lose_status - the status is the front-end's; likewise */
void vsim_transport_lose_status(struct vsim *sim)
{
}

/* vsim_unplug_soon - no message says that either; likewise */
void vsim_unplug_soon(void)
{
}
