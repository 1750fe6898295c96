/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_SHMEM_MMAP_H
#define VIRTGPU_SHMEM_MMAP_H

#include <linux/mm_types.h>
#include <linux/pgtable.h>

struct drm_gem_object;
struct virtgpu_object;

extern const struct vm_operations_struct virtgpu_shmem_vm_ops;

int virtgpu_shmem_mmap(struct drm_gem_object *gem, struct vm_area_struct *vma);
pgprot_t virtgpu_shmem_prot(const struct virtgpu_object *obj, pgprot_t prot);

#endif
