/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_FORMAT_H
#define VIRTGPU_FORMAT_H

#include <linux/types.h>

/* Bytes a pixel, in every format of the device. */
#define VIRTGPU_FORMAT_CPP		4

#define VIRTGPU_FORMAT_PRIMARY_COUNT	1
#define VIRTGPU_FORMAT_BLOB_COUNT	8
#define VIRTGPU_FORMAT_CURSOR_COUNT	1

extern const u32 virtgpu_format_primary[VIRTGPU_FORMAT_PRIMARY_COUNT];
extern const u32 virtgpu_format_blob[VIRTGPU_FORMAT_BLOB_COUNT];
extern const u32 virtgpu_format_cursor[VIRTGPU_FORMAT_CURSOR_COUNT];
extern const u64 virtgpu_format_linear[];

u32 virtgpu_format_wire(u32 fourcc);

#endif
