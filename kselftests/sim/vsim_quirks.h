/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does a host not do, or die of? Bits of the file config/quirks, which tests read.
 */
#ifndef VSIM_QUIRKS_H
#define VSIM_QUIRKS_H

enum vsim_quirk {
	/* Of RESOURCE_CREATE_BLOB, RESOURCE_MAP_BLOB and RESOURCE_UNMAP_BLOB it dies */
	VSIM_QUIRK_BLOB_KILLS		= 1 << 0,
	/* Of SET_SCANOUT_BLOB */
	VSIM_QUIRK_SCANOUT_BLOB_KILLS	= 1 << 1,
	/* Of TRANSFER_FROM_HOST_3D */
	VSIM_QUIRK_FROM_HOST_KILLS	= 1 << 2,
	/* RESOURCE_MAP_BLOB is refused, though there is a window */
	VSIM_QUIRK_MAP_REFUSED		= 1 << 3,
	/* So is SET_SCANOUT_BLOB of a blob in the guest's memory */
	VSIM_QUIRK_GUEST_BLOB_UNSHOWN	= 1 << 4,
	/* Nobody reads the cursor queue */
	VSIM_QUIRK_CURSOR_UNREAD	= 1 << 5,
	/* The configuration has 16 bytes, and what is written to it is ignored */
	VSIM_QUIRK_CONFIG_FIXED		= 1 << 6,
	/* A fence of ring 0 is one without a ring */
	VSIM_QUIRK_RING_0_GLOBAL	= 1 << 7,
};

#endif
