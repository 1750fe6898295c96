/* SPDX-License-Identifier: MIT */
/*
 * Which of IGT's ways to open a device do the tests here use?
 */
#ifndef DRMTEST_H
#define DRMTEST_H

#define DRIVER_VGEM	(1 << 2)
#define DRIVER_VIRTIO	(1 << 10)

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

int __drm_open_driver(int chipset);
int __drm_open_driver_render(int chipset);
int drm_open_driver(int chipset);
int drm_open_driver_master(int chipset);
int drm_open_driver_render(int chipset);
int drm_reopen_driver(int fd);
int drm_close_driver(int fd);

#define do_ioctl(fd, request, arg) do {				\
	igt_assert_eq(drmIoctl((fd), (request), (arg)), 0);	\
	errno = 0;						\
} while (0)

#define do_ioctl_err(fd, request, arg, err) do {		\
	igt_assert_eq(drmIoctl((fd), (request), (arg)), -1);	\
	igt_assert_eq(errno, (err));				\
	errno = 0;						\
} while (0)

#endif
