/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dma_buf_vmap_unlocked(), dma_buf_vunmap_unlocked(): added in 6.2; before, nobody
 * held the reservation lock. Before 5.11 they dealt in plain addresses.
 */
#include_next <linux/dma-buf.h>

#ifndef VIRTGPU_COMPAT_LINUX_DMA_BUF_H
#define VIRTGPU_COMPAT_LINUX_DMA_BUF_H

#ifndef HAVE_DMA_BUF_VMAP_UNLOCKED
#include <linux/iosys-map.h>

static inline int dma_buf_vmap_unlocked(struct dma_buf *dma_buf, struct iosys_map *map)
{
#ifdef HAVE_DMA_BUF_VMAP_MAP
	return dma_buf_vmap(dma_buf, map);
#else
	iosys_map_set_vaddr(map, dma_buf_vmap(dma_buf));
	return map->vaddr ? 0 : -ENOMEM;
#endif
}

static inline void dma_buf_vunmap_unlocked(struct dma_buf *dma_buf, struct iosys_map *map)
{
#ifdef HAVE_DMA_BUF_VMAP_MAP
	dma_buf_vunmap(dma_buf, map);
#else
	dma_buf_vunmap(dma_buf, map->vaddr);
#endif
}
#endif

#endif
