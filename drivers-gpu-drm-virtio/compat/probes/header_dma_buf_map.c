// SPDX-License-Identifier: GPL-2.0-only
/* struct dma_buf_map, the older name of struct iosys_map: from 5.11 to 5.17. */
#include <linux/dma-buf-map.h>
