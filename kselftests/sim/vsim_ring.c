// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does the device read a ring, and write to it?
 *
 * Split rings with direct and indirect descriptors, of little-endian numbers.
 */
#include "vsim_api.h"

/* The longest command that is read at all. */
#define VSIM_RING_MAX_CMD	(16u << 20)

static u16 vsim_ring_get16(const __virtio16 *value)
{
	return le16_to_cpu((__force __le16)READ_ONCE(*value));
}

static u32 vsim_ring_get32(__virtio32 value)
{
	return le32_to_cpu((__force __le32)value);
}

static u64 vsim_ring_get64(__virtio64 value)
{
	return le64_to_cpu((__force __le64)value);
}

static __virtio16 vsim_ring_put16(u16 value)
{
	return (__force __virtio16)cpu_to_le16(value);
}

static __virtio32 vsim_ring_put32(u32 value)
{
	return (__force __virtio32)cpu_to_le32(value);
}

static void *vsim_ring_memory(u64 addr, u32 len)
{
	void *memory = vsim_guest_map(addr, len);

	if (!memory)
		vsim_violation("a descriptor names 0x%llx +0x%x, which is no memory", addr, len);
	return memory;
}

/* One piece of a chain: sum it up, or with a buffer, copy it. */
static bool vsim_ring_piece(struct vsim_request *req, const struct vring_desc *desc, bool copy)
{
	u64 addr = vsim_ring_get64(desc->addr);
	u32 len = vsim_ring_get32(desc->len);
	bool write = vsim_ring_get16(&desc->flags) & VRING_DESC_F_WRITE;
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
	u32 len = vsim_ring_get32(desc->len);

	if (!vsim_negotiated(q->sim, VIRTIO_RING_F_INDIRECT_DESC))
		vsim_violation("an indirect descriptor, and the feature was not offered");
	if (vsim_ring_get16(&desc->flags) & VRING_DESC_F_NEXT || len % sizeof(*desc)) {
		vsim_violation("an indirect descriptor with a next one or an odd length");
		return NULL;
	}
	*num = len / sizeof(*desc);
	return vsim_ring_memory(vsim_ring_get64(desc->addr), len);
}

static bool vsim_ring_walk(struct vsim_queue *q, struct vsim_request *req, bool copy)
{
	const struct vring *ring = vsim_vring(&q->link);
	const struct vring_desc *table = ring->desc;
	unsigned int num = ring->num, i = req->head, count = 0;
	u16 flags;

	for (;;) {
		if (!table || i >= num || ++count > VSIM_MAX_CHAIN + 1) {
			vsim_violation("a chain of %u descriptors does not end", count);
			return false;
		}
		flags = vsim_ring_get16(&table[i].flags);
		if (flags & VRING_DESC_F_INDIRECT) {
			table = vsim_ring_table(q, &table[i], &num);
			i = 0;
			continue;
		}
		if (!vsim_ring_piece(req, &table[i], copy))
			return false;
		if (!(flags & VRING_DESC_F_NEXT))
			return true;
		i = vsim_ring_get16(&table[i].next);
	}
}

/* vsim_ring_pending - how many commands stand in the ring? */
unsigned int vsim_ring_pending(struct vsim_queue *q)
{
	const struct vring *ring = vsim_vring(&q->link);

	return (u16)(vsim_ring_get16(&ring->avail->idx) - q->last_avail);
}

/* vsim_ring_pop - the next command of the driver, or NULL */
struct vsim_request *vsim_ring_pop(struct vsim_queue *q)
{
	const struct vring *ring = vsim_vring(&q->link);
	struct vsim_request *req;

	if (vsim_ring_get16(&ring->avail->idx) == q->last_avail)
		return NULL;
	/* The index before what it announces. */
	smp_rmb();
	req = kzalloc(sizeof(*req), GFP_KERNEL | __GFP_NOFAIL);
	req->head = vsim_ring_get16(&ring->avail->ring[q->last_avail % ring->num]);
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
	const struct vring *ring = vsim_vring(&q->link);
	struct vring_used_elem *elem = &ring->used->ring[q->used % ring->num];

	elem->id = vsim_ring_put32(id);
	elem->len = vsim_ring_put32(len);
	/* What is announced before the index. */
	smp_wmb();
	q->used++;
	WRITE_ONCE(ring->used->idx, vsim_ring_put16(q->used));
}

/* vsim_ring_write - write the answer where the driver wants it; how many bytes those are */
u32 vsim_ring_write(struct vsim_request *req)
{
	u32 left = req->resp_size, done = 0;

	if (req->used_len != U32_MAX)
		left = min(left, req->used_len);
	for (unsigned int i = 0; i < req->rooms && left; i++) {
		u32 size = min(left, req->room_size[i]);

		memcpy(vsim_guest_map(req->room_addr[i], size), req->resp + done, size);
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
	const struct vring *ring = vsim_vring(&q->link);

	if (vsim_negotiated(q->sim, VIRTIO_RING_F_EVENT_IDX))
		vring_avail_event(ring) = vsim_ring_put16(q->last_avail);
	/* The wish before the last look. */
	smp_mb();
	return vsim_ring_get16(&ring->avail->idx) == q->last_avail;
}

/* vsim_ring_interrupt - tell the driver of what is new, if it wants to know */
void vsim_ring_interrupt(struct vsim_queue *q)
{
	const struct vring *ring = vsim_vring(&q->link);
	bool wanted;

	if (q->used == q->signalled)
		return;
	/* The index before the driver's wish. */
	smp_mb();
	if (vsim_negotiated(q->sim, VIRTIO_RING_F_EVENT_IDX))
		wanted = vring_need_event(vsim_ring_get16(&vring_used_event(ring)),
					  q->used, q->signalled);
	else
		wanted = !(vsim_ring_get16(&ring->avail->flags) &
			   VRING_AVAIL_F_NO_INTERRUPT);
	q->signalled = q->used;
	if (!wanted)
		return;
	q->interrupts++;
	vsim_transport_signal(q);
}
