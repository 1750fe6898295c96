// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does the device read a ring, and write to it?
 *
 * Split rings with direct and indirect descriptors. The addresses in them are
 * physical: no IOMMU stands between, and a platform device without one maps
 * directly where the driver uses the DMA API.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ring.h>

#include "vsim_api.h"
#include "vsim_kernel.h"

/* The longest command that is read at all. */
#define VSIM_RING_MAX_CMD	(16u << 20)

static u16 vsim_ring_get16(struct vsim_queue *q, const __virtio16 *value)
{
	return virtio16_to_cpu(&q->sim->vdev, READ_ONCE(*value));
}

static void *vsim_ring_memory(u64 addr, u32 len)
{
	if (!len || !pfn_valid(PHYS_PFN(addr)) || !pfn_valid(PHYS_PFN(addr + len - 1))) {
		vsim_violation("a descriptor names 0x%llx +0x%x, which is no memory", addr, len);
		return NULL;
	}
	return phys_to_virt(addr);
}

/* One piece of a chain: sum it up, or with a buffer, copy it. */
static bool vsim_ring_piece(struct vsim_queue *q, struct vsim_request *req,
			    const struct vring_desc *desc, bool copy)
{
	struct virtio_device *vdev = &q->sim->vdev;
	u64 addr = virtio64_to_cpu(vdev, desc->addr);
	u32 len = virtio32_to_cpu(vdev, desc->len);
	bool write = virtio16_to_cpu(vdev, desc->flags) & VRING_DESC_F_WRITE;
	void *memory = vsim_ring_memory(addr, len);

	if (!memory)
		return false;
	if (write && !copy) {
		if (req->rooms == ARRAY_SIZE(req->room_addr))
			return false;
		req->room_addr[req->rooms] = addr;
		req->room_size[req->rooms++] = len;
		req->room += len;
	} else if (!write) {
		if (req->rooms && !copy)
			vsim_violation("a readable descriptor stands behind a writable one");
		if (copy)
			memcpy(req->cmd + req->cmd_size, memory, len);
		req->cmd_size += len;
	}
	return req->cmd_size <= VSIM_RING_MAX_CMD;
}

/* The table that an indirect descriptor names. */
static const struct vring_desc *vsim_ring_table(struct vsim_queue *q,
						const struct vring_desc *desc,
						unsigned int *num)
{
	struct virtio_device *vdev = &q->sim->vdev;
	u32 len = virtio32_to_cpu(vdev, desc->len);

	if (!virtio_has_feature(vdev, VIRTIO_RING_F_INDIRECT_DESC))
		vsim_violation("an indirect descriptor, and the feature was not offered");
	if (virtio16_to_cpu(vdev, desc->flags) & VRING_DESC_F_NEXT || len % sizeof(*desc)) {
		vsim_violation("an indirect descriptor with a next one or an odd length");
		return NULL;
	}
	*num = len / sizeof(*desc);
	return vsim_ring_memory(virtio64_to_cpu(vdev, desc->addr), len);
}

static bool vsim_ring_walk(struct vsim_queue *q, struct vsim_request *req, bool copy)
{
	const struct vring *ring = virtqueue_get_vring(q->vq);
	const struct vring_desc *table = ring->desc;
	unsigned int num = ring->num, i = req->head, count = 0;
	u16 flags;

	for (;;) {
		if (!table || i >= num || ++count > VSIM_MAX_CHAIN + 1) {
			vsim_violation("a chain of %u descriptors does not end", count);
			return false;
		}
		flags = vsim_ring_get16(q, &table[i].flags);
		if (flags & VRING_DESC_F_INDIRECT) {
			table = vsim_ring_table(q, &table[i], &num);
			i = 0;
			continue;
		}
		if (!vsim_ring_piece(q, req, &table[i], copy))
			return false;
		if (!(flags & VRING_DESC_F_NEXT))
			return true;
		i = vsim_ring_get16(q, &table[i].next);
	}
}

/* vsim_ring_pending - how many commands stand in the ring? */
unsigned int vsim_ring_pending(struct vsim_queue *q)
{
	const struct vring *ring = virtqueue_get_vring(q->vq);

	return (u16)(vsim_ring_get16(q, &ring->avail->idx) - q->last_avail);
}

/* vsim_ring_pop - the next command of the driver, or NULL */
struct vsim_request *vsim_ring_pop(struct vsim_queue *q)
{
	const struct vring *ring = virtqueue_get_vring(q->vq);
	struct vsim_request *req;

	if (vsim_ring_get16(q, &ring->avail->idx) == q->last_avail)
		return NULL;
	/* The index before what it announces. */
	smp_rmb();
	req = kzalloc(sizeof(*req), GFP_KERNEL | __GFP_NOFAIL);
	req->head = vsim_ring_get16(q, &ring->avail->ring[q->last_avail % ring->num]);
	req->used_len = U32_MAX;
	req->used_id = U32_MAX;
	q->last_avail++;
	if (vsim_ring_walk(q, req, false)) {
		req->cmd = kvmalloc(req->cmd_size + sizeof(struct virtio_gpu_ctrl_hdr),
				    GFP_KERNEL | __GFP_NOFAIL);
		req->cmd_size = 0;
		vsim_ring_walk(q, req, true);
	}
	return req;
}

/* vsim_ring_free - a command has ended */
void vsim_ring_free(struct vsim_request *req)
{
	kvfree(req->cmd);
	kvfree(req->resp);
	kfree(req);
}

static void vsim_ring_push(struct vsim_queue *q, u32 id, u32 len)
{
	const struct vring *ring = virtqueue_get_vring(q->vq);
	struct vring_used_elem *elem = &ring->used->ring[q->used % ring->num];

	elem->id = cpu_to_virtio32(&q->sim->vdev, id);
	elem->len = cpu_to_virtio32(&q->sim->vdev, len);
	/* What is announced before the index. */
	smp_wmb();
	q->used++;
	WRITE_ONCE(ring->used->idx, cpu_to_virtio16(&q->sim->vdev, q->used));
}

/* vsim_ring_write - write the answer where the driver wants it; how many bytes those are */
u32 vsim_ring_write(struct vsim_request *req)
{
	u32 left = req->resp_size, done = 0;

	if (req->used_len != U32_MAX)
		left = min(left, req->used_len);
	for (unsigned int i = 0; i < req->rooms && left; i++) {
		u32 size = min(left, req->room_size[i]);

		memcpy(phys_to_virt(req->room_addr[i]), req->resp + done, size);
		done += size;
		left -= size;
	}
	return done;
}

/* vsim_ring_answer - write the answer, and give the chain back */
void vsim_ring_answer(struct vsim_queue *q, struct vsim_request *req)
{
	u32 id = req->used_id == U32_MAX ? req->head : req->used_id;
	u32 done = vsim_ring_write(req);

	vsim_ring_push(q, id, req->used_len == U32_MAX ? done : req->used_len);
	if (req->twice)
		vsim_ring_push(q, id, done);
}

/* vsim_ring_is_idle - ask for a notification; did nothing come in meanwhile? */
bool vsim_ring_is_idle(struct vsim_queue *q)
{
	const struct vring *ring = virtqueue_get_vring(q->vq);

	if (virtio_has_feature(&q->sim->vdev, VIRTIO_RING_F_EVENT_IDX))
		vring_avail_event(ring) = cpu_to_virtio16(&q->sim->vdev, q->last_avail);
	/* The wish before the last look. */
	smp_mb();
	return vsim_ring_get16(q, &ring->avail->idx) == q->last_avail;
}

/* vsim_ring_interrupt - tell the driver of what is new, if it wants to know */
void vsim_ring_interrupt(struct vsim_queue *q)
{
	const struct vring *ring = virtqueue_get_vring(q->vq);
	bool wanted;

	if (q->used == q->signalled)
		return;
	/* The index before the driver's wish. */
	smp_mb();
	if (virtio_has_feature(&q->sim->vdev, VIRTIO_RING_F_EVENT_IDX))
		wanted = vring_need_event(vsim_ring_get16(q, &vring_used_event(ring)),
					  q->used, q->signalled);
	else
		wanted = !(vsim_ring_get16(q, &ring->avail->flags) &
			   VRING_AVAIL_F_NO_INTERRUPT);
	q->signalled = q->used;
	if (!wanted)
		return;
	q->interrupts++;
	irq_work_queue(&q->irq);
}
