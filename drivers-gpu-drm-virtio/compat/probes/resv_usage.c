// SPDX-License-Identifier: GPL-2.0-only
/* Fences of a buffer with their usage, as many as there are: since 5.19. */
#include <linux/dma-resv.h>

void probe(struct dma_resv *resv, struct dma_fence *fence)
{
	dma_resv_add_fence(resv, fence, DMA_RESV_USAGE_WRITE);
}
