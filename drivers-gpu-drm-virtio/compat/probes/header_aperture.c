// SPDX-License-Identifier: GPL-2.0-only
/* Who gives way on the same memory: in this place since 6.0. */
#include <linux/aperture.h>
