// SPDX-License-Identifier: GPL-2.0-only
/* virtio_driver.reset_prepare and .reset_done: added in 6.14. */
#include <linux/virtio.h>

int probe(struct virtio_device *vdev);

struct virtio_driver driver = { .reset_prepare = probe, .reset_done = probe };
