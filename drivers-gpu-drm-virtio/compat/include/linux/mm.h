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
 * For a table of operations on mappings whose fault handler does with the lock of
 * the mapping alone, which is all that is held since 6.4 if the kernel may: it asks
 * for this hook, which need not do anything. Without it a fault waits for whoever
 * changes the address space, as an mmap that waits for the host does.
 */
#ifdef CONFIG_PER_VMA_LOCK
static inline vm_fault_t virtgpu_compat_map_pages(struct vm_fault *vmf, pgoff_t start,
						  pgoff_t end)
{
	return 0;
}

#define VIRTGPU_VMA_LOCK_OPS	.map_pages = virtgpu_compat_map_pages,
#else
#define VIRTGPU_VMA_LOCK_OPS
#endif

/*
 * virtgpu_compat_cached_as() - does a mapping of the kernel's cache as @prot says?
 * VIRTGPU_PFN_CACHE_BOOKS: does the kernel look up how a huge page is cached?
 * x86 does both, and gives less than what was asked for where the firmware's
 * registers (MTRRs) say so.
 */
#ifdef CONFIG_X86
#define VIRTGPU_PFN_CACHE_BOOKS	true

static inline bool virtgpu_compat_cached_as(const void *vaddr, pgprot_t prot)
{
	const pgprotval_t cache = _PAGE_PWT | _PAGE_PCD;
	unsigned int level;
	pte_t *pte = lookup_address((unsigned long)vaddr, &level);

	return pte && (pte_flags(*pte) & cache) == (pgprot_val(prot) & cache);
}
#else
#define VIRTGPU_PFN_CACHE_BOOKS	false

static inline bool virtgpu_compat_cached_as(const void *vaddr, pgprot_t prot)
{
	return true;
}
#endif

/*
 * VIRTGPU_PMD_PFNMAP: are there such pages? VIRTGPU_HUGE_FOPS, for a table of file
 * operations: large mappings start where a huge page can. The offset into the file
 * says nothing of that, so it is not asked. The core's own hook, of newer kernels,
 * does so for buffers in tmpfs only.
 */
#ifdef HAVE_PMD_PFNMAP
#define VIRTGPU_PMD_PFNMAP	1

static inline unsigned long virtgpu_compat_unmapped_area(struct file *file, unsigned long address,
							 unsigned long length,
							 unsigned long pgoff, unsigned long flags)
{
	return thp_get_unmapped_area(file, address, length, 0, flags);
}

#define VIRTGPU_HUGE_FOPS	.get_unmapped_area = virtgpu_compat_unmapped_area,
#else
#define VIRTGPU_PMD_PFNMAP	0
#define VIRTGPU_HUGE_FOPS
#endif

#endif
