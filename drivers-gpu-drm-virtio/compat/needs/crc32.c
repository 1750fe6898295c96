// SPDX-License-Identifier: GPL-2.0-only
/* It was built without CRC-32 (CONFIG_CRC32). */
#if !IS_ENABLED(CONFIG_CRC32)
#error CONFIG_CRC32
#endif
