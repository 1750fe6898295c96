/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How is a request sent, and how does a test see that a refused one changed
 * nothing?
 */
#ifndef LIBVIRTGPU_IOCTL_H
#define LIBVIRTGPU_IOCTL_H

#include <unistd.h>
#include <stddef.h>
#include <drm/virtgpu_drm.h>

/* The kernel's page: 4096 bytes on most machines, 16384 or 65536 on some */
#define VG_PAGE ((size_t)getpagesize())

/* 0 or -errno. Starts again when a signal came, as libdrm's drmIoctl() does. */
int __vg_ioctl(int fd, unsigned long request, void *arg);

/* 0 or -errno, -EINTR included. */
int __vg_ioctl_once(int fd, unsigned long request, void *arg);

/* The request with another size of its structure: how old and new ABIs differ. */
unsigned long vg_sized(unsigned long request, size_t size);

/* Number of open descriptors of this process. */
int vg_count_fds(void);

/* The GEM handle that the next new object gets: it grows when one leaks. */
__u32 vg_next_handle(int fd);

/*
 * VG_REFUSED if the request fails with @err and leaves argument, descriptors
 * and GEM handles as they were, else a sentence that says what it did. The text
 * lives until the next call.
 */
const char *vg_refused(int fd, unsigned long request, void *arg, int err);
const char *vg_refused_bare(int fd, unsigned long request, void *arg, int err);

/* A mapped page (start of it), followed by one that is not. */
char *vg_page_before_hole(void);

/* An address that no process may touch. */
#define VG_BAD_POINTER ((__u64)0x10)

#define VG_PTR(p) ((__u64)(unsigned long)(p))

#endif
