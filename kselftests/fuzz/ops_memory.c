// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps of the device's buffers: made, touched, moved, cut, and given to requests
 *
 * Each has a place of its own, far from all other memory of the process, so that a thread
 * that touches what another has just unmapped hits a hole or another such map.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "fuzz.h"

#define MAPS		32
#define MAP_ROOM	(16ul << 20)
#define MAP_BASE	0x200000000000ul

/* Bytes that were mapped at each place; 0: nothing. Others may see the old value. */
static volatile size_t sizes[MAPS];
static __thread sigjmp_buf escape;
static __thread volatile sig_atomic_t may_fault;

static char *place(__u64 draw)
{
	return (char *)MAP_BASE + draw % MAPS * MAP_ROOM;
}

static void faulted(int number)
{
	if (may_fault)
		siglongjmp(escape, number);
	signal(number, SIG_DFL);
	raise(number);
}

void fuzz_maps_init(void)
{
	struct sigaction action = { .sa_handler = faulted, .sa_flags = SA_NODEFER };

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
}

/* Which place, counted from a draw on, has a map? That of the draw if none has */
static unsigned int filled(__u64 draw)
{
	unsigned int i;

	for (i = 0; i < MAPS; i++)
		if (sizes[(draw + i) % MAPS])
			return (draw + i) % MAPS;
	return draw % MAPS;
}

/* Some map of at least so many bytes, or NULL */
void *fuzz_map_address(__u64 draw, size_t size)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		if (sizes[(draw + i) % MAPS] >= size)
			return place(draw + i);
	return NULL;
}

int fuzz_map_try(__u64 draw, int prot, int fd, __u64 offset, __u64 size)
{
	int flags = MAP_FIXED | (draw % 16 ? MAP_SHARED : MAP_PRIVATE);

	if (size > MAP_ROOM)
		size = MAP_ROOM;
	if (mmap(place(draw / 16), size, prot, flags, fd, offset) == MAP_FAILED)
		return -errno;
	sizes[draw / 16 % MAPS] = size;
	return 0;
}

static int map(struct fuzz_call *c)
{
	struct drm_virtgpu_map args = { .handle = c->values[0] };
	int ret = fuzz_ioctl(c->fd, DRM_IOCTL_VIRTGPU_MAP, &args);
	__u64 size = c->item.size ?: FUZZ_PAGE;

	if (ret)
		return ret;
	return fuzz_map_try(c->values[1], c->values[2], c->fd, args.offset + c->values[3] * FUZZ_PAGE,
			    size > c->values[3] * FUZZ_PAGE ? size - c->values[3] * FUZZ_PAGE : size);
}

static int touch(struct fuzz_call *c)
{
	unsigned int which = filled(c->values[0]);
	volatile __u32 *word = (void *)place(which);
	size_t words = sizes[which] / sizeof(*word);
	int number;

	if (!words)
		return -ENOENT;
	may_fault = true;
	number = sigsetjmp(escape, 1);
	if (!number) {
		word += c->values[1] * 97 * 1024 % words;
		if (c->values[2])
			*word = c->values[1];
		else
			(void)*word;
	}
	may_fault = false;
	return number ? -EFAULT : 0;
}

static int unmap(struct fuzz_call *c)
{
	unsigned int which = filled(c->values[0]);
	size_t size = sizes[which], start = c->values[1] * FUZZ_PAGE;

	if (!size)
		return -ENOENT;
	if (start >= size)
		start = 0;
	if (munmap(place(which) + start, size - start))
		return -errno;
	sizes[which] = start;
	return 0;
}

static int move(struct fuzz_call *c)
{
	unsigned int which = filled(c->values[0]);
	size_t size = sizes[which], later = size + c->values[2] * FUZZ_PAGE;

	if (!size)
		return -ENOENT;
	if (c->values[3])
		later = size / 2 & -FUZZ_PAGE;
	if (!later || later > MAP_ROOM)
		later = size;
	if (which == c->values[1])
		return mremap(place(which), size, later, 0) == MAP_FAILED ? -errno : 0;
	if (mremap(place(which), size, later, MREMAP_MAYMOVE | MREMAP_FIXED, place(c->values[1])) ==
	    MAP_FAILED)
		return -errno;
	sizes[c->values[1]] = later;
	sizes[which] = 0;
	return 0;
}

static int protect(struct fuzz_call *c)
{
	unsigned int which = filled(c->values[0]);
	size_t size = sizes[which];

	if (!size)
		return -ENOENT;
	return mprotect(place(which), size, c->values[1]) ? -errno : 0;
}

static int advise(struct fuzz_call *c)
{
	unsigned int which = filled(c->values[0]);
	size_t size = sizes[which];

	if (!size)
		return -ENOENT;
	return madvise(place(which), size, c->values[1]) ? -errno : 0;
}

#define WHICH	FUZZ_DRAW("which", NUM, FUZZ_RANGE(0, MAPS - 1))
#define ALLOWED	FUZZ_DRAW("protection", ONEOF, FUZZ_AMONG(3, 3, 3, 3, 3, 1, 2, 0))

const struct fuzz_op fuzz_ops_memory[] = {
	{ .name = "MMAP", .weight = 30, .call = map,
	  FUZZ_FIELDS(FUZZ_DRAW("handle", HANDLE), FUZZ_DRAW("where", NUM, FUZZ_RANGE(0, 4095)), ALLOWED,
		      FUZZ_DRAW("from", ONEOF, FUZZ_AMONG(0, 0, 0, 0, 0, 0, 0, 1))) },
	{ .name = "TOUCH", .weight = 60, .node = FUZZ_NO_FILE, .call = touch,
	  FUZZ_FIELDS(WHICH, FUZZ_DRAW("at", NUM, FUZZ_RANGE(0, 4095)),
		      FUZZ_DRAW("write", NUM, FUZZ_RANGE(0, 1))) },
	{ .name = "MUNMAP", .weight = 10, .node = FUZZ_NO_FILE, .call = unmap,
	  FUZZ_FIELDS(WHICH, FUZZ_DRAW("from", ONEOF, FUZZ_AMONG(0, 0, 1, 5))) },
	{ .name = "MREMAP", .weight = 10, .node = FUZZ_NO_FILE, .call = move,
	  FUZZ_FIELDS(WHICH, FUZZ_DRAW("to", NUM, FUZZ_RANGE(0, MAPS - 1)),
		      FUZZ_DRAW("more", ONEOF, FUZZ_AMONG(0, 0, 0, 4)),
		      FUZZ_DRAW("half", NUM, FUZZ_RANGE(0, 1))) },
	{ .name = "MPROTECT", .weight = 6, .node = FUZZ_NO_FILE, .call = protect,
	  FUZZ_FIELDS(WHICH, ALLOWED) },
	{ .name = "MADVISE", .weight = 4, .node = FUZZ_NO_FILE, .call = advise,
	  FUZZ_FIELDS(WHICH, FUZZ_DRAW("advice", ONEOF, FUZZ_AMONG(MADV_DONTNEED, MADV_WILLNEED, MADV_DONTFORK,
								  MADV_DOFORK, MADV_POPULATE_READ,
								  MADV_POPULATE_WRITE))) },
	{}
};
