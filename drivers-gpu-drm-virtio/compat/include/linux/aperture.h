/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * aperture_remove_conflicting_pci_devices(): added in 6.0; done by DRM since
 * 5.14, by its fbdev helper before.
 */
#ifdef HAVE_HEADER_APERTURE
#include_next <linux/aperture.h>
#else
#ifndef VIRTGPU_COMPAT_LINUX_APERTURE_H
#define VIRTGPU_COMPAT_LINUX_APERTURE_H

#include <linux/pci.h>

#ifdef HAVE_HEADER_DRM_APERTURE
#include <drm/drm_aperture.h>
#include <drm/drm_drv.h>
#else
#include <drm/drm_fb_helper.h>
#endif

static inline int virtgpu_compat_take_over(struct pci_dev *pdev, const char *name)
{
#ifndef HAVE_HEADER_DRM_APERTURE
	return drm_fb_helper_remove_conflicting_pci_framebuffers(pdev, name);
#elif defined(HAVE_DRM_APERTURE_DRIVER)
	/* Only the name is looked at. */
	const struct drm_driver driver = { .name = (char *)name };

	return drm_aperture_remove_conflicting_pci_framebuffers(pdev, &driver);
#else
	return drm_aperture_remove_conflicting_pci_framebuffers(pdev, name);
#endif
}

#define aperture_remove_conflicting_pci_devices	virtgpu_compat_take_over

#endif
#endif
