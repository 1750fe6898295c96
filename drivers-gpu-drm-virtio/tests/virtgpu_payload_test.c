// SPDX-License-Identifier: GPL-2.0-only
/*
 * When is there a payload, and is a long payload one thing, although it is in pieces?
 */
#include <linux/virtio_gpu.h>

#include <kunit/test.h>

#include "virtgpu_cmd.h"
#include "virtgpu_payload.h"
#include "virtgpu_vbuf.h"

static struct virtgpu_payload *payload_of(struct kunit *test, size_t size)
{
	struct virtgpu_payload *payload = virtgpu_payload_alloc(size);

	KUNIT_ASSERT_NOT_NULL(test, payload);
	KUNIT_EXPECT_EQ(test, payload->size, size);
	return payload;
}

static size_t sum(const struct virtgpu_payload *payload)
{
	size_t bytes = 0;

	for (unsigned int i = 0; i < payload->nents; i++)
		bytes += payload->sg[i].length;
	return bytes;
}

static const size_t sizes[] = {
	1, 4, VIRTGPU_PAYLOAD_CHUNK - 1, VIRTGPU_PAYLOAD_CHUNK, VIRTGPU_PAYLOAD_CHUNK + 1,
	VIRTGPU_PAYLOAD_MAX - 1, VIRTGPU_PAYLOAD_MAX,
};

static void virtgpu_kunit_size_desc(const size_t *size, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%zu", *size);
}

KUNIT_ARRAY_PARAM(size, sizes, virtgpu_kunit_size_desc);

static void the_pieces_are_as_long_as_the_whole(struct kunit *test)
{
	size_t size = *(const size_t *)test->param_value;
	struct virtgpu_payload *payload = payload_of(test, size);

	KUNIT_EXPECT_EQ(test, sum(payload), size);
	KUNIT_EXPECT_EQ(test, payload->nents, DIV_ROUND_UP(size, VIRTGPU_PAYLOAD_CHUNK));
	KUNIT_EXPECT_TRUE(test, sg_is_last(&payload->sg[payload->nents - 1]));
	virtgpu_payload_free(payload);
}

static void the_longest_payload_has_few_descriptors(struct kunit *test)
{
	struct virtgpu_payload *payload = payload_of(test, VIRTGPU_PAYLOAD_MAX);

	KUNIT_EXPECT_LE(test, payload->nents, 130);
	virtgpu_payload_free(payload);
}

static void every_byte_has_one_place(struct kunit *test)
{
	struct virtgpu_payload *payload = payload_of(test, 2 * VIRTGPU_PAYLOAD_CHUNK + 8);

	KUNIT_EXPECT_PTR_EQ(test, virtgpu_payload_at(payload, 0), sg_virt(&payload->sg[0]));
	KUNIT_EXPECT_PTR_EQ(test, virtgpu_payload_at(payload, VIRTGPU_PAYLOAD_CHUNK - 1),
			    sg_virt(&payload->sg[0]) + VIRTGPU_PAYLOAD_CHUNK - 1);
	KUNIT_EXPECT_PTR_EQ(test, virtgpu_payload_at(payload, VIRTGPU_PAYLOAD_CHUNK),
			    sg_virt(&payload->sg[1]));
	KUNIT_EXPECT_PTR_EQ(test, virtgpu_payload_at(payload, 2 * VIRTGPU_PAYLOAD_CHUNK + 7),
			    sg_virt(&payload->sg[2]) + 7);
	virtgpu_payload_free(payload);
}

/* A stream that fits goes in the vbuf; one byte more, and it is a payload. */
static void stream_longest_inline_has_no_payload(struct kunit *test)
{
	const u32 room = VIRTGPU_VBUF_CMD_SIZE - sizeof(struct virtio_gpu_cmd_submit);
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_submit(9, room);

	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	KUNIT_EXPECT_NULL(test, vbuf->payload);
	KUNIT_EXPECT_EQ(test, vbuf->cmd_size, VIRTGPU_VBUF_CMD_SIZE);
	virtgpu_vbuf_put(vbuf);

	vbuf = virtgpu_cmd_submit(9, room + 1);
	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	KUNIT_ASSERT_NOT_NULL(test, vbuf->payload);
	KUNIT_EXPECT_EQ(test, vbuf->payload->size, room + 1);
	KUNIT_EXPECT_EQ(test, vbuf->cmd_size, sizeof(struct virtio_gpu_cmd_submit));
	virtgpu_vbuf_put(vbuf);
}

static struct kunit_case virtgpu_kunit_payload_cases[] = {
	KUNIT_CASE_PARAM(the_pieces_are_as_long_as_the_whole, size_gen_params),
	KUNIT_CASE(the_longest_payload_has_few_descriptors),
	KUNIT_CASE(every_byte_has_one_place),
	KUNIT_CASE(stream_longest_inline_has_no_payload),
	{}
};

static struct kunit_suite virtgpu_kunit_payload_suite = {
	.name = "virtgpu-payload",
	.test_cases = virtgpu_kunit_payload_cases,
};

kunit_test_suite(virtgpu_kunit_payload_suite);
