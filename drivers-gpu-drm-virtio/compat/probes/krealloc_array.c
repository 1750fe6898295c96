// SPDX-License-Identifier: GPL-2.0-only
/* krealloc_array(): since 5.11. */
#include <linux/slab.h>

void *probe(void *old)
{
	return krealloc_array(old, 2, 4, GFP_KERNEL);
}
