// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where are the bytes that follow a command?
 *
 * In pieces that the page allocator can always find.
 */
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "virtgpu_payload.h"

/**
 * virtgpu_payload_alloc - make room for what follows a command
 * @size: bytes, 1 to VIRTGPU_PAYLOAD_MAX
 *
 * Return: the payload, or NULL without memory.
 */
struct virtgpu_payload *virtgpu_payload_alloc(size_t size)
{
	unsigned int count = DIV_ROUND_UP(size, VIRTGPU_PAYLOAD_CHUNK);
	struct virtgpu_payload *payload;
	size_t left = size;

	payload = kzalloc(struct_size(payload, sg, count), GFP_KERNEL);
	if (!payload)
		return NULL;
	payload->nents = count;
	payload->size = size;
	sg_init_table(payload->sg, count);
	for (unsigned int i = 0; i < count; i++) {
		size_t chunk = min_t(size_t, left, VIRTGPU_PAYLOAD_CHUNK);
		void *mem = kmalloc(chunk, GFP_KERNEL);

		if (!mem) {
			virtgpu_payload_free(payload);
			return NULL;
		}
		sg_set_buf(&payload->sg[i], mem, chunk);
		left -= chunk;
	}
	return payload;
}

/**
 * virtgpu_payload_free - undo virtgpu_payload_alloc(); any context
 * @payload: the payload, or NULL
 */
void virtgpu_payload_free(struct virtgpu_payload *payload)
{
	if (!payload)
		return;
	for (unsigned int i = 0; i < payload->nents; i++) {
		if (!sg_page(&payload->sg[i]))
			break;
		kfree(sg_virt(&payload->sg[i]));
	}
	kfree(payload);
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
