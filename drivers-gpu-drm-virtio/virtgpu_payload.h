/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_PAYLOAD_H
#define VIRTGPU_PAYLOAD_H

#include <linux/llist.h>
#include <linux/scatterlist.h>
#include <linux/types.h>

/* The largest piece of a payload: order 3, which the allocator can provide. */
#define VIRTGPU_PAYLOAD_CHUNK	(8 * 4096)

/* Up to this size, payloads are used again: the streams of most submissions. */
#define VIRTGPU_PAYLOAD_SMALL	(2 * 4096)

/**
 * struct virtgpu_payload - bytes that follow a command, in pieces
 *
 * A payload is at most VIRTGPU_PAYLOAD_MAX bytes, so that a command never has
 * more than about 130 descriptors: QEMU takes 1024 a chain, and libkrun offers
 * no indirect descriptors on a ring of 256.
 */
struct virtgpu_payload {
	/** @size: bytes in all. */
	size_t size;
	/** @free: in the pool. */
	struct llist_node free;
	/** @pooled: it is given back to the pool. */
	bool pooled;
	/** @nents: entries of @sg in use. */
	unsigned int nents;
	/** @sg: the pieces, each VIRTGPU_PAYLOAD_CHUNK bytes but the last. */
	struct scatterlist sg[] __counted_by(nents);
};

/* The hosts' own limit is 4 MiB a submission (QEMU 11.1). */
#define VIRTGPU_PAYLOAD_MAX	(4 * 1024 * 1024)

/* So many descriptors has the longest command without a table. */
#define VIRTGPU_PAYLOAD_MAX_DIRECT	(VIRTGPU_PAYLOAD_MAX / VIRTGPU_PAYLOAD_CHUNK + 4)

struct virtgpu_payload *virtgpu_payload_alloc(size_t size);
void virtgpu_payload_free(struct virtgpu_payload *payload);
void virtgpu_payload_empty_pool(void);
int virtgpu_payload_copy_from_user(struct virtgpu_payload *payload,
				   const void __user *src);
void *virtgpu_payload_at(struct virtgpu_payload *payload, size_t offset);

#endif
