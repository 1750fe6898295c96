// SPDX-License-Identifier: GPL-2.0-only
/* virtio_driver.shutdown: added in 6.16. */
#include <linux/virtio.h>

void probe(struct virtio_device *vdev);

struct virtio_driver driver = { .shutdown = probe };
