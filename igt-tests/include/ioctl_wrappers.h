/* SPDX-License-Identifier: MIT */
/*
 * Which of IGT's ioctl wrappers do the tests here use?
 */
#ifndef IOCTL_WRAPPERS_H
#define IOCTL_WRAPPERS_H

#include <stdint.h>

void gem_close(int fd, uint32_t handle);
int prime_handle_to_fd(int fd, uint32_t handle);
int prime_handle_to_fd_for_mmap(int fd, uint32_t handle);
uint32_t prime_fd_to_handle(int fd, int dma_buf_fd);

static inline uint64_t to_user_pointer(const void *pointer)
{
	return (uintptr_t)pointer;
}

#endif
