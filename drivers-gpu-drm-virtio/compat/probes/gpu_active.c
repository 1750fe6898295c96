// SPDX-License-Identifier: GPL-2.0-only
/* NR_GPU_ACTIVE, which is GPUActive in /proc/meminfo: since 7.x. */
#include <linux/mmzone.h>

enum node_stat_item probe(void)
{
	return NR_GPU_ACTIVE;
}
