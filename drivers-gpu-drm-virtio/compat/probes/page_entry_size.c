// SPDX-License-Identifier: GPL-2.0-only
/*
 * vm_operations_struct.huge_fault() is told an enum: until 6.5; an order since. The
 * compiler takes one for the other.
 */
#include <linux/mm.h>

int probe(void)
{
	return PE_SIZE_PMD;
}
