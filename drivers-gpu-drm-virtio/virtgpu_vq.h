/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_VQ_H
#define VIRTGPU_VQ_H

#include <linux/types.h>

#include "virtgpu_device_types.h"

struct drm_printer;
struct virtgpu_vq;
struct virtgpu_vbuf;

/*
 * How long anybody waits for an answer while the host gives no answer at all.
 * Hosts may take seconds to set up a GPU process (crosvm, rutabaga), or to get
 * through what others have queued before.
 */
#define VIRTGPU_HOST_TIMEOUT_MS		30000u

/*
 * How long anybody waits at all, and how long a host may answer nothing, not even
 * a ping, before virtgpu_watchdog.c takes the device for lost. A viewer that
 * blocks QEMU's display may keep it from answering for minutes.
 */
#define VIRTGPU_HANG_TIMEOUT_MS		240000

/* virtgpu_vq_setup.c */
int virtgpu_vq_init(struct virtgpu_device *vgdev);
int virtgpu_vq_start(struct virtgpu_device *vgdev);
void virtgpu_vq_fini(struct virtgpu_device *vgdev);

/* virtgpu_vq.c */
void virtgpu_vq_queue(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf);
void virtgpu_vq_queue_first(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf);
bool virtgpu_vq_queue_last(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf);
void virtgpu_vq_notify(struct virtgpu_vq *queue);
void virtgpu_vq_kick(struct virtgpu_vq *queue);
void virtgpu_vq_look(struct virtgpu_vq *queue);
void virtgpu_vq_remind(struct virtgpu_vq *queue);
void virtgpu_vq_reap(struct virtgpu_vq *queue);
void virtgpu_vq_await(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf);
bool virtgpu_vq_panic_send(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf);

/* virtgpu_vq_stop.c */
void virtgpu_vq_set_state(struct virtgpu_device *vgdev, enum virtgpu_state state);
void virtgpu_vq_wait_made(struct virtgpu_device *vgdev);
void virtgpu_vq_drain(struct virtgpu_device *vgdev, int error);
void virtgpu_vq_cancel(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf, int error);
void virtgpu_vq_withdraw(struct virtgpu_vq *queue, u32 ctx_id);
void virtgpu_vq_cancel_context(struct virtgpu_vq *queue, u32 ctx_id, int error);
int virtgpu_vq_enter(struct virtgpu_device *vgdev, unsigned int timeout_ms);
void virtgpu_vq_leave(struct virtgpu_device *vgdev);

/* virtgpu_vq_wait.c */
int virtgpu_vq_wait_once(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
			 unsigned int timeout_ms);
int virtgpu_vq_wait(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
		    unsigned int timeout_ms);
int virtgpu_vq_call(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
		    unsigned int timeout_ms);
int virtgpu_vq_throttle(struct virtgpu_vq *queue);
bool virtgpu_vq_wait_idle(struct virtgpu_vq *queue, unsigned int timeout_ms);
const char *virtgpu_vq_failure(struct virtgpu_vq *queue);
bool virtgpu_vq_owes(struct virtgpu_vq *queue, u32 *oldest);
void virtgpu_vq_print(struct virtgpu_vq *queue, struct drm_printer *p);

#endif
