// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is counted as waiting for an answer?
 */
#include <linux/completion.h>
#include <linux/virtio_gpu.h>

#include <kunit/test.h>

#include "virtgpu_cmd.h"
#include "virtgpu_test_host.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"
#include "virtgpu_vq_types.h"

/* A command in the ring that can wait, and of which the test holds a reference */
static struct virtgpu_vbuf *send_deferrable(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_unref(1);

	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	vbuf->deferrable = true;
	virtgpu_vq_queue(host->vgdev.ctrlq, virtgpu_vbuf_get(vbuf));
	virtgpu_vq_kick(host->vgdev.ctrlq);
	KUNIT_EXPECT_EQ(test, host->vgdev.ctrlq->num_awaited, 0);
	return vbuf;
}

static int virtgpu_kunit_vq_init(struct kunit *test)
{
	test->priv = virtgpu_kunit_host_start(test);
	return 0;
}

static void virtgpu_kunit_vq_exit(struct kunit *test)
{
	if (test->priv)
		virtgpu_kunit_host_stop(test->priv);
}

static void deferrable_command_awaited_counts_until_answered(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vbuf *vbuf = send_deferrable(test);
	struct virtgpu_kunit_cmd cmd;

	virtgpu_vq_await(host->vgdev.ctrlq, vbuf);
	KUNIT_EXPECT_EQ(test, host->vgdev.ctrlq->num_awaited, 1);
	virtgpu_vq_await(host->vgdev.ctrlq, vbuf);
	KUNIT_EXPECT_EQ(test, host->vgdev.ctrlq->num_awaited, 1);
	cmd = virtgpu_kunit_host_see(host);
	virtgpu_kunit_host_answer(host, &cmd, VIRTIO_GPU_RESP_OK_NODATA, sizeof(*cmd.resp));
	KUNIT_EXPECT_TRUE(test, completion_done(&vbuf->ended));
	KUNIT_EXPECT_EQ(test, host->vgdev.ctrlq->num_awaited, 0);
	virtgpu_vbuf_put(vbuf);
}

static void deferrable_command_answered_is_not_awaited(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vbuf *vbuf = send_deferrable(test);
	struct virtgpu_kunit_cmd cmd = virtgpu_kunit_host_see(host);

	virtgpu_kunit_host_answer(host, &cmd, VIRTIO_GPU_RESP_OK_NODATA, sizeof(*cmd.resp));
	virtgpu_vq_await(host->vgdev.ctrlq, vbuf);
	KUNIT_EXPECT_TRUE(test, completion_done(&vbuf->ended));
	KUNIT_EXPECT_EQ(test, host->vgdev.ctrlq->num_awaited, 0);
	virtgpu_vbuf_put(vbuf);
}

/* Who was about to wait when the device was reset finds one that works again. */
static void deferrable_command_taken_back_is_not_awaited(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vbuf *vbuf = send_deferrable(test);

	virtgpu_vq_set_state(&host->vgdev, VIRTGPU_STOPPING);
	virtgpu_vq_drain(&host->vgdev, -EIO);
	KUNIT_EXPECT_TRUE(test, completion_done(&vbuf->ended));
	virtgpu_vq_set_state(&host->vgdev, VIRTGPU_RUNNING);
	virtgpu_vq_await(host->vgdev.ctrlq, vbuf);
	KUNIT_EXPECT_EQ(test, host->vgdev.ctrlq->num_awaited, 0);
	virtgpu_vbuf_put(vbuf);
}

static struct kunit_case virtgpu_kunit_vq_cases[] = {
	KUNIT_CASE(deferrable_command_awaited_counts_until_answered),
	KUNIT_CASE(deferrable_command_answered_is_not_awaited),
	KUNIT_CASE(deferrable_command_taken_back_is_not_awaited),
	{}
};

static struct kunit_suite virtgpu_kunit_vq_suite = {
	.name = "virtgpu-vq",
	.init = virtgpu_kunit_vq_init,
	.exit = virtgpu_kunit_vq_exit,
	.test_cases = virtgpu_kunit_vq_cases,
};

kunit_test_suite(virtgpu_kunit_vq_suite);
