// SPDX-License-Identifier: GPL-2.0-only
/* The names of waiting end in _rcu: up to 5.13. */
#include <linux/dma-resv.h>

bool probe(struct dma_resv *resv)
{
	return dma_resv_test_signaled_rcu(resv, true);
}
