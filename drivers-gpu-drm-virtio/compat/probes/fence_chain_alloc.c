// SPDX-License-Identifier: GPL-2.0-only
/* dma_fence_chain_alloc(): since 5.14. */
#include <linux/dma-fence-chain.h>

struct dma_fence_chain *probe(void)
{
	return dma_fence_chain_alloc();
}
