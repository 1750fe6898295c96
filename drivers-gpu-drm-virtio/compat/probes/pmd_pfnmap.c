// SPDX-License-Identifier: GPL-2.0-only
/* Huge pages of what is no RAM, known to all of mm/: since 6.12, on some processors. */
#include <linux/mm.h>

bool probe(void)
{
	return PMD_ORDER && CONFIG_ARCH_SUPPORTS_PMD_PFNMAP;
}
