// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a test do what may never end?
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libvirtgpu.h>

/* Milliseconds in which SIGKILL ends a process that can be ended */
#define VG_KILL_TAKES	5000

long vg_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

long vg_proc_number(const char *path, const char *name)
{
	FILE *file = fopen(path, "r");
	size_t length = strlen(name);
	char line[256];
	long value = -1;

	VG_ASSERT(file);
	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, name, length) && line[length] == ':')
			value = atol(line + length + 1);
	}
	fclose(file);
	VG_ASSERT(value >= 0);
	return value;
}

int __vg_write_file(const char *path, const char *text)
{
	size_t size = strlen(text);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, text, size) == (ssize_t)size ? 0 : -errno;
	close(fd);
	return ret;
}

int vg_reap(pid_t child, int ms)
{
	long end = vg_now() + ms;
	bool killed = false;
	int status;

	for (;;) {
		if (waitpid(child, &status, WNOHANG) == child)
			return killed ? VG_LATE : WIFEXITED(status) ? WEXITSTATUS(status) : 128;
		if (vg_now() > end && killed)
			return VG_HUNG;
		if (vg_now() > end) {
			kill(child, SIGKILL);
			killed = true;
			end = vg_now() + VG_KILL_TAKES;
		}
		usleep(1000);
	}
}

pid_t vg_spawn(int (*call)(void))
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child)
		_exit(call());
	VG_ASSERT(child > 0);
	return child;
}

int vg_within(int ms, int (*call)(void))
{
	return vg_reap(vg_spawn(call), ms);
}

bool vg_becomes(bool (*is)(void), int ms)
{
	long end = vg_now() + ms;

	while (!is()) {
		if (vg_now() > end)
			return false;
		usleep(1000);
	}
	return true;
}
