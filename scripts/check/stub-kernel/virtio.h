/* SPDX-License-Identifier: GPL-2.0-only */
/* The same for virtio, and for who gives way on the same memory. */
#ifndef STUB_VIRTIO_H
#define STUB_VIRTIO_H

#include "linux.h"

struct virtio_device;
struct virtqueue;
struct drm_driver;
typedef void vq_callback_t(struct virtqueue *vq);

struct virtio_config_ops { void (*reset)(struct virtio_device *vdev); };
struct virtio_device { const struct virtio_config_ops *config; };

struct virtio_driver {
	struct { void (*shutdown)(struct device *dev); } driver;
	int (*freeze)(struct virtio_device *vdev);
	int (*restore)(struct virtio_device *vdev);
#ifdef K_VIRTIO_DRIVER_SHUTDOWN
	void (*shutdown)(struct virtio_device *vdev);
#endif
#ifdef K_VIRTIO_DRIVER_RESET
	int (*reset_prepare)(struct virtio_device *vdev);
	int (*reset_done)(struct virtio_device *vdev);
#endif
};

#ifdef K_VIRTIO_RESET_DEVICE
void virtio_reset_device(struct virtio_device *vdev);
#endif
#ifdef K_VIRTQUEUE_INFO
struct virtqueue_info { const char *name; vq_callback_t *callback; bool ctx; };
int virtio_find_vqs(struct virtio_device *vdev, unsigned int n, struct virtqueue *vqs[],
		    struct virtqueue_info info[], struct irq_affinity *desc);
#else
int virtio_find_vqs(struct virtio_device *vdev, unsigned int n, struct virtqueue *vqs[],
		    vq_callback_t *callbacks[], const char *const names[],
		    struct irq_affinity *desc);
int virtio_find_vqs_ctx(struct virtio_device *vdev, unsigned int n, struct virtqueue *vqs[],
			vq_callback_t *callbacks[], const char *const names[],
			const bool *ctx, struct irq_affinity *desc);
#endif

#ifdef K_HEADER_APERTURE
int aperture_remove_conflicting_pci_devices(struct pci_dev *pdev, const char *name);
#endif
#ifdef K_DRM_APERTURE_DRIVER
int drm_aperture_remove_conflicting_pci_framebuffers(struct pci_dev *pdev,
						     const struct drm_driver *driver);
#elif defined(K_HEADER_DRM_APERTURE)
int drm_aperture_remove_conflicting_pci_framebuffers(struct pci_dev *pdev, const char *name);
#endif
int drm_fb_helper_remove_conflicting_pci_framebuffers(struct pci_dev *pdev, const char *name);

#endif
