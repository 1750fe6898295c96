/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_RESHOW_H
#define VIRTGPU_RESHOW_H

struct virtgpu_output;

void virtgpu_reshow_init(struct virtgpu_output *output);
void virtgpu_reshow_start(struct virtgpu_output *output);
void virtgpu_reshow_stop(struct virtgpu_output *output);

#endif
