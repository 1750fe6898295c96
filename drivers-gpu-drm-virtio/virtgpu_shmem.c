// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are guest pages described to the host?
 *
 * virtgpu_pages.c holds them, or the exporter of a dma-buf. Here they become the list
 * of address and length that the host makes an iovec of: as short as contiguous
 * memory allows, because QEMU refuses more than 16384 entries.
 */
#include <linux/overflow.h>
#include <linux/scatterlist.h>
#include <linux/virtio_gpu.h>

#include "virtgpu_cmd.h"
#include "virtgpu_device_types.h"
#include "virtgpu_format.h"
#include "virtgpu_object.h"
#include "virtgpu_pages.h"
#include "virtgpu_payload.h"
#include "virtgpu_shmem.h"
#include "virtgpu_vbuf.h"

/*
 * Walk over the runs of contiguous memory, as the device addresses it, and
 * write them to @payload if there is one. Returns how many there are.
 */
static size_t virtgpu_shmem_walk(const struct virtgpu_object *obj, bool dma,
				 struct virtgpu_payload *payload)
{
	const struct sg_table *sgt = obj->base.sgt;
	unsigned int nents = dma ? sgt->nents : sgt->orig_nents;
	struct virtio_gpu_mem_entry *entry = NULL;
	u64 start = 0, end = 0;
	struct scatterlist *sg;
	size_t count = 0;
	unsigned int i;

	for_each_sg(sgt->sgl, sg, nents, i) {
		u64 addr = dma ? sg_dma_address(sg) : sg_phys(sg);
		u32 length = dma ? sg_dma_len(sg) : sg->length;

		if (!count || addr != end || end - start + length > U32_MAX) {
			start = addr;
			if (payload)
				entry = virtgpu_payload_at(payload, count * sizeof(*entry));
			count++;
		}
		end = addr + length;
		if (entry) {
			entry->addr = cpu_to_le64(start);
			entry->length = cpu_to_le32(end - start);
			entry->padding = 0;
		}
	}
	return count;
}

static bool virtgpu_shmem_is_dma(const struct virtgpu_object *obj)
{
	return to_virtgpu_device(obj->base.base.dev)->features.dma_api;
}

/* Describe the pages to the host: an array of struct virtio_gpu_mem_entry. */
static int virtgpu_shmem_entries(struct virtgpu_object *obj, bool dma,
				 struct virtgpu_payload **payload)
{
	size_t count = virtgpu_shmem_walk(obj, dma, NULL);

	if (array_size(count, sizeof(struct virtio_gpu_mem_entry)) > VIRTGPU_PAYLOAD_MAX)
		return -E2BIG;
	*payload = virtgpu_payload_alloc(count * sizeof(struct virtio_gpu_mem_entry));
	if (!*payload)
		return -ENOMEM;
	virtgpu_shmem_walk(obj, dma, *payload);
	return 0;
}

/* A classic resource is made with its pages, or not at all. */
static int virtgpu_shmem_attach_backing(struct virtgpu_object *obj, bool dma,
					struct list_head *vbufs)
{
	struct virtgpu_payload *payload;
	struct virtgpu_vbuf *vbuf;
	int ret;

	ret = virtgpu_shmem_entries(obj, dma, &payload);
	if (ret)
		return ret;
	vbuf = virtgpu_cmd_attach_backing(obj->res_id, payload);
	if (!vbuf) {
		virtgpu_payload_free(payload);
		return -ENOMEM;
	}
	virtgpu_object_append(obj, vbuf, vbufs);
	return 0;
}

/**
 * virtgpu_shmem_append_2d - the commands that make a 2D resource with an object's pages
 * @obj: an object whose pages are known
 * @dma: name them as the device addresses them, rather than as guest memory
 * @vbufs: where to append the commands
 *
 * Return: 0, -ENOMEM, or -E2BIG if the pages are too scattered for one command.
 */
int virtgpu_shmem_append_2d(struct virtgpu_object *obj, bool dma, struct list_head *vbufs)
{
	const struct virtgpu_texture *texture = &obj->params.texture;
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_cmd_create_2d(obj->res_id, texture->format, texture->width,
				     texture->height);
	if (!vbuf)
		return -ENOMEM;
	virtgpu_object_append(obj, vbuf, vbufs);
	return virtgpu_shmem_attach_backing(obj, dma, vbufs);
}

static int virtgpu_shmem_create_2d(struct virtgpu_object *obj, struct list_head *vbufs)
{
	return virtgpu_shmem_append_2d(obj, virtgpu_shmem_is_dma(obj), vbufs);
}

static int virtgpu_shmem_create_3d(struct virtgpu_object *obj, struct list_head *vbufs)
{
	struct virtgpu_vbuf *vbuf;

	vbuf = virtgpu_cmd_create_3d(obj->res_id, &obj->params.texture);
	if (!vbuf)
		return -ENOMEM;
	virtgpu_object_append(obj, vbuf, vbufs);
	return virtgpu_shmem_attach_backing(obj, virtgpu_shmem_is_dma(obj), vbufs);
}

/**
 * virtgpu_shmem_append_blob - the command that makes a blob of an object's pages
 * @obj: an object whose pages are known
 * @dma: name them as the device addresses them, rather than as guest memory
 * @vbufs: where to append the command
 *
 * Return: 0, -ENOMEM, or -E2BIG if the pages are too scattered for one command.
 */
int virtgpu_shmem_append_blob(struct virtgpu_object *obj, bool dma, struct list_head *vbufs)
{
	struct virtgpu_payload *payload;
	struct virtgpu_vbuf *vbuf;
	int ret;

	ret = virtgpu_shmem_entries(obj, dma, &payload);
	if (ret)
		return ret;
	vbuf = virtgpu_cmd_create_blob(obj->res_id, &obj->params.blob, payload);
	if (!vbuf) {
		virtgpu_payload_free(payload);
		return -ENOMEM;
	}
	virtgpu_object_append(obj, vbuf, vbufs);
	return 0;
}

static int virtgpu_shmem_create_blob(struct virtgpu_object *obj, struct list_head *vbufs)
{
	return virtgpu_shmem_append_blob(obj, virtgpu_shmem_is_dma(obj), vbufs);
}

/*
 * The host's copy of a 2D resource had better be what the guest has drawn. What
 * a 3D resource showed is lost, but it can be drawn to and shown again.
 */
static int virtgpu_shmem_restore_2d(struct virtgpu_object *obj, struct list_head *vbufs)
{
	const struct virtgpu_texture *texture = &obj->params.texture;
	u64 bytes = (u64)texture->width * texture->height * VIRTGPU_FORMAT_CPP;
	struct virtgpu_vbuf *vbuf;
	int ret;

	ret = virtgpu_shmem_create_2d(obj, vbufs);
	if (ret || bytes > obj->base.base.size)
		return ret;
	vbuf = virtgpu_cmd_transfer_to_host_2d(obj->res_id, 0, 0, 0, texture->width,
					       texture->height, GFP_KERNEL);
	if (!vbuf)
		return -ENOMEM;
	list_add_tail(&vbuf->node, vbufs);
	return 0;
}

/* A 2D resource: its image is a copy of guest pages. */
const struct virtgpu_object_ops virtgpu_shmem_2d_ops = {
	.alloc = virtgpu_pages_alloc,
	.create = virtgpu_shmem_create_2d,
	.restore = virtgpu_shmem_restore_2d,
	.release = virtgpu_pages_release,
};

/* A classic 3D resource: guest pages are moved to it and from it. */
const struct virtgpu_object_ops virtgpu_shmem_3d_ops = {
	.alloc = virtgpu_pages_alloc,
	.create = virtgpu_shmem_create_3d,
	.restore = virtgpu_shmem_create_3d,
	.release = virtgpu_pages_release,
};

/* A blob that is guest pages. */
const struct virtgpu_object_ops virtgpu_shmem_blob_ops = {
	.alloc = virtgpu_pages_alloc,
	.create = virtgpu_shmem_create_blob,
	.restore = virtgpu_shmem_create_blob,
	.release = virtgpu_pages_release,
};

/* A blob on the host, with guest pages that are moved to it and from it. */
const struct virtgpu_object_ops virtgpu_shmem_host3d_ops = {
	.alloc = virtgpu_pages_alloc,
	.create = virtgpu_shmem_create_blob,
	.release = virtgpu_pages_release,
};
