// SPDX-License-Identifier: GPL-2.0-only
/* It is told of the driver instead of its name: since 5.15. */
#include <drm/drm_aperture.h>

int probe(struct pci_dev *pdev, const struct drm_driver *driver)
{
	return drm_aperture_remove_conflicting_pci_framebuffers(pdev, driver);
}
