// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does compat/ make a kernel with these answers look like the newest one? Asks of
 * it what the driver asks; compiled, never run.
 */
#include <linux/aperture.h>
#include <linux/dma-buf.h>
#include <linux/dma-fence-chain.h>
#include <linux/dma-fence-unwrap.h>
#include <linux/dma-resv.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/vmstat.h>

#include <drm/clients/drm_client_setup.h>
#include <drm/drm_atomic.h>
#include <drm/drm_atomic_helper.h>
#include <drm/drm_connector.h>
#include <drm/drm_crtc.h>
#include <drm/drm_drv.h>
#include <drm/drm_dumb_buffers.h>
#include <drm/drm_edid.h>
#include <drm/drm_encoder.h>
#include <drm/drm_fbdev_shmem.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_gem_atomic_helper.h>
#include <drm/drm_gem_shmem_helper.h>
#include <drm/drm_managed.h>
#include <drm/drm_mode_config.h>
#include <drm/drm_modeset_helper.h>
#include <drm/drm_modeset_helper_vtables.h>
#include <drm/drm_panic.h>
#include <drm/drm_plane.h>
#include <drm/drm_print.h>
#include <drm/drm_rect.h>
#include <drm/drm_vblank.h>
#include <drm/drm_vblank_helper.h>
#include <drm/drm_writeback.h>

MODULE_IMPORT_NS("DMA_BUF");

void use_shutdown(struct virtio_device *vdev);
int use_sleep(struct virtio_device *vdev);
void use_commit(struct drm_plane *plane, struct drm_atomic_commit *commit);
void use_crtc(struct drm_crtc *crtc, struct drm_atomic_commit *commit);
bool use_vblank(struct drm_crtc *crtc);

const struct drm_driver use_driver = {
	DRM_FBDEV_SHMEM_DRIVER_OPS,
	VIRTGPU_FDINFO_DRIVER
	VIRTGPU_DRIVER_DATE
	VIRTGPU_DRIVER_TO_FD
	VIRTGPU_DRIVER_FROM_FD
	VIRTGPU_DRIVER_MMAP_FD
	.name = "use",
};

struct virtio_driver use_virtio = {
	VIRTGPU_VIRTIO_SHUTDOWN(use_shutdown)
	VIRTGPU_VIRTIO_SLEEP(use_sleep, use_sleep)
	VIRTGPU_VIRTIO_RESET(use_sleep, use_sleep)
};

const struct drm_plane_helper_funcs use_plane = { .atomic_update = use_commit };
const struct drm_crtc_helper_funcs use_crtc_funcs = {
	.atomic_flush = use_crtc,
	.handle_vblank_timeout = use_vblank,
};

struct use_plane {
	struct drm_plane base;
};

int use_device(struct pci_dev *pdev, struct device *parent, struct virtio_device *vdev,
	       struct virtqueue **vqs, struct timer_list *timer, struct mutex *lock,
	       struct notifier_block *nb)
{
	struct virtqueue_info info[2] = { { "control", NULL }, { "cursor", NULL } };
	struct drm_device *drm = drm_dev_alloc(&use_driver, parent);

	virtgpu_compat_register_shutdown(nb);
	virtgpu_compat_unregister_shutdown(nb);
	virtio_reset_device(vdev);
	timer_shutdown_sync(timer);
	drm_client_setup(drm, NULL);
	return drm_firmware_drivers_only() | drmm_mutex_init(drm, lock) |
	       aperture_remove_conflicting_pci_devices(pdev, "use") |
	       virtio_find_vqs(vdev, 2, vqs, info, NULL);
}

int use_buffers(struct drm_device *drm, struct dma_resv *resv, struct dma_fence *fence,
		struct drm_mode_create_dumb *dumb, struct vm_area_struct *vma,
		struct dma_buf *dma_buf)
{
	struct drm_gem_shmem_object *shmem = drm_gem_shmem_create(drm, 4096);
	struct dma_fence_unwrap cursor;
	struct dma_fence *part;
	struct iosys_map map __uninitialized;

	dma_fence_unwrap_for_each(part, &cursor, fence)
		dma_fence_get(part);
	dma_fence_chain_free(dma_fence_chain_alloc());
	dma_resv_add_fence(resv, fence, DMA_RESV_USAGE_WRITE);
	vm_flags_set(vma, VM_DONTDUMP);
	iosys_map_set_vaddr(&map, kzalloc_obj(map));
	drm_gem_shmem_free(shmem);
	dma_buf_vunmap_unlocked(dma_buf, &map);
	return dma_buf_vmap_unlocked(dma_buf, &map) |
	       dma_resv_reserve_fences(resv, 1) | drm_mode_size_dumb(drm, dumb, 4, 4096) |
	       dma_resv_test_signaled(resv, DMA_RESV_USAGE_READ) |
	       drm_gem_shmem_object_pin(&shmem->base) | !krealloc_array(NULL, 2, 4, GFP_KERNEL);
}

static void use_pages(struct page *page)
{
	virtgpu_compat_count_gpu_pages(page, 1);
}

static vm_fault_t use_huge_fault(struct vm_fault *vmf, unsigned int order)
{
	return order == PMD_ORDER ? vmf_insert_pfn_pmd(vmf, 1, true) : VM_FAULT_FALLBACK;
}

VIRTGPU_ADAPT_HUGE_FAULT(use_huge_fault)

const struct vm_operations_struct use_vm_ops = {
	.huge_fault = VIRTGPU_CB_HUGE_FAULT(use_huge_fault),
};

int use_modeset(struct drm_device *drm, struct drm_connector *connector, struct drm_crtc *crtc,
		struct drm_encoder *encoder, struct drm_plane_state *state,
		struct drm_scanout_buffer *sb, struct drm_mode_config *config,
		struct drm_writeback_connector *writeback)
{
	const struct drm_edid *edid = drm_edid_alloc(NULL, 0);
	struct drm_rect rect = DRM_RECT_INIT(0, 0, 1, 1);
	struct drm_plane_size_hint hint = { .width = 1, .height = 1 };
	struct use_plane *plane;

	plane = drmm_universal_plane_alloc(drm, struct use_plane, base, 1, NULL, NULL, 0, NULL,
					   DRM_PLANE_TYPE_PRIMARY, NULL);
	drm_plane_helper_add(&plane->base, &use_plane);
	drm_crtc_helper_add(crtc, &use_crtc_funcs);
	drm_rect_fp_to_int(&rect, &rect);
	drm_helper_mode_fill_fb_struct(drm, state->fb, NULL, NULL);
	virtgpu_compat_set_modifiers(config, false);
	drm_crtc_vblank_atomic_enable(crtc, NULL);
	return drmm_connector_init(drm, connector, NULL, DRM_MODE_CONNECTOR_VIRTUAL, NULL) |
	       drmm_crtc_init_with_planes(drm, crtc, &plane->base, NULL, NULL, NULL) |
	       drmm_encoder_init(drm, encoder, NULL, DRM_MODE_ENCODER_VIRTUAL, NULL) |
	       drm_writeback_connector_init(drm, writeback, NULL, NULL, NULL, 0, 1) |
	       drm_edid_connector_update(connector, edid) | drm_edid_valid(edid) |
	       drm_edid_connector_add_modes(connector) | !drm_edid_raw(edid) |
	       drm_gem_plane_helper_prepare_fb(&plane->base, state) |
	       drm_plane_add_size_hints_property(&plane->base, &hint, 1) |
	       drm_crtc_vblank_helper_enable_vblank_timer(crtc) | !drm_crtc_vblank_crtc(crtc) |
	       virtgpu_compat_hotspot_x(state) | virtgpu_compat_panic_set_pages(sb, NULL) |
	       (DRM_PLANE_NO_SCALING != 0) | DRIVER_CURSOR_HOTSPOT;
}
