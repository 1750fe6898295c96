// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files and processes that come and go, and what else can be read of a device
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

#define CHILD_STEPS	24

static int reopen(struct fuzz_call *c)
{
	fuzz_file_reopen(c->file);
	return c->file->fd < 0 ? -ENODEV : 0;
}

/* Until the last child of the thread is gone. It may be one that the driver does not let go. */
void fuzz_reap(struct fuzz_thread *t)
{
	if (t->child && !t->is_child)
		while (waitpid(t->child, NULL, 0) < 0 && errno == EINTR)
			;
	t->child = 0;
}

static void child_steps(struct fuzz_call *c, pid_t *pid)
{
	struct fuzz_thread t = *c->thread;
	struct fuzz_step step;
	__u64 i;

	t.is_child = true;
	t.child = 0;
	t.random = c->values[0] + 1;
	for (i = 0; i < 1 + c->values[1]; i++) {
		fuzz_step_make(&step, &t.random);
		step.thread = t.index;
		/* A child of a child, or one that changes the device, is for its parents to make. */
		if (!strncmp(fuzz_op(step.op)->name, "HOST_", 5) || fuzz_op(step.op)->call == c->op->call)
			continue;
		fuzz_run(&t, &step);
	}
	_exit(0);
}

/* A child with the same files, that may be killed while it works. */
static int spawn(struct fuzz_call *c)
{
	struct fuzz_thread *t = c->thread;
	pid_t pid;

	fuzz_reap(t);
	pthread_mutex_lock(&fuzz_lock);
	pid = fork();
	pthread_mutex_unlock(&fuzz_lock);
	if (pid < 0)
		return -errno;
	if (!pid)
		child_steps(c, &pid);
	t->child = pid;
	if (c->values[2]) {
		usleep(c->values[3]);
		kill(pid, SIGKILL);
	}
	return 0;
}

static int read_events(struct fuzz_call *c)
{
	struct pollfd poller = { .fd = c->fd, .events = POLLIN };
	char buffer[1024];

	if (poll(&poller, 1, 0) < 0)
		return -errno;
	if (!poller.revents)
		return 0;
	return read(c->fd, buffer, 8 + c->values[0]) < 0 ? -errno : 0;
}

/* All of a file, which is what the driver prints there */
static int read_all(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char buffer[4096];
	ssize_t got;

	if (fd < 0)
		return -errno;
	while ((got = read(fd, buffer, sizeof(buffer))) > 0)
		;
	got = got < 0 ? -errno : 0;
	close(fd);
	return got;
}

static int read_fdinfo(struct fuzz_call *c)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", c->fd);
	return read_all(path);
}

static int read_debugfs(struct fuzz_call *c)
{
	static const char *const names[] = {
		"virtio-gpu-features", "virtio-gpu-irq-fence", "virtio-gpu-host-visible-mm", "clients",
		"name", "state", "framebuffer", "gem_names",
	};
	char path[128];
	int minor, ret = -ENOENT;

	for (minor = 0; minor < 4 && ret == -ENOENT; minor++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/dri/%d/%s", minor, names[c->values[0]]);
		ret = read_all(path);
	}
	return ret;
}

const struct fuzz_op fuzz_ops_process[] = {
	{ .name = "REOPEN", .weight = 4, .call = reopen },
	{ .name = "FORK", .weight = 3, .node = FUZZ_NO_FILE, .call = spawn,
	  FUZZ_FIELDS(FUZZ_DRAW("seed", NUM, FUZZ_RANGE(0, 4095)),
		      FUZZ_DRAW("steps", NUM, FUZZ_RANGE(1, CHILD_STEPS)),
		      FUZZ_DRAW("killed", NUM, FUZZ_RANGE(0, 1)),
		      FUZZ_DRAW("after", NUM, FUZZ_RANGE(0, 4095))) },
	{ .name = "READ_EVENTS", .weight = 20, .call = read_events,
	  FUZZ_FIELDS(FUZZ_DRAW("room", ONEOF, FUZZ_AMONG(0, 24, 512))) },
	{ .name = "FDINFO", .weight = 3, .call = read_fdinfo },
	{ .name = "DEBUGFS", .weight = 2, .node = FUZZ_NO_FILE, .call = read_debugfs,
	  FUZZ_FIELDS(FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, 7))) },
	{}
};
