// SPDX-License-Identifier: GPL-2.0-only
/* It was built without the helpers of display drivers (CONFIG_DRM_KMS_HELPER). */
#if !IS_ENABLED(CONFIG_DRM_KMS_HELPER)
#error CONFIG_DRM_KMS_HELPER
#endif
