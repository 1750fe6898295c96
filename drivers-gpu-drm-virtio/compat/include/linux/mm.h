/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vm_flags_set(): added in 6.3; before, the flags are written to. Huge pages of
 * what is no RAM: since 6.12; before, there are none.
 */
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

/* The order of a huge page that one entry above a page table maps: since 6.12. */
#ifndef PMD_ORDER
#define PMD_ORDER	(PMD_SHIFT - PAGE_SHIFT)
#endif

/* VIRTGPU_ADAPT_HUGE_FAULT(fn): before the table that has VIRTGPU_CB_HUGE_FAULT(fn) in it. */
#ifndef HAVE_PAGE_ENTRY_SIZE
#define VIRTGPU_ADAPT_HUGE_FAULT(fn)
#define VIRTGPU_CB_HUGE_FAULT(fn)	fn
#else
#define VIRTGPU_ADAPT_HUGE_FAULT(fn)						\
	static vm_fault_t fn##_of_size(struct vm_fault *vmf,			\
				       enum page_entry_size size)		\
	{									\
		return fn(vmf, size == PE_SIZE_PMD ? PMD_ORDER : 0);		\
	}
#define VIRTGPU_CB_HUGE_FAULT(fn)	fn##_of_size
#endif

#ifndef HAVE_PMD_PFNMAP
static inline vm_fault_t virtgpu_compat_insert_pfn_pmd(struct vm_fault *vmf,
						       unsigned long pfn, bool write)
{
	return VM_FAULT_FALLBACK;
}

#define vmf_insert_pfn_pmd	virtgpu_compat_insert_pfn_pmd
#elif !defined(HAVE_INSERT_PMD_PFN)
#include <linux/pfn_t.h>

static inline vm_fault_t virtgpu_compat_insert_pfn_pmd(struct vm_fault *vmf,
						       unsigned long pfn, bool write)
{
	return vmf_insert_pfn_pmd(vmf, __pfn_to_pfn_t(pfn, PFN_DEV), write);
}

#define vmf_insert_pfn_pmd	virtgpu_compat_insert_pfn_pmd
#endif

/*
 * VIRTGPU_PMD_PFNMAP: are there such pages? VIRTGPU_HUGE_FOPS, for a table of file
 * operations: large mappings start where a huge page can. The offset into the file
 * says nothing of that, so it is not asked. The core's own hook, of newer kernels,
 * does so for buffers in tmpfs only.
 */
#ifdef HAVE_PMD_PFNMAP
#define VIRTGPU_PMD_PFNMAP	true

static inline unsigned long virtgpu_compat_unmapped_area(struct file *file, unsigned long address,
							 unsigned long length,
							 unsigned long pgoff, unsigned long flags)
{
	return thp_get_unmapped_area(file, address, length, 0, flags);
}

#define VIRTGPU_HUGE_FOPS	.get_unmapped_area = virtgpu_compat_unmapped_area,
#else
#define VIRTGPU_PMD_PFNMAP	false
#define VIRTGPU_HUGE_FOPS
#endif

#endif
