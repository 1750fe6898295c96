// SPDX-License-Identifier: GPL-2.0-only
/*
 * How is a step done? Draws become values, values an ioctl's argument.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fuzz.h"

/* A file that has been told so often that it is lost is opened anew. */
#define MAX_LOSSES	4

/* Bytes of the largest buffer, unless it is larger than any machine */
#define MAX_SIZE	(64ull << 20)
#define ABSURD_SIZE	(1ull << 42)

int fuzz_ioctl(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) < 0 ? -errno : 0;
}

static __u64 value_of(struct fuzz_call *c, const struct fuzz_field *f, __u64 draw)
{
	struct fuzz_file *file = c->file;
	void *map;

	switch (f->kind) {
	case FUZZ_NUM:
		return f->low + draw % (f->high - f->low + 1);
	case FUZZ_ONEOF:
		return f->list[draw % f->high];
	case FUZZ_BITS:
		return f->low | (draw & f->high);
	case FUZZ_PAGES:
		return FUZZ_PAGE * (f->low + draw % (f->high - f->low + 1));
	case FUZZ_POINTER:
		map = draw % 8 ? NULL : fuzz_map_address(draw / 8, f->high);
		return VG_PTR(map ?: c->thread->scratch + draw % 16 * 512);
	case FUZZ_CRTC:
		return file ? file->screen.crtc : 0;
	case FUZZ_CONNECTOR:
		return file ? file->screen.connector : 0;
	case FUZZ_PLANE:
		return file ? file->planes[draw % 2] : 0;
	default:
		c->item = fuzz_need(file, c->fd, f->kind, draw);
		return c->item.id;
	}
}

/* What only chooses among ways of this program has no hostile values. */
bool fuzz_may_be_raw(const struct fuzz_field *f)
{
	return f->size || f->kind < FUZZ_LISTS;
}

/* Memory that the machine has not, or just has, tests its allocator. */
static __u64 bounded(const struct fuzz_field *f, __u64 value)
{
	if (f->size == sizeof(__u32))
		value &= 0xffffffff;
	return value > MAX_SIZE && value < ABSURD_SIZE ? value % MAX_SIZE : value;
}

static void fill(struct fuzz_call *c, const struct fuzz_step *step)
{
	const struct fuzz_field *f = c->op->fields;
	unsigned int i;
	__u64 draw;

	for (i = 0; f && f[i].kind != FUZZ_END; i++) {
		draw = step->args[i + 1];
		if (!(step->raw >> (i + 1) & 1) || !fuzz_may_be_raw(&f[i]))
			c->values[i] = value_of(c, &f[i], draw);
		else
			c->values[i] = f[i].kind == FUZZ_PAGES ? bounded(&f[i], draw) : draw;
		if (f[i].size)
			memcpy(c->arg + f[i].offset, &c->values[i], f[i].size);
	}
}

static struct fuzz_file *file_of(const struct fuzz_op *op, __u64 draw)
{
	switch (op->node) {
	case FUZZ_NO_FILE:
		return NULL;
	case FUZZ_PRIMARY:
		/* Mostly the one that is the master. */
		return &fuzz_files[draw % 8 == 7];
	default:
		return &fuzz_files[draw % FUZZ_FILES];
	}
}

/* Who is refused for want of the master's rights gets them, from the other if need be. */
static void take_master(struct fuzz_call *c)
{
	if (!fuzz_ioctl(c->fd, DRM_IOCTL_SET_MASTER, NULL))
		return;
	fuzz_ioctl(fuzz_files[c->file == fuzz_files].fd, DRM_IOCTL_DROP_MASTER, NULL);
	fuzz_ioctl(c->fd, DRM_IOCTL_SET_MASTER, NULL);
}

/* What has been lost is opened again, now and then. */
static void judge(struct fuzz_call *c, int ret)
{
	if (ret == -EACCES && c->op->node == FUZZ_PRIMARY)
		take_master(c);
	if (!c->file || (ret != -ENODEV && ret != -EIO && ret != -EBADF))
		return;
	if (__atomic_add_fetch(&c->file->losses, 1, __ATOMIC_RELAXED) % MAX_LOSSES == 0)
		fuzz_file_reopen(c->file);
}

/* Steps go to the kernel's log, in front of what they cause there. */
static void trace(const struct fuzz_step *step)
{
	char text[512], line[544];
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	ssize_t ignored;

	if (fd < 0)
		return;
	fuzz_step_print(step, text, sizeof(text));
	snprintf(line, sizeof(line), "fuzz: %s", text);
	ignored = write(fd, line, strlen(line));
	(void)ignored;
	close(fd);
}

int fuzz_run(struct fuzz_thread *t, const struct fuzz_step *step)
{
	struct fuzz_call call = { .thread = t, .op = fuzz_op(step->op), .fd = -1 };
	int ret;

	if (fuzz_options.trace)
		trace(step);
	fuzz_watch_begin(t, step);
	call.file = file_of(call.op, step->args[0]);
	if (call.file)
		call.fd = __atomic_load_n(&call.file->fd, __ATOMIC_RELAXED);
	if (call.file && call.fd < 0) {
		ret = -ENODEV;
		usleep(1000);
	} else {
		fill(&call, step);
		ret = call.op->call ? call.op->call(&call) :
		      fuzz_ioctl(call.fd, call.op->request, call.arg);
		if (ret >= 0 && call.op->done)
			call.op->done(&call);
	}
	judge(&call, ret);
	fuzz_watch_end(t, step, ret);
	return ret;
}
