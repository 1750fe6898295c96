// SPDX-License-Identifier: GPL-2.0-only
/* dma_buf_vmap() fills in a struct: since 5.11. */
#include <linux/dma-buf.h>

typeof(dma_buf_vmap) *funcs;
void *(*older)(struct dma_buf *dma_buf);

static_assert(!__builtin_types_compatible_p(typeof(funcs), typeof(older)));
