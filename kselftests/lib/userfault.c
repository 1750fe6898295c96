// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is a request stopped at an argument of its own, until the test goes on?
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/userfaultfd.h>

#include <libvirtgpu.h>

int __vg_userfault_init(struct vg_userfault *u)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register all = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	u->fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (u->fd < 0)
		return -errno;
	u->page = mmap(NULL, VG_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	VG_ASSERT(u->page != MAP_FAILED);
	all.range.start = VG_PTR(u->page);
	all.range.len = VG_PAGE;
	VG_ASSERT(!ioctl(u->fd, UFFDIO_API, &api));
	VG_ASSERT(!ioctl(u->fd, UFFDIO_REGISTER, &all));
	return 0;
}

bool vg_userfault_waits(struct vg_userfault *u)
{
	struct pollfd poller = { .fd = u->fd, .events = POLLIN };

	return poll(&poller, 1, VG_SOON) == 1;
}

void vg_userfault_fill(struct vg_userfault *u, const void *bytes)
{
	struct uffdio_copy copy = {
		.dst = VG_PTR(u->page),
		.src = VG_PTR(bytes),
		.len = VG_PAGE,
	};

	VG_ASSERT(!ioctl(u->fd, UFFDIO_COPY, &copy));
}
