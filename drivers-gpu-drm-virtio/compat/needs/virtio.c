// SPDX-License-Identifier: GPL-2.0-only
/* It was built without virtio (CONFIG_VIRTIO). */
#if !IS_ENABLED(CONFIG_VIRTIO)
#error CONFIG_VIRTIO
#endif
