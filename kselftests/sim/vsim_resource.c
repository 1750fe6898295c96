// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which resources are there, and what are they?
 */
#include "vsim_fault.h"

/* Gallium's numbers, as far as the size of a texel is concerned */
#define VSIM_FORMAT_R8		64
#define VSIM_MAX_LEVELS		16

/* vsim_resource_find - by id; NULL, and a violation if the driver should have known better */
struct vsim_resource *vsim_resource_find(struct vsim_call *call, u32 id)
{
	struct vsim_resource *res = xa_load(&call->sim->resources, id);

	if (!res && !xa_load(&call->sim->ghosts, id))
		vsim_violation("%s names resource %u, which is not there", call->name, id);
	return res;
}

static u64 vsim_resource_size(const struct vsim_resource *res)
{
	u64 size = 0;

	for (unsigned int i = 0; i < res->levels; i++)
		size += (u64)max(res->width >> i, 1u) * max(res->height >> i, 1u) *
			res->depth * res->bpp;
	return size;
}

static void vsim_resource_free(struct vsim *sim, struct vsim_resource *res)
{
	if (res->mapped != U64_MAX)
		vsim_window_remove(sim, res);
	vsim_pages_give_back(sim, res);
	xa_erase(&sim->resources, res->id);
	vsim_storage_free(res);
	kvfree(res->backing);
	kfree(res);
}

static struct vsim_resource *vsim_resource_new(struct vsim_call *call, u32 id)
{
	struct vsim_resource *res;

	res = xa_load(&call->sim->resources, id);
	if (res && vsim_excused(res, 0)) {
		vsim_resource_free(call->sim, res);
		res = NULL;
	}
	if (!id || res) {
		vsim_violation("%s makes resource %u, which is %s", call->name, id,
			       id ? "there" : "no id");
		return NULL;
	}
	xa_erase(&call->sim->ghosts, id);
	res = kzalloc(sizeof(*res), GFP_KERNEL | __GFP_NOFAIL);
	res->id = id;
	res->mapped = U64_MAX;
	xa_init(&res->pages);
	return res;
}

static void vsim_resource_add(struct vsim_call *call, struct vsim_resource *res)
{
	xa_store(&call->sim->resources, res->id, res, GFP_KERNEL);
}

/* vsim_resource_free_all - the device is reset */
void vsim_resource_free_all(struct vsim *sim)
{
	struct vsim_resource *res;
	unsigned long id;

	xa_for_each(&sim->resources, id, res)
		vsim_pages_check(sim, res, "the device was reset");
	xa_for_each(&sim->resources, id, res)
		vsim_resource_free(sim, res);
	xa_destroy(&sim->ghosts);
	for (unsigned int i = 0; i < VSIM_MAX_SCANOUTS; i++) {
		sim->outputs[i].resource = 0;
		sim->outputs[i].cursor = 0;
	}
}

/* Has the host the memory for one more 2D image? It counts those that are there. */
static bool vsim_resource_has_room(struct vsim *sim, u64 size)
{
	struct vsim_resource *res;
	unsigned long id;

	if (!sim->config.host_memory)
		return true;
	xa_for_each(&sim->resources, id, res) {
		if (!res->blob_mem && !res->is_3d)
			size += res->size;
	}
	return size < sim->config.host_memory;
}

/* vsim_resource_create_2d - RESOURCE_CREATE_2D */
u32 vsim_resource_create_2d(struct vsim_call *call)
{
	const struct virtio_gpu_resource_create_2d *cmd = (const void *)call->hdr;
	struct vsim_resource *res = vsim_resource_new(call, le32_to_cpu(cmd->resource_id));
	u32 width = le32_to_cpu(cmd->width), height = le32_to_cpu(cmd->height);

	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!width || !height || width > 16384 || height > 16384) {
		xa_store(&call->sim->ghosts, res->id, xa_mk_value(1), GFP_KERNEL);
		kfree(res);
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	}
	res->width = width;
	res->height = height;
	res->depth = 1;
	res->levels = 1;
	res->bpp = 4;
	res->size = vsim_resource_size(res);
	if (!vsim_resource_has_room(call->sim, res->size)) {
		xa_store(&call->sim->ghosts, res->id, xa_mk_value(1), GFP_KERNEL);
		kfree(res);
		return VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY;
	}
	vsim_resource_add(call, res);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* vsim_resource_create_3d - RESOURCE_CREATE_3D; the values are the user's, none is a violation */
u32 vsim_resource_create_3d(struct vsim_call *call)
{
	const struct virtio_gpu_resource_create_3d *cmd = (const void *)call->hdr;
	struct vsim_resource *res = vsim_resource_new(call, le32_to_cpu(cmd->resource_id));

	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	res->is_3d = true;
	res->width = le32_to_cpu(cmd->width);
	res->height = max(le32_to_cpu(cmd->height), 1u);
	res->depth = max3(le32_to_cpu(cmd->depth), le32_to_cpu(cmd->array_size), 1u);
	res->levels = 1 + min_t(u32, le32_to_cpu(cmd->last_level), VSIM_MAX_LEVELS - 1);
	res->bpp = le32_to_cpu(cmd->format) == VSIM_FORMAT_R8 ? 1 : 4;
	if (!res->width || res->width > 65536 || res->height > 16384 || res->depth > 2048) {
		xa_store(&call->sim->ghosts, res->id, xa_mk_value(1), GFP_KERNEL);
		kfree(res);
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	}
	res->size = vsim_resource_size(res);
	vsim_resource_add(call, res);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* The list of guest memory that follows a command. */
static bool vsim_resource_set_backing(struct vsim_call *call, struct vsim_resource *res,
				      const void *list, u32 count)
{
	const struct virtio_gpu_mem_entry *entries = list;
	u32 room = call->req->cmd_size - (u32)(list - (const void *)call->hdr);

	if (!count || count > VSIM_MAX_ENTRIES || room != count * sizeof(*entries)) {
		vsim_violation("%s of resource %u lists %u entries in %u bytes", call->name,
			       res->id, count, room);
		return false;
	}
	res->backing = kvcalloc(count, sizeof(*res->backing), GFP_KERNEL | __GFP_NOFAIL);
	res->num_backing = count;
	res->backing_size = 0;
	for (u32 i = 0; i < count; i++) {
		u64 addr = le64_to_cpu(entries[i].addr);
		u32 length = le32_to_cpu(entries[i].length);

		if (!vsim_guest_map(addr, length))
			vsim_violation("%s of resource %u names 0x%llx +0x%x, which is no memory",
				       call->name, res->id, addr, length);
		res->backing[i].addr = addr;
		res->backing[i].length = length;
		res->backing_size += length;
	}
	vsim_pages_take(call->sim, res);
	return true;
}

static void vsim_resource_drop_backing(struct vsim *sim, struct vsim_resource *res)
{
	vsim_pages_give_back(sim, res);
	kvfree(res->backing);
	res->backing = NULL;
	res->num_backing = 0;
	res->backing_size = 0;
}

static bool vsim_resource_may_name(struct vsim_call *call, u64 blob_id)
{
	struct vsim_context *ctx = vsim_context_find(call, call->ctx_id);
	bool virgl;

	if (!ctx)
		return false;
	if (xa_erase(&ctx->storage, blob_id))
		return true;
	virgl = ctx->capset == 0 || ctx->capset == VIRTIO_GPU_CAPSET_VIRGL ||
		ctx->capset == VIRTIO_GPU_CAPSET_VIRGL2;
	return !blob_id && !virgl;
}

/* What of a blob the driver decides, and hosts look at. */
static bool vsim_resource_check_blob(struct vsim_call *call,
				     const struct virtio_gpu_resource_create_blob *cmd)
{
	u32 mem = le32_to_cpu(cmd->blob_mem), entries = le32_to_cpu(cmd->nr_entries);
	u32 align = max_t(u32, PAGE_SIZE, call->sim->config.blob_alignment);
	u64 size = le64_to_cpu(cmd->size);

	if (mem < VIRTIO_GPU_BLOB_MEM_GUEST || mem > VIRTIO_GPU_BLOB_MEM_HOST3D_GUEST) {
		vsim_violation("a blob in memory %u", mem);
		return false;
	}
	if (!size ||
	    size % (vsim_negotiated(call->sim, VIRTIO_GPU_F_BLOB_ALIGNMENT) ? align : PAGE_SIZE))
		vsim_violation("a blob of 0x%llx bytes: the host maps multiples of 0x%x", size,
			       align);
	if (mem == VIRTIO_GPU_BLOB_MEM_HOST3D && entries)
		vsim_violation("a blob on the host with %u entries of guest memory", entries);
	if (mem == VIRTIO_GPU_BLOB_MEM_GUEST && cmd->blob_id)
		vsim_violation("a blob in guest memory with a blob id");
	return true;
}

/* vsim_resource_create_blob - RESOURCE_CREATE_BLOB */
u32 vsim_resource_create_blob(struct vsim_call *call)
{
	const struct virtio_gpu_resource_create_blob *cmd = (const void *)call->hdr;
	struct vsim_resource *res = vsim_resource_new(call, le32_to_cpu(cmd->resource_id));
	u32 error = VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;

	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	res->blob_mem = le32_to_cpu(cmd->blob_mem);
	res->blob_flags = le32_to_cpu(cmd->blob_flags);
	res->size = le64_to_cpu(cmd->size);
	res->bpp = 4;
	if (!vsim_resource_check_blob(call, cmd))
		goto refuse;
	if (res->blob_mem != VIRTIO_GPU_BLOB_MEM_GUEST &&
	    !vsim_resource_may_name(call, le64_to_cpu(cmd->blob_id))) {
		error = VIRTIO_GPU_RESP_ERR_UNSPEC;
		goto refuse;
	}
	if (res->blob_mem != VIRTIO_GPU_BLOB_MEM_HOST3D) {
		if (!vsim_resource_set_backing(call, res, cmd + 1, le32_to_cpu(cmd->nr_entries)))
			goto refuse;
		if (res->backing_size != res->size)
			vsim_violation("a blob of 0x%llx bytes has 0x%llx bytes of guest memory",
				       res->size, res->backing_size);
	}
	vsim_resource_add(call, res);
	return VIRTIO_GPU_RESP_OK_NODATA;

refuse:
	xa_store(&call->sim->ghosts, res->id, xa_mk_value(1), GFP_KERNEL);
	kvfree(res->backing);
	kfree(res);
	return error;
}

/* vsim_resource_unref - RESOURCE_UNREF */
u32 vsim_resource_unref(struct vsim_call *call)
{
	const struct virtio_gpu_resource_unref *cmd = (const void *)call->hdr;
	u32 id = le32_to_cpu(cmd->resource_id);
	struct vsim_resource *res = vsim_resource_find(call, id);

	xa_erase(&call->sim->ghosts, id);
	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	vsim_pages_check(call->sim, res, call->name);
	if (!vsim_excused(res, VSIM_EXCUSE_MAP) && res->mapped != U64_MAX)
		vsim_violation("resource %u is dropped while it is mapped", id);
	if (!vsim_excused_owners(call->sim, res))
		vsim_violation("resource %u is dropped while %u contexts have it", id,
			       res->attached);
	if (!vsim_excused(res, VSIM_EXCUSE_SHOWN) && res->scanouts)
		vsim_violation("resource %u is dropped while scanouts 0x%x show it", id,
			       res->scanouts);
	for (unsigned int i = 0; i < VSIM_MAX_SCANOUTS; i++) {
		if (call->sim->outputs[i].resource == id)
			call->sim->outputs[i].resource = 0;
	}
	/* A late detach is no second violation. */
	if (res->attached || vsim_excused(res, 0))
		xa_store(&call->sim->ghosts, id, xa_mk_value(1), GFP_KERNEL);
	vsim_resource_free(call->sim, res);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* vsim_resource_attach - RESOURCE_ATTACH_BACKING */
u32 vsim_resource_attach(struct vsim_call *call)
{
	const struct virtio_gpu_resource_attach_backing *cmd = (const void *)call->hdr;
	struct vsim_resource *res = vsim_resource_find(call, le32_to_cpu(cmd->resource_id));

	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (res->backing && vsim_excused(res, VSIM_EXCUSE_MEMORY))
		vsim_resource_drop_backing(call->sim, res);
	if (res->blob_mem || res->backing) {
		vsim_violation("resource %u gets memory, and %s", res->id,
			       res->backing ? "has some" : "is a blob");
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	}
	if (!vsim_resource_set_backing(call, res, cmd + 1, le32_to_cpu(cmd->nr_entries)))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* vsim_resource_detach - RESOURCE_DETACH_BACKING */
u32 vsim_resource_detach(struct vsim_call *call)
{
	const struct virtio_gpu_resource_detach_backing *cmd = (const void *)call->hdr;
	struct vsim_resource *res = vsim_resource_find(call, le32_to_cpu(cmd->resource_id));

	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!res->backing && !vsim_excused(res, VSIM_EXCUSE_MEMORY)) {
		vsim_violation("resource %u loses memory that it does not have", res->id);
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	}
	vsim_pages_check(call->sim, res, call->name);
	vsim_resource_drop_backing(call->sim, res);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* vsim_resource_uuid - RESOURCE_ASSIGN_UUID */
u32 vsim_resource_uuid(struct vsim_call *call)
{
	const struct virtio_gpu_resource_assign_uuid *cmd = (const void *)call->hdr;
	struct vsim_resource *res = vsim_resource_find(call, le32_to_cpu(cmd->resource_id));
	struct virtio_gpu_resp_resource_uuid *resp = call->resp;

	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	resp->uuid[0] = 0x51;
	memcpy(&resp->uuid[12], &cmd->resource_id, sizeof(cmd->resource_id));
	return VIRTIO_GPU_RESP_OK_RESOURCE_UUID;
}
