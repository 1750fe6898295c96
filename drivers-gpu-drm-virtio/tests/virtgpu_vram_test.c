// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the kernel see of storage on the host?
 */
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/iosys-map.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>

#include <drm/virtgpu_drm.h>

#include <kunit/test.h>

#include "virtgpu_test_host.h"
#include "virtgpu_object.h"
#include "virtgpu_vq.h"
#include "virtgpu_vram.h"
#include "virtgpu_window.h"

struct test_storage {
	struct virtgpu_kunit_host *host;
	struct virtgpu_window *window;
	struct virtgpu_object *obj;
};

static int virtgpu_kunit_vram_init(struct kunit *test)
{
	struct virtgpu_object_params params = {
		.size = SZ_64K,
		.blob = {
			.mem = VIRTGPU_BLOB_MEM_HOST3D,
			.flags = VIRTGPU_BLOB_FLAG_USE_MAPPABLE,
			/* One without an id is shown ahead of its use. */
			.id = 1,
		},
	};
	struct test_storage *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	s->window = kunit_kzalloc(test, sizeof(*s->window), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, s->window);
	mutex_init(&s->window->lock);
	/* Where no machine has memory that runs this. */
	s->window->base = SZ_8G;
	s->window->size = SZ_16M;
	s->window->align = SZ_4K;
	INIT_LIST_HEAD(&s->window->idle);
	drm_mm_init(&s->window->mm, 0, s->window->size);
	s->host = virtgpu_kunit_host_start(test);
	s->host->vgdev.window = s->window;
	test->priv = s;
	KUNIT_ASSERT_EQ(test, virtgpu_object_create(&s->host->vgdev, &virtgpu_vram_ops, &params,
						    &s->obj), 0);
	return 0;
}

static void virtgpu_kunit_vram_exit(struct kunit *test)
{
	struct test_storage *s = test->priv;

	if (!s)
		return;
	if (s->obj)
		drm_gem_object_put(&s->obj->base.base);
	virtgpu_kunit_host_stop(s->host);
	drm_mm_takedown(&s->window->mm);
	mutex_destroy(&s->window->lock);
}

/* Other drivers wait for the same lock: the host may take its time without it. */
static void vmap_of_unshown_storage_is_ebusy_at_once(struct kunit *test)
{
	struct test_storage *s = test->priv;
	struct drm_gem_object *gem = &s->obj->base.base;
	unsigned long start = jiffies;
	struct iosys_map map;

	dma_resv_lock(gem->resv, NULL);
	KUNIT_EXPECT_EQ(test, gem->funcs->vmap(gem, &map), -EBUSY);
	dma_resv_unlock(gem->resv);
	KUNIT_EXPECT_LT(test, jiffies_to_msecs(jiffies - start), VIRTGPU_HOST_TIMEOUT_MS / 2);
}

static const u64 sizes[] = { SZ_4K, SZ_2G, SZ_2G + SZ_4K, SZ_4G, SZ_4G + SZ_4K, 3 * (u64)SZ_4G };

static void virtgpu_kunit_size_desc(const u64 *size, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%llu", *size);
}

KUNIT_ARRAY_PARAM(size, sizes, virtgpu_kunit_size_desc);

/* Lengths in a table have 32 bits; what it says together is the whole, without a gap. */
static void table_of_any_size_has_all_bytes(struct kunit *test)
{
	const u64 size = *(const u64 *)test->param_value;
	dma_addr_t next = SZ_8G;
	struct scatterlist *sg;
	struct sg_table sgt;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, virtgpu_vram_fill_table(&sgt, SZ_8G, size), 0);
	for_each_sgtable_dma_sg(&sgt, sg, i) {
		KUNIT_EXPECT_EQ(test, sg_dma_address(sg), next);
		KUNIT_EXPECT_GT(test, sg_dma_len(sg), 0);
		next += sg_dma_len(sg);
	}
	KUNIT_EXPECT_EQ(test, next - SZ_8G, size);
	sg_free_table(&sgt);
}

/*
 * The way down does this before fences end, and memory may be waiting for those: lockdep
 * has to find no lock in it under which somebody waits for memory.
 */
static void storage_revoked_without_waiting_for_memory(struct kunit *test)
{
	struct test_storage *s = test->priv;
	struct virtgpu_vram *vram = to_virtgpu_vram(s->obj);
	bool cookie;

	virtgpu_vram_reserve_cache(vram, PAGE_KERNEL);
	cookie = dma_fence_begin_signalling();
	virtgpu_object_revoke_all(&s->host->vgdev);
	dma_fence_end_signalling(cookie);
	KUNIT_EXPECT_TRUE(test, vram->revoked);
	KUNIT_EXPECT_FALSE(test, vram->huge);
	KUNIT_EXPECT_NULL(test, vram->reserved);
}

static struct kunit_case virtgpu_kunit_vram_cases[] = {
	KUNIT_CASE(storage_revoked_without_waiting_for_memory),
	KUNIT_CASE(vmap_of_unshown_storage_is_ebusy_at_once),
	KUNIT_CASE_PARAM(table_of_any_size_has_all_bytes, size_gen_params),
	{}
};

static struct kunit_suite virtgpu_kunit_vram_suite = {
	.name = "virtgpu-vram",
	.init = virtgpu_kunit_vram_init,
	.exit = virtgpu_kunit_vram_exit,
	.test_cases = virtgpu_kunit_vram_cases,
};

kunit_test_suite(virtgpu_kunit_vram_suite);
