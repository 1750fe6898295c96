// SPDX-License-Identifier: GPL-2.0-only
/* It was built without graphics (CONFIG_DRM). */
#if !IS_ENABLED(CONFIG_DRM)
#error CONFIG_DRM
#endif
