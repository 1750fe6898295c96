// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does every command say what it was asked to say, and nothing else?
 *
 * What is expected is laid down with the structs of the wire, field by field; what
 * they do not name has to be zero.
 */
#include <linux/sizes.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_rect.h>
#include <drm/virtgpu_drm.h>

#include <kunit/test.h>

#include "virtgpu_cmd.h"
#include "virtgpu_cmd_display.h"
#include "virtgpu_payload.h"
#include "virtgpu_vbuf.h"

#define HDR		sizeof(struct virtio_gpu_ctrl_hdr)
#define TYPE(t)		.hdr.type = cpu_to_le32(VIRTIO_GPU_CMD_##t)
#define CTX(t, id)	.hdr = { .type = cpu_to_le32(VIRTIO_GPU_CMD_##t), \
				 .ctx_id = cpu_to_le32(id) }

/* Entries of a payload. */
#define ENTRIES		3

/* A command, and how it is to come out. */
struct test_command {
	const char *name;
	struct virtgpu_vbuf *(*encode)(void);
	const void *wire;
	size_t size;
	/* Of the answer; 0 for one without data. */
	u32 resp_type;
	u32 resp_min;
	u32 resp_size;
	/* A refusal is not logged. */
	bool quiet;
};

#define COMMAND(what, ...) \
	{ .name = #what, .encode = encode_##what, .wire = &wire_##what, \
	  .size = sizeof(wire_##what), __VA_ARGS__ }

static const struct drm_rect rect = DRM_RECT_INIT(1, 2, 3, 4);

#define RECT { \
	.x = cpu_to_le32(1), .y = cpu_to_le32(2), \
	.width = cpu_to_le32(3), .height = cpu_to_le32(4), \
}

static struct virtgpu_payload *entries(void)
{
	return virtgpu_payload_alloc(ENTRIES * sizeof(struct virtio_gpu_mem_entry));
}

static struct virtgpu_vbuf *encode_create_2d(void)
{
	return virtgpu_cmd_create_2d(10, 11, 12, 13);
}

static const struct virtio_gpu_resource_create_2d wire_create_2d = {
	TYPE(RESOURCE_CREATE_2D),
	.resource_id = cpu_to_le32(10),
	.format = cpu_to_le32(11),
	.width = cpu_to_le32(12),
	.height = cpu_to_le32(13),
};

static struct virtgpu_vbuf *encode_attach_backing(void)
{
	return virtgpu_cmd_attach_backing(10, entries());
}

static const struct virtio_gpu_resource_attach_backing wire_attach_backing = {
	TYPE(RESOURCE_ATTACH_BACKING),
	.resource_id = cpu_to_le32(10),
	.nr_entries = cpu_to_le32(ENTRIES),
};

static struct virtgpu_vbuf *encode_unref(void)
{
	return virtgpu_cmd_unref(10);
}

static const struct virtio_gpu_resource_unref wire_unref = {
	TYPE(RESOURCE_UNREF),
	.resource_id = cpu_to_le32(10),
};

static struct virtgpu_vbuf *encode_transfer_to_host_2d(void)
{
	return virtgpu_cmd_transfer_to_host_2d(10, SZ_8G, 1, 2, 3, 4, GFP_KERNEL);
}

static const struct virtio_gpu_transfer_to_host_2d wire_transfer_to_host_2d = {
	TYPE(TRANSFER_TO_HOST_2D),
	.r = RECT,
	.offset = cpu_to_le64(SZ_8G),
	.resource_id = cpu_to_le32(10),
};

static const struct virtgpu_texture texture = {
	.target = 11, .format = 12, .bind = 13, .width = 14, .height = 15, .depth = 16,
	.array_size = 17, .last_level = 18, .nr_samples = 19, .flags = 20,
};

static struct virtgpu_vbuf *encode_create_3d(void)
{
	return virtgpu_cmd_create_3d(10, &texture);
}

static const struct virtio_gpu_resource_create_3d wire_create_3d = {
	TYPE(RESOURCE_CREATE_3D),
	.resource_id = cpu_to_le32(10),
	.target = cpu_to_le32(11),
	.format = cpu_to_le32(12),
	.bind = cpu_to_le32(13),
	.width = cpu_to_le32(14),
	.height = cpu_to_le32(15),
	.depth = cpu_to_le32(16),
	.array_size = cpu_to_le32(17),
	.last_level = cpu_to_le32(18),
	.nr_samples = cpu_to_le32(19),
	.flags = cpu_to_le32(20),
};

static const struct drm_virtgpu_3d_box box = {
	.x = 21, .y = 22, .z = 23, .w = 24, .h = 25, .d = 26,
};

static const struct virtgpu_transfer transfer = {
	.ctx_id = 9, .box = &box, .level = 11, .offset = SZ_8G, .stride = 12,
	.layer_stride = 13,
};

#define TRANSFER_3D(t) { \
	CTX(t, 9), \
	.box = { .x = cpu_to_le32(21), .y = cpu_to_le32(22), .z = cpu_to_le32(23), \
		 .w = cpu_to_le32(24), .h = cpu_to_le32(25), .d = cpu_to_le32(26) }, \
	.offset = cpu_to_le64(SZ_8G), \
	.resource_id = cpu_to_le32(10), \
	.level = cpu_to_le32(11), \
	.stride = cpu_to_le32(12), \
	.layer_stride = cpu_to_le32(13), \
}

static struct virtgpu_vbuf *encode_transfer_to_host_3d(void)
{
	return virtgpu_cmd_transfer_3d(10, &transfer, true);
}

static const struct virtio_gpu_transfer_host_3d wire_transfer_to_host_3d =
	TRANSFER_3D(TRANSFER_TO_HOST_3D);

static struct virtgpu_vbuf *encode_transfer_from_host_3d(void)
{
	return virtgpu_cmd_transfer_3d(10, &transfer, false);
}

static const struct virtio_gpu_transfer_host_3d wire_transfer_from_host_3d =
	TRANSFER_3D(TRANSFER_FROM_HOST_3D);

static struct virtgpu_vbuf *encode_submit(void)
{
	return virtgpu_cmd_submit(9, 0);
}

static const struct virtio_gpu_cmd_submit wire_submit = {
	CTX(SUBMIT_3D, 9),
};

static struct virtgpu_vbuf *encode_submit_long(void)
{
	return virtgpu_cmd_submit(9, VIRTGPU_VBUF_CMD_SIZE);
}

static const struct virtio_gpu_cmd_submit wire_submit_long = {
	CTX(SUBMIT_3D, 9),
	.size = cpu_to_le32(VIRTGPU_VBUF_CMD_SIZE),
};

static const struct virtgpu_blob blob = {
	.ctx_id = 9, .mem = 11, .flags = 12, .id = BIT_ULL(40), .size = SZ_8G,
};

static struct virtgpu_vbuf *encode_create_host_blob(void)
{
	return virtgpu_cmd_create_blob(10, &blob, NULL);
}

static const struct virtio_gpu_resource_create_blob wire_create_host_blob = {
	CTX(RESOURCE_CREATE_BLOB, 9),
	.resource_id = cpu_to_le32(10),
	.blob_mem = cpu_to_le32(11),
	.blob_flags = cpu_to_le32(12),
	.blob_id = cpu_to_le64(BIT_ULL(40)),
	.size = cpu_to_le64(SZ_8G),
};

static struct virtgpu_vbuf *encode_create_guest_blob(void)
{
	return virtgpu_cmd_create_blob(10, &blob, entries());
}

static const struct virtio_gpu_resource_create_blob wire_create_guest_blob = {
	CTX(RESOURCE_CREATE_BLOB, 9),
	.resource_id = cpu_to_le32(10),
	.blob_mem = cpu_to_le32(11),
	.blob_flags = cpu_to_le32(12),
	.nr_entries = cpu_to_le32(ENTRIES),
	.blob_id = cpu_to_le64(BIT_ULL(40)),
	.size = cpu_to_le64(SZ_8G),
};

static struct virtgpu_vbuf *encode_map_blob(void)
{
	return virtgpu_cmd_map_blob(10, SZ_8G);
}

static const struct virtio_gpu_resource_map_blob wire_map_blob = {
	TYPE(RESOURCE_MAP_BLOB),
	.resource_id = cpu_to_le32(10),
	.offset = cpu_to_le64(SZ_8G),
};

static struct virtgpu_vbuf *encode_unmap_blob(void)
{
	return virtgpu_cmd_unmap_blob(10);
}

static const struct virtio_gpu_resource_unmap_blob wire_unmap_blob = {
	TYPE(RESOURCE_UNMAP_BLOB),
	.resource_id = cpu_to_le32(10),
};

static struct virtgpu_vbuf *encode_assign_uuid(void)
{
	return virtgpu_cmd_assign_uuid(10);
}

static const struct virtio_gpu_resource_assign_uuid wire_assign_uuid = {
	TYPE(RESOURCE_ASSIGN_UUID),
	.resource_id = cpu_to_le32(10),
};

static struct virtgpu_vbuf *encode_ctx_create(void)
{
	return virtgpu_cmd_ctx_create(9, 4, "glxgears");
}

static const struct virtio_gpu_ctx_create wire_ctx_create = {
	CTX(CTX_CREATE, 9),
	.nlen = cpu_to_le32(8),
	.context_init = cpu_to_le32(4),
	.debug_name = "glxgears",
};

static struct virtgpu_vbuf *encode_ctx_destroy(void)
{
	return virtgpu_cmd_ctx_destroy(9);
}

static const struct virtio_gpu_ctx_destroy wire_ctx_destroy = {
	CTX(CTX_DESTROY, 9),
};

static struct virtgpu_vbuf *encode_ctx_attach(void)
{
	return virtgpu_cmd_ctx_resource(9, 10, true, GFP_KERNEL);
}

static const struct virtio_gpu_ctx_resource wire_ctx_attach = {
	CTX(CTX_ATTACH_RESOURCE, 9),
	.resource_id = cpu_to_le32(10),
};

static struct virtgpu_vbuf *encode_ctx_detach(void)
{
	return virtgpu_cmd_ctx_resource(9, 10, false, GFP_KERNEL);
}

static const struct virtio_gpu_ctx_resource wire_ctx_detach = {
	CTX(CTX_DETACH_RESOURCE, 9),
	.resource_id = cpu_to_le32(10),
};

static struct virtgpu_vbuf *encode_capset_info(void)
{
	return virtgpu_cmd_capset_info(3);
}

static const struct virtio_gpu_get_capset_info wire_capset_info = {
	TYPE(GET_CAPSET_INFO),
	.capset_index = cpu_to_le32(3),
};

static struct virtgpu_vbuf *encode_capset(void)
{
	return virtgpu_cmd_capset(4, 2, 160);
}

static const struct virtio_gpu_get_capset wire_capset = {
	TYPE(GET_CAPSET),
	.capset_id = cpu_to_le32(4),
	.capset_version = cpu_to_le32(2),
};

static const struct virtgpu_scanout scanout = {
	.res_id = 10, .x = 1, .y = 2, .width = 3, .height = 4,
};

static struct virtgpu_vbuf *set_scanout(const struct virtgpu_scanout *what)
{
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_set_scanout_alloc();

	if (vbuf)
		virtgpu_cmd_set_scanout_fill(vbuf, 5, what);
	return vbuf;
}

static struct virtgpu_vbuf *encode_set_scanout(void)
{
	return set_scanout(&scanout);
}

static const struct virtio_gpu_set_scanout wire_set_scanout = {
	TYPE(SET_SCANOUT),
	.r = RECT,
	.scanout_id = cpu_to_le32(5),
	.resource_id = cpu_to_le32(10),
};

static struct virtgpu_vbuf *encode_scanout_off(void)
{
	static const struct virtgpu_scanout off;

	return set_scanout(&off);
}

static const struct virtio_gpu_set_scanout wire_scanout_off = {
	TYPE(SET_SCANOUT),
	.scanout_id = cpu_to_le32(5),
};

static const struct virtgpu_scanout scanout_blob = {
	.res_id = 10, .blob_mem = VIRTGPU_BLOB_MEM_GUEST, .format = 11, .fb_width = 12,
	.fb_height = 13, .pitch = 14, .offset = 15, .x = 1, .y = 2, .width = 3, .height = 4,
};

static struct virtgpu_vbuf *encode_set_scanout_blob(void)
{
	return set_scanout(&scanout_blob);
}

static const struct virtio_gpu_set_scanout_blob wire_set_scanout_blob = {
	TYPE(SET_SCANOUT_BLOB),
	.r = RECT,
	.scanout_id = cpu_to_le32(5),
	.resource_id = cpu_to_le32(10),
	.width = cpu_to_le32(12),
	.height = cpu_to_le32(13),
	.format = cpu_to_le32(11),
	.strides = { cpu_to_le32(14) },
	.offsets = { cpu_to_le32(15) },
};

static struct virtgpu_vbuf *encode_flush(void)
{
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_flush_alloc();

	virtgpu_cmd_flush_fill(vbuf, 10, &rect);
	return vbuf;
}

static const struct virtio_gpu_resource_flush wire_flush = {
	TYPE(RESOURCE_FLUSH),
	.r = RECT,
	.resource_id = cpu_to_le32(10),
};

static struct virtgpu_vbuf *encode_upload(void)
{
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_upload_alloc();

	virtgpu_cmd_upload_fill(vbuf, 10, SZ_8G, &rect);
	return vbuf;
}

static const struct virtio_gpu_transfer_to_host_2d wire_upload = {
	TYPE(TRANSFER_TO_HOST_2D),
	.r = RECT,
	.offset = cpu_to_le64(SZ_8G),
	.resource_id = cpu_to_le32(10),
};

static struct virtgpu_vbuf *encode_upload_none(void)
{
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_upload_alloc();

	virtgpu_cmd_upload_none(vbuf, 10);
	return vbuf;
}

static const struct virtio_gpu_resource_flush wire_upload_none = {
	TYPE(RESOURCE_FLUSH),
	.r = { .width = cpu_to_le32(1), .height = cpu_to_le32(1) },
	.resource_id = cpu_to_le32(10),
};

static struct virtgpu_vbuf *encode_get_display_info(void)
{
	return virtgpu_cmd_get_display_info();
}

static const struct virtio_gpu_ctrl_hdr wire_get_display_info = {
	.type = cpu_to_le32(VIRTIO_GPU_CMD_GET_DISPLAY_INFO),
};

static struct virtgpu_vbuf *encode_get_edid(void)
{
	return virtgpu_cmd_get_edid(5);
}

static const struct virtio_gpu_cmd_get_edid wire_get_edid = {
	TYPE(GET_EDID),
	.scanout = cpu_to_le32(5),
};

static const struct test_command commands[] = {
	COMMAND(create_2d),
	COMMAND(attach_backing),
	COMMAND(unref),
	COMMAND(transfer_to_host_2d),
	COMMAND(create_3d),
	COMMAND(transfer_to_host_3d),
	COMMAND(transfer_from_host_3d),
	COMMAND(submit),
	COMMAND(submit_long),
	COMMAND(create_host_blob),
	COMMAND(create_guest_blob),
	COMMAND(map_blob, VIRTIO_GPU_RESP_OK_MAP_INFO, HDR + 8, HDR + 8),
	COMMAND(unmap_blob),
	COMMAND(assign_uuid, VIRTIO_GPU_RESP_OK_RESOURCE_UUID, HDR + 16, HDR + 16),
	COMMAND(ctx_create),
	COMMAND(ctx_destroy),
	COMMAND(ctx_attach),
	COMMAND(ctx_detach),
	COMMAND(capset_info, VIRTIO_GPU_RESP_OK_CAPSET_INFO, HDR + 16, HDR + 16),
	COMMAND(capset, VIRTIO_GPU_RESP_OK_CAPSET, HDR, HDR + 160),
	COMMAND(set_scanout),
	COMMAND(scanout_off),
	COMMAND(set_scanout_blob),
	COMMAND(flush),
	COMMAND(upload),
	COMMAND(upload_none, .quiet = true),
	COMMAND(get_display_info, VIRTIO_GPU_RESP_OK_DISPLAY_INFO, HDR + 16 * 24, HDR + 16 * 24),
	COMMAND(get_edid, VIRTIO_GPU_RESP_OK_EDID, HDR + 8, HDR + 8 + 1024, .quiet = true),
};

static void virtgpu_kunit_command_desc(const struct test_command *command, char *desc)
{
	strscpy(desc, command->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(command, commands, virtgpu_kunit_command_desc);

static struct virtgpu_vbuf *encode(struct kunit *test)
{
	const struct test_command *command = test->param_value;
	struct virtgpu_vbuf *vbuf = command->encode();

	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	return vbuf;
}

/* The bytes on the wire are those of the specification, and no others. */
static void command_encoded_wire_as_specified(struct kunit *test)
{
	const struct test_command *command = test->param_value;
	struct virtgpu_vbuf *vbuf = encode(test);

	KUNIT_EXPECT_EQ(test, vbuf->cmd_size, command->size);
	KUNIT_EXPECT_MEMEQ(test, vbuf->cmd, command->wire, command->size);
	virtgpu_vbuf_put(vbuf);
}

/* Room is offered for the answer that belongs to the command. */
static void command_encoded_response_as_specified(struct kunit *test)
{
	const struct test_command *command = test->param_value;
	struct virtgpu_vbuf *vbuf = encode(test);
	u32 type = command->resp_type ?: VIRTIO_GPU_RESP_OK_NODATA;

	KUNIT_EXPECT_EQ(test, vbuf->resp_type, type);
	KUNIT_EXPECT_EQ(test, vbuf->resp_min, command->resp_min ?: HDR);
	KUNIT_EXPECT_EQ(test, vbuf->resp_size, command->resp_size ?: HDR);
	KUNIT_EXPECT_EQ(test, vbuf->quiet, command->quiet);
	virtgpu_vbuf_put(vbuf);
}

/* Nothing happens at a command's end but what its sender asks for. */
static void command_encoded_hooks_none(struct kunit *test)
{
	struct virtgpu_vbuf *vbuf = encode(test);

	KUNIT_EXPECT_NULL(test, vbuf->fence);
	KUNIT_EXPECT_NULL(test, vbuf->obj);
	KUNIT_EXPECT_TRUE(test, !vbuf->done && !vbuf->release);
	virtgpu_vbuf_put(vbuf);
}

/* What the memory held before is no business of the host's. */
static void command_in_used_memory_shows_nothing_of_it(struct kunit *test)
{
	struct virtgpu_vbuf *vbuf = kunit_kmalloc(test, sizeof(*vbuf), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	memset(vbuf, 0xa5, sizeof(*vbuf));
	virtgpu_vbuf_init(vbuf, 0, HDR);
	KUNIT_EXPECT_NULL(test, memchr_inv(vbuf->cmd, 0, vbuf->cmd_size));
	KUNIT_EXPECT_NULL(test, memchr_inv(vbuf->resp, 0, sizeof(vbuf->resp_inline)));
}

/* Cursor commands offer no room: QEMU answers with a length of 0. */
static void cursor_moved_wire_as_specified(struct kunit *test)
{
	static const struct virtgpu_cursor_pos pos = {
		.scanout = 5, .x = -1, .y = 2, .res_id = 10, .hot_x = 3, .hot_y = 4,
	};
	struct virtio_gpu_update_cursor wire = {
		TYPE(MOVE_CURSOR),
		.pos = { .scanout_id = cpu_to_le32(5), .x = cpu_to_le32(-1),
			 .y = cpu_to_le32(2) },
		.resource_id = cpu_to_le32(10),
		.hot_x = cpu_to_le32(3),
		.hot_y = cpu_to_le32(4),
	};
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_cursor_alloc();

	virtgpu_cmd_cursor_fill(vbuf, false, &pos);
	KUNIT_EXPECT_EQ(test, vbuf->cmd_size, sizeof(wire));
	KUNIT_EXPECT_MEMEQ(test, vbuf->cmd, &wire, sizeof(wire));
	KUNIT_EXPECT_EQ(test, vbuf->resp_size, 0);
	wire.hdr.type = cpu_to_le32(VIRTIO_GPU_CMD_UPDATE_CURSOR);
	virtgpu_cmd_cursor_fill(vbuf, true, &pos);
	KUNIT_EXPECT_MEMEQ(test, vbuf->cmd, &wire, sizeof(wire));
	virtgpu_vbuf_put(vbuf);
}

/* A name that is too long is cut; its length is that of what is left. */
static void context_long_name_truncated(struct kunit *test)
{
	static const char name[] =
		"0123456789012345678901234567890123456789012345678901234567890123456789";
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_ctx_create(9, 0, name);
	const struct virtio_gpu_ctx_create *cmd;

	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	cmd = (const void *)vbuf->cmd;
	KUNIT_EXPECT_EQ(test, le32_to_cpu(cmd->nlen), sizeof(cmd->debug_name) - 1);
	KUNIT_EXPECT_MEMEQ(test, cmd->debug_name, name, sizeof(cmd->debug_name) - 1);
	KUNIT_EXPECT_EQ(test, cmd->debug_name[sizeof(cmd->debug_name) - 1], 0);
	virtgpu_vbuf_put(vbuf);
}

static struct kunit_case virtgpu_kunit_cmd_cases[] = {
	KUNIT_CASE_PARAM(command_encoded_wire_as_specified, command_gen_params),
	KUNIT_CASE_PARAM(command_encoded_response_as_specified, command_gen_params),
	KUNIT_CASE_PARAM(command_encoded_hooks_none, command_gen_params),
	KUNIT_CASE(command_in_used_memory_shows_nothing_of_it),
	KUNIT_CASE(cursor_moved_wire_as_specified),
	KUNIT_CASE(context_long_name_truncated),
	{}
};

static struct kunit_suite virtgpu_kunit_cmd_suite = {
	.name = "virtgpu-cmd",
	.test_cases = virtgpu_kunit_cmd_cases,
};

kunit_test_suite(virtgpu_kunit_cmd_suite);
