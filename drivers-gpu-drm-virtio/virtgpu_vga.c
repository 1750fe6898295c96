// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a device that is a VGA card as well keep its memory beside other cards?
 *
 * All VGA cards answer at the same legacy addresses, so the kernel's arbiter gives
 * these to one card at a time. On a bus that it can't switch it takes from the others
 * all of their memory, virtio's registers with it, and nobody gives it back. We have
 * no use for the legacy addresses: once the arbiter knows, it leaves the rest alone.
 */
#include <linux/pci.h>
#include <linux/vgaarb.h>
#include <linux/virtio_ids.h>

#include "virtgpu_vga.h"

/* Of a device that has been virtio 1.x from the start, as every GPU (virtio 1.2, 4.1.2.1). */
#define VIRTGPU_VGA_PCI_ID	(0x1040 + VIRTIO_ID_GPU)

#define VIRTGPU_VGA_LEGACY	(VGA_RSRC_LEGACY_IO | VGA_RSRC_LEGACY_MEM)
#define VIRTGPU_VGA_NORMAL	(VGA_RSRC_NORMAL_IO | VGA_RSRC_NORMAL_MEM)

static bool virtgpu_vga_is_card(const struct pci_dev *pdev)
{
	return pdev->class >> 8 == PCI_CLASS_DISPLAY_VGA;
}

/* What is not legacy has no other owner: this waits for nobody. */
static void virtgpu_vga_take_card(struct pci_dev *pdev)
{
	vga_set_legacy_decoding(pdev, VGA_RSRC_NONE);
	if (!vga_get_uninterruptible(pdev, VIRTGPU_VGA_NORMAL))
		vga_put(pdev, VIRTGPU_VGA_NORMAL);
}

static void virtgpu_vga_give_back_card(struct pci_dev *pdev)
{
	vga_set_legacy_decoding(pdev, VIRTGPU_VGA_LEGACY);
}

static void virtgpu_vga_each(void (*call)(struct pci_dev *pdev))
{
	struct pci_dev *pdev = NULL;

	while ((pdev = pci_get_device(PCI_VENDOR_ID_REDHAT_QUMRANET, VIRTGPU_VGA_PCI_ID, pdev))) {
		if (virtgpu_vga_is_card(pdev))
			call(pdev);
	}
}

/**
 * virtgpu_vga_take_all - have every card keep its memory
 *
 * Before the bus asks for features: a card whose memory has been taken has none.
 */
void virtgpu_vga_take_all(void)
{
	virtgpu_vga_each(virtgpu_vga_take_card);
}

/**
 * virtgpu_vga_take - have a device keep its memory, if it is a VGA card
 * @dev: the parent of the virtio device; it may have come after virtgpu_vga_take_all()
 *
 * Return: whether it is a VGA card.
 */
bool virtgpu_vga_take(struct device *dev)
{
	if (!dev_is_pci(dev) || !virtgpu_vga_is_card(to_pci_dev(dev)))
		return false;
	virtgpu_vga_take_card(to_pci_dev(dev));
	return true;
}

/**
 * virtgpu_vga_give_back_all - leave the cards as they were, to whoever drives them next
 */
void virtgpu_vga_give_back_all(void)
{
	virtgpu_vga_each(virtgpu_vga_give_back_card);
}
