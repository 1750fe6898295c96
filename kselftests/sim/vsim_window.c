// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is seen in the window?
 *
 * The window is memory that the kernel was told at boot to leave alone
 * (memmap=SIZE$ADDRESS), so that a driver can claim and map it like a device's.
 * A resource's bytes are copied there when it is mapped, and back when it is
 * unmapped; what is left behind is a pattern, so that a use after that shows.
 */
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "vsim_fault.h"
#include "vsim_module.h"
#include "vsim_profile.h"

/* What an unmapped part of the window holds. */
#define VSIM_POISON	0xdb

static char *vsim_window_text = "";
module_param_named(window, vsim_window_text, charp, 0400);
MODULE_PARM_DESC(window, "SIZE@ADDRESS of memory that memmap= has reserved for the host-visible window");

static u64 vsim_window_start;
static u64 vsim_window_bytes;

/* vsim_window_init - read the module parameter; 0 or -EINVAL */
int vsim_window_init(void)
{
	char *end = vsim_window_text;

	if (!*end)
		return 0;
	vsim_window_bytes = memparse(end, &end);
	if (*end != '@')
		return -EINVAL;
	vsim_window_start = memparse(end + 1, &end);
	if (*end || !PAGE_ALIGNED(vsim_window_start) || !PAGE_ALIGNED(vsim_window_bytes))
		return -EINVAL;
	if (region_intersects(vsim_window_start, vsim_window_bytes, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT) {
		pr_err("virtgpu_sim: the window is in use as memory: boot with memmap=SIZE$ADDRESS\n");
		return -EINVAL;
	}
	return 0;
}

/* vsim_window_size - bytes that are reserved */
u64 vsim_window_size(void)
{
	return vsim_window_bytes;
}

/* vsim_window_base - the address of the first */
u64 vsim_window_base(void)
{
	return vsim_window_start;
}

/* vsim_window_copy - between the window and the host's own memory */
void vsim_window_copy(u64 offset, void *data, size_t size, bool to_window)
{
	u64 start = vsim_window_start + offset;
	size_t inner = offset_in_page(start);
	void *map = memremap(start - inner, PAGE_ALIGN(size + inner), MEMREMAP_WB);

	if (WARN_ON(!map))
		return;
	if (to_window)
		memcpy(map + inner, data, size);
	else
		memcpy(data, map + inner, size);
	memunmap(map);
}

/* Move the pages of a resource into the window, or back to its storage. */
static void vsim_window_move(struct vsim_resource *res, u64 offset, bool to_window)
{
	void *map = memremap(vsim_window_start + offset, res->size, MEMREMAP_WB);
	u64 mapped = res->mapped;

	if (WARN_ON(!map))
		return;
	/* Not by way of the window itself. */
	res->mapped = U64_MAX;
	for (u64 at = 0; at < res->size; at += PAGE_SIZE) {
		if (to_window) {
			vsim_storage_read(res, at, map + at, PAGE_SIZE);
		} else {
			vsim_storage_write(res, at, map + at, PAGE_SIZE);
			memset(map + at, VSIM_POISON, PAGE_SIZE);
		}
	}
	res->mapped = mapped;
	memunmap(map);
}

/* Does anybody else have this range? */
static bool vsim_window_is_taken(struct vsim *sim, u64 offset, u64 size)
{
	struct vsim_resource *res;
	unsigned long id;

	xa_for_each(&sim->resources, id, res) {
		if (res->mapped != U64_MAX && res->mapped < offset + size &&
		    offset < res->mapped + res->size)
			return true;
	}
	return false;
}

static bool vsim_window_fits(struct vsim_call *call, struct vsim_resource *res, u64 offset)
{
	u64 room = call->sim->config.window_size;
	u64 align = max_t(u64, PAGE_SIZE, call->sim->config.blob_alignment);

	if (res->size > room || offset > room - res->size) {
		vsim_violation("resource %u is mapped at 0x%llx +0x%llx, past the window",
			       res->id, offset, res->size);
		return false;
	}
	if (offset % align) {
		vsim_violation("resource %u is mapped at 0x%llx, no multiple of 0x%llx", res->id,
			       offset, align);
		return false;
	}
	if (vsim_window_is_taken(call->sim, offset, res->size)) {
		vsim_violation("resource %u is mapped over another, at 0x%llx", res->id, offset);
		return false;
	}
	return true;
}

/* vsim_window_map - RESOURCE_MAP_BLOB */
u32 vsim_window_map(struct vsim_call *call)
{
	const struct virtio_gpu_resource_map_blob *cmd = (const void *)call->hdr;
	struct vsim_resource *res = vsim_resource_find(call, le32_to_cpu(cmd->resource_id));
	struct virtio_gpu_resp_map_info *resp = call->resp;
	u64 offset = le64_to_cpu(cmd->offset);

	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (res->blob_mem != VIRTIO_GPU_BLOB_MEM_HOST3D ||
	    !(res->blob_flags & VIRTIO_GPU_BLOB_FLAG_USE_MAPPABLE)) {
		vsim_violation("resource %u is mapped, and is not mappable", res->id);
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	}
	if (res->mapped != U64_MAX) {
		if (!vsim_excused(res, VSIM_EXCUSE_MAP))
			vsim_violation("resource %u is mapped twice", res->id);
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	}
	if (vsim_is(call->sim, VSIM_QUIRK_MAP_REFUSED))
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	if (!vsim_window_fits(call, res, offset))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	vsim_window_move(res, offset, true);
	res->mapped = offset;
	call->sim->mapped++;
	resp->map_info = cpu_to_le32(call->sim->config.map_info);
	return VIRTIO_GPU_RESP_OK_MAP_INFO;
}

/* vsim_window_unmap - RESOURCE_UNMAP_BLOB */
u32 vsim_window_unmap(struct vsim_call *call)
{
	const struct virtio_gpu_resource_unmap_blob *cmd = (const void *)call->hdr;
	struct vsim_resource *res = vsim_resource_find(call, le32_to_cpu(cmd->resource_id));

	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (res->mapped == U64_MAX) {
		if (!vsim_excused(res, VSIM_EXCUSE_MAP))
			vsim_violation("resource %u is unmapped, and is not mapped", res->id);
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	}
	vsim_window_remove(call->sim, res);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* vsim_window_remove - take a mapped resource out of the window */
void vsim_window_remove(struct vsim *sim, struct vsim_resource *res)
{
	vsim_window_move(res, res->mapped, false);
	res->mapped = U64_MAX;
	sim->mapped--;
}
