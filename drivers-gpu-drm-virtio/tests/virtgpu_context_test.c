// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a context end whose client has gone?
 */
#include <linux/dma-fence.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_file.h>

#include <kunit/test.h>

#include "virtgpu_test_host.h"
#include "virtgpu_cmd.h"
#include "virtgpu_context.h"
#include "virtgpu_fence.h"
#include "virtgpu_job.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

/* More bytes than all clients that are gone may leave parked */
#define TOO_MUCH	(256 * 1024 * 1024)

/* So many commands has the ring room for */
#define IN_RING		(VIRTGPU_KUNIT_RING / 2)

static int virtgpu_kunit_context_init(struct kunit *test)
{
	test->priv = virtgpu_kunit_host_start(test);
	return 0;
}

static void virtgpu_kunit_context_exit(struct kunit *test)
{
	if (test->priv)
		virtgpu_kunit_host_stop(test->priv);
}

static struct virtgpu_kunit_cmd see(struct kunit *test)
{
	struct virtgpu_kunit_cmd cmd = virtgpu_kunit_host_see(test->priv);

	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	return cmd;
}

static void answer(struct kunit *test, const struct virtgpu_kunit_cmd *cmd)
{
	virtgpu_kunit_host_answer(test->priv, cmd, VIRTIO_GPU_RESP_OK_NODATA,
				  sizeof(*cmd->resp));
}

/* A client whose context the host knows */
static struct drm_file *come(struct kunit *test)
{
	struct drm_file *file = kunit_kzalloc(test, sizeof(*file), GFP_KERNEL);
	const struct virtgpu_context_params params = {};
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_kunit_cmd cmd;

	KUNIT_ASSERT_NOT_NULL(test, file);
	KUNIT_ASSERT_EQ(test, virtgpu_context_open(&host->drm, file), 0);
	KUNIT_ASSERT_EQ(test, virtgpu_context_create(virtgpu_context_file(file), &params), 0);
	cmd = see(test);
	answer(test, &cmd);
	return file;
}

static struct dma_fence *submit(struct kunit *test, struct virtgpu_context *ctx)
{
	struct virtgpu_timeline *timeline = virtgpu_context_timeline(ctx, VIRTGPU_RING_NONE);
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_submit(ctx->id, 0);
	struct dma_fence *fence;

	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	vbuf->fence = virtgpu_fence_alloc(ctx->vgdev, timeline->fence_context,
					  VIRTGPU_RING_NONE);
	KUNIT_ASSERT_NOT_NULL(test, vbuf->fence);
	fence = dma_fence_get(&vbuf->fence->base);
	virtgpu_jobq_submit(&ctx->jobq, timeline, vbuf);
	return fence;
}

/* It has no time, so nothing of it comes in front of its end any more, not even at once. */
static void end_of_a_context_without_time_is_sent_next(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct dma_fence *fences[IN_RING + 1];
	struct drm_file *file = come(test);
	struct virtgpu_context *ctx = virtgpu_context_peek(virtgpu_context_file(file));
	struct virtgpu_kunit_cmd first, cmd;

	for (unsigned int i = 0; i < ARRAY_SIZE(fences); i++)
		fences[i] = submit(test, ctx);
	WRITE_ONCE(ctx->jobq.parked_bytes, TOO_MUCH);
	virtgpu_context_close(&host->drm, file);

	first = see(test);
	for (unsigned int i = 1; i < IN_RING; i++)
		see(test);
	answer(test, &first);
	cmd = see(test);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(cmd.hdr->type), VIRTIO_GPU_CMD_CTX_DESTROY);
	answer(test, &cmd);
	virtgpu_vbuf_reclaim(&host->vgdev);
	for (unsigned int i = 0; i < ARRAY_SIZE(fences); i++) {
		KUNIT_EXPECT_EQ(test, dma_fence_get_status(fences[i]), i ? -ECANCELED : 1);
		dma_fence_put(fences[i]);
	}
}

static struct kunit_case virtgpu_kunit_context_cases[] = {
	KUNIT_CASE(end_of_a_context_without_time_is_sent_next),
	{}
};

static struct kunit_suite virtgpu_kunit_context_suite = {
	.name = "virtgpu-context",
	.init = virtgpu_kunit_context_init,
	.exit = virtgpu_kunit_context_exit,
	.test_cases = virtgpu_kunit_context_cases,
};

kunit_test_suite(virtgpu_kunit_context_suite);
