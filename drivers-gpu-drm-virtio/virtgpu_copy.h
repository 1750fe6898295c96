/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much has the host of a buffer that is shown by copies? Only types.
 */
#ifndef VIRTGPU_COPY_H
#define VIRTGPU_COPY_H

#include <linux/types.h>

struct virtgpu_damage;

/**
 * struct virtgpu_copy - the host's copy of a buffer, as virtgpu_damage.c knows it
 * @damage: of the output for which it was made last, or NULL
 * @frame: in which of its frames
 * @offset: of the framebuffer that was shown
 */
struct virtgpu_copy {
	const struct virtgpu_damage *damage;
	u64 frame;
	u32 offset;
};

#endif
