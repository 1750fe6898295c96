// SPDX-License-Identifier: GPL-2.0-only
/* vmf_insert_pfn_pmd() takes a number: since 6.17; before, a pfn_t. */
#include <linux/mm.h>

vm_fault_t probe(struct vm_fault *vmf)
{
	return vmf_insert_pfn_pmd(vmf, 1ul, true);
}
