// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which screens are there, and what do they show?
 */
#include "vsim_fault.h"
#include "vsim_profile.h"

#define VSIM_EDID_SIZE		128
#define VSIM_CURSOR_SIZE	64

/* QEMU refuses scanouts with fewer pixels than this, either way. */
#define VSIM_SCANOUT_MIN	16

/* vsim_display_init - the screens of a new device: the first is on */
void vsim_display_init(struct vsim *sim)
{
	sim->outputs[0].width = sim->config.width;
	sim->outputs[0].height = sim->config.height;
	sim->outputs[0].enabled = sim->config.width;
}

/* vsim_display_info - GET_DISPLAY_INFO */
u32 vsim_display_info(struct vsim_call *call)
{
	struct virtio_gpu_resp_display_info *resp = call->resp;

	for (u32 i = 0; i < min_t(u32, call->sim->config.num_scanouts, VSIM_MAX_SCANOUTS); i++) {
		const struct vsim_output *output = &call->sim->outputs[i];
		struct virtio_gpu_display_one *one = &resp->pmodes[i];

		one->r.x = cpu_to_le32(output->x);
		one->r.y = cpu_to_le32(output->y);
		one->r.width = cpu_to_le32(output->width);
		one->r.height = cpu_to_le32(output->height);
		one->enabled = cpu_to_le32(output->enabled);
	}
	return VIRTIO_GPU_RESP_OK_DISPLAY_INFO;
}

/* The detailed timing of one mode at about 60 Hz; E-EDID 1.4, section 3.10.2. */
static void vsim_display_edid_timing(u8 *block, u32 width, u32 height)
{
	const u32 hblank = 160, vblank = 40;
	u32 clock = (width + hblank) * (height + vblank) * 60 / 10000;

	block[0] = clock;
	block[1] = clock >> 8;
	block[2] = width;
	block[3] = hblank;
	block[4] = (width >> 8) << 4;
	block[5] = height;
	block[6] = vblank;
	block[7] = (height >> 8) << 4;
	block[8] = 48;		/* front porch, in pixels */
	block[9] = 32;		/* sync, in pixels */
	block[10] = 3 << 4 | 6;	/* front porch and sync, in lines */
	block[17] = 0x1e;	/* separate syncs */
}

static void vsim_display_edid_fill(u8 *edid, u32 width, u32 height)
{
	static const u8 start[] = {
		0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
		0x5a, 0x6d,		/* manufacturer VSM */
		0x01, 0x00, 0x01, 0x00, 0x00, 0x00,
		0x01, 0x22,		/* week, year */
		0x01, 0x04,		/* version 1.4 */
		0xa5, 0x00, 0x00, 0x78, 0x06,
	};
	u8 sum = 0;

	memcpy(edid, start, sizeof(start));
	memset(edid + 38, 0x01, 16);	/* no standard timings */
	vsim_display_edid_timing(edid + 54, width, height);
	for (unsigned int i = 72; i < 126; i += 18)
		edid[i + 3] = 0x10;	/* dummy descriptors */
	for (unsigned int i = 0; i < VSIM_EDID_SIZE - 1; i++)
		sum += edid[i];
	edid[VSIM_EDID_SIZE - 1] = -sum;
}

/* vsim_display_edid - GET_EDID; the size is the buffer's, as QEMU has it */
u32 vsim_display_edid(struct vsim_call *call)
{
	const struct virtio_gpu_cmd_get_edid *cmd = (const void *)call->hdr;
	struct virtio_gpu_resp_edid *resp = call->resp;
	u32 index = le32_to_cpu(cmd->scanout);
	const struct vsim_output *output;

	if (index >= min_t(u32, call->sim->config.num_scanouts, VSIM_MAX_SCANOUTS)) {
		vsim_violation("GET_EDID of scanout %u", index);
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;
	}
	output = &call->sim->outputs[index];
	if (!output->enabled)
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	resp->size = cpu_to_le32(sizeof(resp->edid));
	vsim_display_edid_fill(resp->edid, output->width, output->height);
	return VIRTIO_GPU_RESP_OK_EDID;
}

/* A screen shows another resource, 0: none. */
static u32 vsim_display_show(struct vsim_call *call, u32 index, struct vsim_resource *res)
{
	struct vsim_resource *old;
	struct vsim_output *output;

	if (index >= min_t(u32, call->sim->config.num_scanouts, VSIM_MAX_SCANOUTS)) {
		vsim_violation("%s of scanout %u", call->name, index);
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;
	}
	output = &call->sim->outputs[index];
	old = xa_load(&call->sim->resources, output->resource);
	if (old)
		old->scanouts &= ~BIT(index);
	output->resource = res ? res->id : 0;
	if (res)
		res->scanouts |= BIT(index);
	return VIRTIO_GPU_RESP_OK_NODATA;
}

static bool vsim_display_fits(struct vsim_call *call, const struct vsim_resource *res,
			      const struct virtio_gpu_rect *r, u32 width, u32 height)
{
	u32 x = le32_to_cpu(r->x), y = le32_to_cpu(r->y);
	u32 w = le32_to_cpu(r->width), h = le32_to_cpu(r->height);

	if (w && h && w <= width && x <= width - w && h <= height && y <= height - h)
		return true;
	vsim_violation("%s of %ux%u+%u+%u, which is not in resource %u of %ux%u", call->name, w,
		       h, x, y, res->id, width, height);
	return false;
}

static bool vsim_display_can_show(struct vsim_call *call, const struct vsim_resource *res,
				  const struct virtio_gpu_rect *r, u32 width, u32 height)
{
	u32 w = le32_to_cpu(r->width), h = le32_to_cpu(r->height);

	if (w < VSIM_SCANOUT_MIN || h < VSIM_SCANOUT_MIN) {
		vsim_violation("%s of %ux%u: hosts show nothing that small", call->name, w, h);
		return false;
	}
	return vsim_display_fits(call, res, r, width, height);
}

/* vsim_display_scanout - SET_SCANOUT */
u32 vsim_display_scanout(struct vsim_call *call)
{
	const struct virtio_gpu_set_scanout *cmd = (const void *)call->hdr;
	u32 id = le32_to_cpu(cmd->resource_id);
	struct vsim_resource *res;

	if (!id)
		return vsim_display_show(call, le32_to_cpu(cmd->scanout_id), NULL);
	res = vsim_resource_find(call, id);
	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (res->blob_mem) {
		vsim_violation("SET_SCANOUT of resource %u, which is a blob", id);
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	}
	if (!vsim_display_can_show(call, res, &cmd->r, res->width, res->height))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	return vsim_display_show(call, le32_to_cpu(cmd->scanout_id), res);
}

/* vsim_display_scanout_blob - SET_SCANOUT_BLOB */
u32 vsim_display_scanout_blob(struct vsim_call *call)
{
	const struct virtio_gpu_set_scanout_blob *cmd = (const void *)call->hdr;
	u32 width = le32_to_cpu(cmd->width), height = le32_to_cpu(cmd->height);
	u32 stride = le32_to_cpu(cmd->strides[0]);
	struct vsim_resource *res;
	u64 end;

	if (!cmd->resource_id)
		return vsim_display_show(call, le32_to_cpu(cmd->scanout_id), NULL);
	res = vsim_resource_find(call, le32_to_cpu(cmd->resource_id));
	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!res->blob_mem) {
		vsim_violation("SET_SCANOUT_BLOB of resource %u, which is none", res->id);
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	}
	if (res->blob_mem == VIRTIO_GPU_BLOB_MEM_GUEST &&
	    vsim_is(call->sim, VSIM_QUIRK_GUEST_BLOB_UNSHOWN))
		return VIRTIO_GPU_RESP_ERR_UNSPEC;
	/* QEMU counts whole lines from the first pixel that is shown. */
	end = le32_to_cpu(cmd->offsets[0]) + (u64)le32_to_cpu(cmd->r.x) * res->bpp +
	      ((u64)le32_to_cpu(cmd->r.y) + le32_to_cpu(cmd->r.height)) * stride;
	if (stride < (u64)width * res->bpp || stride % res->bpp || end > res->size) {
		vsim_violation("SET_SCANOUT_BLOB of %ux%u, stride %u: resource %u has 0x%llx bytes",
			       width, height, stride, res->id, res->size);
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	}
	res->width = width;
	res->height = height;
	if (!vsim_display_can_show(call, res, &cmd->r, width, height))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	if (!le32_to_cpu(cmd->scanout_id))
		call->sim->outputs[0].format = le32_to_cpu(cmd->format);
	return vsim_display_show(call, le32_to_cpu(cmd->scanout_id), res);
}

/* vsim_display_flush - RESOURCE_FLUSH */
u32 vsim_display_flush(struct vsim_call *call)
{
	const struct virtio_gpu_resource_flush *cmd = (const void *)call->hdr;
	struct vsim_resource *res = vsim_resource_find(call, le32_to_cpu(cmd->resource_id));

	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	/* A blob that is on no screen has no shape. */
	if (res->blob_mem && (!res->scanouts || vsim_excused(res, VSIM_EXCUSE_SHOWN)))
		return VIRTIO_GPU_RESP_OK_NODATA;
	if (!vsim_display_fits(call, res, &cmd->r, res->width, res->height))
		return VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER;
	return VIRTIO_GPU_RESP_OK_NODATA;
}

/* Hosts take the image when they are told to show it. */
static u32 vsim_display_image(struct vsim_resource *res)
{
	u8 line[4 * VSIM_CURSOR_SIZE];
	u32 sum = 2166136261u;

	for (u32 y = 0; y < VSIM_CURSOR_SIZE; y++) {
		memset(line, 0, sizeof(line));
		if (res->blob_mem)
			vsim_storage_guest(res, sizeof(line) * y, line, sizeof(line), false);
		else
			vsim_storage_read(res, sizeof(line) * y, line, sizeof(line));
		for (u32 i = 0; i < sizeof(line); i++)
			sum = (sum ^ line[i]) * 16777619u;
	}
	return sum;
}

/* vsim_display_cursor - UPDATE_CURSOR and MOVE_CURSOR */
u32 vsim_display_cursor(struct vsim_call *call)
{
	const struct virtio_gpu_update_cursor *cmd = (const void *)call->hdr;
	u32 id = le32_to_cpu(cmd->resource_id);
	u32 index = le32_to_cpu(cmd->pos.scanout_id);
	struct vsim_resource *res;

	if (index >= min_t(u32, call->sim->config.num_scanouts, VSIM_MAX_SCANOUTS)) {
		vsim_violation("%s on scanout %u", call->name, index);
		return VIRTIO_GPU_RESP_ERR_INVALID_SCANOUT_ID;
	}
	if (le32_to_cpu(cmd->hdr.type) != VIRTIO_GPU_CMD_UPDATE_CURSOR)
		return VIRTIO_GPU_RESP_OK_NODATA;
	call->sim->outputs[index].cursor = id;
	if (!id)
		return VIRTIO_GPU_RESP_OK_NODATA;
	res = vsim_resource_find(call, id);
	if (!res)
		return VIRTIO_GPU_RESP_ERR_INVALID_RESOURCE_ID;
	if (!res->blob_mem &&
	    (res->width != VSIM_CURSOR_SIZE || res->height != VSIM_CURSOR_SIZE))
		vsim_violation("a cursor of %ux%u: hosts show %ux%u", res->width, res->height,
			       VSIM_CURSOR_SIZE, VSIM_CURSOR_SIZE);
	call->sim->outputs[index].image = vsim_display_image(res);
	return VIRTIO_GPU_RESP_OK_NODATA;
}
