// SPDX-License-Identifier: GPL-2.0-only
/* It was built without the helpers for buffers in memory (CONFIG_DRM_GEM_SHMEM_HELPER). */
#if !IS_ENABLED(CONFIG_DRM_GEM_SHMEM_HELPER)
#error CONFIG_DRM_GEM_SHMEM_HELPER
#endif
