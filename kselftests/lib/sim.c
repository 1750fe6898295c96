// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a test say what the software device (sim/) is and does?
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libvirtgpu.h>

#include "port.h"

#define SIM "/sys/kernel/debug/virtgpu_sim/"
#define DRI "/sys/kernel/debug/dri"

char *vg_sim_reason;

static bool has_files(void)
{
	return !access(SIM "control", W_OK);
}

bool vg_sim_is_there(void)
{
	return has_files() || port_is_there();
}

bool vg_sim_is_process(void)
{
	return !has_files() && port_is_there();
}

/* The text of a file; lives until the next call. */
static char *read_file(const char *name)
{
	static char text[16384];
	size_t size = 0;
	ssize_t got;
	int fd;

	if (!has_files())
		return port_read(name, text, sizeof(text)) < 0 ? NULL : text;
	snprintf(text, sizeof(text), SIM "%s", name);
	fd = open(text, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	while ((got = read(fd, text + size, sizeof(text) - 1 - size)) > 0)
		size += got;
	text[size] = '\0';
	close(fd);
	return text;
}

static int write_file(const char *name, const char *text)
{
	char path[128];

	if (!has_files())
		return port_write(name, text);
	snprintf(path, sizeof(path), SIM "%s", name);
	return __vg_write_file(path, text);
}

/* Not every device can do all that the module's can: then a test cannot be. */
static int or_skip(int ret, const char *what)
{
	if (ret != -EOPNOTSUPP || has_files())
		return ret;
	fprintf(stderr, "# needs the module virtgpu_sim, for: %s\n", what);
	if (vg_sim_reason)
		snprintf(vg_sim_reason, VG_SIM_REASON, "needs the module virtgpu_sim, for: %s", what);
	_exit(VG_SIM_SKIPPED);
}

void vg_sim_need_window(void)
{
	if (vg_sim_reason && vg_sim_is_process() && !vg_sim_get("window_size"))
		or_skip(-EOPNOTSUPP, "a window");
}

void vg_sim_set(const char *name, __u64 value)
{
	char file[128], text[32];

	snprintf(file, sizeof(file), "config/%s", name);
	snprintf(text, sizeof(text), "%llu", value);
	VG_OK(or_skip(write_file(file, text), name));
}

__u64 vg_sim_get(const char *name)
{
	char file[128];
	const char *text;

	snprintf(file, sizeof(file), "config/%s", name);
	text = read_file(file);
	VG_ASSERT(text);
	return strtoull(text, NULL, 0);
}

void vg_sim_offer(__u64 features)
{
	vg_sim_set("features", vg_sim_get("features") | features);
}

void vg_sim_withhold(__u64 features)
{
	vg_sim_set("features", vg_sim_get("features") & ~features);
}

/* The device of another process does not go by itself: the guest takes it away, or finds it. */
static int control_port(const char *line)
{
	bool retires = !strncmp(line, "retire", 6);
	int ret = 0;

	if (!strcmp(line, "unplug"))
		ret = port_remove_device();
	if (!ret)
		ret = port_write("control", line);
	if (!ret && retires)
		ret = port_remove_device();
	if (!ret && !strcmp(line, "plug"))
		ret = port_find_device();
	return ret;
}

int __vg_sim_control(const char *line)
{
	return has_files() ? write_file("control", line) : control_port(line);
}

int __vg_sim_script(const char *line)
{
	return write_file("script", line);
}

static char *format_line(const char *format, va_list args)
{
	static char line[256];

	VG_ASSERT(vsnprintf(line, sizeof(line), format, args) < (int)sizeof(line));
	return line;
}

void vg_sim_control(const char *format, ...)
{
	const char *line;
	va_list args;

	va_start(args, format);
	line = format_line(format, args);
	/* What cannot be plugged in is not what was there at first. */
	VG_OK(or_skip(__vg_sim_control(line),
		      strcmp(line, "plug") ? line : "other features or queues"));
	va_end(args);
}

void vg_sim_script(const char *format, ...)
{
	const char *line;
	va_list args;

	va_start(args, format);
	line = format_line(format, args);
	VG_OK(or_skip(__vg_sim_script(line), line));
	va_end(args);
}

__u64 vg_sim_state(const char *name)
{
	char *line = read_file("state");
	size_t length = strlen(name);

	VG_ASSERT(line);
	for (line = strtok(line, "\n"); line; line = strtok(NULL, "\n"))
		if (!strncmp(line, name, length) && line[length] == ' ')
			return strtoull(line + length, NULL, 0);
	fprintf(stderr, "# the device does not know the state \"%s\"\n", name);
	exit(1);
}

unsigned int vg_sim_fired(unsigned int index)
{
	char *line = read_file("script");

	VG_ASSERT(line);
	for (line = strtok(line, "\n"); line; line = strtok(NULL, "\n"))
		if (!index--)
			return strtoul(line, NULL, 0);
	fprintf(stderr, "# the script has no such line\n");
	exit(1);
}

bool vg_sim_becomes(const char *name, __u64 value)
{
	int tries;

	for (tries = 0; tries < 1000; tries++) {
		if (vg_sim_state(name) == value)
			return true;
		usleep(10000);
	}
	return false;
}

bool vg_sim_grew_by(const char *name, __u64 before, __u64 more)
{
	return vg_sim_becomes("waiting", 0) && vg_sim_becomes(name, before + more);
}

const char *vg_sim_violations(void)
{
	char *text = read_file("violations");

	VG_ASSERT(text);
	return strcmp(text, "0\n") ? text : VG_NO_VIOLATIONS;
}

void vg_sim_forget_violations(void)
{
	VG_OK(write_file("violations", "0"));
}

int __vg_sim_share(const char *line)
{
	return write_file("share", line);
}

struct vg_shared vg_sim_share(int dmabuf, const char *as)
{
	struct vg_shared shared;
	char line[32];
	char *text;

	snprintf(line, sizeof(line), "%d %s", dmabuf, as);
	VG_OK(or_skip(__vg_sim_share(line), "share"));
	text = read_file("share");
	VG_ASSERT(text && sscanf(text, "uuid %d attach %d map %d vmap %d bytes %llu word %u",
				 &shared.uuid, &shared.attach, &shared.map, &shared.vmap,
				 &shared.bytes, &shared.word) == 6);
	return shared;
}

void vg_sim_unplug(void)
{
	vg_sim_control("unplug");
}

void vg_sim_retire(void)
{
	vg_sim_control("retire %d", VG_SIM_SETTLES);
}

void vg_sim_restore(void)
{
	vg_sim_control("defaults");
	vg_sim_unplug();
	vg_sim_control("plug");
}

bool __vg_sim_hang_timeout(unsigned int ms)
{
	char path[sizeof(DRI) + 320], text[16];
	DIR *dir = opendir(DRI);
	struct dirent *entry;
	bool found = false;

	VG_ASSERT(dir);
	snprintf(text, sizeof(text), "%u", ms);
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), DRI "/%s/virtio-gpu-hang-timeout", entry->d_name);
		found |= !__vg_write_file(path, text);
	}
	closedir(dir);
	return found;
}

bool vg_sim_hang_timeout(void)
{
	return __vg_sim_hang_timeout(VG_SIM_HANG_TIMEOUT);
}

int __vg_sim_submit(int fd, struct drm_virtgpu_execbuffer *args,
		    const struct vsim_operation *ops, unsigned int count)
{
	__u32 stream[1 + 4 * 64] = { VSIM_MAGIC };

	VG_ASSERT(count <= 64);
	memcpy(stream + 1, ops, count * sizeof(*ops));
	args->command = VG_PTR(stream);
	args->size = sizeof(stream[0]) + count * sizeof(*ops);
	return __vg_submit(fd, args);
}

int vg_sim_fence(int fd, __u32 flags, __u32 ring, __u32 op, __u32 a)
{
	struct vsim_operation operation = { .op = op, .a = a };
	struct drm_virtgpu_execbuffer args = {
		.flags = VIRTGPU_EXECBUF_FENCE_FD_OUT | flags,
		.ring_idx = ring,
		.fence_fd = -1,
	};

	VG_OK(__vg_sim_submit(fd, &args, &operation, 1));
	return args.fence_fd;
}
