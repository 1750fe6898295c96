/* SPDX-License-Identifier: GPL-2.0-only */
/* The same for buffers that drivers share: who waits for whom, and how they are seen. */
#ifndef STUB_DMA_BUF_H
#define STUB_DMA_BUF_H

/* linux/dma-resv.h */
struct dma_resv { int lock; };
#ifdef K_RESV_USAGE
enum dma_resv_usage { DMA_RESV_USAGE_WRITE = 1, DMA_RESV_USAGE_READ };
int dma_resv_reserve_fences(struct dma_resv *resv, unsigned int count);
void dma_resv_add_fence(struct dma_resv *resv, struct dma_fence *fence, enum dma_resv_usage usage);
bool dma_resv_test_signaled(struct dma_resv *resv, enum dma_resv_usage usage);
#elif defined(K_RESV_RCU_SUFFIX)
bool dma_resv_test_signaled_rcu(struct dma_resv *resv, bool all);
#else
bool dma_resv_test_signaled(struct dma_resv *resv, bool all);
#endif
#ifdef K_RESV_EXCL_FENCE
struct dma_fence *dma_resv_excl_fence(struct dma_resv *resv);
#endif

/* linux/iosys-map.h, or linux/dma-buf-map.h */
#ifdef K_HEADER_DMA_BUF_MAP
#define iosys_map			dma_buf_map
#define iosys_map_set_vaddr		dma_buf_map_set_vaddr
#define iosys_map_set_vaddr_iomem	dma_buf_map_set_vaddr_iomem
#endif
#if defined(K_HEADER_DMA_BUF_MAP) || defined(K_HEADER_IOSYS_MAP)
struct iosys_map { void *vaddr, *vaddr_iomem; bool is_iomem; };
void iosys_map_set_vaddr(struct iosys_map *map, void *vaddr);
void iosys_map_set_vaddr_iomem(struct iosys_map *map, void *vaddr);
#endif

/* linux/dma-buf.h */
struct dma_buf { size_t size; };
#ifdef K_DMA_BUF_VMAP_MAP
int dma_buf_vmap(struct dma_buf *dma_buf, struct iosys_map *map);
void dma_buf_vunmap(struct dma_buf *dma_buf, struct iosys_map *map);
#else
void *dma_buf_vmap(struct dma_buf *dma_buf);
void dma_buf_vunmap(struct dma_buf *dma_buf, void *vaddr);
#endif
#ifdef K_DMA_BUF_VMAP_UNLOCKED
int dma_buf_vmap_unlocked(struct dma_buf *dma_buf, struct iosys_map *map);
void dma_buf_vunmap_unlocked(struct dma_buf *dma_buf, struct iosys_map *map);
#endif
#undef iosys_map
#undef iosys_map_set_vaddr
#undef iosys_map_set_vaddr_iomem

#endif
