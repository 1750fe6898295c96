// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is made to wait in front of a line of commands, and what for?
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>

#include <kunit/test.h>

#include "virtgpu_cmd.h"
#include "virtgpu_test_host.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vq.h"
#include "virtgpu_vq_types.h"

/* A client that comes with something to queue */
struct visitor {
	struct virtgpu_vq *vq;
	struct completion passed;
	struct task_struct *task;
};

static int visit(void *data)
{
	struct visitor *visitor = data;
	int ret = virtgpu_vq_throttle(visitor->vq);

	complete(&visitor->passed);
	return ret;
}

static void come(struct kunit *test, struct visitor *visitor)
{
	struct virtgpu_kunit_host *host = test->priv;

	visitor->vq = host->vgdev.ctrlq;
	init_completion(&visitor->passed);
	visitor->task = kthread_run(visit, visitor, "virtgpu-kunit-visitor");
	KUNIT_ASSERT_FALSE(test, IS_ERR(visitor->task));
	get_task_struct(visitor->task);
}

static bool waits(struct visitor *visitor)
{
	msleep(200);
	return !completion_done(&visitor->passed);
}

static void goes(struct kunit *test, struct visitor *visitor)
{
	KUNIT_EXPECT_GT(test, wait_for_completion_timeout(&visitor->passed, 5 * HZ), 0UL);
	KUNIT_EXPECT_EQ(test, kthread_stop(visitor->task), 0);
	put_task_struct(visitor->task);
}

/* The line becomes this long. */
static void set_line(struct kunit *test, unsigned int commands, size_t bytes)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vq *vq = host->vgdev.ctrlq;

	spin_lock_irq(&vq->lock);
	WRITE_ONCE(vq->num_pending, commands);
	WRITE_ONCE(vq->pending_bytes, bytes);
	spin_unlock_irq(&vq->lock);
	wake_up_all(&vq->space);
}

static int virtgpu_kunit_vq_wait_init(struct kunit *test)
{
	test->priv = virtgpu_kunit_host_start(test);
	return 0;
}

static void virtgpu_kunit_vq_wait_exit(struct kunit *test)
{
	if (test->priv)
		virtgpu_kunit_host_stop(test->priv);
}

/* Few commands may keep much memory. */
static void line_of_many_bytes_is_waited_for(struct kunit *test)
{
	struct visitor visitor;

	set_line(test, 8, VIRTGPU_VQ_HIGH_BYTES);
	come(test, &visitor);
	KUNIT_EXPECT_TRUE(test, waits(&visitor));
	set_line(test, 0, 0);
	goes(test, &visitor);
}

/* Those who wait would wait for ever if others took what becomes free. */
static void newcomer_stands_behind_who_waits(struct kunit *test)
{
	struct visitor first, second;

	set_line(test, VIRTGPU_VQ_HIGH, 0);
	come(test, &first);
	KUNIT_EXPECT_TRUE(test, waits(&first));
	set_line(test, VIRTGPU_VQ_HIGH - 1, 0);
	come(test, &second);
	KUNIT_EXPECT_TRUE(test, waits(&second));
	KUNIT_EXPECT_TRUE(test, waits(&first));
	set_line(test, 0, 0);
	goes(test, &first);
	goes(test, &second);
}

/* Its queues may not have been enabled when it was told, and it is told only once. */
static void host_that_says_nothing_is_told_again(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_unref(1);

	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	KUNIT_EXPECT_EQ(test, virtgpu_vq_call(host->vgdev.ctrlq, vbuf, 1500), -ETIMEDOUT);
	KUNIT_EXPECT_GE(test, host->kicks, 2);
	virtgpu_vbuf_put(vbuf);
}

/* What was answered is not told of once more. */
static void host_that_has_answered_is_not_told_again(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;

	virtgpu_vq_remind(host->vgdev.ctrlq);
	KUNIT_EXPECT_EQ(test, host->kicks, 0);
}

static struct kunit_case virtgpu_kunit_vq_wait_cases[] = {
	KUNIT_CASE(line_of_many_bytes_is_waited_for),
	KUNIT_CASE(newcomer_stands_behind_who_waits),
	KUNIT_CASE(host_that_says_nothing_is_told_again),
	KUNIT_CASE(host_that_has_answered_is_not_told_again),
	{}
};

static struct kunit_suite virtgpu_kunit_vq_wait_suite = {
	.name = "virtgpu-vq-wait",
	.init = virtgpu_kunit_vq_wait_init,
	.exit = virtgpu_kunit_vq_wait_exit,
	.test_cases = virtgpu_kunit_vq_wait_cases,
};

kunit_test_suite(virtgpu_kunit_vq_wait_suite);
