// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a guest keep its file system while its devices sleep?
 *
 * The guest's root is a file share of the host, and the driver of file shares
 * does not know how to sleep. Since Linux 6.9 the virtio bus leaves a device
 * alone that says it keeps its state while the guest is suspended; before, and on
 * the way to disk to this day, it resets every device on the way back, and the
 * first program after that waits for its file for ever. So file shares are taken
 * out of the system's sleep here. The GPU is not: it is what the sleep is for.
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>

#define PCI_VENDOR_ID_VIRTIO	0x1af4

static const struct pci_device_id lab_awake_shares[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_VIRTIO, 0x1009) },
	{ PCI_DEVICE(PCI_VENDOR_ID_VIRTIO, 0x1049) },
	{ }
};

static void lab_awake_set(bool awake)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev) {
		if (pci_match_id(lab_awake_shares, pdev))
			dev_pm_syscore_device(&pdev->dev, awake);
	}
}

static int __init lab_awake_init(void)
{
	lab_awake_set(true);
	return 0;
}

static void __exit lab_awake_exit(void)
{
	lab_awake_set(false);
}

module_init(lab_awake_init);
module_exit(lab_awake_exit);

MODULE_DESCRIPTION("virtio-gpu lab: file shares stay awake");
MODULE_LICENSE("GPL");
