/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_VBUF_H
#define VIRTGPU_VBUF_H

#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/refcount.h>
#include <linux/scatterlist.h>
#include <linux/types.h>
#include <linux/virtio_gpu.h>

struct drm_gem_object;
struct virtgpu_device;
struct virtgpu_fence;
struct virtgpu_job;
struct virtgpu_payload;
struct virtgpu_quota;
struct virtgpu_vbuf;
struct workqueue_struct;

/*
 * Commands up to this size, payload included, live in the vbuf itself: every fixed
 * command, and most of the small submissions that Venus sends.
 */
#define VIRTGPU_VBUF_CMD_SIZE	256

/* Answers up to this size live in the vbuf itself: all but EDID and the like. */
#define VIRTGPU_VBUF_RESP_SIZE	40

/**
 * typedef virtgpu_vbuf_done_t - hears of the end of a command
 * @vbuf: the command; &virtgpu_vbuf.error and the response are final
 *
 * Runs in interrupt context, or a deferrable command's in any, without locks, before the
 * fence signals. It may read the response (only if the error is 0), and not sleep.
 */
typedef void (*virtgpu_vbuf_done_t)(struct virtgpu_vbuf *vbuf);

/**
 * struct virtgpu_vbuf - one command on its way to the host and back
 *
 * The pointer to the vbuf is the token that the virtqueue returns, so nothing
 * that the host writes decides which command an answer belongs to.
 *
 * Most are used again and again (virtgpu_pool.h): what stands before @job is set up
 * once; what stands from there to @given_up is zero at first. @cmd and @resp_inline are
 * at the end and among themselves, because on machines whose caches the device does not
 * see, nothing may be written beside the answer while the host has it.
 */
struct virtgpu_vbuf {
	/** @cmd_sg: names @cmd. */
	struct scatterlist cmd_sg;
	/** @resp_sg: names @resp. */
	struct scatterlist resp_sg;
	/** @ended: completed when all that is said of the end is final. */
	struct completion ended;
	/** @pooled: it is given back to the pool. */
	bool pooled;
	union {
		/** @node: in one of the queue's lists. */
		struct list_head node;
		/** @dead: after the end, in the list of the reclaim worker or in the pool. */
		struct llist_node dead;
	};
	/** @job: what it waits for before it is queued, or NULL. Owned. */
	struct virtgpu_job *job;
	/** @payload: sent behind @cmd, or NULL. Owned. */
	struct virtgpu_payload *payload;
	/** @fence: signalled when the command has ended, or NULL. Owned. */
	struct virtgpu_fence *fence;
	/** @obj: kept alive until the command has ended, or NULL. Owned. */
	struct drm_gem_object *obj;
	/** @done: called at the end, or NULL. */
	virtgpu_vbuf_done_t done;
	/** @release: called later, where sleeping is allowed, or NULL. */
	virtgpu_vbuf_done_t release;
	/** @quota: of the client that it counts for, or NULL; referenced in the queue. */
	struct virtgpu_quota *quota;
	/** @slots: how many it counts for in @quota. */
	u16 slots;
	/** @unfenced: so it counts there. */
	bool unfenced;
	/** @urgent: it may use the last descriptors of the ring. */
	bool urgent;
	/** @awaited: in the ring, it counts in &virtgpu_vq.num_awaited. */
	bool awaited;
	/** @deferrable: its end may be noticed late; who waits calls virtgpu_vq_await(). */
	bool deferrable;
	/** @quiet: a refusal is not worth a log line. */
	bool quiet;
	/** @orphan: in the ring, its context is ended: it need not be answered. */
	bool orphan;
	/** @given_up: at the end, the device went before it answered. */
	bool given_up;

	/** @error: 0, or a negative errno; of a command that is never sent before its end. */
	int error;
	/** @seqno: its number among the commands of its queue in the ring; 0 elsewhere. */
	u32 seqno;
	/** @refs: the queue's, plus a waiter's. */
	refcount_t refs;
	/** @resp_size: bytes that the host may write. */
	u32 resp_size;
	/** @resp_min: a successful answer shorter than this is an error. */
	u32 resp_min;
	/** @resp_type: the type of a successful answer. */
	u32 resp_type;
	/** @resp: @resp_inline, or an allocation of @resp_size bytes. Owned. */
	void *resp;
	/** @cmd_size: bytes of @cmd to send. */
	u16 cmd_size;
	/** @vgdev: the device, once it is queued, and with a @release. */
	struct virtgpu_device *vgdev;
	/** @resp_len: once it is answered, bytes that the host wrote, at most @resp_size. */
	u32 resp_len;
	/** @order: once it is parked, its place among all that is parked with it. */
	u64 order;
	/** @priv: for @done and @release. */
	void *priv;

	/** @cmd: the command; starts with a struct virtio_gpu_ctrl_hdr. */
	u8 cmd[VIRTGPU_VBUF_CMD_SIZE] __aligned(8);
	/** @resp_inline: room for a small response. */
	u8 resp_inline[VIRTGPU_VBUF_RESP_SIZE] __aligned(8);
};

int virtgpu_vbuf_module_init(void);
void virtgpu_vbuf_module_fini(void);
void virtgpu_vbuf_empty_pool(void);
int virtgpu_vbuf_device_init(struct virtgpu_device *vgdev);
void virtgpu_vbuf_reclaim(struct virtgpu_device *vgdev);
struct workqueue_struct *virtgpu_vbuf_workqueue(const struct virtgpu_device *vgdev);
struct workqueue_struct *virtgpu_vbuf_reclaim_workqueue(const struct virtgpu_device *vgdev);

void virtgpu_vbuf_init(struct virtgpu_vbuf *vbuf, u32 type, size_t size);
struct virtgpu_vbuf *virtgpu_vbuf_alloc(u32 type, size_t size, gfp_t gfp);
int virtgpu_vbuf_expect(struct virtgpu_vbuf *vbuf, u32 type, u32 min, u32 size, gfp_t gfp);
struct virtgpu_vbuf *virtgpu_vbuf_get(struct virtgpu_vbuf *vbuf);
void virtgpu_vbuf_put(struct virtgpu_vbuf *vbuf);
void virtgpu_vbuf_give(struct llist_node *first, struct llist_node *last);

static inline struct virtio_gpu_ctrl_hdr *virtgpu_vbuf_hdr(struct virtgpu_vbuf *vbuf)
{
	return (struct virtio_gpu_ctrl_hdr *)vbuf->cmd;
}

#endif
