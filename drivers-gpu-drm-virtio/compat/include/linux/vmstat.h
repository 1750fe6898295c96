/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtgpu_compat_count_gpu_pages() - pages have become, or no longer are, a GPU's
 *
 * /proc/meminfo tells of them as GPUActive since 7.x. Before, nothing does.
 */
#include_next <linux/vmstat.h>

#ifndef VIRTGPU_COMPAT_LINUX_VMSTAT_H
#define VIRTGPU_COMPAT_LINUX_VMSTAT_H

#include <linux/mm.h>

static inline void virtgpu_compat_count_gpu_pages(struct page *page, long count)
{
#ifdef HAVE_GPU_ACTIVE
	mod_node_page_state(page_pgdat(page), NR_GPU_ACTIVE, count);
#endif
}

#endif
