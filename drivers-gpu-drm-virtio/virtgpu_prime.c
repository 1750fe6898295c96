// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which dma-bufs do we take, and as what?
 */
#include <drm/drm_drv.h>
#include <drm/drm_gem.h>
#include <drm/drm_prime.h>
#include <drm/drm_print.h>

#include "virtgpu_device_types.h"
#include "virtgpu_export.h"
#include "virtgpu_prime.h"

/**
 * virtgpu_prime_import - use a buffer that came as a dma-buf
 * @drm: the device
 * @buf: the dma-buf
 *
 * Foreign buffers are taken where hosts can use them: as blobs, or to be shown by
 * copies; not by a device with virgl, whose renderer does not know what to do with
 * one; nor where their pages would be named by addresses that the device does not
 * know.
 *
 * Return: the object; ERR_PTR(-ENODEV) where foreign buffers are of no use.
 */
struct drm_gem_object *virtgpu_prime_import(struct drm_device *drm, struct dma_buf *buf)
{
	const struct virtgpu_features *f = &to_virtgpu_device(drm)->features;
	struct drm_gem_object *gem = virtgpu_export_find(drm, buf);

	if (gem) {
		drm_gem_object_get(gem);
		return gem;
	}
	if (f->virgl)
		return ERR_PTR(-ENODEV);
	if (!f->dma_foreign) {
		drm_dbg_prime(drm, "the device does not know the addresses of other drivers\n");
		return ERR_PTR(-ENODEV);
	}
	return drm_gem_prime_import(drm, buf);
}
