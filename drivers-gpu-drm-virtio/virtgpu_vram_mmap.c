// SPDX-License-Identifier: GPL-2.0-only
/*
 * How do pages of the window come into a process's page tables, and go?
 *
 * mmap has the host show the storage, and returns when it has answered: Venus
 * relies on a successful mmap implying a round trip. The pages come when they are
 * touched, all of a page table at once, as one huge page if it can be. So whoever
 * takes them away finds them: a mapping is where unmap_mapping_range() looks before
 * it can have a page, and none comes after virtgpu_vram.revoked was set.
 */
#include <linux/dma-map-ops.h>
#include <linux/mm.h>
#include <linux/virtio_gpu.h>

#include <drm/drm_drv.h>
#include <drm/drm_gem.h>
#include <drm/drm_vma_manager.h>

#include "virtgpu_vram.h"

/*
 * The window shows memory, never registers: uncached means what the processor
 * offers for memory that it shares with a device. arm64's pgprot_noncached() is
 * for registers, where an unaligned access, or memset(), is a bus error.
 *
 * Asked for each fault, too: what the kernel keeps of it after mmap and mprotect is what
 * pgprot_modify() knows of, and on arm64 that is not that a page is the host's.
 */
static pgprot_t virtgpu_vram_prot(const struct virtgpu_vram *vram, pgprot_t prot)
{
	if (vram->cache == VIRTIO_GPU_MAP_CACHE_WC)
		prot = pgprot_writecombine(prot);
	else if (vram->cache == VIRTIO_GPU_MAP_CACHE_UNCACHED)
		prot = pgprot_dmacoherent(prot);
	return pgprot_decrypted(prot);
}

/* What virtgpu_vram_set_page() needs to know. */
struct virtgpu_vram_walk {
	struct mm_struct *mm;
	pgprot_t prot;
	/* Of the next page. */
	unsigned long pfn;
};

/* Called with the lock of the page table. Another fault may have been here before. */
static int virtgpu_vram_set_page(pte_t *pte, unsigned long address, void *data)
{
	struct virtgpu_vram_walk *walk = data;

	if (pte_none(ptep_get(pte)))
		set_pte_at(walk->mm, address, pte,
			   pte_mkspecial(pfn_pte(walk->pfn, walk->prot)));
	walk->pfn++;
	return 0;
}

/* For the page table only. */
static int virtgpu_vram_set_nothing(pte_t *pte, unsigned long address, void *data)
{
	return 0;
}

/*
 * Have a page table there. Until somebody unmaps it, or all that it has, there is one, and
 * virtgpu_vram_set_page() is called without an allocation.
 */
static int virtgpu_vram_make_table(struct virtgpu_vram *vram, struct vm_fault *vmf)
{
	lockdep_assert_held(&vram->tables);
	/* There is one, a neighbour's; or another thread had a huge page there by now. */
	if (!pmd_none(READ_ONCE(*vmf->pmd)))
		return 0;
	return apply_to_page_range(vmf->vma->vm_mm, vmf->address & PAGE_MASK, PAGE_SIZE,
				   virtgpu_vram_set_nothing, NULL);
}

/* Of what is the page at an address of a mapping? */
static unsigned long virtgpu_vram_pfn(const struct virtgpu_vram *vram,
				      const struct vm_area_struct *vma, unsigned long address)
{
	const struct drm_vma_offset_node *node = &vram->base.base.base.vma_node;

	return PHYS_PFN(virtgpu_vram_address(vram)) + vma->vm_pgoff - drm_vma_node_start(node) +
	       ((address - vma->vm_start) >> PAGE_SHIFT);
}

/* Map what lies between two addresses under one page table, page by page. */
static vm_fault_t virtgpu_vram_insert(struct virtgpu_vram *vram, struct vm_fault *vmf,
				      unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma = vmf->vma;
	struct virtgpu_vram_walk walk = {
		.mm = vma->vm_mm,
		.prot = virtgpu_vram_prot(vram, vma->vm_page_prot),
		.pfn = virtgpu_vram_pfn(vram, vma, start),
	};

	lockdep_assert_held(&vram->insert);
	if (pmd_leaf(READ_ONCE(*vmf->pmd)))
		return VM_FAULT_NOPAGE;
	if (apply_to_page_range(walk.mm, start, end - start, virtgpu_vram_set_page, &walk))
		return VM_FAULT_OOM;
	return VM_FAULT_NOPAGE;
}

/* A page table's worth of pages around the address, as far as the mapping goes. */
static vm_fault_t virtgpu_vram_vm_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct virtgpu_vram *vram = to_virtgpu_vram(to_virtgpu_object(vma->vm_private_data));
	unsigned long start = max(vmf->address & PMD_MASK, vma->vm_start);
	unsigned long last = min(vmf->address | ~PMD_MASK, vma->vm_end - 1);
	vm_fault_t ret = VM_FAULT_SIGBUS;

	mutex_lock(&vram->tables);
	if (virtgpu_vram_make_table(vram, vmf)) {
		mutex_unlock(&vram->tables);
		return VM_FAULT_OOM;
	}
	mutex_lock(&vram->insert);
	if (!vram->revoked)
		ret = virtgpu_vram_insert(vram, vmf, start, last + 1);
	mutex_unlock(&vram->insert);
	mutex_unlock(&vram->tables);
	return ret;
}

/* The same as one huge page, where all of it lies in the mapping and both ends are aligned. */
static vm_fault_t virtgpu_vram_vm_huge_fault(struct vm_fault *vmf, unsigned int order)
{
	struct vm_area_struct *vma = vmf->vma;
	struct virtgpu_vram *vram = to_virtgpu_vram(to_virtgpu_object(vma->vm_private_data));
	unsigned long start = vmf->address & PMD_MASK;
	vm_fault_t ret = VM_FAULT_FALLBACK;
	unsigned long pfn;

	if (order != PMD_ORDER || start < vma->vm_start || vma->vm_end - start < PMD_SIZE)
		return VM_FAULT_FALLBACK;
	pfn = virtgpu_vram_pfn(vram, vma, start);
	/* A huge page takes the protection of its mapping. */
	if (!IS_ALIGNED(pfn, 1ul << PMD_ORDER) ||
	    pgprot_val(virtgpu_vram_prot(vram, vma->vm_page_prot)) != pgprot_val(vma->vm_page_prot))
		return VM_FAULT_FALLBACK;
	mutex_lock(&vram->tables);
	mutex_lock(&vram->insert);
	if (vram->revoked)
		ret = VM_FAULT_SIGBUS;
	else if (vram->huge && (pmd_none(*vmf->pmd) || pmd_leaf(*vmf->pmd)))
		ret = vmf_insert_pfn_pmd(vmf, pfn, vmf->flags & FAULT_FLAG_WRITE);
	mutex_unlock(&vram->insert);
	mutex_unlock(&vram->tables);
	return ret;
}

static void virtgpu_vram_vm_open(struct vm_area_struct *vma)
{
	virtgpu_vram_pin_again(to_virtgpu_vram(to_virtgpu_object(vma->vm_private_data)));
	drm_gem_vm_open(vma);
}

static void virtgpu_vram_vm_close(struct vm_area_struct *vma)
{
	virtgpu_vram_unpin(to_virtgpu_vram(to_virtgpu_object(vma->vm_private_data)));
	drm_gem_vm_close(vma);
}

VIRTGPU_ADAPT_HUGE_FAULT(virtgpu_vram_vm_huge_fault)

/* For the table of an object's operations. */
const struct vm_operations_struct virtgpu_vram_vm_ops = {
	.open = virtgpu_vram_vm_open,
	.close = virtgpu_vram_vm_close,
	.fault = virtgpu_vram_vm_fault,
	.huge_fault = VIRTGPU_CB_HUGE_FAULT(virtgpu_vram_vm_huge_fault),
	VIRTGPU_VMA_LOCK_OPS
};

/**
 * virtgpu_vram_mmap - let a process see the storage
 * @gem: the object
 * @vma: the mapping
 *
 * The offset into the object is counted from its fake offset: always 0 through
 * the DRM node, whatever the caller wants through a dma-buf.
 *
 * Return: 0, -EINVAL if it can't be seen, not there or not so, -ENODEV if the device
 * has gone, or an error of virtgpu_vram_pin().
 */
int virtgpu_vram_mmap(struct drm_gem_object *gem, struct vm_area_struct *vma)
{
	struct virtgpu_object *obj = to_virtgpu_object(gem);
	unsigned long first = vma->vm_pgoff - drm_vma_node_start(&gem->vma_node);
	unsigned long pages = gem->size >> PAGE_SHIFT;
	struct virtgpu_vram *vram = to_virtgpu_vram(obj);
	int ret;

	if (!virtgpu_vram_is_mappable(obj))
		return -EINVAL;
	if (first >= pages || vma_pages(vma) > pages - first)
		return -EINVAL;
	/* Private copies would stay behind when the window is taken away. */
	if ((vma->vm_flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE)
		return -EINVAL;
	ret = virtgpu_vram_pin(vram);
	if (ret)
		return drm_dev_is_unplugged(gem->dev) ? -ENODEV : ret;
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_page_prot = virtgpu_vram_prot(vram, vm_get_page_prot(vma->vm_flags));
	vma->vm_ops = &virtgpu_vram_vm_ops;
	if (VIRTGPU_PMD_PFNMAP && vma->vm_end - vma->vm_start >= PMD_SIZE &&
	    IS_ALIGNED(virtgpu_vram_pfn(vram, vma, vma->vm_start) - PHYS_PFN(vma->vm_start),
		       1ul << PMD_ORDER)) {
		vm_flags_set(vma, VM_HUGEPAGE);
		virtgpu_vram_reserve_cache(vram, vma->vm_page_prot);
	}
	return 0;
}

/**
 * virtgpu_vram_revoke - leave no way to the storage
 * @obj: the object
 *
 * Those who have mapped it, and those who do so later, get a bus error.
 */
void virtgpu_vram_revoke(struct virtgpu_object *obj)
{
	struct virtgpu_vram *vram = to_virtgpu_vram(obj);
	struct drm_gem_object *gem = &obj->base.base;

	virtgpu_vram_unreserve_cache(vram, true);
	drm_vma_node_unmap(&gem->vma_node, gem->dev->anon_inode->i_mapping);
}
