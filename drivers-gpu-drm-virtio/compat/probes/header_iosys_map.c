// SPDX-License-Identifier: GPL-2.0-only
/* struct iosys_map: since 5.18. */
#include <linux/iosys-map.h>
