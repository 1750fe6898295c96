/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words and lines, as the kernel calls what makes and reads them.
 */
#ifndef VSIM_USER_TEXT_H
#define VSIM_USER_TEXT_H

#include <stdarg.h>

/* struct seq_file - a text that is read as a whole */
struct seq_file {
	FILE *text;
};

#define seq_printf(m, ...)	fprintf((m)->text, __VA_ARGS__)
#define pr_info_ratelimited(...) fprintf(stderr, __VA_ARGS__)
#define kstrdup(text, gfp)	strdup(text)

static inline char *kvasprintf(int gfp, const char *format, va_list args)
{
	char *text;

	return vasprintf(&text, format, args) < 0 ? NULL : text;
}

static inline int kstrtou64(const char *text, int base, u64 *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, base);
	return errno || end == text || *end ? -EINVAL : 0;
}

static inline int kstrtou32(const char *text, int base, u32 *value)
{
	u64 wide;

	if (kstrtou64(text, base, &wide) || wide > U32_MAX)
		return -EINVAL;
	*value = wide;
	return 0;
}

#endif
