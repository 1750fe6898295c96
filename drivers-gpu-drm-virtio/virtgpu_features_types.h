/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can a device do? Only a type: any file may include this.
 */
#ifndef VIRTGPU_FEATURES_TYPES_H
#define VIRTGPU_FEATURES_TYPES_H

#include <linux/types.h>

/**
 * struct virtgpu_features - what was negotiated, after doubting the host
 *
 * Written once at probe by virtgpu_features_init(), constant afterwards.
 */
struct virtgpu_features {
	/** @virgl: 3D commands and contexts (VIRTIO_GPU_F_VIRGL). */
	bool virgl;
	/** @edid: GET_EDID (VIRTIO_GPU_F_EDID). */
	bool edid;
	/** @uuid: RESOURCE_ASSIGN_UUID (VIRTIO_GPU_F_RESOURCE_UUID). */
	bool uuid;
	/** @blob: blob resources (VIRTIO_GPU_F_RESOURCE_BLOB). */
	bool blob;
	/** @context_init: typed contexts, rings (VIRTIO_GPU_F_CONTEXT_INIT). */
	bool context_init;
	/** @host_visible: @blob, and a usable host-visible memory window. */
	bool host_visible;
	/** @dma_api: the device wants DMA addresses (ACCESS_PLATFORM, Xen). */
	bool dma_api;
	/** @dma_bounce: it sees memory of the DMA API's making only; the rest in copies. */
	bool dma_bounce;
	/** @dma_foreign: what other drivers' buffers are mapped at means them to it, too. */
	bool dma_foreign;
	/** @indirect: one ring slot holds a command of any length. */
	bool indirect;
	/** @blob_alignment: bytes, a power of two; 0: not negotiated, or not to be believed. */
	u32 blob_alignment;
	/** @num_scanouts: 0 to VIRTGPU_MAX_SCANOUTS. */
	u32 num_scanouts;
	/** @num_capsets: capability sets to ask for, bounded. */
	u32 num_capsets;
};

#endif
