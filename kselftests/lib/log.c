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

/* The text of the next line, or NULL at the end. Lines that were lost are passed over. */
static const char *next_line(int fd)
{
	static char line[1024];
	const char *text;
	ssize_t size;

	while ((size = read(fd, line, sizeof(line) - 1)) > 0 || (size < 0 && errno == EPIPE)) {
		line[size < 0 ? 0 : size] = '\0';
		text = strchr(line, ';');
		if (text)
			return text + 1;
	}
	return NULL;
}

const char *vg_log_complaint(int fd)
{
	static const char * const words[] = {
		"WARNING:", "BUG:", "Oops", "KASAN", "blocked for more than", "possible circular",
		"general protection", "refcount_t", "INFO: rcu",
	};
	static char first[128];
	const char *text;
	unsigned int i;

	first[0] = '\0';
	while ((text = next_line(fd))) {
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (!first[0] && strstr(text, words[i]))
				strncat(first, text, sizeof(first) - 1);
	}
	return first[0] ? first : NULL;
}

bool vg_log_has(int fd, const char *words)
{
	const char *text;
	bool found = false;

	while ((text = next_line(fd)))
		found |= !!strstr(text, words);
	return found;
}
