// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does work reach the host in the order that was promised, and end once?
 */
#include <linux/completion.h>
#include <linux/dma-resv.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <drm/drm_file.h>

#include <kunit/test.h>

#include "virtgpu_test_host.h"
#include "virtgpu_context.h"
#include "virtgpu_fence.h"
#include "virtgpu_job.h"
#include "virtgpu_job_order.h"
#include "virtgpu_vq_types.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"

#define RINGS	2

/* Any number that a command carries, to know it again. */
static void mark(struct virtgpu_vbuf *vbuf, u32 number)
{
	virtgpu_vbuf_hdr(vbuf)->ctx_id = cpu_to_le32(number);
}

struct test_device {
	struct virtgpu_kunit_host *host;
	struct drm_file file;
	struct virtgpu_context *ctx;
};

static int virtgpu_kunit_job_init(struct kunit *test)
{
	struct test_device *dev = kunit_kzalloc(test, sizeof(*dev), GFP_KERNEL);
	struct virtgpu_context_params params = { .capset_id = 4, .num_rings = RINGS };
	struct virtgpu_kunit_cmd cmd;
	struct virtgpu_file *vfile;

	KUNIT_ASSERT_NOT_NULL(test, dev);
	dev->host = virtgpu_kunit_host_start(test);
	KUNIT_ASSERT_EQ(test, virtgpu_context_open(&dev->host->drm, &dev->file), 0);
	vfile = virtgpu_context_file(&dev->file);
	KUNIT_ASSERT_EQ(test, virtgpu_context_create(vfile, &params), 0);
	dev->ctx = vfile->ctx;
	cmd = virtgpu_kunit_host_see(dev->host);
	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(cmd.hdr->type), VIRTIO_GPU_CMD_CTX_CREATE);
	virtgpu_kunit_host_answer(dev->host, &cmd, VIRTIO_GPU_RESP_OK_NODATA, sizeof(*cmd.hdr));
	test->priv = dev;
	return 0;
}

static void virtgpu_kunit_job_exit(struct kunit *test)
{
	struct test_device *dev = test->priv;

	if (!dev)
		return;
	virtgpu_context_close(&dev->host->drm, &dev->file);
	virtgpu_kunit_host_stop(dev->host);
}

static struct virtgpu_vbuf *new_command(struct kunit *test, u32 number)
{
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_vbuf_alloc(VIRTIO_GPU_CMD_SUBMIT_3D,
				  sizeof(struct virtio_gpu_cmd_submit), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	vbuf->quiet = true;
	mark(vbuf, number);
	return vbuf;
}

static void wait_for(struct kunit *test, struct virtgpu_vbuf *vbuf, struct dma_fence *fence)
{
	struct test_device *dev = test->priv;
	struct virtgpu_deps deps = {};
	struct virtgpu_timeline *timeline = virtgpu_context_timeline(dev->ctx, 0);

	KUNIT_ASSERT_EQ(test, virtgpu_deps_add(&deps, &dev->host->vgdev,
					       timeline->fence_context, 0,
					       dma_fence_get(fence)), 0);
	vbuf->job = virtgpu_job_alloc(&dev->ctx->jobq, &deps, NULL, NULL, 0);
	KUNIT_ASSERT_NOT_NULL(test, vbuf->job);
}

/* Submit command @number on @ring, behind @in if there is one. Returns its fence. */
static struct dma_fence *submit(struct kunit *test, u32 number, int ring, struct dma_fence *in)
{
	struct test_device *dev = test->priv;
	struct virtgpu_timeline *timeline = virtgpu_context_timeline(dev->ctx, ring);
	struct virtgpu_vbuf *vbuf = new_command(test, number);
	struct dma_fence *out;

	if (in)
		wait_for(test, vbuf, in);
	vbuf->fence = virtgpu_fence_alloc(&dev->host->vgdev, timeline->fence_context, ring);
	KUNIT_ASSERT_NOT_NULL(test, vbuf->fence);
	out = dma_fence_get(&vbuf->fence->base);
	virtgpu_jobq_submit(&dev->ctx->jobq, timeline, vbuf);
	virtgpu_vq_kick(dev->host->vgdev.ctrlq);
	return out;
}

/* The number of the next command that the host sees, or 0. */
static u32 seen(struct kunit *test)
{
	struct test_device *dev = test->priv;
	struct virtgpu_kunit_cmd cmd = virtgpu_kunit_host_see(dev->host);

	return cmd.hdr ? le32_to_cpu(cmd.hdr->ctx_id) : 0;
}

static void answer(struct kunit *test, u32 type, u32 len)
{
	struct test_device *dev = test->priv;
	struct virtgpu_kunit_cmd cmd = virtgpu_kunit_host_see(dev->host);

	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	virtgpu_kunit_host_answer(dev->host, &cmd, type, len);
}

/* Wait until the workers of the device have done what there is to do. */
static void reclaim(struct kunit *test)
{
	struct test_device *dev = test->priv;

	virtgpu_vbuf_reclaim(&dev->host->vgdev);
}

static void commands_arrive_in_the_order_of_submission(struct kunit *test)
{
	dma_fence_put(submit(test, 11, 0, NULL));
	dma_fence_put(submit(test, 12, 1, NULL));
	dma_fence_put(submit(test, 13, 0, NULL));
	KUNIT_EXPECT_EQ(test, seen(test), 11);
	KUNIT_EXPECT_EQ(test, seen(test), 12);
	KUNIT_EXPECT_EQ(test, seen(test), 13);
	KUNIT_EXPECT_EQ(test, seen(test), 0);
}

static void a_fenced_command_names_its_ring(struct kunit *test)
{
	struct test_device *dev = test->priv;
	struct virtgpu_kunit_cmd cmd;

	dma_fence_put(submit(test, 11, 1, NULL));
	cmd = virtgpu_kunit_host_see(dev->host);
	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(cmd.hdr->flags),
			VIRTIO_GPU_FLAG_FENCE | VIRTIO_GPU_FLAG_INFO_RING_IDX);
	KUNIT_EXPECT_EQ(test, cmd.hdr->ring_idx, 1);
}

static void a_fence_without_a_ring_names_none(struct kunit *test)
{
	struct test_device *dev = test->priv;
	struct virtgpu_kunit_cmd cmd;

	dma_fence_put(submit(test, 11, VIRTGPU_RING_NONE, NULL));
	cmd = virtgpu_kunit_host_see(dev->host);
	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	KUNIT_EXPECT_EQ(test, le32_to_cpu(cmd.hdr->flags), VIRTIO_GPU_FLAG_FENCE);
}

static void fence_ids_on_the_wire_go_up(struct kunit *test)
{
	struct test_device *dev = test->priv;
	u64 last = 0;

	for (u32 i = 0; i < 3; i++) {
		struct virtgpu_kunit_cmd cmd;

		dma_fence_put(submit(test, 11, i % RINGS, NULL));
		cmd = virtgpu_kunit_host_see(dev->host);
		KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
		KUNIT_EXPECT_GT(test, le64_to_cpu(cmd.hdr->fence_id), last);
		last = le64_to_cpu(cmd.hdr->fence_id);
	}
}

/* Hosts compare 32 bits of an id, so it begins anew, when nothing older is under way. */
static void fence_ids_on_the_wire_begin_anew_after_the_last_of_32_bits(struct kunit *test)
{
	struct test_device *dev = test->priv;
	struct dma_fence *before, *after;
	struct virtgpu_kunit_cmd cmd;

	dev->host->vgdev.ctrlq->fence_id = U32_MAX - 1;
	before = submit(test, 11, 0, NULL);
	after = submit(test, 12, 0, NULL);
	cmd = virtgpu_kunit_host_see(dev->host);
	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(cmd.hdr->fence_id), U32_MAX);
	KUNIT_EXPECT_EQ(test, seen(test), 0);
	virtgpu_kunit_host_answer(dev->host, &cmd, VIRTIO_GPU_RESP_OK_NODATA, sizeof(*cmd.hdr));
	cmd = virtgpu_kunit_host_see(dev->host);
	KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
	KUNIT_EXPECT_EQ(test, le64_to_cpu(cmd.hdr->fence_id), 1);
	dma_fence_put(before);
	dma_fence_put(after);
}

static void work_behind_a_wait_keeps_its_place(struct kunit *test)
{
	struct dma_fence *in = virtgpu_kunit_fence(test);

	dma_fence_put(submit(test, 11, 0, in));
	dma_fence_put(submit(test, 12, 0, NULL));
	KUNIT_EXPECT_EQ(test, seen(test), 0);
	dma_fence_signal(in);
	reclaim(test);
	KUNIT_EXPECT_EQ(test, seen(test), 11);
	KUNIT_EXPECT_EQ(test, seen(test), 12);
	dma_fence_put(in);
}

static void another_ring_does_not_wait(struct kunit *test)
{
	struct dma_fence *in = virtgpu_kunit_fence(test);

	dma_fence_put(submit(test, 11, 0, in));
	dma_fence_put(submit(test, 12, 1, NULL));
	KUNIT_EXPECT_EQ(test, seen(test), 12);
	dma_fence_signal(in);
	reclaim(test);
	KUNIT_EXPECT_EQ(test, seen(test), 11);
	dma_fence_put(in);
}

static void a_detach_waits_for_all_that_waited_before_it(struct kunit *test)
{
	struct dma_fence *in = virtgpu_kunit_fence(test);
	struct test_device *dev = test->priv;

	dma_fence_put(submit(test, 11, 0, in));
	virtgpu_jobq_barrier(&dev->ctx->jobq, new_command(test, 12), NULL);
	KUNIT_EXPECT_EQ(test, seen(test), 0);
	dma_fence_put(submit(test, 13, 1, NULL));
	KUNIT_EXPECT_EQ(test, seen(test), 13);
	dma_fence_signal(in);
	reclaim(test);
	KUNIT_EXPECT_EQ(test, seen(test), 11);
	KUNIT_EXPECT_EQ(test, seen(test), 12);
	dma_fence_put(in);
}

/* The deadline of a context may be over before its last command has come. */
static void a_last_command_does_not_wait_in_an_abandoned_queue(struct kunit *test)
{
	struct dma_fence *in = virtgpu_kunit_fence(test);
	struct test_device *dev = test->priv;

	dma_fence_put(submit(test, 11, 0, in));
	virtgpu_jobq_abandon(&dev->ctx->jobq);
	virtgpu_jobq_barrier(&dev->ctx->jobq, new_command(test, 12), NULL);
	KUNIT_EXPECT_EQ(test, seen(test), 12);
	KUNIT_EXPECT_EQ(test, seen(test), 0);
	virtgpu_jobq_cancel(&dev->ctx->jobq, -ECANCELED);
	dma_fence_signal(in);
	dma_fence_put(in);
}

static void an_answer_signals_the_fence(struct kunit *test)
{
	struct dma_fence *out = submit(test, 11, 0, NULL);

	KUNIT_EXPECT_EQ(test, dma_fence_get_status(out), 0);
	answer(test, VIRTIO_GPU_RESP_OK_NODATA, sizeof(struct virtio_gpu_ctrl_hdr));
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(out), 1);
	dma_fence_put(out);
}

static void fences_signal_in_the_order_of_the_answers(struct kunit *test)
{
	struct test_device *dev = test->priv;
	struct dma_fence *first = submit(test, 11, 0, NULL);
	struct dma_fence *second = submit(test, 12, 1, NULL);
	struct virtgpu_kunit_cmd cmd[2];

	cmd[0] = virtgpu_kunit_host_see(dev->host);
	cmd[1] = virtgpu_kunit_host_see(dev->host);
	KUNIT_ASSERT_NOT_NULL(test, cmd[1].hdr);
	virtgpu_kunit_host_answer(dev->host, &cmd[1], VIRTIO_GPU_RESP_OK_NODATA,
				  sizeof(*cmd[1].hdr));
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(first), 0);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(second), 1);
	virtgpu_kunit_host_answer(dev->host, &cmd[0], VIRTIO_GPU_RESP_OK_NODATA,
				  sizeof(*cmd[0].hdr));
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(first), 1);
	dma_fence_put(first);
	dma_fence_put(second);
}

/*
 * Of what was queued before, the ring tells the first who asks. If that task is
 * preempted before it has notified the host, the next one does not wait for it.
 */
static void kick_of_preempted_task_not_waited_for(struct kunit *test)
{
	struct test_device *dev = test->priv;
	struct virtgpu_vq *vq = dev->host->vgdev.ctrlq;
	unsigned int kicks;

	/* The host goes to sleep. */
	KUNIT_ASSERT_EQ(test, seen(test), 0);
	kicks = dev->host->kicks;
	KUNIT_ASSERT_TRUE(test, virtgpu_vq_queue_last(vq, new_command(test, 11)));
	KUNIT_EXPECT_EQ(test, dev->host->kicks, kicks);

	virtgpu_vq_queue(vq, new_command(test, 12));
	virtgpu_vq_kick(vq);
	KUNIT_EXPECT_EQ(test, dev->host->kicks, kicks + 1);

	virtgpu_vq_notify(vq);
	virtgpu_vq_queue(vq, new_command(test, 13));
	virtgpu_vq_kick(vq);
	KUNIT_EXPECT_EQ(test, dev->host->kicks, kicks + 2);
}

struct test_answer {
	const char *what;
	u32 type;
	u32 len;
	int status;
};

static const struct test_answer answers[] = {
	{ "refused", VIRTIO_GPU_RESP_ERR_UNSPEC, 24, -EIO },
	{ "out of memory", VIRTIO_GPU_RESP_ERR_OUT_OF_MEMORY, 24, -ENOMEM },
	{ "bad parameter", VIRTIO_GPU_RESP_ERR_INVALID_PARAMETER, 24, -EINVAL },
	{ "of another type", VIRTIO_GPU_RESP_OK_EDID, 24, -EIO },
	{ "a command", VIRTIO_GPU_CMD_SUBMIT_3D, 24, -EIO },
	{ "empty", VIRTIO_GPU_RESP_OK_NODATA, 0, -EIO },
	{ "short", VIRTIO_GPU_RESP_OK_NODATA, 23, -EIO },
	{ "too long", VIRTIO_GPU_RESP_OK_NODATA, 24 + 4096, 1 },
};

static void virtgpu_kunit_answer_desc(const struct test_answer *answer, char *desc)
{
	strscpy(desc, answer->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(answer, answers, virtgpu_kunit_answer_desc);

static void an_answer_is_doubted(struct kunit *test)
{
	const struct test_answer *param = test->param_value;
	struct dma_fence *out = submit(test, 11, 0, NULL);

	answer(test, param->type, param->len);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(out), param->status);
	dma_fence_put(out);
}

static void a_full_ring_keeps_the_order(struct kunit *test)
{
	/* Two descriptors a command. */
	const u32 count = VIRTGPU_KUNIT_RING / 2 + 2;

	for (u32 i = 0; i < count; i++)
		dma_fence_put(submit(test, 100 + i, 0, NULL));
	for (u32 i = 0; i < count; i++) {
		struct test_device *dev = test->priv;
		struct virtgpu_kunit_cmd cmd = virtgpu_kunit_host_see(dev->host);

		KUNIT_ASSERT_NOT_NULL(test, cmd.hdr);
		KUNIT_EXPECT_EQ(test, le32_to_cpu(cmd.hdr->ctx_id), 100 + i);
		virtgpu_kunit_host_answer(dev->host, &cmd, VIRTIO_GPU_RESP_OK_NODATA,
					  sizeof(*cmd.hdr));
	}
	KUNIT_EXPECT_EQ(test, seen(test), 0);
}

static void a_lost_device_ends_what_waits_and_what_was_sent(struct kunit *test)
{
	struct dma_fence *in = virtgpu_kunit_fence(test);
	struct dma_fence *sent = submit(test, 11, 1, NULL);
	struct dma_fence *waiting = submit(test, 12, 0, in);
	struct test_device *dev = test->priv;

	virtgpu_vq_set_state(&dev->host->vgdev, VIRTGPU_STOPPING);
	virtgpu_context_cancel_all(&dev->host->vgdev, -ENODEV);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(sent), 0);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(waiting), 0);
	virtgpu_vq_drain(&dev->host->vgdev, -ENODEV);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(sent), -ENODEV);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(waiting), -ENODEV);
	dma_fence_signal(in);
	dma_fence_put(in);
	dma_fence_put(sent);
	dma_fence_put(waiting);
}

/* Its queue may be gone when the fence signals. */
static void work_submitted_to_a_lost_device_waits_for_nothing(struct kunit *test)
{
	struct dma_fence *in = virtgpu_kunit_fence(test), *out;
	struct test_device *dev = test->priv;
	struct virtgpu_device *vgdev = &dev->host->vgdev;

	virtgpu_vq_set_state(vgdev, VIRTGPU_STOPPING);
	virtgpu_context_cancel_all(vgdev, -ENODEV);
	virtgpu_vq_drain(vgdev, -ENODEV);
	out = submit(test, 12, 0, in);
	virtgpu_vbuf_reclaim(vgdev);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(out), -ENODEV);
	KUNIT_EXPECT_TRUE(test, list_empty(&in->cb_list));
	dma_fence_signal(in);
	dma_fence_put(in);
	dma_fence_put(out);
}

/* However many buffers share them: what a timeline has parked is queued in its order. */
static void order_names_each_timeline_once(struct kunit *test)
{
	struct dma_fence *in = virtgpu_kunit_fence(test);
	struct test_device *dev = test->priv;
	struct virtgpu_deps order = {};
	struct dma_fence *parked[4];
	struct dma_resv resv[3];

	for (u32 i = 0; i < ARRAY_SIZE(parked); i++)
		parked[i] = submit(test, 11 + i, i % 2, in);
	for (u32 i = 0; i < ARRAY_SIZE(resv); i++) {
		dma_resv_init(&resv[i]);
		dma_resv_lock(&resv[i], NULL);
		KUNIT_ASSERT_EQ(test, dma_resv_reserve_fences(&resv[i], 2), 0);
		/* The last ones are those of the buffer in the middle. */
		for (u32 k = 0; k < 2; k++)
			dma_resv_add_fence(&resv[i], parked[2 * (i % 2) + k],
					   DMA_RESV_USAGE_WRITE);
		KUNIT_EXPECT_EQ(test, virtgpu_job_order_find(&order, &dev->host->vgdev, 0,
							     &resv[i]), 0);
		dma_resv_unlock(&resv[i]);
	}
	KUNIT_EXPECT_EQ(test, order.count, 2);
	for (u32 i = 0; i < order.count; i++)
		KUNIT_EXPECT_EQ(test, order.fences[i]->seqno, parked[2]->seqno);
	virtgpu_deps_fini(&order);
	dma_fence_signal(in);
	for (u32 i = 0; i < ARRAY_SIZE(resv); i++)
		dma_resv_fini(&resv[i]);
	for (u32 i = 0; i < ARRAY_SIZE(parked); i++)
		dma_fence_put(parked[i]);
	dma_fence_put(in);
}

/* More than a batch, and who is woken when some are no longer parked */
#define MANY	1000

struct watcher {
	struct wait_queue_entry entry;
	struct virtgpu_jobq *jobq;
	unsigned int left;
	unsigned int largest;
};

static int note_batch(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	struct watcher *watcher = container_of(entry, struct watcher, entry);
	unsigned int left = READ_ONCE(watcher->jobq->parked);

	watcher->largest = max(watcher->largest, watcher->left - left);
	watcher->left = left;
	return 0;
}

static void park_many(struct kunit *test, struct dma_fence *in, struct watcher *watcher)
{
	struct test_device *dev = test->priv;
	struct virtgpu_jobq *jobq = &dev->ctx->jobq;

	dma_fence_put(submit(test, 11, 0, in));
	for (unsigned int i = 1; i < MANY; i++)
		virtgpu_jobq_barrier(jobq, new_command(test, 11 + i), NULL);
	KUNIT_ASSERT_EQ(test, jobq->parked, MANY);
	watcher->jobq = jobq;
	watcher->left = MANY;
	init_waitqueue_func_entry(&watcher->entry, note_batch);
	add_wait_queue(&jobq->wait, &watcher->entry);
}

static void expect_batches(struct kunit *test, struct watcher *watcher)
{
	KUNIT_EXPECT_EQ(test, watcher->jobq->parked, 0);
	KUNIT_EXPECT_LE(test, watcher->largest, 64);
	remove_wait_queue(&watcher->jobq->wait, &watcher->entry);
}

/* The processor is others', too, while what a client has closed is detached. */
static void many_parked_commands_sent_in_batches(struct kunit *test)
{
	struct dma_fence *in = virtgpu_kunit_fence(test);
	struct watcher watcher = {};

	park_many(test, in, &watcher);
	dma_fence_signal(in);
	reclaim(test);
	expect_batches(test, &watcher);
	for (unsigned int i = 0; i < VIRTGPU_KUNIT_RING / 2; i++)
		KUNIT_EXPECT_EQ(test, seen(test), 11 + i);
	dma_fence_put(in);
}

/* So it is when the device is lost. */
static void many_parked_commands_cancelled_in_batches(struct kunit *test)
{
	struct dma_fence *in = virtgpu_kunit_fence(test);
	struct test_device *dev = test->priv;
	struct watcher watcher = {};

	park_many(test, in, &watcher);
	virtgpu_jobq_cancel(&dev->ctx->jobq, -EIO);
	expect_batches(test, &watcher);
	KUNIT_EXPECT_EQ(test, seen(test), 0);
	dma_fence_signal(in);
	dma_fence_put(in);
}

struct blocker {
	struct work_struct work;
	struct completion release;
};

static void blocker_work(struct work_struct *work)
{
	wait_for_completion(&container_of(work, struct blocker, work)->release);
}

/*
 * A command that ends before its in-fence leaves nothing that the fence would call,
 * also while it is not freed yet: its queue may be gone by then.
 */
static void a_fence_does_not_call_for_what_was_cancelled(struct kunit *test)
{
	struct test_device *dev = test->priv;
	struct workqueue_struct *queue = virtgpu_vbuf_reclaim_workqueue(&dev->host->vgdev);
	struct dma_fence *in = virtgpu_kunit_fence(test);
	struct dma_fence *waiting = submit(test, 1, 0, in);
	struct blocker blocker;

	workqueue_set_max_active(queue, 1);
	init_completion(&blocker.release);
	INIT_WORK_ONSTACK(&blocker.work, blocker_work);
	queue_work(queue, &blocker.work);
	KUNIT_EXPECT_FALSE(test, list_empty(&in->cb_list));
	virtgpu_jobq_cancel(&dev->ctx->jobq, -EIO);
	KUNIT_EXPECT_TRUE(test, list_empty(&in->cb_list));
	complete(&blocker.release);
	flush_work(&blocker.work);
	destroy_work_on_stack(&blocker.work);
	workqueue_set_max_active(queue, WQ_DFL_ACTIVE);
	dma_fence_signal(in);
	dma_fence_put(in);
	dma_fence_put(waiting);
}

static struct kunit_case virtgpu_kunit_job_cases[] = {
	KUNIT_CASE(commands_arrive_in_the_order_of_submission),
	KUNIT_CASE(a_fenced_command_names_its_ring),
	KUNIT_CASE(a_fence_without_a_ring_names_none),
	KUNIT_CASE(fence_ids_on_the_wire_go_up),
	KUNIT_CASE(fence_ids_on_the_wire_begin_anew_after_the_last_of_32_bits),
	KUNIT_CASE(work_behind_a_wait_keeps_its_place),
	KUNIT_CASE(another_ring_does_not_wait),
	KUNIT_CASE(a_detach_waits_for_all_that_waited_before_it),
	KUNIT_CASE(a_last_command_does_not_wait_in_an_abandoned_queue),
	KUNIT_CASE(an_answer_signals_the_fence),
	KUNIT_CASE(fences_signal_in_the_order_of_the_answers),
	KUNIT_CASE_PARAM(an_answer_is_doubted, answer_gen_params),
	KUNIT_CASE(kick_of_preempted_task_not_waited_for),
	KUNIT_CASE(a_full_ring_keeps_the_order),
	KUNIT_CASE(a_lost_device_ends_what_waits_and_what_was_sent),
	KUNIT_CASE(work_submitted_to_a_lost_device_waits_for_nothing),
	KUNIT_CASE(a_fence_does_not_call_for_what_was_cancelled),
	KUNIT_CASE(order_names_each_timeline_once),
	KUNIT_CASE(many_parked_commands_sent_in_batches),
	KUNIT_CASE(many_parked_commands_cancelled_in_batches),
	{}
};

static struct kunit_suite virtgpu_kunit_job_suite = {
	.name = "virtgpu-job",
	.init = virtgpu_kunit_job_init,
	.exit = virtgpu_kunit_job_exit,
	.test_cases = virtgpu_kunit_job_cases,
};

kunit_test_suite(virtgpu_kunit_job_suite);
