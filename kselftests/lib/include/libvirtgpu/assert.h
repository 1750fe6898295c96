/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does a test state what has to hold?
 *
 * Set-up steps that must work go through the asserting helpers of this library:
 * they print where and why, and end the test as failed. Each has a twin with
 * two leading underscores that returns -errno instead, for tests whose subject
 * is the answer itself.
 */
#ifndef LIBVIRTGPU_ASSERT_H
#define LIBVIRTGPU_ASSERT_H

#include <errno.h>

/*
 * How long a test may take. The harness's own 30 seconds are short for a kernel
 * with all its debugging on, in a machine that is emulated.
 */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 120

/* Ends the test as failed, with "what: strerror(err)" and the place. */
void vg_fail(const char *file, int line, const char *what, int err)
	__attribute__((noreturn));

/* A call that returns 0 or more, or -errno: gives the value or ends the test. */
#define VG_OK(call) ({							\
	__typeof__(call) __ret = (call);				\
	if (__ret < 0)							\
		vg_fail(__FILE__, __LINE__, #call, (int)-__ret);	\
	__ret;								\
})

/* A condition that only a broken environment can spoil. */
#define VG_ASSERT(cond) do {						\
	if (!(cond))							\
		vg_fail(__FILE__, __LINE__, #cond, errno);		\
} while (0)

/* What vg_refused() returns when a refusal was as it should be. */
#define VG_REFUSED "refused, nothing changed"

/*
 * In a test of kselftest_harness.h: the request fails with @err, leaves its
 * argument as it was, and leaves no descriptor and no GEM handle behind. To see
 * the handles it makes an object, which gives the file a default context.
 */
#define EXPECT_REFUSED(err, fd, request, arg)				\
	EXPECT_STREQ(VG_REFUSED, vg_refused(fd, request, arg, err))

/* The same without a look at the GEM handles, for files without a context. */
#define EXPECT_REFUSED_BARE(err, fd, request, arg)			\
	EXPECT_STREQ(VG_REFUSED, vg_refused_bare(fd, request, arg, err))

/* Skips the test, naming the first feature of @needs that the device lacks. */
#define VG_NEED(fd, needs) do {						\
	const char *__missing = vg_missing(fd, needs);			\
	if (__missing)							\
		SKIP(return, "needs %s", __missing);			\
} while (0)

/* Skips where the window is larger than what a program can map. */
#define VG_NEED_ADDRESS_SPACE() do {					\
	if (sizeof(void *) < 8)						\
		SKIP(return, "needs the address space of a 64-bit program"); \
} while (0)

/* Opens the device into @fd, or skips. */
#define VG_OPEN(fd, needs) do {						\
	(fd) = __vg_open();						\
	if ((fd) < 0)							\
		SKIP(return, "needs a virtio_gpu render node");		\
	VG_NEED(fd, needs);						\
} while (0)

#endif
