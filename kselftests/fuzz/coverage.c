// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much of the driver ran?
 *
 * Where the module counts its lines (gcov, LAB_COVERAGE=yes) its counters stand in debugfs:
 * a file for each of the module's. A record is a tag, a length, and that: 0x01a10000 has a
 * counter of 64 bits for each way that the program may go, and a negative length is so many
 * zeroes, left out.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define GCOV		"/sys/kernel/debug/gcov"
#define MAGIC		0x67636461u
#define TAG_COUNTERS	0x01a10000u
#define MAX_WORDS	(1 << 17)

static unsigned long ran, all;
static __u32 words[MAX_WORDS];

static void count(const __u32 *word, const __u32 *end)
{
	__s32 bytes;
	__u32 i;

	for (word += 4; word + 2 <= end; word += 2 + (bytes > 0 ? bytes / 4 : 0)) {
		bytes = word[1];
		if (word[0] != TAG_COUNTERS)
			continue;
		all += (bytes < 0 ? -bytes : bytes) / 8;
		for (i = 0; bytes > 0 && i < bytes / 8 && word + 4 + 2 * i <= end; i++)
			ran += word[2 + 2 * i] || word[3 + 2 * i];
	}
}

static int add_file(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
	size_t length = strlen(path), got = 0;
	ssize_t part;
	int fd;

	if (kind != FTW_F || length < 5 || strcmp(path + length - 5, ".gcda"))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while ((part = read(fd, (char *)words + got, sizeof(words) - got)) > 0)
		got += part;
	close(fd);
	if (got >= 16 && words[0] == MAGIC)
		count(words, words + got / 4);
	return 0;
}

void fuzz_coverage_print(void)
{
	ran = 0;
	all = 0;
	if (access(GCOV, R_OK) || nftw(GCOV, add_file, 16, FTW_PHYS) || !all)
		return;
	printf("# coverage: %lu of %lu ways, %lu %%\n", ran, all, 100 * ran / all);
}
