/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_WRITEBACK_H
#define VIRTGPU_WRITEBACK_H

#include <linux/types.h>

struct drm_atomic_commit;
struct virtgpu_output;

int virtgpu_writeback_alloc(struct virtgpu_output *output);
int virtgpu_writeback_init(struct virtgpu_output *output);
bool virtgpu_writeback_has_state(const struct virtgpu_output *output);
int virtgpu_writeback_reserve(struct drm_atomic_commit *commit);
void virtgpu_writeback_wait(struct drm_atomic_commit *commit);
void virtgpu_writeback_commit(struct drm_atomic_commit *commit);

#endif
