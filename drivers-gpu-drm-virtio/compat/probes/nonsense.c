// SPDX-License-Identifier: GPL-2.0-only
/* Must not compile on any kernel. */
#include <linux/module.h>

int probe(void)
{
	return virtgpu_no_kernel_has_this_function();
}
