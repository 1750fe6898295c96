// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is a failed device noticed, whatever else there is to do? And one that has not heard?
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/virtio_config.h>
#include <linux/workqueue.h>

#include <kunit/test.h>

#include "virtgpu_cmd.h"
#include "virtgpu_test_host.h"
#include "virtgpu_vq.h"
#include "virtgpu_watchdog.h"

static DECLARE_COMPLETION(virtgpu_kunit_lost);

static void note_loss(struct virtgpu_device *vgdev, const char *why)
{
	complete(&virtgpu_kunit_lost);
}

static int virtgpu_kunit_watchdog_init(struct kunit *test)
{
	struct virtgpu_kunit_host *host = virtgpu_kunit_host_start(test);

	test->priv = host;
	reinit_completion(&virtgpu_kunit_lost);
	KUNIT_ASSERT_EQ(test, virtgpu_watchdog_init(&host->vgdev, note_loss), 0);
	virtgpu_watchdog_start(&host->vgdev);
	return 0;
}

static void virtgpu_kunit_watchdog_exit(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;

	if (!host)
		return;
	if (host->vgdev.watchdog)
		virtgpu_watchdog_stop_sync(&host->vgdev);
	virtgpu_kunit_host_stop(host);
}

/* A worker that has no time for anything else */
struct busy_work {
	struct work_struct work;
	struct completion busy;
	struct completion *go;
};

static void busy_work(struct work_struct *work)
{
	struct busy_work *busy = container_of(work, struct busy_work, work);

	complete(&busy->busy);
	wait_for_completion_timeout(busy->go, 10 * HZ);
}

/*
 * There may be no memory for more workers, and who has it, or waits for it on the workers
 * that there are, may be waiting for this device's fences.
 */
static void failure_noticed_while_system_workers_are_busy(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct busy_work *works;
	struct completion go;
	int cpu;

	works = kunit_kcalloc(test, nr_cpu_ids, sizeof(*works), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, works);
	init_completion(&go);
	workqueue_set_max_active(system_percpu_wq, 1);
	for_each_online_cpu(cpu) {
		works[cpu].go = &go;
		init_completion(&works[cpu].busy);
		INIT_WORK(&works[cpu].work, busy_work);
		queue_work_on(cpu, system_percpu_wq, &works[cpu].work);
		KUNIT_EXPECT_GT(test, wait_for_completion_timeout(&works[cpu].busy, 5 * HZ), 0UL);
	}
	host->status |= VIRTIO_CONFIG_S_NEEDS_RESET;
	virtgpu_watchdog_config_changed(&host->vgdev);
	KUNIT_EXPECT_GT(test, wait_for_completion_timeout(&virtgpu_kunit_lost, 2 * HZ), 0UL);
	complete_all(&go);
	for_each_online_cpu(cpu)
		flush_work(&works[cpu].work);
	workqueue_set_max_active(system_percpu_wq, WQ_DFL_ACTIVE);
}

/* A command that the host was told of once, and did not hear of, if it says nothing */
static void send(struct kunit *test, struct virtgpu_vq *queue)
{
	struct virtgpu_kunit_host *host = test->priv;
	struct virtgpu_vbuf *vbuf = virtgpu_cmd_unref(1);

	KUNIT_ASSERT_NOT_NULL(test, vbuf);
	virtgpu_vq_queue(queue, vbuf);
	virtgpu_vq_kick(queue);
	KUNIT_EXPECT_EQ(test, host->kicks, 1);
	virtgpu_watchdog_set_timeout(&host->vgdev, 1600);
	msleep(1000);
}

static void host_that_did_not_hear_is_told_again(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;

	send(test, host->vgdev.ctrlq);
	KUNIT_EXPECT_GE(test, host->kicks, 2);
}

/* No ping tells of that one. */
static void host_that_did_not_hear_of_the_pointer_is_told_again(struct kunit *test)
{
	struct virtgpu_kunit_host *host = test->priv;

	send(test, host->vgdev.cursorq);
	KUNIT_EXPECT_GE(test, host->kicks, 2);
}

static struct kunit_case virtgpu_kunit_watchdog_cases[] = {
	KUNIT_CASE(failure_noticed_while_system_workers_are_busy),
	KUNIT_CASE(host_that_did_not_hear_is_told_again),
	KUNIT_CASE(host_that_did_not_hear_of_the_pointer_is_told_again),
	{}
};

static struct kunit_suite virtgpu_kunit_watchdog_suite = {
	.name = "virtgpu-watchdog",
	.init = virtgpu_kunit_watchdog_init,
	.exit = virtgpu_kunit_watchdog_exit,
	.test_cases = virtgpu_kunit_watchdog_cases,
};

kunit_test_suite(virtgpu_kunit_watchdog_suite);
