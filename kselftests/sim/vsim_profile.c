// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which hosts can the device stand for?
 *
 * Each profile is what the host's own source offers and does, at the place that the
 * comment names; a violation where the host would die. What is not known of a host, and
 * what a profile does not name, is as in the first: everything that this device can do.
 */
#include "vsim_api.h"
#include "vsim_profile.h"

#define VSIM_F(name)	BIT_ULL(VIRTIO_GPU_F_##name)
#define VSIM_C(name)	BIT_ULL(VIRTIO_GPU_CAPSET_##name)
#define VSIM_INDIRECT	BIT_ULL(VIRTIO_RING_F_INDIRECT_DESC)
#define VSIM_EVENT_IDX	BIT_ULL(VIRTIO_RING_F_EVENT_IDX)
#define VSIM_QUICK	(VSIM_INDIRECT | VSIM_EVENT_IDX)
#define VSIM_NOTIFY_ON_EMPTY BIT_ULL(24)	/* legacy devices only: drivers leave it alone */
#define VSIM_RING_RESET	BIT_ULL(40)
#define VSIM_BIT_5	BIT_ULL(5)

/* struct vsim_profile - a host; what is 0 is as in the first, but for features and quirks */
struct vsim_profile {
	const char *name;
	u64 features;		/* besides VERSION_1 */
	u64 capsets;
	u64 host_memory;
	u32 num_capsets;
	u32 num_scanouts;
	u32 queue_size;
	u32 cursor_size;
	u32 blob_alignment;
	u32 quirks;
	bool no_window;
};

static const struct vsim_profile vsim_profiles[] = {
	{
		/* Like QEMU with everything on, and blobs that can be shared */
		.name = "full",
		.features = VSIM_QUICK | VSIM_F(VIRGL) | VSIM_F(EDID) | VSIM_F(RESOURCE_UUID) |
			    VSIM_F(RESOURCE_BLOB) | VSIM_F(CONTEXT_INIT),
		.capsets = VSIM_C(VIRGL) | VSIM_C(VIRGL2) | VSIM_C(VENUS),
		.num_capsets = U32_MAX,
		.num_scanouts = 1,
		.queue_size = 256,
		.cursor_size = 16,
	}, {
		/*
		 * virtio-gpu-pci,blob=on,hostmem=: MAP_BLOB is refused, though there is a
		 * window. max_hostmem is 256 MiB, of 2D images (hw/display/virtio-gpu.c).
		 */
		.name = "qemu-2d",
		.features = VSIM_QUICK | VSIM_F(EDID) | VSIM_F(RESOURCE_BLOB),
		.queue_size = 64,
		.host_memory = 256 << 20,
		.quirks = VSIM_QUIRK_MAP_REFUSED,
	}, {
		/*
		 * virtio-gpu-gl-pci,blob=on,hostmem=,venus=on,drm_native_context=on of 11.0.
		 * A blob of guest memory has no dma-buf there, and is not shown
		 * (hw/display/virtio-gpu-virgl.c).
		 */
		.name = "qemu-gl",
		.features = VSIM_QUICK | VSIM_F(VIRGL) | VSIM_F(EDID) | VSIM_F(RESOURCE_BLOB) |
			    VSIM_F(CONTEXT_INIT),
		.capsets = VSIM_C(VIRGL) | VSIM_C(VIRGL2) | VSIM_C(VENUS) | VSIM_C(DRM),
		.quirks = VSIM_QUIRK_GUEST_BLOB_UNSHOWN,
	}, {
		/* virtio-gpu-rutabaga-pci: gfxstream, cross-domain */
		.name = "qemu-rutabaga",
		.features = VSIM_QUICK | VSIM_F(VIRGL) | VSIM_F(EDID) | VSIM_F(RESOURCE_BLOB) |
			    VSIM_F(CONTEXT_INIT),
		.capsets = VSIM_C(GFXSTREAM_VULKAN) | VSIM_C(CROSS_DOMAIN),
	}, {
		/* contrib/vhost-user-gpu: no blobs, no window */
		.name = "vhost-user-gpu",
		.features = VSIM_QUICK | VSIM_F(VIRGL) | VSIM_F(EDID),
		.capsets = VSIM_C(VIRGL) | VSIM_C(VIRGL2),
		.no_window = true,
	}, {
		/*
		 * vhost-device-gpu 0.2.0 (device.rs:713-726): offers blobs, and panics on every
		 * command for one (272-282). A fence of ring 0 is one without a ring.
		 */
		.name = "vhost-device-gpu",
		.features = VSIM_QUICK | VSIM_RING_RESET | VSIM_NOTIFY_ON_EMPTY |
			    VSIM_F(VIRGL) | VSIM_F(EDID) | VSIM_F(RESOURCE_UUID) |
			    VSIM_F(RESOURCE_BLOB) | VSIM_F(CONTEXT_INIT),
		.queue_size = 1024,
		.no_window = true,
		.quirks = VSIM_QUIRK_BLOB_KILLS | VSIM_QUIRK_SCANOUT_BLOB_KILLS |
			  VSIM_QUIRK_RING_0_GLOBAL,
	}, {
		/* The same with --headless */
		.name = "vhost-device-gpu-headless",
		.features = VSIM_QUICK | VSIM_RING_RESET | VSIM_NOTIFY_ON_EMPTY |
			    VSIM_F(VIRGL) | VSIM_F(RESOURCE_UUID) | VSIM_F(RESOURCE_BLOB) |
			    VSIM_F(CONTEXT_INIT),
		.queue_size = 1024,
		.no_window = true,
		.quirks = VSIM_QUIRK_BLOB_KILLS | VSIM_QUIRK_SCANOUT_BLOB_KILLS |
			  VSIM_QUIRK_RING_0_GLOBAL,
	}, {
		/* With a 3D backend: 16 screens */
		.name = "crosvm",
		.features = VSIM_QUICK | VSIM_F(VIRGL) | VSIM_F(EDID) | VSIM_F(RESOURCE_UUID) |
			    VSIM_F(RESOURCE_BLOB) | VSIM_F(CONTEXT_INIT),
		.num_scanouts = 16,
		.queue_size = 512,
	}, {
		/* An older one: bit 5 is FENCE_PASSING, so what it would align to reads as 0 */
		.name = "crosvm-old",
		.features = VSIM_QUICK | VSIM_F(VIRGL) | VSIM_F(EDID) | VSIM_F(RESOURCE_UUID) |
			    VSIM_F(RESOURCE_BLOB) | VSIM_F(CONTEXT_INIT) | VSIM_BIT_5,
		.num_scanouts = 16,
		.queue_size = 512,
	}, {
		/* The same without 3D */
		.name = "crosvm-2d",
		.features = VSIM_QUICK | VSIM_F(EDID) | VSIM_F(RESOURCE_BLOB),
		.num_scanouts = 16,
		.queue_size = 512,
	}, {
		/*
		 * Neither indirect descriptors nor EVENT_IDX. Says that it has 5 capsets, whatever
		 * it has. Panics on TRANSFER_FROM_HOST_3D (virtio_gpu.rs:593) and SET_SCANOUT_BLOB
		 * (worker.rs:335). The cursor queue is never read, writes to the configuration are
		 * ignored, and it has 16 bytes: what is read behind them is not written.
		 */
		.name = "libkrun",
		.features = VSIM_F(VIRGL) | VSIM_F(EDID) | VSIM_F(RESOURCE_UUID) |
			    VSIM_F(RESOURCE_BLOB) | VSIM_F(CONTEXT_INIT),
		.num_capsets = 5,
		.cursor_size = 256,
		.quirks = VSIM_QUIRK_FROM_HOST_KILLS | VSIM_QUIRK_SCANOUT_BLOB_KILLS |
			  VSIM_QUIRK_CURSOR_UNREAD | VSIM_QUIRK_CONFIG_FIXED,
	}, {
		/* No host, but the shortest queues that any has for commands */
		.name = "queue-16",
		.features = VSIM_QUICK | VSIM_F(VIRGL) | VSIM_F(EDID) | VSIM_F(RESOURCE_UUID) |
			    VSIM_F(RESOURCE_BLOB) | VSIM_F(CONTEXT_INIT),
		.queue_size = 16,
	}, {
		/* The same, and a command of many pieces fills it */
		.name = "queue-16-direct",
		.features = VSIM_F(VIRGL) | VSIM_F(EDID) | VSIM_F(RESOURCE_UUID) |
			    VSIM_F(RESOURCE_BLOB) | VSIM_F(CONTEXT_INIT),
		.queue_size = 16,
	}, {
		/* One with pages twice as large as the guest's, which says so */
		.name = "aligned",
		.features = VSIM_QUICK | VSIM_F(VIRGL) | VSIM_F(EDID) | VSIM_F(RESOURCE_UUID) |
			    VSIM_F(RESOURCE_BLOB) | VSIM_F(CONTEXT_INIT) | VSIM_F(BLOB_ALIGNMENT),
		.blob_alignment = 2 * PAGE_SIZE,
	},
};

/* vsim_profile_take - the next device is like that of a host, by name; 0 or -EINVAL */
int vsim_profile_take(const char *name)
{
	const struct vsim_profile *full = &vsim_profiles[0], *p = full;

	while (strcmp(p->name, name)) {
		if (++p == vsim_profiles + ARRAY_SIZE(vsim_profiles))
			return -EINVAL;
	}
	vsim_next = (struct vsim_config) {
		.features = BIT_ULL(VIRTIO_F_VERSION_1) | p->features,
		.capsets = p->features & VSIM_F(VIRGL) ? p->capsets ?: full->capsets : 0,
		.window_size = p->no_window ? 0 : vsim_window_size(),
		.host_memory = p->host_memory,
		.num_capsets = p->num_capsets ?: full->num_capsets,
		.num_scanouts = p->num_scanouts ?: full->num_scanouts,
		.width = 1024,
		.height = 768,
		.queue_size = p->queue_size ?: full->queue_size,
		.cursor_size = p->cursor_size ?: full->cursor_size,
		.blob_alignment = p->blob_alignment,
		.map_info = VIRTIO_GPU_MAP_CACHE_CACHED,
		.quirks = p->quirks,
	};
	return 0;
}

/* vsim_profile_kills - would the host die of the command? */
bool vsim_profile_kills(const struct vsim *sim, u32 type)
{
	switch (type) {
	case VIRTIO_GPU_CMD_RESOURCE_CREATE_BLOB:
	case VIRTIO_GPU_CMD_RESOURCE_MAP_BLOB:
	case VIRTIO_GPU_CMD_RESOURCE_UNMAP_BLOB:
		return vsim_is(sim, VSIM_QUIRK_BLOB_KILLS);
	case VIRTIO_GPU_CMD_SET_SCANOUT_BLOB:
		return vsim_is(sim, VSIM_QUIRK_SCANOUT_BLOB_KILLS);
	case VIRTIO_GPU_CMD_TRANSFER_FROM_HOST_3D:
		return vsim_is(sim, VSIM_QUIRK_FROM_HOST_KILLS);
	default:
		return false;
	}
}
