// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does somebody without memory wait for?
 */
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include <kunit/test.h>

#include "virtgpu_retire.h"
#include "virtgpu_test_host.h"

#define PAGES	10

/* Others who close one buffer after the other, of which the host lets go in order */
struct virtgpu_kunit_others {
	struct virtgpu_device *vgdev;
	struct delayed_work work;
};

static void close_next(struct work_struct *work)
{
	struct virtgpu_kunit_others *others =
		container_of(work, struct virtgpu_kunit_others, work.work);
	struct virtgpu_device *vgdev = others->vgdev;

	atomic_long_add(PAGES, &vgdev->dying);
	atomic_long_sub(PAGES, &vgdev->dying);
	atomic_long_add(PAGES, &vgdev->freed);
	schedule_delayed_work(&others->work, msecs_to_jiffies(50));
}

static int virtgpu_kunit_retire_init(struct kunit *test)
{
	test->priv = virtgpu_kunit_host_start(test);
	return 0;
}

static void virtgpu_kunit_retire_exit(struct kunit *test)
{
	if (test->priv)
		virtgpu_kunit_host_stop(test->priv);
}

/* Something is on its way always, but no more of what was when the wait began. */
static void memory_closed_during_the_wait_is_not_waited_for(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_kunit_others others = { .vgdev = &host->vgdev };
	unsigned long from = jiffies;

	INIT_DELAYED_WORK_ONSTACK(&others.work, close_next);
	atomic_long_set(&host->vgdev.dying, PAGES);
	schedule_delayed_work(&others.work, msecs_to_jiffies(50));
	KUNIT_EXPECT_TRUE(test, virtgpu_retire_wait(&host->vgdev));
	KUNIT_EXPECT_LT(test, jiffies_to_msecs(jiffies - from), 800U);
	cancel_delayed_work_sync(&others.work);
	destroy_delayed_work_on_stack(&others.work);
	atomic_long_set(&host->vgdev.dying, 0);
}

/* Who is told that there is some tries again, which may take long in vain. */
static void memory_that_does_not_come_is_no_reason_to_try_again(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;

	atomic_long_set(&host->vgdev.dying, PAGES);
	KUNIT_EXPECT_FALSE(test, virtgpu_retire_wait(&host->vgdev));
	atomic_long_set(&host->vgdev.dying, 0);
}

static struct kunit_case virtgpu_kunit_retire_cases[] = {
	KUNIT_CASE(memory_closed_during_the_wait_is_not_waited_for),
	KUNIT_CASE(memory_that_does_not_come_is_no_reason_to_try_again),
	{}
};

static struct kunit_suite virtgpu_kunit_retire_suite = {
	.name = "virtgpu-retire",
	.init = virtgpu_kunit_retire_init,
	.exit = virtgpu_kunit_retire_exit,
	.test_cases = virtgpu_kunit_retire_cases,
};

kunit_test_suite(virtgpu_kunit_retire_suite);
