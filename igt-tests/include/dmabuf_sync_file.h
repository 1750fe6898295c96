/* SPDX-License-Identifier: MIT */
/*
 * Which of IGT's helpers for fences of dma-bufs do the tests here use?
 */
#ifndef DMABUF_SYNC_FILE_H
#define DMABUF_SYNC_FILE_H

#include <linux/dma-buf.h>
#include <stdbool.h>
#include <stdint.h>

/* Asks a vgem device. */
bool has_dmabuf_export_sync_file(int fd);
int dmabuf_export_sync_file(int dmabuf, uint32_t flags);

#endif
