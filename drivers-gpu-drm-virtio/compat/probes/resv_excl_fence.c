// SPDX-License-Identifier: GPL-2.0-only
/* dma_resv_excl_fence(): from 5.14 to 5.18; dma_resv_get_excl() before. */
#include <linux/dma-resv.h>

struct dma_fence *probe(struct dma_resv *resv)
{
	return dma_resv_excl_fence(resv);
}
