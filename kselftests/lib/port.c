// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does one speak to a software device that is a process of the host? Through a port of
 * the machine, in the language of sim/user/talk.c.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libvirtgpu.h>

#include "port.h"

#define PORT "/dev/virtio-ports/lab.sim"
#define PCI "/sys/bus/pci/"

bool port_is_there(void)
{
	return !access(PORT, W_OK);
}

/* The machine lets one at a time have it. */
static int open_port(void)
{
	int tries, fd = -1;

	for (tries = 0; tries < 10000 && fd < 0; tries++) {
		fd = open(PORT, O_RDWR | O_CLOEXEC);
		if (fd < 0 && errno != EBUSY)
			break;
		if (fd < 0)
			usleep(1000);
	}
	return fd;
}

static bool read_all(int fd, char *text, size_t size)
{
	ssize_t part;

	for (; size; size -= part, text += part) {
		part = read(fd, text, size);
		if (part <= 0)
			return false;
	}
	return true;
}

/* What was not answered to somebody who died meanwhile is another's answer. */
static int read_answer(int fd, unsigned long number, char *text, size_t size)
{
	unsigned long whose;
	char head[64];
	size_t at, length;
	int err;

	do {
		for (at = 0; at < sizeof(head) - 1; at++) {
			if (!read_all(fd, head + at, 1))
				return -EIO;
			if (head[at] == '\n')
				break;
		}
		head[at] = '\0';
		if (sscanf(head, "%lu %d %zu", &whose, &err, &length) != 3 || length >= size ||
		    !read_all(fd, text, length))
			return -EIO;
	} while (whose != number);
	text[length] = '\0';
	return err ? -err : (int)length;
}

static int ask(const char *request, char *text, size_t size)
{
	unsigned long number = (unsigned long)getpid() << 20 ^ (vg_now() & 0xfffff);
	int fd = open_port(), ret = -EIO;
	char line[512];
	int length;

	if (fd < 0)
		return -errno;
	length = snprintf(line, sizeof(line), "%lu %s\n", number, request);
	if (length < (int)sizeof(line) && write(fd, line, length) == length)
		ret = read_answer(fd, number, text, size);
	close(fd);
	return ret;
}

int port_write(const char *name, const char *text)
{
	char request[448], answer[64];
	int ret;

	snprintf(request, sizeof(request), "write %s %s", name, text);
	ret = ask(request, answer, sizeof(answer));
	return ret < 0 ? ret : 0;
}

int port_read(const char *name, char *text, size_t size)
{
	char request[64];

	snprintf(request, sizeof(request), "read %s", name);
	return ask(request, text, size);
}

static bool says(const char *device, const char *file, const char *number)
{
	char path[320], text[16] = "";
	int fd;

	snprintf(path, sizeof(path), PCI "devices/%s/%s", device, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return !strncmp(text, number, strlen(number));
}

int port_find_device(void)
{
	return __vg_write_file(PCI "rescan", "1");
}

int port_remove_device(void)
{
	DIR *dir = opendir(PCI "devices");
	struct dirent *entry;
	char path[320];
	int ret = 0;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (!says(entry->d_name, "vendor", "0x1af4") ||
		    !says(entry->d_name, "device", "0x1050"))
			continue;
		snprintf(path, sizeof(path), PCI "devices/%s/remove", entry->d_name);
		ret = __vg_write_file(path, "1");
	}
	closedir(dir);
	return ret;
}
