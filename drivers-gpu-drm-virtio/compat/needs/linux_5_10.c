// SPDX-License-Identifier: GPL-2.0-only
/* It is older than Linux 5.10, where virtio devices learnt to share buffers. */
#include <linux/virtio_dma_buf.h>
