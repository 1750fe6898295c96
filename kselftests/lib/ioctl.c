// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is a request sent, and how does a test see that a refused one changed
 * nothing?
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <libvirtgpu.h>

int __vg_ioctl_once(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}

int __vg_ioctl(int fd, unsigned long request, void *arg)
{
	int ret;

	do {
		ret = __vg_ioctl_once(fd, request, arg);
	} while (ret == -EINTR);
	return ret;
}

unsigned long vg_sized(unsigned long request, size_t size)
{
	return _IOC(_IOC_DIR(request), _IOC_TYPE(request), _IOC_NR(request),
		    size);
}

int vg_count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	VG_ASSERT(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 3;	/* ".", ".." and the folder itself */
}

__u32 vg_next_handle(int fd)
{
	struct vg_bo bo = vg_picture(fd);

	vg_close_handle(fd, bo.handle);
	return bo.handle;
}

/* Byte at which two structures differ, -1 if they do not. */
static int first_difference(const void *a, const void *b, size_t size)
{
	const unsigned char *x = a, *y = b;
	size_t i;

	for (i = 0; i < size; i++)
		if (x[i] != y[i])
			return (int)i;
	return -1;
}

const char *vg_refused_bare(int fd, unsigned long request, void *arg, int err)
{
	static char verdict[160];
	unsigned char before[256];
	size_t size = _IOC_SIZE(request);
	int fds = vg_count_fds();
	int ret, byte;

	VG_ASSERT(size <= sizeof(before));
	memcpy(before, arg, size);
	ret = __vg_ioctl(fd, request, arg);
	if (ret != -err) {
		snprintf(verdict, sizeof(verdict), "%s instead of %s",
			 ret ? strerror(-ret) : "success", strerror(err));
		return verdict;
	}
	byte = first_difference(before, arg, size);
	if (byte >= 0) {
		snprintf(verdict, sizeof(verdict),
			 "argument changed at byte %d", byte);
		return verdict;
	}
	if (vg_count_fds() != fds) {
		snprintf(verdict, sizeof(verdict), "%d descriptors instead of %d",
			 vg_count_fds(), fds);
		return verdict;
	}
	return VG_REFUSED;
}

const char *vg_refused(int fd, unsigned long request, void *arg, int err)
{
	__u32 handle = vg_next_handle(fd);
	const char *verdict = vg_refused_bare(fd, request, arg, err);

	if (!strcmp(verdict, VG_REFUSED) && vg_next_handle(fd) != handle)
		return "a GEM handle leaked";
	return verdict;
}

char *vg_page_before_hole(void)
{
	size_t page = getpagesize();
	char *map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	VG_ASSERT(map != MAP_FAILED);
	VG_ASSERT(!munmap(map + page, page));
	return map;
}
