/* SPDX-License-Identifier: GPL-2.0-only */
/* vm_flags_set(): added in 6.3; before, the flags are written to. */
#include_next <linux/mm.h>

#ifndef VIRTGPU_COMPAT_LINUX_MM_H
#define VIRTGPU_COMPAT_LINUX_MM_H

#ifndef HAVE_VM_FLAGS_SET
static inline void virtgpu_compat_vm_flags_set(struct vm_area_struct *vma,
					       unsigned long flags)
{
	vma->vm_flags |= flags;
}

#define vm_flags_set	virtgpu_compat_vm_flags_set
#endif

#endif
