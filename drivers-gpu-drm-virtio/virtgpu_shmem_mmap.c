// SPDX-License-Identifier: GPL-2.0-only
/*
 * How do guest pages come into a process's page tables?
 *
 * When they are touched, some at a time, or as one huge page where they are one.
 */
#include <linux/dma-map-ops.h>
#include <linux/mm.h>

#include <drm/drm_gem.h>
#include <drm/drm_vma_manager.h>

#include "virtgpu_device_types.h"
#include "virtgpu_object.h"
#include "virtgpu_shmem_mmap.h"

/* Pages that one fault maps, so that a walk over a buffer faults seldom. */
#define VIRTGPU_FAULT_AROUND	16

/**
 * virtgpu_shmem_prot - how are an object's pages mapped?
 * @obj: an object with pages of ours
 * @prot: how ordinary memory would be
 *
 * As the device sees them: shared, where a guest has private memory; past the
 * processor's caches, where the device does not look into those. Given a protection
 * that it has made, it returns the same.
 *
 * Return: the protection.
 */
pgprot_t virtgpu_shmem_prot(const struct virtgpu_object *obj, pgprot_t prot)
{
	const struct drm_device *drm = obj->base.base.dev;

	if (!to_virtgpu_device(drm)->features.dma_bounce)
		return prot;
	if (!dev_is_dma_coherent(drm->dev))
		prot = pgprot_dmacoherent(prot);
	return pgprot_decrypted(prot);
}

/*
 * The kernel makes the protection of a mapping anew after mmap, and after mprotect, and
 * keeps of the old one what pgprot_modify() knows of: on arm64 that is the caching, and not
 * that memory is shared with the host. So each fault asks.
 */
static pgprot_t virtgpu_shmem_vma_prot(const struct vm_area_struct *vma)
{
	return virtgpu_shmem_prot(to_virtgpu_object(vma->vm_private_data), vma->vm_page_prot);
}

/*
 * The helper's fault handler counts pages from the start of the mapping, which
 * is not the start of the object if only a part is mapped, or left after an
 * munmap. So it is done here; the pages are in memory for good anyway.
 */
static vm_fault_t virtgpu_shmem_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct drm_gem_object *gem = vma->vm_private_data;
	struct page **pages = to_virtgpu_object(gem)->base.pages;
	pgoff_t page = vmf->pgoff - drm_vma_node_start(&gem->vma_node);
	pgoff_t end = min_t(pgoff_t, page + VIRTGPU_FAULT_AROUND, gem->size >> PAGE_SHIFT);
	unsigned long addr = vmf->address & PAGE_MASK;
	/* What is behind this page table may be a huge page. */
	unsigned long stop = min(addr | ~PMD_MASK, vma->vm_end - 1) + 1;
	pgprot_t prot = virtgpu_shmem_vma_prot(vma);
	vm_fault_t ret = VM_FAULT_SIGBUS;

	/* Another thread had a huge page there by now. */
	if (pmd_leaf(READ_ONCE(*vmf->pmd)))
		return VM_FAULT_NOPAGE;
	end = min_t(pgoff_t, end, page + ((stop - addr) >> PAGE_SHIFT));
	for (; page < end; page++, addr += PAGE_SIZE) {
		vm_fault_t err = vmf_insert_pfn_prot(vma, addr, page_to_pfn(pages[page]), prot);

		/* What was asked for must be there; the rest is a favour. */
		if (addr == (vmf->address & PAGE_MASK))
			ret = err;
		if (err != VM_FAULT_NOPAGE)
			break;
	}
	return ret;
}

/* Are so many pages one piece, as a huge page is? */
static bool virtgpu_shmem_is_huge(struct page *const *pages)
{
	unsigned long pfn = page_to_pfn(pages[0]);

	if (!IS_ALIGNED(pfn, 1ul << PMD_ORDER))
		return false;
	for (unsigned long i = 1; i < 1ul << PMD_ORDER; i++) {
		if (page_to_pfn(pages[i]) != pfn + i)
			return false;
	}
	return true;
}

static vm_fault_t virtgpu_shmem_huge_fault(struct vm_fault *vmf, unsigned int order)
{
	struct vm_area_struct *vma = vmf->vma;
	struct drm_gem_object *gem = vma->vm_private_data;
	struct page **pages = to_virtgpu_object(gem)->base.pages;
	unsigned long start = vmf->address & PMD_MASK;
	pgoff_t page;

	if (order != PMD_ORDER || start < vma->vm_start || vma->vm_end - start < PMD_SIZE)
		return VM_FAULT_FALLBACK;
	page = vma->vm_pgoff - drm_vma_node_start(&gem->vma_node) +
	       ((start - vma->vm_start) >> PAGE_SHIFT);
	if (page + (1ul << PMD_ORDER) > gem->size >> PAGE_SHIFT ||
	    !virtgpu_shmem_is_huge(pages + page) ||
	    /* A huge page takes the protection of its mapping. */
	    pgprot_val(virtgpu_shmem_vma_prot(vma)) != pgprot_val(vma->vm_page_prot) ||
	    !(pmd_none(*vmf->pmd) || pmd_leaf(*vmf->pmd)))
		return VM_FAULT_FALLBACK;
	return vmf_insert_pfn_pmd(vmf, page_to_pfn(pages[page]), vmf->flags & FAULT_FLAG_WRITE);
}

VIRTGPU_ADAPT_HUGE_FAULT(virtgpu_shmem_huge_fault)

/* For the table of an object's operations. */
const struct vm_operations_struct virtgpu_shmem_vm_ops = {
	.fault = virtgpu_shmem_fault,
	.huge_fault = VIRTGPU_CB_HUGE_FAULT(virtgpu_shmem_huge_fault),
	.open = drm_gem_vm_open,
	.close = drm_gem_vm_close,
	VIRTGPU_VMA_LOCK_OPS
};

/**
 * virtgpu_shmem_mmap - let a process see the pages
 * @gem: the object
 * @vma: the mapping
 *
 * No counting of pages as the helper does it: they stay as long as the object.
 *
 * Return: 0, or -EINVAL for a private mapping that can be written to.
 */
int virtgpu_shmem_mmap(struct drm_gem_object *gem, struct vm_area_struct *vma)
{
	/* A private copy of a page would have no struct page to start from. */
	if ((vma->vm_flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE)
		return -EINVAL;
	vm_flags_set(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	if (VIRTGPU_PMD_PFNMAP && vma->vm_end - vma->vm_start >= PMD_SIZE)
		vm_flags_set(vma, VM_HUGEPAGE);
	vma->vm_page_prot = virtgpu_shmem_prot(to_virtgpu_object(gem),
					       vm_get_page_prot(vma->vm_flags));
	vma->vm_ops = &virtgpu_shmem_vm_ops;
	return 0;
}
