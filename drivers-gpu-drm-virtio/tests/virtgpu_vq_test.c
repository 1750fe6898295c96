// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is counted as waiting for an answer, and what becomes of what the ring does not take?
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/dma-fence.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/virtio_gpu.h>
#include <linux/workqueue.h>

#include <kunit/test.h>

#include "virtgpu_cmd.h"
#include "virtgpu_fence.h"
#include "virtgpu_payload.h"
#include "virtgpu_quota.h"
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

/* An empty ring that has no room, as one whose descriptors can't be mapped. */
static unsigned int take_room(struct virtgpu_kunit_host *host)
{
	unsigned int room = host->vqs[0]->num_free;

	host->vqs[0]->num_free = 0;
	return room;
}

static void give_room(struct virtgpu_kunit_host *host, unsigned int room)
{
	spin_lock_irq(&host->vgdev.ctrlq->lock);
	host->vqs[0]->num_free = room;
	spin_unlock_irq(&host->vgdev.ctrlq->lock);
}

/* The host would keep, and write to, what it is not told to let go. */
static void command_that_an_empty_ring_does_not_take_is_sent_later(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	unsigned int room = take_room(host);
	struct virtgpu_vbuf *vbuf = send_deferrable(test);
	struct virtgpu_kunit_cmd cmd;

	msleep(2000);
	KUNIT_EXPECT_FALSE(test, completion_done(&vbuf->ended));
	give_room(host, room);
	msleep(100);
	cmd = virtgpu_kunit_host_see(host);
	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	virtgpu_kunit_host_answer(host, &cmd, VIRTIO_GPU_RESP_OK_NODATA, sizeof(*cmd.resp));
	virtgpu_vq_reap(host->vgdev.ctrlq);
	KUNIT_EXPECT_TRUE(test, completion_done(&vbuf->ended));
	virtgpu_vbuf_put(vbuf);
}

/* It may be more than the machine can map, and others stand behind it. */
static void payload_that_an_empty_ring_never_takes_is_refused(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	unsigned int room = take_room(host);
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_submit(1, 4096);
	unsigned long from = jiffies;

	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	virtgpu_vq_queue(host->vgdev.ctrlq, virtgpu_vbuf_get(vbuf));
	virtgpu_vq_kick(host->vgdev.ctrlq);
	msleep(500);
	KUNIT_EXPECT_FALSE(test, completion_done(&vbuf->ended));
	KUNIT_EXPECT_GT(test, wait_for_completion_timeout(&vbuf->ended, 10 * HZ), 0UL);
	KUNIT_EXPECT_LT(test, jiffies_to_msecs(jiffies - from), 5000U);
	KUNIT_EXPECT_EQ(test, vbuf->error, -EIO);
	give_room(host, room);
	virtgpu_vbuf_put(vbuf);
}

/* Somebody who is making something, and stands in an allocation say, for a while */
struct maker {
	struct virtgpu_device *vgdev;
	struct completion entered;
	struct completion go;
	bool left;
};

static int make_for_long(void *data)
{
	struct maker *maker = data;
	int ret = virtgpu_vq_enter(maker->vgdev, 0);

	complete(&maker->entered);
	if (ret)
		return ret;
	wait_for_completion_timeout(&maker->go, 5 * HZ);
	WRITE_ONCE(maker->left, true);
	virtgpu_vq_leave(maker->vgdev);
	return 0;
}

/* An allocation may wait for a fence, so no fence may wait for who allocates. */
static void commands_end_while_something_is_being_made(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vbuf *vbuf = send_deferrable(test);
	struct maker maker = { .vgdev = &host->vgdev };
	struct task_struct *task;

	init_completion(&maker.entered);
	init_completion(&maker.go);
	task = kthread_run(make_for_long, &maker, "virtgpu-kunit-maker");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	get_task_struct(task);
	wait_for_completion(&maker.entered);
	virtgpu_vq_set_state(&host->vgdev, VIRTGPU_STOPPING);
	virtgpu_vq_drain(&host->vgdev, -EIO);
	KUNIT_EXPECT_TRUE(test, completion_done(&vbuf->ended));
	KUNIT_EXPECT_FALSE(test, READ_ONCE(maker.left));
	complete(&maker.go);
	virtgpu_vq_wait_made(&host->vgdev);
	KUNIT_EXPECT_TRUE(test, READ_ONCE(maker.left));
	KUNIT_EXPECT_EQ(test, kthread_stop(task), 0);
	put_task_struct(task);
	virtgpu_vbuf_put(vbuf);
}

/* A command that ends slowly, and the fence of one that was queued behind it */
struct slow_end {
	struct dma_fence *later;
	int status;
};

static void end_slowly(struct virtgpu_vbuf *vbuf)
{
	struct slow_end *slow = vbuf->priv;

	msleep(300);
	slow->status = dma_fence_get_status(slow->later);
}

/* @vbuf with a fence, of which the test gets a reference */
static struct dma_fence *fence_of(struct kunit *test, struct virtgpu_vbuf *vbuf, u64 context,
				  u64 seqno)
{
	struct virtgpu_kunit_host *host = test->priv;

	vbuf->fence = virtgpu_fence_alloc(&host->vgdev, context, VIRTGPU_RING_NONE);
	KUNIT_ASSERT_NOT_NULL(test, vbuf->fence);
	virtgpu_fence_arm(vbuf->fence, seqno);
	return dma_fence_get(&vbuf->fence->base);
}

/* A fence does not signal before one that precedes it, however it comes to its end. */
static void what_the_ring_never_takes_ends_in_its_turn(struct kunit *test)
{
	struct virtgpu_vbuf *first = virtgpu_cmd_submit(1, 0);
	struct virtgpu_vbuf *vast = virtgpu_cmd_submit(1, VIRTGPU_KUNIT_RING *
							  VIRTGPU_PAYLOAD_CHUNK);
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vq *vq = host->vgdev.ctrlq;
	u64 context = dma_fence_context_alloc(1);
	struct dma_fence *before, *later;
	struct virtgpu_kunit_cmd cmd;

	KUNIT_ASSERT_NOT_NULL(test, first);
	KUNIT_ASSERT_NOT_NULL(test, vast);
	before = fence_of(test, first, context, 1);
	later = fence_of(test, vast, context, 2);
	virtgpu_vq_queue(vq, first);
	virtgpu_vq_queue(vq, vast);
	virtgpu_vq_kick(vq);
	flush_work(&vq->end_work);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(later), 0);
	cmd = virtgpu_kunit_host_see(host);
	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	virtgpu_kunit_host_answer(host, &cmd, VIRTIO_GPU_RESP_OK_NODATA, sizeof(*cmd.resp));
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(before), 1);
	KUNIT_EXPECT_GT(test, dma_fence_wait_timeout(later, false, 10 * HZ), 0L);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(later), -E2BIG);
	dma_fence_put(before);
	dma_fence_put(later);
}

/* It is refused when the one before has been answered, and that may not be signalled yet. */
static void refused_command_signals_after_the_answered_one(struct kunit *test)
{
	struct virtgpu_vbuf *first = virtgpu_cmd_submit(1, 0);
	struct virtgpu_vbuf *vast = virtgpu_cmd_submit(1, VIRTGPU_KUNIT_RING *
							  VIRTGPU_PAYLOAD_CHUNK);
	struct virtgpu_kunit_host *host = test->priv;
	u64 context = dma_fence_context_alloc(1);
	struct virtgpu_kunit_cmd cmd;
	struct slow_end slow = {};
	struct dma_fence *before;

	KUNIT_ASSERT_NOT_NULL(test, first);
	KUNIT_ASSERT_NOT_NULL(test, vast);
	before = fence_of(test, first, context, 1);
	slow.later = fence_of(test, vast, context, 2);
	first->done = end_slowly;
	first->priv = &slow;
	virtgpu_vq_queue(host->vgdev.ctrlq, first);
	virtgpu_vq_queue(host->vgdev.ctrlq, vast);
	cmd = virtgpu_kunit_host_see(host);
	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	virtgpu_kunit_host_answer(host, &cmd, VIRTIO_GPU_RESP_OK_NODATA, sizeof(*cmd.resp));
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(before), 1);
	KUNIT_EXPECT_EQ(test, slow.status, 0);
	KUNIT_EXPECT_GT(test, dma_fence_wait_timeout(slow.later, false, 10 * HZ), 0L);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(slow.later), -E2BIG);
	dma_fence_put(before);
	dma_fence_put(slow.later);
}

/* What a worker does for a while, or until it is told to stop */
struct slow_work {
	struct work_struct work;
	struct completion go;
};

static void slow_work(struct work_struct *work)
{
	wait_for_completion_timeout(&container_of(work, struct slow_work, work)->go, 3 * HZ);
}

/* Each may have buffers of yet another driver, which takes its time. */
static void slow_worker_of_another_device_not_waited_for(struct kunit *test)
{
	struct virtgpu_kunit_host *other = virtgpu_kunit_host_start(test);
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vbuf *vbuf = send_deferrable(test);
	unsigned long from = jiffies;
	struct slow_work slow;

	init_completion(&slow.go);
	INIT_WORK_ONSTACK(&slow.work, slow_work);
	queue_work(virtgpu_vbuf_reclaim_workqueue(&other->vgdev), &slow.work);
	virtgpu_vq_set_state(&host->vgdev, VIRTGPU_STOPPING);
	virtgpu_vq_drain(&host->vgdev, -EIO);
	virtgpu_vbuf_reclaim(&host->vgdev);
	KUNIT_EXPECT_LT(test, jiffies_to_msecs(jiffies - from), 2000U);
	KUNIT_EXPECT_TRUE(test, completion_done(&vbuf->ended));
	complete(&slow.go);
	flush_work(&slow.work);
	destroy_work_on_stack(&slow.work);
	virtgpu_vbuf_put(vbuf);
	virtgpu_kunit_host_stop(other);
}

/* Work of a context, and its fence */
#define CTX_ID	11

static struct dma_fence *send_work_of(struct kunit *test, struct virtgpu_quota *quota,
				      u64 fence_context, u64 seqno)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vbuf *vbuf;
	struct dma_fence *fence;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_SUBMIT_3D,
				  sizeof(struct virtio_gpu_cmd_submit), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	virtgpu_vbuf_hdr(vbuf)->ctx_id = cpu_to_le32(CTX_ID);
	vbuf->quota = quota;
	fence = fence_of(test, vbuf, fence_context, seqno);
	virtgpu_vq_queue(host->vgdev.ctrlq, vbuf);
	virtgpu_vq_kick(host->vgdev.ctrlq);
	return fence;
}

static struct dma_fence *send_work(struct kunit *test, u64 fence_context, u64 seqno)
{
	return send_work_of(test, NULL, fence_context, seqno);
}

static void answer_well(struct virtgpu_kunit_host *host, const struct virtgpu_kunit_cmd *cmd)
{
	virtgpu_kunit_host_answer(host, cmd, VIRTIO_GPU_RESP_OK_NODATA, sizeof(*cmd->hdr));
}

/* What it has in line is not sent, and ends behind what it has in the ring. */
static void end_of_a_context_overtakes_its_line(struct kunit *test)
{
	const unsigned int in_ring = VIRTGPU_KUNIT_RING / 2;
	struct dma_fence *fences[VIRTGPU_KUNIT_RING / 2 + 2];
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vq *vq = host->vgdev.ctrlq;
	u64 context = dma_fence_context_alloc(1);
	struct virtgpu_kunit_cmd cmd;

	for (unsigned int i = 0; i < ARRAY_SIZE(fences); i++)
		fences[i] = send_work(test, context, i + 1);
	virtgpu_vq_queue(vq, virtgpu_cmd_ctx_destroy(CTX_ID));
	virtgpu_vq_withdraw(vq, CTX_ID);
	cmd = virtgpu_kunit_host_see(host);
	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	answer_well(host, &cmd);
	for (unsigned int i = 1; i < in_ring; i++)
		virtgpu_kunit_host_see(host);
	cmd = virtgpu_kunit_host_see(host);
	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(cmd.hdr->type), VIRTIO_GPU_CMD_CTX_DESTROY);
	answer_well(host, &cmd);
	virtgpu_vq_cancel_context(vq, CTX_ID, -ECANCELED);
	flush_work(&vq->end_work);
	KUNIT_EXPECT_NULL(test, virtgpu_kunit_host_see(host).hdr);
	KUNIT_EXPECT_EQ(test, vq->num_pending, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(fences); i++) {
		KUNIT_EXPECT_EQ(test, dma_fence_get_status(fences[i]), i ? -ECANCELED : 1);
		dma_fence_put(fences[i]);
	}
}

/* A host may answer all of a context's work when it destroys it: the ring is empty then. */
static void command_that_nobody_awaits_passes_what_is_withdrawn(struct kunit *test)
{
	struct virtgpu_kunit_host *host = virtgpu_kunit_host_start_large(test);
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_unref(1);
	struct virtgpu_vq *vq = host->vgdev.ctrlq;
	u64 context = dma_fence_context_alloc(1);
	struct dma_fence *last = NULL;
	struct virtgpu_kunit_cmd cmd;

	virtgpu_kunit_host_stop(test->priv);
	test->priv = host;
	for (u64 seqno = 1; !vq->num_pending; seqno++) {
		dma_fence_put(last);
		last = send_work(test, context, seqno);
	}
	virtgpu_vq_queue(vq, virtgpu_cmd_ctx_destroy(CTX_ID));
	virtgpu_vq_withdraw(vq, CTX_ID);
	for (cmd = virtgpu_kunit_host_see(host); cmd.hdr; cmd = virtgpu_kunit_host_see(host))
		answer_well(host, &cmd);
	vbuf->deferrable = true;
	if (virtgpu_vq_queue_last(vq, vbuf))
		virtgpu_vq_notify(vq);
	KUNIT_EXPECT_NOT_NULL(test, virtgpu_kunit_host_see(host).hdr);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(last), 0);
	virtgpu_vq_cancel_context(vq, CTX_ID, -ECANCELED);
	flush_work(&vq->end_work);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(last), -ECANCELED);
	dma_fence_put(last);
}

/* Others may have its share of the queue before the host has answered: it is nowhere. */
static void withdrawn_work_has_no_share_of_the_queue(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vq *vq = host->vgdev.ctrlq;
	struct virtgpu_quota *quota = virtgpu_quota_alloc(vq);
	u64 context = dma_fence_context_alloc(1);
	struct virtgpu_kunit_cmd cmd;

	KUNIT_ASSERT_NOT_NULL(test, quota);
	/* The ring has room for half of it. */
	for (unsigned int i = 0; i < VIRTGPU_KUNIT_RING; i++)
		dma_fence_put(send_work_of(test, quota, context, i + 1));
	KUNIT_EXPECT_EQ(test, vq->quotas.slots, 2 * VIRTGPU_KUNIT_RING);
	virtgpu_vq_queue(vq, virtgpu_cmd_ctx_destroy(CTX_ID));
	virtgpu_vq_withdraw(vq, CTX_ID);
	KUNIT_EXPECT_EQ(test, vq->quotas.slots, VIRTGPU_KUNIT_RING);
	virtgpu_vq_cancel_context(vq, CTX_ID, -ECANCELED);
	flush_work(&vq->end_work);
	for (cmd = virtgpu_kunit_host_see(host); cmd.hdr; cmd = virtgpu_kunit_host_see(host))
		answer_well(host, &cmd);
	KUNIT_EXPECT_EQ(test, vq->quotas.slots, 0);
	virtgpu_quota_put(quota);
}

/* The host need not answer that any more, so it is no sign of its death. */
static void work_of_a_context_that_is_no_more_is_not_owed(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vq *vq = host->vgdev.ctrlq;
	struct dma_fence *out = send_work(test, dma_fence_context_alloc(1), 1);
	struct virtgpu_kunit_cmd cmd;
	u32 oldest;

	KUNIT_EXPECT_TRUE(test, virtgpu_vq_owes(vq, &oldest));
	virtgpu_vq_cancel_context(vq, CTX_ID, -ECANCELED);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(out), -ECANCELED);
	KUNIT_EXPECT_FALSE(test, virtgpu_vq_owes(vq, &oldest));
	KUNIT_EXPECT_EQ(test, oldest, 0);
	cmd = virtgpu_kunit_host_see(host);
	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	answer_well(host, &cmd);
	KUNIT_EXPECT_EQ(test, vq->num_awaited, 0);
	dma_fence_put(out);
}

/* A host that works on it yet will answer, and a reset would take the contexts of all. */
static void ring_kept_for_a_moment_is_no_failure(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vq *vq = host->vgdev.ctrlq;
	u64 context = dma_fence_context_alloc(1);
	struct virtgpu_kunit_cmd cmd;

	host->vgdev.hang_timeout_ms = 300;
	for (unsigned int i = 0; i < VIRTGPU_KUNIT_RING / 2; i++)
		dma_fence_put(send_work(test, context, i + 1));
	virtgpu_vq_cancel_context(vq, CTX_ID, -ECANCELED);
	KUNIT_EXPECT_NULL(test, virtgpu_vq_failure(vq));
	msleep(600);
	KUNIT_EXPECT_NOT_NULL(test, virtgpu_vq_failure(vq));
	for (cmd = virtgpu_kunit_host_see(host); cmd.hdr; cmd = virtgpu_kunit_host_see(host))
		answer_well(host, &cmd);
	KUNIT_EXPECT_NULL(test, virtgpu_vq_failure(vq));
}

/* An answer that never comes makes no room, and somebody looks all the same. */
static void command_behind_one_that_never_ends_is_sent_when_there_is_room(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vbuf *hung = send_deferrable(test), *vbuf;
	struct virtgpu_kunit_cmd cmd = virtgpu_kunit_host_see(host);
	unsigned int room = take_room(host);
	u32 oldest;

	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	vbuf = send_deferrable(test);
	give_room(host, room);
	KUNIT_EXPECT_NULL(test, virtgpu_kunit_host_see(host).hdr);
	KUNIT_EXPECT_TRUE(test, virtgpu_vq_owes(host->vgdev.ctrlq, &oldest));
	KUNIT_EXPECT_NOT_NULL(test, virtgpu_kunit_host_see(host).hdr);
	virtgpu_vbuf_put(vbuf);
	virtgpu_vbuf_put(hung);
}

static void note_task(struct virtgpu_vbuf *vbuf)
{
	vbuf->priv = current;
}

/* Who queues may hold locks that those need whom the end is told. */
static void command_queued_without_a_device_ends_elsewhere(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_unref(1);

	vbuf->quiet = true;
	vbuf->done = note_task;
	virtgpu_vq_set_state(&host->vgdev, VIRTGPU_STOPPING);
	virtgpu_vq_drain(&host->vgdev, -EIO);
	virtgpu_vq_queue(host->vgdev.ctrlq, virtgpu_vbuf_get(vbuf));
	virtgpu_vbuf_reclaim(&host->vgdev);
	KUNIT_EXPECT_TRUE(test, completion_done(&vbuf->ended));
	KUNIT_EXPECT_EQ(test, vbuf->error, -EIO);
	KUNIT_EXPECT_NOT_NULL(test, vbuf->priv);
	KUNIT_EXPECT_PTR_NE(test, vbuf->priv, (void *)current);
	virtgpu_vbuf_put(vbuf);
}

/* A device that did not come back is removed like any other. */
static void queues_given_back_twice_are_deleted_once(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;

	virtgpu_vq_set_state(&host->vgdev, VIRTGPU_STOPPING);
	virtgpu_vq_drain(&host->vgdev, -EIO);
	virtgpu_vq_fini(&host->vgdev);
	virtgpu_vq_fini(&host->vgdev);
	KUNIT_EXPECT_EQ(test, host->deleted, 1);
}

static struct kunit_case virtgpu_kunit_vq_cases[] = {
	KUNIT_CASE(deferrable_command_awaited_counts_until_answered),
	KUNIT_CASE(deferrable_command_answered_is_not_awaited),
	KUNIT_CASE(deferrable_command_taken_back_is_not_awaited),
	KUNIT_CASE_SLOW(command_that_an_empty_ring_does_not_take_is_sent_later),
	KUNIT_CASE(commands_end_while_something_is_being_made),
	KUNIT_CASE(what_the_ring_never_takes_ends_in_its_turn),
	KUNIT_CASE(refused_command_signals_after_the_answered_one),
	KUNIT_CASE(slow_worker_of_another_device_not_waited_for),
	KUNIT_CASE_SLOW(payload_that_an_empty_ring_never_takes_is_refused),
	KUNIT_CASE(end_of_a_context_overtakes_its_line),
	KUNIT_CASE(command_that_nobody_awaits_passes_what_is_withdrawn),
	KUNIT_CASE(withdrawn_work_has_no_share_of_the_queue),
	KUNIT_CASE(work_of_a_context_that_is_no_more_is_not_owed),
	KUNIT_CASE(ring_kept_for_a_moment_is_no_failure),
	KUNIT_CASE(command_behind_one_that_never_ends_is_sent_when_there_is_room),
	KUNIT_CASE(command_queued_without_a_device_ends_elsewhere),
	KUNIT_CASE(queues_given_back_twice_are_deleted_once),
	{}
};

static struct kunit_suite virtgpu_kunit_vq_suite = {
	.name = "virtgpu-vq",
	.init = virtgpu_kunit_vq_init,
	.exit = virtgpu_kunit_vq_exit,
	.test_cases = virtgpu_kunit_vq_cases,
};

kunit_test_suite(virtgpu_kunit_vq_suite);
