// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does the driver present itself to the virtio bus and to DRM?
 */
#include <linux/aperture.h>
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_gpu.h>
#include <linux/virtio_ids.h>

#include <drm/drm_drv.h>
#include <drm/drm_fbdev_shmem.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_gem_shmem_helper.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "virtgpu_context.h"
#include "virtgpu_debugfs.h"
#include "virtgpu_device.h"
#include "virtgpu_device_types.h"
#include "virtgpu_display.h"
#include "virtgpu_dumb.h"
#include "virtgpu_features.h"
#include "virtgpu_import.h"
#include "virtgpu_ioctl.h"
#include "virtgpu_pm.h"
#include "virtgpu_prime.h"
#include "virtgpu_vbuf.h"
#include "virtgpu_vga.h"
#include "virtgpu_watchdog.h"

static int virtgpu_modeset = -1;
module_param_named(modeset, virtgpu_modeset, int, 0400);
MODULE_PARM_DESC(modeset, "Drive virtio-gpu devices (0 = no, 1 = yes, -1 = unless nomodeset)");

static void virtgpu_drv_release(struct drm_device *drm)
{
	/* Probe may have had memory for this device and none for ours. */
	if (drm->dev_private)
		virtgpu_device_release(to_virtgpu_device(drm));
}

static const struct file_operations virtgpu_fops = {
	.owner = THIS_MODULE,
	VIRTGPU_GEM_FOPS(virtgpu_ioctl),
	VIRTGPU_FDINFO_FOPS
	VIRTGPU_HUGE_FOPS
};

static const struct drm_driver virtgpu_driver = {
	.driver_features = DRIVER_GEM | DRIVER_RENDER | DRIVER_SYNCOBJ |
			   DRIVER_SYNCOBJ_TIMELINE | DRIVER_MODESET | DRIVER_ATOMIC |
			   DRIVER_CURSOR_HOTSPOT,
	.open = virtgpu_context_open,
	.postclose = virtgpu_context_close,
	.release = virtgpu_drv_release,
	.dumb_create = virtgpu_dumb_create,
	DRM_FBDEV_SHMEM_DRIVER_OPS,
	.debugfs_init = virtgpu_debugfs_init,
	VIRTGPU_FDINFO_DRIVER
	.gem_create_object = virtgpu_import_gem_create,
	.gem_prime_import = virtgpu_prime_import,
	.gem_prime_import_sg_table = virtgpu_import_sg_table,
	.ioctls = virtgpu_ioctl_table,
	.num_ioctls = VIRTGPU_NUM_IOCTLS,
	.fops = &virtgpu_fops,
	.name = "virtio_gpu",
	.desc = "virtio GPU",
	VIRTGPU_DRIVER_DATE
	VIRTGPU_DRIVER_TO_FD
	VIRTGPU_DRIVER_FROM_FD
	VIRTGPU_DRIVER_MMAP_FD
	.major = 0,
	.minor = 1,
	.patchlevel = 0,
};

/* A boot framebuffer may be on the same device; it has to go before we drive it. */
static int virtgpu_drv_take_over(struct virtio_device *vdev)
{
	struct device *dev = vdev->dev.parent;

	if (!virtgpu_vga_take(dev))
		return 0;
	return aperture_remove_conflicting_pci_devices(to_pci_dev(dev), virtgpu_driver.name);
}

/* May we drive a device at all? */
static bool virtgpu_drv_is_wanted(void)
{
	return virtgpu_modeset > 0 || (virtgpu_modeset && !drm_firmware_drivers_only());
}

static int virtgpu_drv_probe(struct virtio_device *vdev)
{
	struct virtgpu_device *vgdev;
	struct drm_device *drm;
	int ret;

	if (!virtgpu_drv_is_wanted())
		return -EINVAL;
	if (!virtio_has_feature(vdev, VIRTIO_F_VERSION_1))
		return -ENODEV;
	ret = virtgpu_drv_take_over(vdev);
	if (ret)
		return ret;

	/* In sysfs the device is the PCI function's, as clients expect. */
	drm = drm_dev_alloc(&virtgpu_driver, vdev->dev.parent);
	if (IS_ERR(drm))
		return PTR_ERR(drm);
	vgdev = drmm_kzalloc(drm, sizeof(*vgdev), GFP_KERNEL);
	ret = -ENOMEM;
	if (!vgdev)
		goto err_put;
	vgdev->drm = drm;
	vgdev->vdev = vdev;
	drm->dev_private = vgdev;
	vdev->priv = vgdev;
	/* The entries that describe a buffer to the host hold lengths of 32 bits. */
	dma_set_max_seg_size(drm->dev, U32_MAX);
	ret = virtgpu_device_probe(vgdev);
	if (ret)
		goto err_put;
	return 0;

err_put:
	vdev->priv = NULL;
	drm_dev_put(drm);
	return ret;
}

static void virtgpu_drv_remove(struct virtio_device *vdev)
{
	struct virtgpu_device *vgdev = vdev->priv;

	virtgpu_device_remove(vgdev);
	drm_dev_put(vgdev->drm);
}

static void __maybe_unused virtgpu_drv_shutdown(struct virtio_device *vdev)
{
	virtgpu_device_shutdown(vdev->priv);
}

static int __maybe_unused virtgpu_drv_freeze(struct virtio_device *vdev)
{
	return virtgpu_pm_freeze(vdev->priv);
}

static int __maybe_unused virtgpu_drv_restore(struct virtio_device *vdev)
{
	return virtgpu_pm_restore(vdev->priv);
}

/*
 * Will the bus tell of the end of a reset? Not where somebody else has enabled the PCI
 * function, too: it takes the function for one that was not reset then.
 */
static bool virtgpu_drv_hears_of_the_end(struct virtio_device *vdev)
{
	struct device *dev = vdev->dev.parent;

	return !dev_is_pci(dev) || atomic_read(&to_pci_dev(dev)->enable_cnt) == 1;
}

/* The bus does not keep probe and remove away; the lock does. */
static int __maybe_unused virtgpu_drv_reset_prepare(struct virtio_device *vdev)
{
	int ret = -EOPNOTSUPP;

	device_lock(&vdev->dev);
	if (vdev->dev.driver && virtgpu_drv_hears_of_the_end(vdev))
		ret = virtgpu_device_reset_prepare(vdev->priv);
	device_unlock(&vdev->dev);
	return ret;
}

static int __maybe_unused virtgpu_drv_reset_done(struct virtio_device *vdev)
{
	int ret = -ENODEV;

	device_lock(&vdev->dev);
	if (vdev->dev.driver)
		ret = virtgpu_device_reset_done(vdev->priv);
	device_unlock(&vdev->dev);
	return ret;
}

static void virtgpu_drv_config_changed(struct virtio_device *vdev)
{
	virtgpu_watchdog_config_changed(vdev->priv);
	virtgpu_display_config_changed(vdev->priv);
}

static const struct virtio_device_id virtgpu_ids[] = {
	{ VIRTIO_ID_GPU, VIRTIO_DEV_ANY_ID },
	{ },
};
MODULE_DEVICE_TABLE(virtio, virtgpu_ids);

static const unsigned int virtgpu_feature_table[] = {
	VIRTIO_GPU_F_VIRGL,
	VIRTIO_GPU_F_EDID,
	VIRTIO_GPU_F_RESOURCE_UUID,
	VIRTIO_GPU_F_RESOURCE_BLOB,
	VIRTIO_GPU_F_CONTEXT_INIT,
	VIRTIO_GPU_F_BLOB_ALIGNMENT,
};

static struct virtio_driver virtgpu_virtio_driver = {
	.feature_table = virtgpu_feature_table,
	.feature_table_size = ARRAY_SIZE(virtgpu_feature_table),
	.driver.name = KBUILD_MODNAME,
	/* register_virtio_driver() of kernels before 6.10 leaves it to its callers. */
	.driver.owner = THIS_MODULE,
	.id_table = virtgpu_ids,
	.validate = virtgpu_features_validate,
	.probe = virtgpu_drv_probe,
	.remove = virtgpu_drv_remove,
	.config_changed = virtgpu_drv_config_changed,
	VIRTGPU_VIRTIO_SHUTDOWN(virtgpu_drv_shutdown)
	VIRTGPU_VIRTIO_SLEEP(virtgpu_drv_freeze, virtgpu_drv_restore)
	VIRTGPU_VIRTIO_RESET(virtgpu_drv_reset_prepare, virtgpu_drv_reset_done)
};

static int __init virtgpu_drv_init(void)
{
	int ret;

	ret = virtgpu_vbuf_module_init();
	if (ret)
		return ret;
	if (virtgpu_drv_is_wanted())
		virtgpu_vga_take_all();
	ret = register_virtio_driver(&virtgpu_virtio_driver);
	if (ret)
		goto err_give_back;
	return 0;

err_give_back:
	virtgpu_vga_give_back_all();
	virtgpu_vbuf_module_fini();
	return ret;
}

static void __exit virtgpu_drv_exit(void)
{
	unregister_virtio_driver(&virtgpu_virtio_driver);
	virtgpu_vga_give_back_all();
	virtgpu_vbuf_module_fini();
}

module_init(virtgpu_drv_init);
module_exit(virtgpu_drv_exit);

MODULE_DESCRIPTION("Virtio GPU driver");
MODULE_AUTHOR("The virtio-gpu guest driver maintainers");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
