// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the kernel complain about while a test runs?
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <libvirtgpu.h>

int vg_log_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	VG_ASSERT(fd >= 0 && lseek(fd, 0, SEEK_END) >= 0);
	return fd;
}

const char *vg_log_complaint(int fd)
{
	static const char * const words[] = {
		"WARNING:", "BUG:", "Oops", "KASAN", "blocked for more than", "possible circular",
		"general protection", "refcount_t", "INFO: rcu",
	};
	static char first[128];
	char line[1024], *text;
	unsigned int i;
	ssize_t size;

	first[0] = '\0';
	while ((size = read(fd, line, sizeof(line) - 1)) > 0 || (size < 0 && errno == EPIPE)) {
		line[size < 0 ? 0 : size] = '\0';
		text = strchr(line, ';');
		for (i = 0; text && i < sizeof(words) / sizeof(words[0]); i++)
			if (!first[0] && strstr(text, words[i]))
				strncat(first, text + 1, sizeof(first) - 1);
	}
	return first[0] ? first : NULL;
}
