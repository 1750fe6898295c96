// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where are the bytes that follow a command?
 *
 * In pieces that the page allocator can always find. Small ones are used again: they
 * are neither allocated nor zeroed. The host sees only what was written.
 */
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "virtgpu_payload.h"
#include "virtgpu_pool.h"

/* Half a megabyte. */
#define VIRTGPU_PAYLOAD_POOL	VIRTGPU_POOL_MOST(64)

static struct virtgpu_pool virtgpu_payload_pool =
	VIRTGPU_POOL_INIT(virtgpu_payload_pool, VIRTGPU_PAYLOAD_POOL);

static void virtgpu_payload_destroy(struct virtgpu_payload *payload)
{
	for (unsigned int i = 0; i < payload->nents; i++) {
		if (!sg_page(&payload->sg[i]))
			break;
		kfree(sg_virt(&payload->sg[i]));
	}
	kfree(payload);
}

static struct virtgpu_payload *virtgpu_payload_make(size_t size, gfp_t gfp)
{
	unsigned int count = DIV_ROUND_UP(size, VIRTGPU_PAYLOAD_CHUNK);
	struct virtgpu_payload *payload;
	size_t left = size;

	payload = kzalloc(struct_size(payload, sg, count), gfp);
	if (!payload)
		return NULL;
	payload->nents = count;
	payload->size = size;
	sg_init_table(payload->sg, count);
	for (unsigned int i = 0; i < count; i++) {
		size_t chunk = min_t(size_t, left, VIRTGPU_PAYLOAD_CHUNK);
		void *mem = kmalloc(chunk, gfp);

		if (!mem) {
			virtgpu_payload_destroy(payload);
			return NULL;
		}
		sg_set_buf(&payload->sg[i], mem, chunk);
		left -= chunk;
	}
	return payload;
}

static struct virtgpu_payload *virtgpu_payload_take(size_t size)
{
	struct llist_node *node = virtgpu_pool_take(&virtgpu_payload_pool);
	struct virtgpu_payload *payload;

	if (node) {
		payload = llist_entry(node, struct virtgpu_payload, free);
	} else {
		if (!virtgpu_pool_grow(&virtgpu_payload_pool))
			return NULL;
		payload = virtgpu_payload_make(VIRTGPU_PAYLOAD_SMALL, GFP_KERNEL);
		if (!payload) {
			virtgpu_pool_shrink(&virtgpu_payload_pool);
			return NULL;
		}
		payload->pooled = true;
	}
	payload->size = size;
	payload->sg[0].length = size;
	return payload;
}

/**
 * virtgpu_payload_alloc - make room for what follows a command; may sleep
 * @size: bytes, 1 to VIRTGPU_PAYLOAD_MAX
 *
 * Return: the payload, or NULL without memory.
 */
struct virtgpu_payload *virtgpu_payload_alloc(size_t size)
{
	struct virtgpu_payload *payload = NULL;

	if (size <= VIRTGPU_PAYLOAD_SMALL)
		payload = virtgpu_payload_take(size);
	return payload ?: virtgpu_payload_make(size, GFP_KERNEL_ACCOUNT);
}

/**
 * virtgpu_payload_free - undo virtgpu_payload_alloc(); any context
 * @payload: the payload, or NULL
 */
void virtgpu_payload_free(struct virtgpu_payload *payload)
{
	if (!payload)
		return;
	if (payload->pooled)
		virtgpu_pool_give(&virtgpu_payload_pool, &payload->free);
	else
		virtgpu_payload_destroy(payload);
}

/**
 * virtgpu_payload_empty_pool - free those that wait to be used again; may sleep
 */
void virtgpu_payload_empty_pool(void)
{
	struct llist_node *node;

	while ((node = virtgpu_pool_take(&virtgpu_payload_pool))) {
		virtgpu_payload_destroy(llist_entry(node, struct virtgpu_payload, free));
		virtgpu_pool_shrink(&virtgpu_payload_pool);
	}
}

/**
 * virtgpu_payload_copy_from_user - fill a payload
 * @payload: the payload
 * @src: as many bytes as the payload has
 *
 * Return: 0 or -EFAULT.
 */
int virtgpu_payload_copy_from_user(struct virtgpu_payload *payload,
				   const void __user *src)
{
	for (unsigned int i = 0; i < payload->nents; i++) {
		struct scatterlist *sg = &payload->sg[i];

		if (copy_from_user(sg_virt(sg), src, sg->length))
			return -EFAULT;
		src += sg->length;
	}
	return 0;
}

/**
 * virtgpu_payload_at - where is byte @offset?
 * @payload: the payload
 * @offset: less than its size
 *
 * Items whose size divides VIRTGPU_PAYLOAD_CHUNK never straddle two pieces.
 *
 * Return: the address.
 */
void *virtgpu_payload_at(struct virtgpu_payload *payload, size_t offset)
{
	struct scatterlist *sg = &payload->sg[offset / VIRTGPU_PAYLOAD_CHUNK];

	return sg_virt(sg) + offset % VIRTGPU_PAYLOAD_CHUNK;
}
