// SPDX-License-Identifier: GPL-2.0-only
/*
 * What did the host offer, and what do we believe of it?
 */
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_gpu.h>
#include <linux/virtio_pci.h>
#include <linux/virtio_ring.h>

#include <xen/xen.h>

#include <drm/drm_print.h>

#include "virtgpu_device_types.h"
#include "virtgpu_features.h"

/* The largest page of any host: an arm64 huge page with 4 KiB pages. */
#define VIRTGPU_MAX_BLOB_ALIGNMENT	SZ_2M

/* Capability sets that a host may list; real ones have up to 8. */
#define VIRTGPU_MAX_CAPSETS		64

/*
 * How many bytes of config space the device has. virtio-pci treats a read past
 * the end as a bug of the driver and stops the kernel, so the length has to
 * come from the capability that describes the space. If there are several, the
 * kernel takes one whose BAR can be mapped: that is no shorter than the shortest. Other
 * transports don't say, and don't mind.
 */
static u32 virtgpu_features_config_size(struct virtio_device *vdev)
{
	u32 length, size = U32_MAX;
	struct pci_dev *pdev;
	bool found = false;
	u8 type;
	int pos;

	if (!dev_is_pci(vdev->dev.parent))
		return U32_MAX;
	pdev = to_pci_dev(vdev->dev.parent);
	for (pos = pci_find_capability(pdev, PCI_CAP_ID_VNDR); pos > 0;
	     pos = pci_find_next_capability(pdev, pos, PCI_CAP_ID_VNDR)) {
		pci_read_config_byte(pdev, pos + offsetof(struct virtio_pci_cap, cfg_type),
				     &type);
		if (type != VIRTIO_PCI_CAP_DEVICE_CFG)
			continue;
		pci_read_config_dword(pdev, pos + offsetof(struct virtio_pci_cap, length),
				      &length);
		size = min(size, length);
		found = true;
	}
	return found ? size : 0;
}

/*
 * Bit 5 was used for other things before it meant BLOB_ALIGNMENT (fence
 * passing, userptr, modifiers); such hosts don't have the field or leave it 0.
 */
static u32 virtgpu_features_read_alignment(struct virtio_device *vdev)
{
	u32 alignment = 0;

	if (virtgpu_features_config_size(vdev) <
	    offsetofend(struct virtio_gpu_config, blob_alignment))
		return 0;
	virtio_cread_le(vdev, struct virtio_gpu_config, blob_alignment, &alignment);
	if (!is_power_of_2(alignment) || alignment > VIRTGPU_MAX_BLOB_ALIGNMENT)
		return 0;
	return alignment;
}

/**
 * virtgpu_features_validate - doubt the offer before it is accepted
 * @vdev: the virtio device, features not yet written back
 *
 * Return: 0, or -EINVAL for a device without the configuration that each has had from the
 * beginning; any other host that errs gets a lesser device, not none.
 */
int virtgpu_features_validate(struct virtio_device *vdev)
{
	if (!vdev->config->get || virtgpu_features_config_size(vdev) <
				  offsetofend(struct virtio_gpu_config, num_capsets)) {
		dev_err(&vdev->dev, "the device has no configuration, or half of it\n");
		return -EINVAL;
	}
	/* The gallium protocol inside 3D commands is little-endian only. */
	if (cpu_to_le32(1) != (__force __le32)1)
		__virtio_clear_bit(vdev, VIRTIO_GPU_F_VIRGL);

	if (virtio_has_feature(vdev, VIRTIO_GPU_F_BLOB_ALIGNMENT) &&
	    !virtgpu_features_read_alignment(vdev)) {
		dev_info(&vdev->dev,
			 "feature bit 5 ignored: blob_alignment is not a power of two up to %u, so the host means something else by it\n",
			 VIRTGPU_MAX_BLOB_ALIGNMENT);
		__virtio_clear_bit(vdev, VIRTIO_GPU_F_BLOB_ALIGNMENT);
	}
	return 0;
}

static u32 virtgpu_features_bounded(struct virtgpu_device *vgdev, u32 value,
				    u32 limit, const char *what)
{
	if (value <= limit)
		return value;
	drm_warn(vgdev->drm, "host reports %u %s, using %u\n", value, what, limit);
	return limit;
}

/**
 * virtgpu_features_init - note down what was negotiated
 * @vgdev: the device
 */
void virtgpu_features_init(struct virtgpu_device *vgdev)
{
	struct virtgpu_features *f = &vgdev->features;
	struct virtio_device *vdev = vgdev->vdev;
	u32 scanouts = 0, capsets = 0;

	f->virgl = virtio_has_feature(vdev, VIRTIO_GPU_F_VIRGL);
	f->edid = virtio_has_feature(vdev, VIRTIO_GPU_F_EDID);
	f->uuid = virtio_has_feature(vdev, VIRTIO_GPU_F_RESOURCE_UUID);
	f->blob = virtio_has_feature(vdev, VIRTIO_GPU_F_RESOURCE_BLOB);
	f->context_init = virtio_has_feature(vdev, VIRTIO_GPU_F_CONTEXT_INIT);
	f->indirect = virtio_has_feature(vdev, VIRTIO_RING_F_INDIRECT_DESC);
	/* As virtio's rings do: Xen's guests don't know where their memory is. */
	f->dma_api = !virtio_has_dma_quirk(vdev) || xen_domain();
	if (virtio_has_feature(vdev, VIRTIO_GPU_F_BLOB_ALIGNMENT))
		f->blob_alignment = virtgpu_features_read_alignment(vdev);

	virtio_cread_le(vdev, struct virtio_gpu_config, num_scanouts, &scanouts);
	f->num_scanouts = virtgpu_features_bounded(vgdev, scanouts,
						   VIRTGPU_MAX_SCANOUTS, "scanouts");
	if (f->virgl) {
		virtio_cread_le(vdev, struct virtio_gpu_config, num_capsets, &capsets);
		f->num_capsets = virtgpu_features_bounded(vgdev, capsets,
							  VIRTGPU_MAX_CAPSETS, "capsets");
	}
}

static char virtgpu_features_sign(bool present)
{
	return present ? '+' : '-';
}

/**
 * virtgpu_features_report - tell the log what this device can do
 * @vgdev: the device; its window has been looked at
 */
void virtgpu_features_report(struct virtgpu_device *vgdev)
{
	const struct virtgpu_features *f = &vgdev->features;

	drm_info(vgdev->drm,
		 "features: %cvirgl %cedid %cresource_blob %chost_visible %ccontext_init %cresource_uuid %cblob_alignment\n",
		 virtgpu_features_sign(f->virgl), virtgpu_features_sign(f->edid),
		 virtgpu_features_sign(f->blob), virtgpu_features_sign(f->host_visible),
		 virtgpu_features_sign(f->context_init), virtgpu_features_sign(f->uuid),
		 virtgpu_features_sign(f->blob_alignment));
	if (f->blob_alignment)
		drm_info(vgdev->drm, "blob alignment: %u bytes\n", f->blob_alignment);
	drm_info(vgdev->drm, "number of scanouts: %u\n", f->num_scanouts);
	drm_info(vgdev->drm, "number of cap sets: %u\n", f->num_capsets);
}

/**
 * virtgpu_features_advise - tell the log what is missing, and what gives it
 * @vgdev: the device
 * @capsets: a bit for each capability set that the host serves
 *
 * The lines name the QEMU option because that is what most users can set; other
 * hosts have the same switches under other names.
 */
void virtgpu_features_advise(struct virtgpu_device *vgdev, u64 capsets)
{
	const struct virtgpu_features *f = &vgdev->features;

	if (!f->virgl)
		drm_info(vgdev->drm,
			 "no 3D: the host offers none (QEMU: -device virtio-gpu-gl-pci)\n");
	else if (!f->blob)
		drm_info(vgdev->drm,
			 "no blob resources, so no Vulkan: the host offers none (QEMU: blob=on)\n");
	else if (!f->host_visible)
		drm_info(vgdev->drm,
			 "no host-visible memory, so no Vulkan: the host offers no window (QEMU: hostmem=SIZE, for example hostmem=4G)\n");
	else if (!f->context_init)
		drm_info(vgdev->drm,
			 "no typed contexts, so no Vulkan: the host is too old (QEMU: 9.2 and virglrenderer 1.0 have them)\n");
	else if (!(capsets & BIT_ULL(VIRTIO_GPU_CAPSET_VENUS)))
		drm_info(vgdev->drm,
			 "no Venus, so no Vulkan through it: the host has no such cap set (QEMU: venus=on)\n");
}
