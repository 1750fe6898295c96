/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_VQ_H
#define VIRTGPU_VQ_H

#include <linux/types.h>

struct drm_printer;
struct virtgpu_device;
struct virtgpu_vq;
struct virtgpu_vbuf;

/*
 * How long anybody waits for an answer while the host gives no answer at all.
 * Hosts may take seconds to set up a GPU process (crosvm, rutabaga), or to get
 * through what others have queued before.
 */
#define VIRTGPU_HOST_TIMEOUT_MS		30000

/*
 * How long anybody waits at all, and how long a silent host is believed in
 * before virtgpu_reset.c declares the device lost.
 */
#define VIRTGPU_HANG_TIMEOUT_MS	120000

int virtgpu_vq_init(struct virtgpu_device *vgdev);
int virtgpu_vq_start(struct virtgpu_device *vgdev);
void virtgpu_vq_stop(struct virtgpu_device *vgdev, int error);
void virtgpu_vq_drain(struct virtgpu_device *vgdev);
void virtgpu_vq_fini(struct virtgpu_device *vgdev);

void virtgpu_vq_queue(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf);
void virtgpu_vq_kick(struct virtgpu_vq *queue);
bool virtgpu_vq_panic_send(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf);
int virtgpu_vq_wait(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
		    unsigned int timeout_ms);
int virtgpu_vq_call(struct virtgpu_vq *queue, struct virtgpu_vbuf *vbuf,
		    unsigned int timeout_ms);
int virtgpu_vq_throttle(struct virtgpu_vq *queue);
void virtgpu_vq_print(struct virtgpu_vq *queue, struct drm_printer *p);
bool virtgpu_vq_wait_idle(struct virtgpu_vq *queue, unsigned int timeout_ms);
bool virtgpu_vq_is_stuck(struct virtgpu_vq *queue, unsigned long limit);

#endif
