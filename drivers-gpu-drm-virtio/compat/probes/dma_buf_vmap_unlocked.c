// SPDX-License-Identifier: GPL-2.0-only
/* dma_buf_vmap_unlocked(): added in 6.2. */
#include <linux/dma-buf.h>

void probe(struct dma_buf *dma_buf)
{
	dma_buf_vunmap_unlocked(dma_buf, NULL);
}
