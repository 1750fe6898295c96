/* SPDX-License-Identifier: GPL-2.0-only */
/* struct iosys_map: added in 5.18; it was called dma_buf_map since 5.11. */
#ifdef HAVE_HEADER_IOSYS_MAP
#include_next <linux/iosys-map.h>
#else
#ifndef VIRTGPU_COMPAT_LINUX_IOSYS_MAP_H
#define VIRTGPU_COMPAT_LINUX_IOSYS_MAP_H

#ifdef HAVE_HEADER_DMA_BUF_MAP
#include <linux/dma-buf-map.h>

#define iosys_map			dma_buf_map
#define iosys_map_set_vaddr		dma_buf_map_set_vaddr
#define iosys_map_set_vaddr_iomem	dma_buf_map_set_vaddr_iomem
#else
#include <linux/types.h>

struct iosys_map {
	union {
		void __iomem *vaddr_iomem;
		void *vaddr;
	};
	bool is_iomem;
};

static inline void iosys_map_set_vaddr(struct iosys_map *map, void *vaddr)
{
	map->vaddr = vaddr;
	map->is_iomem = false;
}

static inline void iosys_map_set_vaddr_iomem(struct iosys_map *map,
					     void __iomem *vaddr_iomem)
{
	map->vaddr_iomem = vaddr_iomem;
	map->is_iomem = true;
}
#endif

#endif
#endif
