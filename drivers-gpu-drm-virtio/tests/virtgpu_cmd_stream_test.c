// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the stream of a submission arrive as its client has written it?
 */
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/virtio_gpu.h>

#include <kunit/test.h>

#include "virtgpu_cmd.h"
#include "virtgpu_payload.h"
#include "virtgpu_vbuf.h"

#define HDR	sizeof(struct virtio_gpu_cmd_submit)
#define INLINE	(VIRTGPU_VBUF_CMD_SIZE - HDR)

/* A stream, and how far behind the start of a page of the client's it begins. */
struct test_stream {
	size_t size;
	size_t offset;
};

static const struct test_stream streams[] = {
	{ 4, 0 }, { 32, 0 }, { 32, 1 }, { 35, 0 }, { 36, 0 }, { 64, 4092 }, { INLINE, 0 },
	{ INLINE + 1, 3 }, { VIRTGPU_PAYLOAD_SMALL, 0 }, { 3 * VIRTGPU_PAYLOAD_CHUNK + 5, 0 },
};

static void virtgpu_kunit_stream_desc(const struct test_stream *stream, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%zu at %zu", stream->size, stream->offset);
}

KUNIT_ARRAY_PARAM(stream, streams, virtgpu_kunit_stream_desc);

/* Any bytes, of which no two near ones are the same. */
static u8 byte_at(size_t at)
{
	return at * 7 + at / 251;
}

static void __user *client_memory(struct kunit *test, const struct test_stream *stream)
{
	u8 *bytes = kunit_kmalloc(test, stream->size, GFP_KERNEL);
	void __user *user;
	unsigned long at;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	for (size_t i = 0; i < stream->size; i++)
		bytes[i] = byte_at(i);
	at = kunit_vm_mmap(test, NULL, 0, PAGE_ALIGN(stream->offset + stream->size),
			   PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(at));
	user = (void __user *)(at + stream->offset);
	KUNIT_ASSERT_EQ(test, copy_to_user(user, bytes, stream->size), 0);
	return user;
}

/* Behind the header, or in pieces of its own; the header says how long it is. */
static void stream_of_a_client_arrives_whole(struct kunit *test)
{
	const struct test_stream *stream = test->param_value;
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_submit(9, stream->size);
	const struct virtio_gpu_cmd_submit *cmd;
	size_t wrong = 0;

	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	KUNIT_ASSERT_EQ(test, virtgpu_cmd_submit_stream(vbuf, client_memory(test, stream)), 0);
	cmd = (const void *)vbuf->cmd;
	KUNIT_EXPECT_EQ(test, le32_to_cpu(cmd->hdr.type), VIRTIO_GPU_CMD_SUBMIT_3D);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(cmd->hdr.ctx_id), 9);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(cmd->size), stream->size);
	KUNIT_EXPECT_EQ(test, vbuf->cmd_size, HDR + (vbuf->payload ? 0 : stream->size));
	for (size_t i = 0; i < stream->size; i++) {
		const u8 *at = vbuf->payload ? virtgpu_payload_at(vbuf->payload, i) :
					       vbuf->cmd + HDR + i;

		wrong += *at != byte_at(i);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
	virtgpu_vbuf_put(vbuf);
}

/* Nothing is read for a stream that is empty. */
static void stream_of_no_bytes_reads_none(struct kunit *test)
{
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_submit(9, 0);

	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	KUNIT_EXPECT_EQ(test, virtgpu_cmd_submit_stream(vbuf, NULL), 0);
	KUNIT_EXPECT_EQ(test, vbuf->cmd_size, HDR);
	virtgpu_vbuf_put(vbuf);
}

static struct kunit_case virtgpu_kunit_cmd_stream_cases[] = {
	KUNIT_CASE_PARAM(stream_of_a_client_arrives_whole, stream_gen_params),
	KUNIT_CASE(stream_of_no_bytes_reads_none),
	{}
};

static struct kunit_suite virtgpu_kunit_cmd_stream_suite = {
	.name = "virtgpu-cmd-stream",
	.test_cases = virtgpu_kunit_cmd_stream_cases,
};

kunit_test_suite(virtgpu_kunit_cmd_stream_suite);
