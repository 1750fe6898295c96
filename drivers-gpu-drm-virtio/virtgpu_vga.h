/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIRTGPU_VGA_H
#define VIRTGPU_VGA_H

#include <linux/types.h>

struct device;

void virtgpu_vga_take_all(void);
bool virtgpu_vga_take(struct device *dev);
void virtgpu_vga_give_back_all(void);

#endif
