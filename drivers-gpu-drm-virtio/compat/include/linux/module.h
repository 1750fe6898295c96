/* SPDX-License-Identifier: GPL-2.0-only */
/* MODULE_IMPORT_NS() with a string, where it takes a bare word. */
#include_next <linux/module.h>

#ifndef HAVE_MODULE_IMPORT_NS_STRING
#undef MODULE_IMPORT_NS
#define MODULE_IMPORT_NS(ns)	MODULE_INFO(import_ns, ns)
#endif
