/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_SHMEM_H
#define VIRTGPU_SHMEM_H

#include <linux/types.h>

struct list_head;
struct virtgpu_object;
struct virtgpu_object_ops;

extern const struct virtgpu_object_ops virtgpu_shmem_2d_ops;
extern const struct virtgpu_object_ops virtgpu_shmem_3d_ops;
extern const struct virtgpu_object_ops virtgpu_shmem_blob_ops;
extern const struct virtgpu_object_ops virtgpu_shmem_host3d_ops;

int virtgpu_shmem_append_2d(struct virtgpu_object *obj, bool dma, struct list_head *vbufs);
int virtgpu_shmem_append_blob(struct virtgpu_object *obj, bool dma, struct list_head *vbufs);

#endif
