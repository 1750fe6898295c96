// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is a command that was used before as good as a new one?
 */
#include <linux/slab.h>

#include <kunit/test.h>

#include "virtgpu_payload.h"
#include "virtgpu_pool.h"
#include "virtgpu_vbuf.h"

#define FIXED	sizeof(struct virtio_gpu_ctrl_hdr)

static struct virtgpu_vbuf *vbuf_of(struct kunit *test, u32 type)
{
	struct virtgpu_vbuf *vbuf = virtgpu_vbuf_alloc(type, FIXED, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	return vbuf;
}

/* Nothing that a command was told before is left, nor what the host answered to it. */
static void vbuf_used_again_like_new(struct kunit *test)
{
	struct virtgpu_vbuf *vbuf = vbuf_of(test, VIRTIO_GPU_CMD_GET_CAPSET);
	struct virtio_gpu_ctrl_hdr *resp = vbuf->resp;

	resp->type = cpu_to_le32(VIRTIO_GPU_RESP_OK_NODATA);
	virtgpu_vbuf_hdr(vbuf)->ctx_id = cpu_to_le32(7);
	vbuf->error = -EIO;
	vbuf->awaited = true;
	vbuf->quiet = true;
	vbuf->urgent = true;
	complete_all(&vbuf->ended);

	/* As the pool would have it, but on kernels without pools, too. */
	virtgpu_vbuf_init(vbuf, VIRTIO_GPU_CMD_GET_DISPLAY_INFO, FIXED);
	resp = vbuf->resp;
	KUNIT_EXPECT_EQ(test, resp->type, 0);
	KUNIT_EXPECT_EQ(test, virtgpu_vbuf_hdr(vbuf)->ctx_id, 0);
	KUNIT_EXPECT_EQ(test, vbuf->error, 0);
	KUNIT_EXPECT_FALSE(test, vbuf->awaited || vbuf->quiet || vbuf->urgent);
	KUNIT_EXPECT_FALSE(test, completion_done(&vbuf->ended));
	virtgpu_vbuf_put(vbuf);
}

/* The place of a long answer goes with it; the next answer has the place inside. */
static void vbuf_used_after_long_answer_has_its_own_place(struct kunit *test)
{
	struct virtgpu_vbuf *vbuf = vbuf_of(test, VIRTIO_GPU_CMD_GET_EDID);

	KUNIT_ASSERT_EQ(test, virtgpu_vbuf_expect(vbuf, VIRTIO_GPU_RESP_OK_EDID, FIXED, 1024,
						  GFP_KERNEL), 0);
	KUNIT_EXPECT_PTR_EQ(test, sg_virt(&vbuf->resp_sg), vbuf->resp);
	virtgpu_vbuf_put(vbuf);
	vbuf = vbuf_of(test, VIRTIO_GPU_CMD_GET_CAPSET);
	KUNIT_EXPECT_PTR_EQ(test, vbuf->resp, (void *)vbuf->resp_inline);
	KUNIT_EXPECT_PTR_EQ(test, sg_virt(&vbuf->resp_sg), vbuf->resp);
	virtgpu_vbuf_put(vbuf);
}

/* However many are wanted, there are; what the pool does not keep is freed. */
static void vbuf_wanted_beyond_pool_allocated(struct kunit *test)
{
	const unsigned int count = 1000;
	struct virtgpu_vbuf **vbufs;
	unsigned int pooled = 0;

	virtgpu_vbuf_empty_pool();
	vbufs = kunit_kcalloc(test, count, sizeof(*vbufs), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vbufs);
	for (unsigned int i = 0; i < count; i++) {
		vbufs[i] = vbuf_of(test, VIRTIO_GPU_CMD_GET_CAPSET);
		pooled += vbufs[i]->pooled;
	}
	KUNIT_EXPECT_EQ(test, pooled > 0, virtgpu_compat_may_reuse());
	KUNIT_EXPECT_LT(test, pooled, count);
	for (unsigned int i = 0; i < count; i++)
		virtgpu_vbuf_put(vbufs[i]);
}

/* A pool has as many as it may have, and those come back. */
static void pool_full_does_not_grow(struct kunit *test)
{
	static struct virtgpu_pool pool = VIRTGPU_POOL_INIT(pool, 2);
	struct llist_node nodes[2];

	KUNIT_EXPECT_NULL(test, virtgpu_pool_take(&pool));
	KUNIT_EXPECT_TRUE(test, virtgpu_pool_grow(&pool));
	KUNIT_EXPECT_TRUE(test, virtgpu_pool_grow(&pool));
	KUNIT_EXPECT_FALSE(test, virtgpu_pool_grow(&pool));
	virtgpu_pool_give(&pool, &nodes[0]);
	virtgpu_pool_give(&pool, &nodes[1]);
	KUNIT_EXPECT_PTR_EQ(test, virtgpu_pool_take(&pool), &nodes[1]);
	KUNIT_EXPECT_PTR_EQ(test, virtgpu_pool_take(&pool), &nodes[0]);
	KUNIT_EXPECT_NULL(test, virtgpu_pool_take(&pool));
	virtgpu_pool_shrink(&pool);
	KUNIT_EXPECT_TRUE(test, virtgpu_pool_grow(&pool));
	virtgpu_pool_shrink(&pool);
	virtgpu_pool_shrink(&pool);
}

/* Of what two have taken at once, both put back what they leave. */
static void pool_put_back_by_two_keeps_all(struct kunit *test)
{
	static struct virtgpu_pool pool = VIRTGPU_POOL_INIT(pool, 5);
	struct llist_node nodes[5], *node;
	unsigned long seen = 0;

	for (unsigned int i = 0; i < 3; i++)
		virtgpu_pool_give(&pool, &nodes[i]);
	KUNIT_EXPECT_PTR_EQ(test, virtgpu_pool_take(&pool), &nodes[2]);
	nodes[3].next = &nodes[4];
	nodes[4].next = NULL;
	virtgpu_pool_put_back(&pool, &nodes[3]);
	while ((node = virtgpu_pool_take(&pool)))
		seen |= BIT(node - nodes);
	KUNIT_EXPECT_EQ(test, seen, BIT(0) | BIT(1) | BIT(3) | BIT(4));
}

static struct kunit_case virtgpu_kunit_vbuf_cases[] = {
	KUNIT_CASE(vbuf_used_again_like_new),
	KUNIT_CASE(vbuf_used_after_long_answer_has_its_own_place),
	KUNIT_CASE(vbuf_wanted_beyond_pool_allocated),
	KUNIT_CASE(pool_full_does_not_grow),
	KUNIT_CASE(pool_put_back_by_two_keeps_all),
	{}
};

static struct kunit_suite virtgpu_kunit_vbuf_suite = {
	.name = "virtgpu-vbuf",
	.test_cases = virtgpu_kunit_vbuf_cases,
};

kunit_test_suite(virtgpu_kunit_vbuf_suite);
