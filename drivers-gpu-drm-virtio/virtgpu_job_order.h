/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_JOB_ORDER_H
#define VIRTGPU_JOB_ORDER_H

#include <linux/atomic.h>
#include <linux/types.h>

struct dma_resv;
struct virtgpu_deps;
struct virtgpu_device;
struct virtgpu_job;
struct virtgpu_jobq;

/* How many commands are parked, on all devices. */
extern atomic_t virtgpu_job_order_parked;

int virtgpu_job_order_find(struct virtgpu_deps *order, const struct virtgpu_device *vgdev,
			   u64 fence_context, struct dma_resv *resv);
bool virtgpu_job_order_is_behind(struct virtgpu_job *job);
void virtgpu_job_order_wake(void (*call)(struct virtgpu_jobq *jobq));

/*
 * Need virtgpu_job_order_find() be called? What parks a command that names a buffer
 * has the lock of its reservation, as has who asks.
 */
static inline bool virtgpu_job_order_needed(void)
{
	return unlikely(atomic_read(&virtgpu_job_order_parked));
}

#endif
