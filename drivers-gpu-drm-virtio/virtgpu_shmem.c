// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are guest pages held, and described to the host?
 *
 * The pages are DRM's shmem helper's business, or virtgpu_dma.c's if the device would
 * not see those, and how processes see them virtgpu_shmem_mmap.c's. Here they become the list of
 * address and length that the host makes an iovec of: as short as contiguous
 * memory allows, because QEMU refuses more than 16384 entries.
 */
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_file.h>
#include <drm/drm_gem_shmem_helper.h>
#include <drm/drm_print.h>

#include "virtgpu_cmd.h"
#include "virtgpu_device_types.h"
#include "virtgpu_dma.h"
#include "virtgpu_export.h"
#include "virtgpu_format.h"
#include "virtgpu_object.h"
#include "virtgpu_payload.h"
#include "virtgpu_shmem.h"
#include "virtgpu_shmem_mmap.h"
#include "virtgpu_vbuf.h"

/* For fdinfo: the pages are there for good. */
static enum drm_gem_object_status __maybe_unused
virtgpu_shmem_status(struct drm_gem_object *gem)
{
	return DRM_GEM_OBJECT_RESIDENT;
}

static const struct drm_gem_object_funcs virtgpu_shmem_funcs = {
	.free = virtgpu_object_free,
	.open = virtgpu_object_open,
	.close = virtgpu_object_close,
	.print_info = drm_gem_shmem_object_print_info,
	.export = virtgpu_export_dma_buf,
	.pin = drm_gem_shmem_object_pin,
	.unpin = drm_gem_shmem_object_unpin,
	.get_sg_table = drm_gem_shmem_object_get_sg_table,
	.vmap = drm_gem_shmem_object_vmap,
	.vunmap = drm_gem_shmem_object_vunmap,
	.mmap = virtgpu_shmem_mmap,
	.vm_ops = &virtgpu_shmem_vm_ops,
	VIRTGPU_FDINFO_GEM(virtgpu_shmem_status)
};

/**
 * virtgpu_shmem_init - have large buffers made of huge pages
 * @drm: the device
 *
 * Where the kernel has them for that, and there are any. Fewer pieces are fewer
 * entries in ATTACH_BACKING and in page tables; otherwise all is as it was.
 */
void virtgpu_shmem_init(struct drm_device *drm)
{
	if (drm_gem_huge_mnt_create(drm, "within_size"))
		drm_dbg(drm, "the pages of large buffers are small\n");
}

/**
 * virtgpu_shmem_gem_create - make room for what the shmem helper initialises
 * @drm: the device
 * @size: bytes of the object to be
 *
 * Never fails: some helpers before 5.17 take NULL for a failure, some an ERR_PTR,
 * with the same declaration. It is small, so there is memory for it.
 *
 * Return: the object.
 */
struct drm_gem_object *virtgpu_shmem_gem_create(struct drm_device *drm, size_t size)
{
	struct virtgpu_object *obj = kzalloc(sizeof(*obj), GFP_KERNEL | __GFP_NOFAIL);

	refcount_set(&obj->host_refs, 1);
	obj->base.base.funcs = &virtgpu_shmem_funcs;
	return &obj->base.base;
}

/* Guest pages, in memory for good. */
static struct virtgpu_object *virtgpu_shmem_alloc(struct virtgpu_device *vgdev,
						  const struct virtgpu_object_params *params)
{
	struct drm_gem_shmem_object *shmem;
	struct sg_table *sgt;

	if (vgdev->features.dma_bounce)
		return virtgpu_dma_alloc(vgdev, params);
	shmem = drm_gem_shmem_create(vgdev->drm, params->size);
	if (IS_ERR(shmem))
		return ERR_CAST(shmem);
	sgt = drm_gem_shmem_get_pages_sgt(shmem);
	if (IS_ERR(sgt)) {
		drm_gem_shmem_free(shmem);
		return ERR_CAST(sgt);
	}
	return to_virtgpu_object(&shmem->base);
}

/**
 * virtgpu_shmem_release - free the object; may sleep
 * @obj: an object with guest pages that the host has forgotten
 */
void virtgpu_shmem_release(struct virtgpu_object *obj)
{
	if (virtgpu_dma_has_made(obj))
		virtgpu_dma_release(obj);
	else
		drm_gem_shmem_free(&obj->base);
}

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
	.alloc = virtgpu_shmem_alloc,
	.create = virtgpu_shmem_create_2d,
	.restore = virtgpu_shmem_restore_2d,
	.release = virtgpu_shmem_release,
};

/* A classic 3D resource: guest pages are moved to it and from it. */
const struct virtgpu_object_ops virtgpu_shmem_3d_ops = {
	.alloc = virtgpu_shmem_alloc,
	.create = virtgpu_shmem_create_3d,
	.restore = virtgpu_shmem_create_3d,
	.release = virtgpu_shmem_release,
};

/* A blob that is guest pages. */
const struct virtgpu_object_ops virtgpu_shmem_blob_ops = {
	.alloc = virtgpu_shmem_alloc,
	.create = virtgpu_shmem_create_blob,
	.restore = virtgpu_shmem_create_blob,
	.release = virtgpu_shmem_release,
};

/* A blob on the host, with guest pages that are moved to it and from it. */
const struct virtgpu_object_ops virtgpu_shmem_host3d_ops = {
	.alloc = virtgpu_shmem_alloc,
	.create = virtgpu_shmem_create_blob,
	.release = virtgpu_shmem_release,
};
