/* SPDX-License-Identifier: GPL-2.0-only */
/* What does compat/ take from mm/? See linux.h, which includes this. */
#ifndef STUB_MM_H
#define STUB_MM_H

/* linux/mm.h */
#define VM_DONTDUMP			1ul
struct vm_area_struct { unsigned long vm_flags; };
#ifdef K_VM_FLAGS_SET
void vm_flags_set(struct vm_area_struct *vma, unsigned long flags);
#endif

/* linux/mmzone.h, linux/vmstat.h */
struct page;
enum node_stat_item {
	NR_FILE_DIRTY,
#ifdef K_GPU_ACTIVE
	NR_GPU_ACTIVE,
#endif
};
struct pglist_data *page_pgdat(const struct page *page);
void mod_node_page_state(struct pglist_data *node, enum node_stat_item item, long count);

/* linux/mm.h, linux/huge_mm.h, linux/pfn_t.h: huge pages of what is no RAM */
#define PMD_SHIFT			21
#define PAGE_SHIFT			12
#define VM_FAULT_FALLBACK		1u
typedef unsigned int vm_fault_t;
typedef struct { unsigned long pgprot; } pgprot_t;
struct vm_fault { struct vm_area_struct *vma; };
#ifdef K_PAGE_ENTRY_SIZE
enum page_entry_size { PE_SIZE_PTE, PE_SIZE_PMD, PE_SIZE_PUD };
struct vm_operations_struct { vm_fault_t (*huge_fault)(struct vm_fault *, enum page_entry_size); };
#else
struct vm_operations_struct { vm_fault_t (*huge_fault)(struct vm_fault *, unsigned int); };
#endif
#ifdef K_PMD_PFNMAP
#define PMD_ORDER			9
#define CONFIG_ARCH_SUPPORTS_PMD_PFNMAP	1
#endif
#ifdef K_INSERT_PMD_PFN
vm_fault_t vmf_insert_pfn_pmd(struct vm_fault *vmf, unsigned long pfn, bool write);
#else
#define PFN_DEV				1ull
typedef struct { u64 val; } pfn_t;
pfn_t __pfn_to_pfn_t(unsigned long pfn, u64 flags);
vm_fault_t vmf_insert_pfn_pmd(struct vm_fault *vmf, pfn_t pfn, bool write);
#endif
unsigned long thp_get_unmapped_area(struct file *file, unsigned long address,
				    unsigned long length, unsigned long pgoff,
				    unsigned long flags);

#ifdef K_GEM_UNMAPPED_AREA
void drm_gem_get_unmapped_area(void);
#endif

#endif
