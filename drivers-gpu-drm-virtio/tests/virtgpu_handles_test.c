// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is it known for what each file has handles, whoever else has some?
 */
#include <kunit/test.h>

#include "virtgpu_handles.h"

/* Two files, and a buffer. */
struct virtgpu_kunit_handles {
	struct virtgpu_handles files[2];
	struct virtgpu_handle handle;
};

static int virtgpu_kunit_handles_init(struct kunit *test)
{
	struct virtgpu_kunit_handles *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	virtgpu_handles_init(&s->files[0]);
	virtgpu_handles_init(&s->files[1]);
	s->handle.res_id = 7;
	test->priv = s;
	return 0;
}

static void virtgpu_kunit_handles_exit(struct kunit *test)
{
	struct virtgpu_kunit_handles *s = test->priv;

	virtgpu_handles_fini(&s->files[0]);
	virtgpu_handles_fini(&s->files[1]);
}

static int sum_up(void *data, u32 res_id)
{
	*(u32 *)data += res_id;
	return 0;
}

static u32 sum_of(struct virtgpu_handles *handles)
{
	u32 sum = 0;

	return virtgpu_handles_each(handles, sum_up, &sum) ? U32_MAX : sum;
}

/* The last of a file's handles is the one that counts. */
static void handles_of_one_file_are_counted(struct kunit *test)
{
	struct virtgpu_kunit_handles *s = test->priv;

	KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[0], &s->handle), 1);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[0], &s->handle), 2);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[0], &s->handle), 1);
	KUNIT_EXPECT_EQ(test, sum_of(&s->files[0]), 7);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[0], &s->handle), 0);
	KUNIT_EXPECT_EQ(test, sum_of(&s->files[0]), 0);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[0], &s->handle), -ENOENT);
}

/* What one file does to its handles changes nothing for the other. */
static void handles_of_two_files_are_their_own(struct kunit *test)
{
	struct virtgpu_kunit_handles *s = test->priv;

	KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[0], &s->handle), 1);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[1], &s->handle), 1);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[1], &s->handle), 2);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[0], &s->handle), 2);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[0], &s->handle), 1);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[0], &s->handle), 0);
	KUNIT_EXPECT_EQ(test, sum_of(&s->files[0]), 0);
	KUNIT_EXPECT_EQ(test, sum_of(&s->files[1]), 7);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[1], &s->handle), 1);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[1], &s->handle), 0);
	KUNIT_EXPECT_EQ(test, sum_of(&s->files[1]), 0);
}

/* A file that was second stays where it was counted, when the first has gone. */
static void handles_stay_counted_when_the_owner_goes(struct kunit *test)
{
	struct virtgpu_kunit_handles *s = test->priv;

	KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[0], &s->handle), 1);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[1], &s->handle), 1);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[0], &s->handle), 0);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[1], &s->handle), 2);
	KUNIT_EXPECT_EQ(test, sum_of(&s->files[1]), 7);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[0], &s->handle), 1);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[1], &s->handle), 1);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[1], &s->handle), 0);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[0], &s->handle), 0);
}

/* Each of many buffers that were another's first is found, whatever their ids are. */
static void handles_for_many_of_another_file_are_found(struct kunit *test)
{
	struct virtgpu_kunit_handles *s = test->priv;
	struct virtgpu_handle many[] = {
		{ .res_id = 500 }, { .res_id = 3 }, { .res_id = U32_MAX / 2 },
		{ .res_id = 501 }, { .res_id = 1 }, { .res_id = 70000 }, { .res_id = 499 },
	};
	u32 left = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(many); i++) {
		KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[0], &many[i]), 1);
		KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[1], &many[i]), 1);
		left += many[i].res_id;
	}
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[1], &s->handle), -ENOENT);
	for (unsigned int i = 0; i < ARRAY_SIZE(many); i++) {
		KUNIT_EXPECT_EQ(test, sum_of(&s->files[1]), left);
		KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[1], &many[i]), 2);
		KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[1], &many[i]), 1);
		KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[1], &many[i]), 0);
		KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[0], &many[i]), 0);
		left -= many[i].res_id;
	}
	KUNIT_EXPECT_EQ(test, left, 0);
}

static int refuse(void *data, u32 res_id)
{
	return -ENOMEM;
}

/* A walk ends with the first error. */
static void walk_that_fails_says_so(struct kunit *test)
{
	struct virtgpu_kunit_handles *s = test->priv;

	KUNIT_EXPECT_EQ(test, virtgpu_handles_each(&s->files[0], refuse, NULL), 0);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[0], &s->handle), 1);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_add(&s->files[1], &s->handle), 1);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_each(&s->files[0], refuse, NULL), -ENOMEM);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_each(&s->files[1], refuse, NULL), -ENOMEM);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[1], &s->handle), 0);
	KUNIT_EXPECT_EQ(test, virtgpu_handles_remove(&s->files[0], &s->handle), 0);
}

static struct kunit_case virtgpu_kunit_handles_cases[] = {
	KUNIT_CASE(handles_of_one_file_are_counted),
	KUNIT_CASE(handles_of_two_files_are_their_own),
	KUNIT_CASE(handles_stay_counted_when_the_owner_goes),
	KUNIT_CASE(handles_for_many_of_another_file_are_found),
	KUNIT_CASE(walk_that_fails_says_so),
	{}
};

static struct kunit_suite virtgpu_kunit_handles_suite = {
	.name = "virtgpu-handles",
	.init = virtgpu_kunit_handles_init,
	.exit = virtgpu_kunit_handles_exit,
	.test_cases = virtgpu_kunit_handles_cases,
};

kunit_test_suite(virtgpu_kunit_handles_suite);
