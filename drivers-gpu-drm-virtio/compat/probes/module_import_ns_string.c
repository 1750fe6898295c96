// SPDX-License-Identifier: GPL-2.0-only
/* MODULE_IMPORT_NS() takes a string: since 6.13 (cdd30ebb1b9f). */
#include <linux/module.h>

/* The old form makes of a string one with quotes in it, three bytes longer. */
#define __MODULE_INFO(tag, name, info)	static_assert(sizeof(info) == sizeof("DMA_BUF"))
MODULE_IMPORT_NS("DMA_BUF");
