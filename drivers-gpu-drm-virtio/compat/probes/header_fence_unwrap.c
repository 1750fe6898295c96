// SPDX-License-Identifier: GPL-2.0-only
/* To look at the fences inside a fence: since 5.18. */
#include <linux/dma-fence-unwrap.h>
