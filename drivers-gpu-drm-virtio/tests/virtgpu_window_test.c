// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does every object get a range of the window that both sides can map?
 */
#include <linux/sizes.h>

#include <kunit/test.h>

#include "virtgpu_window.h"

#define WINDOW_SIZE	SZ_16M

struct test_range {
	struct virtgpu_range range;
	unsigned int evicted;
};

static void count_eviction(struct virtgpu_range *range)
{
	container_of(range, struct test_range, range)->evicted++;
}

static struct test_range *new_range(struct kunit *test)
{
	struct test_range *range = kunit_kzalloc(test, sizeof(*range), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, range);
	INIT_LIST_HEAD(&range->range.idle);
	range->range.evict = count_eviction;
	return range;
}

static int virtgpu_kunit_window_init(struct kunit *test)
{
	struct virtgpu_window *window = kunit_kzalloc(test, sizeof(*window), GFP_KERNEL);

	if (!window)
		return -ENOMEM;
	mutex_init(&window->lock);
	window->size = WINDOW_SIZE;
	window->align = SZ_4K;
	INIT_LIST_HEAD(&window->idle);
	drm_mm_init(&window->mm, 0, window->size);
	test->priv = window;
	return 0;
}

static void virtgpu_kunit_window_exit(struct kunit *test)
{
	struct virtgpu_window *window = test->priv;
	struct drm_mm_node *node, *next;

	drm_mm_for_each_node_safe(node, next, &window->mm)
		drm_mm_remove_node(node);
	drm_mm_takedown(&window->mm);
	mutex_destroy(&window->lock);
}

static int try_take(struct kunit *test, struct test_range *range, u64 size)
{
	struct virtgpu_window *window = test->priv;
	int ret;

	mutex_lock(&window->lock);
	ret = virtgpu_window_take(window, &range->range, size);
	mutex_unlock(&window->lock);
	return ret;
}

static struct test_range *take(struct kunit *test, u64 size)
{
	struct test_range *range = new_range(test);

	KUNIT_ASSERT_EQ(test, try_take(test, range, size), 0);
	return range;
}

static void give(struct kunit *test, struct test_range *range)
{
	struct virtgpu_window *window = test->priv;

	mutex_lock(&window->lock);
	virtgpu_window_give(window, &range->range);
	mutex_unlock(&window->lock);
}

static void make_idle(struct kunit *test, struct test_range *range)
{
	struct virtgpu_window *window = test->priv;

	list_add_tail(&range->range.idle, &window->idle);
}

static void a_length_is_rounded_up_to_what_both_sides_map(struct kunit *test)
{
	struct virtgpu_window *window = test->priv;

	window->align = SZ_64K;
	KUNIT_EXPECT_EQ(test, take(test, 1)->range.node.size, SZ_64K);
	KUNIT_EXPECT_EQ(test, take(test, SZ_64K + 1)->range.node.size, SZ_128K);
}

static void a_start_is_aligned_to_what_both_sides_map(struct kunit *test)
{
	struct virtgpu_window *window = test->priv;

	take(test, SZ_4K);
	window->align = SZ_64K;
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(take(test, SZ_64K)->range.node.start, SZ_64K));
}

static void a_large_range_starts_where_a_huge_page_can(struct kunit *test)
{
	take(test, SZ_4K);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(take(test, SZ_2M)->range.node.start, SZ_2M));
}

static void a_large_range_takes_any_place_rather_than_none(struct kunit *test)
{
	take(test, SZ_4K);
	KUNIT_EXPECT_EQ(test, take(test, WINDOW_SIZE - SZ_4K)->range.node.start, SZ_4K);
}

static void sizes_that_no_window_has_are_refused(struct kunit *test)
{
	struct test_range *range = new_range(test);

	KUNIT_EXPECT_EQ(test, try_take(test, range, 0), -ENOSPC);
	KUNIT_EXPECT_EQ(test, try_take(test, range, WINDOW_SIZE + 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, try_take(test, range, U64_MAX), -ENOSPC);
}

static void a_full_window_refuses(struct kunit *test)
{
	struct test_range *range = new_range(test);

	take(test, WINDOW_SIZE);
	KUNIT_EXPECT_EQ(test, try_take(test, range, 1), -ENOSPC);
}

static void an_idle_range_gives_way(struct kunit *test)
{
	struct test_range *old = take(test, WINDOW_SIZE);

	make_idle(test, old);
	take(test, SZ_4K);
	KUNIT_EXPECT_EQ(test, old->evicted, 1);
	KUNIT_EXPECT_FALSE(test, drm_mm_node_allocated(&old->range.node));
}

static void the_oldest_idle_range_gives_way_first_and_no_more_than_needed(struct kunit *test)
{
	struct test_range *first = take(test, WINDOW_SIZE / 2);
	struct test_range *second = take(test, WINDOW_SIZE / 2);

	make_idle(test, second);
	make_idle(test, first);
	take(test, SZ_4K);
	KUNIT_EXPECT_EQ(test, second->evicted, 1);
	KUNIT_EXPECT_EQ(test, first->evicted, 0);
}

static void a_range_in_use_stays(struct kunit *test)
{
	struct test_range *used = take(test, WINDOW_SIZE / 2);
	struct test_range *idle = take(test, WINDOW_SIZE / 2);
	struct test_range *range = new_range(test);

	make_idle(test, idle);
	KUNIT_EXPECT_EQ(test, try_take(test, range, WINDOW_SIZE), -ENOSPC);
	KUNIT_EXPECT_EQ(test, used->evicted, 0);
	KUNIT_EXPECT_TRUE(test, drm_mm_node_allocated(&used->range.node));
}

/* What could not make room all together is left alone. */
static void idle_ranges_too_small_none_evicted(struct kunit *test)
{
	struct test_range *range = new_range(test);
	struct test_range *ranges[4];

	for (unsigned int i = 0; i < ARRAY_SIZE(ranges); i++)
		ranges[i] = take(test, WINDOW_SIZE / 4);
	make_idle(test, ranges[0]);
	make_idle(test, ranges[2]);
	KUNIT_EXPECT_EQ(test, try_take(test, range, WINDOW_SIZE / 2), -ENOSPC);
	KUNIT_EXPECT_EQ(test, ranges[0]->evicted, 0);
	KUNIT_EXPECT_EQ(test, ranges[2]->evicted, 0);
	/* They can still be evicted for what fits, in the same order. */
	KUNIT_EXPECT_EQ(test, try_take(test, range, WINDOW_SIZE / 4), 0);
	KUNIT_EXPECT_EQ(test, ranges[0]->evicted, 1);
	KUNIT_EXPECT_EQ(test, ranges[2]->evicted, 0);
}

/* Two neighbours make room; the older one between ranges in use would not. */
static void idle_range_of_no_help_stays(struct kunit *test)
{
	struct test_range *ranges[4];

	for (unsigned int i = 0; i < ARRAY_SIZE(ranges); i++)
		ranges[i] = take(test, WINDOW_SIZE / 4);
	make_idle(test, ranges[0]);
	make_idle(test, ranges[2]);
	make_idle(test, ranges[3]);
	take(test, WINDOW_SIZE / 2);
	KUNIT_EXPECT_EQ(test, ranges[0]->evicted, 0);
	KUNIT_EXPECT_EQ(test, ranges[2]->evicted, 1);
	KUNIT_EXPECT_EQ(test, ranges[3]->evicted, 1);
}

/* Hosts with larger pages that do not tell are served where there is room to spare. */
static void window_large_untold_aligned_to_64k(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, virtgpu_window_alignment(SZ_256M, 0), max_t(u64, PAGE_SIZE, SZ_64K));
	KUNIT_EXPECT_EQ(test, virtgpu_window_alignment(SZ_256M - SZ_4K, 0), PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, virtgpu_window_alignment(SZ_4G, SZ_4K), PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, virtgpu_window_alignment(SZ_16M, SZ_64K), SZ_64K);
}

static void giving_a_range_twice_is_harmless(struct kunit *test)
{
	struct test_range *range = take(test, SZ_4K);

	give(test, range);
	give(test, range);
	KUNIT_EXPECT_EQ(test, range->evicted, 1);
}

static struct kunit_case virtgpu_kunit_window_cases[] = {
	KUNIT_CASE(a_length_is_rounded_up_to_what_both_sides_map),
	KUNIT_CASE(a_start_is_aligned_to_what_both_sides_map),
	KUNIT_CASE(a_large_range_starts_where_a_huge_page_can),
	KUNIT_CASE(a_large_range_takes_any_place_rather_than_none),
	KUNIT_CASE(sizes_that_no_window_has_are_refused),
	KUNIT_CASE(a_full_window_refuses),
	KUNIT_CASE(an_idle_range_gives_way),
	KUNIT_CASE(the_oldest_idle_range_gives_way_first_and_no_more_than_needed),
	KUNIT_CASE(a_range_in_use_stays),
	KUNIT_CASE(idle_ranges_too_small_none_evicted),
	KUNIT_CASE(idle_range_of_no_help_stays),
	KUNIT_CASE(window_large_untold_aligned_to_64k),
	KUNIT_CASE(giving_a_range_twice_is_harmless),
	{}
};

static struct kunit_suite virtgpu_kunit_window_suite = {
	.name = "virtgpu-window",
	.init = virtgpu_kunit_window_init,
	.exit = virtgpu_kunit_window_exit,
	.test_cases = virtgpu_kunit_window_cases,
};

kunit_test_suite(virtgpu_kunit_window_suite);
