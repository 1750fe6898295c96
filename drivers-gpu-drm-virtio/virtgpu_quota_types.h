/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_QUOTA_TYPES_H
#define VIRTGPU_QUOTA_TYPES_H

#include <linux/types.h>
#include <linux/wait.h>

/* A ring that is smaller counts as one of so many descriptors. */
#define VIRTGPU_QUOTA_MIN_CAPACITY	256u

/**
 * struct virtgpu_quotas - what all clients have in a queue; part of it
 */
struct virtgpu_quotas {
	/** @capacity: how many descriptors they may have. */
	unsigned int capacity;
	/** @slots: how many they have, in the ring and in the lines. */
	unsigned int slots;
	/** @waiters: how many wait for room. */
	unsigned int waiters;
	/** @newcomers: those of them who had nothing when they began to; they wait at @wait. */
	unsigned int newcomers;
	/** @wait: woken when there is room for newcomers. */
	wait_queue_head_t wait;
	/** @last_owner: whose command came last. */
	pid_t last_owner;
	/** @last_change: in jiffies, when that became another. */
	unsigned long last_change;
};

#endif
