// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whom does a device wait for that makes a picture of another driver's buffer?
 */
#include <linux/completion.h>
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>

#include <drm/drm_gem.h>

#include <kunit/test.h>

#include "virtgpu_test_host.h"
#include "virtgpu_import.h"
#include "virtgpu_object.h"
#include "virtgpu_vq.h"

/* Bytes of a line */
#define PITCH	256

/* An import that the host has no picture of, and somebody who wants something of it */
struct client {
	struct dma_buf buf;
	struct dma_buf_attachment attach;
	struct sg_table sgt;
	struct virtgpu_object *obj;
	struct task_struct *task;
	struct completion begun;
	struct completion done;
	int ret;
};

static void import(struct kunit *test, struct virtgpu_kunit_host *host, struct client *client)
{
	struct drm_gem_object *gem;

	init_completion(&client->begun);
	init_completion(&client->done);
	client->buf.size = PAGE_SIZE;
	client->attach.dmabuf = &client->buf;
	gem = virtgpu_import_sg_table(&host->drm, &client->attach, &client->sgt);
	KUNIT_ASSERT_FALSE(test, IS_ERR(gem));
	client->obj = to_virtgpu_object(gem);
}

static void start(struct kunit *test, struct client *client, int (*function)(void *data))
{
	client->task = kthread_run(function, client, "virtgpu-kunit-client");
	KUNIT_ASSERT_FALSE(test, IS_ERR(client->task));
	get_task_struct(client->task);
	wait_for_completion(&client->begun);
}

static void end(struct client *client)
{
	wait_for_completion(&client->done);
	kthread_stop(client->task);
	put_task_struct(client->task);
	/* The table is the test's. */
	client->obj->base.sgt = NULL;
	drm_gem_object_put(&client->obj->base.base);
}

static int make_picture(void *data)
{
	struct client *client = data;

	complete(&client->begun);
	client->ret = virtgpu_import_make_picture(client->obj, PITCH);
	complete(&client->done);
	return 0;
}

static int get_picture(void *data)
{
	struct client *client = data;
	struct virtgpu_texture texture;

	complete(&client->begun);
	client->ret = virtgpu_import_get_picture(client->obj, PITCH, &texture);
	complete(&client->done);
	return 0;
}

/* A reset may take half a minute. */
static void reset_of_another_device_not_waited_for(struct kunit *test)
{
	struct virtgpu_kunit_host *lost = virtgpu_kunit_host_start(test);
	struct virtgpu_kunit_host *host = virtgpu_kunit_host_start(test);
	struct client *clients = kunit_kcalloc(test, 2, sizeof(*clients), GFP_KERNEL);
	unsigned long left;

	KUNIT_ASSERT_NOT_NULL(test, clients);
	import(test, lost, &clients[0]);
	import(test, host, &clients[1]);
	virtgpu_vq_set_state(&lost->vgdev, VIRTGPU_STOPPING);
	virtgpu_vq_drain(&lost->vgdev, -EIO);
	start(test, &clients[0], make_picture);
	left = wait_for_completion_timeout(&clients[0].done, HZ / 2);
	KUNIT_EXPECT_EQ(test, left, 0UL);
	start(test, &clients[1], get_picture);
	left = wait_for_completion_timeout(&clients[1].done, 2 * HZ);
	KUNIT_EXPECT_GT(test, left, 0UL);
	virtgpu_vq_drain(&lost->vgdev, -ENODEV);
	if (left)
		complete(&clients[1].done);
	end(&clients[0]);
	end(&clients[1]);
	KUNIT_EXPECT_EQ(test, clients[0].ret, -ENODEV);
	KUNIT_EXPECT_EQ(test, clients[1].ret, 0);
	virtgpu_kunit_host_stop(host);
	virtgpu_kunit_host_stop(lost);
}

static struct kunit_case virtgpu_kunit_import_cases[] = {
	KUNIT_CASE(reset_of_another_device_not_waited_for),
	{}
};

static struct kunit_suite virtgpu_kunit_import_suite = {
	.name = "virtgpu-import",
	.test_cases = virtgpu_kunit_import_cases,
};

kunit_test_suite(virtgpu_kunit_import_suite);
