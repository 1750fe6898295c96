// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is told that a command has ended, and who has to wait for whom?
 */
#include <linux/dma-fence-unwrap.h>

#include <kunit/test.h>

#include "virtgpu_test_host.h"
#include "virtgpu_deps.h"
#include "virtgpu_fence.h"

static struct virtgpu_device device, other_device;

static struct virtgpu_fence *fence_of(struct kunit *test, const struct virtgpu_device *vgdev,
				      u64 context, int ring)
{
	struct virtgpu_fence *fence = virtgpu_fence_alloc(vgdev, context, ring);

	KUNIT_ASSERT_NOT_NULL(test, fence);
	virtgpu_fence_arm(fence, 1);
	return fence;
}

static void end(struct virtgpu_fence *fence, int error)
{
	virtgpu_fence_signal(fence, error);
	dma_fence_put(&fence->base);
}

static void a_fence_is_ours_and_a_foreign_one_is_not(struct kunit *test)
{
	struct virtgpu_fence *ours = fence_of(test, &device, 1, 0);
	struct dma_fence *foreign = virtgpu_kunit_fence(test);

	KUNIT_EXPECT_PTR_EQ(test, virtgpu_fence_from(&ours->base), ours);
	KUNIT_EXPECT_NULL(test, virtgpu_fence_from(foreign));
	dma_fence_signal(foreign);
	dma_fence_put(foreign);
	end(ours, 0);
}

static void an_error_reaches_who_waits(struct kunit *test)
{
	struct virtgpu_fence *fence = fence_of(test, &device, 1, 0);

	KUNIT_EXPECT_EQ(test, dma_fence_get_status(&fence->base), 0);
	virtgpu_fence_signal(fence, -EIO);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(&fence->base), -EIO);
	dma_fence_put(&fence->base);
}

static void a_success_is_a_success(struct kunit *test)
{
	struct virtgpu_fence *fence = fence_of(test, &device, 1, 0);

	virtgpu_fence_signal(fence, 0);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(&fence->base), 1);
	dma_fence_put(&fence->base);
}

static void a_fence_that_was_never_queued_goes_quietly(struct kunit *test)
{
	struct virtgpu_fence *fence = virtgpu_fence_alloc(&device, 1, 0);

	KUNIT_ASSERT_NOT_NULL(test, fence);
	virtgpu_fence_free(fence);
	virtgpu_fence_free(NULL);
}

/* How many fences a command on @ring of @context waits for, if it is given @fence. */
static unsigned int waits(struct kunit *test, u64 context, int ring, struct dma_fence *fence)
{
	struct virtgpu_deps deps = {};
	unsigned int count;

	KUNIT_ASSERT_EQ(test, virtgpu_deps_add(&deps, &device, context, ring,
					       dma_fence_get(fence)), 0);
	count = deps.count;
	virtgpu_deps_fini(&deps);
	return count;
}

static void a_foreign_fence_is_waited_for(struct kunit *test)
{
	struct dma_fence *fence = virtgpu_kunit_fence(test);

	KUNIT_EXPECT_EQ(test, waits(test, 1, 0, fence), 1);
	dma_fence_signal(fence);
	dma_fence_put(fence);
}

static void a_signalled_fence_is_not_waited_for(struct kunit *test)
{
	struct dma_fence *fence = virtgpu_kunit_fence(test);

	dma_fence_signal(fence);
	KUNIT_EXPECT_EQ(test, waits(test, 1, 0, fence), 0);
	dma_fence_put(fence);
}

static void the_same_timeline_is_in_order_by_itself(struct kunit *test)
{
	struct virtgpu_fence *fence = fence_of(test, &device, 7, 2);

	KUNIT_EXPECT_EQ(test, waits(test, 7, 2, &fence->base), 0);
	end(fence, 0);
}

static void another_ring_is_waited_for(struct kunit *test)
{
	struct virtgpu_fence *fence = fence_of(test, &device, 7, 2);

	fence->queued = true;
	KUNIT_EXPECT_EQ(test, waits(test, 8, 3, &fence->base), 1);
	end(fence, 0);
}

static void queued_work_without_a_ring_is_in_order_on_the_host(struct kunit *test)
{
	struct virtgpu_fence *fence = fence_of(test, &device, 7, VIRTGPU_RING_NONE);

	KUNIT_EXPECT_EQ(test, waits(test, 8, VIRTGPU_RING_NONE, &fence->base), 1);
	fence->queued = true;
	KUNIT_EXPECT_EQ(test, waits(test, 8, VIRTGPU_RING_NONE, &fence->base), 0);
	KUNIT_EXPECT_EQ(test, waits(test, 8, 0, &fence->base), 1);
	end(fence, 0);
}

static void another_device_has_an_order_of_its_own(struct kunit *test)
{
	struct virtgpu_fence *fence = fence_of(test, &other_device, 7, VIRTGPU_RING_NONE);

	fence->queued = true;
	KUNIT_EXPECT_EQ(test, waits(test, 8, VIRTGPU_RING_NONE, &fence->base), 1);
	end(fence, 0);
}

static void a_merged_fence_counts_for_all_that_is_in_it(struct kunit *test)
{
	struct virtgpu_fence *same = fence_of(test, &device, 7, 2);
	struct virtgpu_fence *ring = fence_of(test, &device, 8, 3);
	struct dma_fence *merged = dma_fence_unwrap_merge(&same->base, &ring->base);

	KUNIT_ASSERT_NOT_NULL(test, merged);
	KUNIT_EXPECT_EQ(test, waits(test, 7, 2, merged), 1);
	virtgpu_fence_signal(ring, 0);
	KUNIT_EXPECT_EQ(test, waits(test, 7, 2, merged), 0);
	dma_fence_put(merged);
	dma_fence_put(&ring->base);
	end(same, 0);
}

static void many_fences_are_all_kept(struct kunit *test)
{
	struct virtgpu_deps deps = {};

	for (unsigned int i = 0; i < 9; i++)
		KUNIT_ASSERT_EQ(test, virtgpu_deps_add(&deps, &device, 1, 0,
						       virtgpu_kunit_fence(test)), 0);
	KUNIT_EXPECT_EQ(test, deps.count, 9);
	for (unsigned int i = 0; i < deps.count; i++)
		dma_fence_signal(deps.fences[i]);
	virtgpu_deps_fini(&deps);
	KUNIT_EXPECT_EQ(test, deps.count, 0);
}

static struct kunit_case virtgpu_kunit_fence_cases[] = {
	KUNIT_CASE(a_fence_is_ours_and_a_foreign_one_is_not),
	KUNIT_CASE(an_error_reaches_who_waits),
	KUNIT_CASE(a_success_is_a_success),
	KUNIT_CASE(a_fence_that_was_never_queued_goes_quietly),
	KUNIT_CASE(a_foreign_fence_is_waited_for),
	KUNIT_CASE(a_signalled_fence_is_not_waited_for),
	KUNIT_CASE(the_same_timeline_is_in_order_by_itself),
	KUNIT_CASE(another_ring_is_waited_for),
	KUNIT_CASE(queued_work_without_a_ring_is_in_order_on_the_host),
	KUNIT_CASE(another_device_has_an_order_of_its_own),
	KUNIT_CASE(a_merged_fence_counts_for_all_that_is_in_it),
	KUNIT_CASE(many_fences_are_all_kept),
	{}
};

static struct kunit_suite virtgpu_kunit_fence_suite = {
	.name = "virtgpu-fence",
	.test_cases = virtgpu_kunit_fence_cases,
};

kunit_test_suite(virtgpu_kunit_fence_suite);
