// SPDX-License-Identifier: GPL-2.0-only
/* It was built without buffers shared between virtio devices (CONFIG_VIRTIO_DMA_SHARED_BUFFER). */
#if !IS_ENABLED(CONFIG_VIRTIO_DMA_SHARED_BUFFER)
#error CONFIG_VIRTIO_DMA_SHARED_BUFFER
#endif
