/* SPDX-License-Identifier: MIT */
/*
 * How is a test divided into subtests, and how does one pass, skip or fail?
 * The blocks are loops that run once, around a place to which IGT jumps back.
 */
#ifndef IGT_CORE_H
#define IGT_CORE_H

#include <getopt.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <time.h>

#define NSEC_PER_SEC 1000000000u
#define NSEC_PER_MSEC 1000000u

enum igt_log_level {
	IGT_LOG_DEBUG,
	IGT_LOG_INFO,
	IGT_LOG_WARN,
};

extern const char *__igt_test_description;
extern jmp_buf igt_subtest_jmpbuf;

#define IGT_TEST_DESCRIPTION(text) const char *__igt_test_description = text

int igt_subtest_init_parse_opts(int *argc, char **argv, const char *short_opts,
				const struct option *long_opts, const char *help,
				int (*handler)(int opt, int index, void *data),
				void *data);
bool __igt_run_subtest(const char *name, const char *file, const int line);
bool __igt_fixture(void);
void __igt_fixture_complete(void);
void igt_success(void);
void igt_exit(void) __attribute__((noreturn));
void igt_describe_f(const char *format, ...) __attribute__((format(printf, 1, 2)));
void igt_log(const char *domain, enum igt_log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void igt_skip(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));
void __igt_skip_check(const char *file, const int line, const char *function,
		      const char *check, const char *format, ...)
	__attribute__((noreturn, format(printf, 5, 6)));
void __igt_fail_assert(const char *domain, const char *file, const int line,
		       const char *function, const char *assertion,
		       const char *format, ...)
	__attribute__((noreturn, format(printf, 6, 7)));
bool __igt_fork(void);
void igt_waitchildren(void);
void igt_waitchildren_timeout(int seconds, const char *reason);
void igt_kill_children(int signal);
void igt_fork_signal_helper(void);
void igt_stop_signal_helper(void);
void igt_set_timeout(unsigned int seconds, const char *what);
void igt_reset_timeout(void);
void igt_install_exit_handler(void (*handler)(int sig));
uint64_t igt_nsec_elapsed(struct timespec *start);

#define __igt_cat2(x, y) x##y
#define __igt_cat(x, y) __igt_cat2(x, y)
#define __igt_here(x) __igt_cat(x, __LINE__)

#define igt_main()							\
	main(int argc, char **argv);					\
	static void __igt_here(__igt_main_)(void);			\
	int main(int argc, char **argv)					\
	{								\
		igt_subtest_init_parse_opts(&argc, argv, NULL, NULL, NULL, NULL, NULL); \
		__igt_here(__igt_main_)();				\
		igt_exit();						\
	}								\
	static void __igt_here(__igt_main_)(void)

#define igt_fixture()							\
	for (volatile int __igt_here(__once) = 0;			\
	     __igt_here(__once) < 1 && __igt_fixture() &&		\
	     sigsetjmp(igt_subtest_jmpbuf, 1) == 0;			\
	     __igt_here(__once)++, __igt_fixture_complete())

#define igt_subtest(name)						\
	for (; __igt_run_subtest((name), __FILE__, __LINE__) &&		\
	       sigsetjmp(igt_subtest_jmpbuf, 1) == 0; igt_success())

#define igt_fork(child, number)						\
	for (int child = 0; child < (number); child++)			\
		for (; __igt_fork(); exit(0))

#define igt_describe(text) igt_describe_f("%s", text)

#define __igt_fail(what, format...)					\
	__igt_fail_assert(NULL, __FILE__, __LINE__, __func__, what, format)
#define igt_assert(e) do { if (!(e)) __igt_fail(#e, NULL); } while (0)
#define igt_assert_f(e, format...) do { if (!(e)) __igt_fail(#e, format); } while (0)

#define __igt_compare(type, format, a, op, not, b) do {			\
	type __a = (a), __b = (b);					\
	if (!(__a op __b))						\
		__igt_fail(#a " " #op " " #b,				\
			   "error: " format " " #not " " format "\n", __a, __b); \
} while (0)
#define igt_assert_eq(a, b) __igt_compare(int, "%d", a, ==, !=, b)
#define igt_assert_neq(a, b) __igt_compare(int, "%d", a, !=, ==, b)
#define igt_assert_lt(a, b) __igt_compare(int, "%d", a, <, >=, b)
#define igt_assert_lte(a, b) __igt_compare(int, "%d", a, <=, >, b)
#define igt_assert_eq_u32(a, b) __igt_compare(uint32_t, "%#x", a, ==, !=, b)
#define igt_assert_lte_u64(a, b) __igt_compare(unsigned long long, "%#llx", a, <=, >, b)
#define igt_assert_fd(fd) igt_assert_f((fd) >= 0, "file descriptor " #fd " failed\n")

#define igt_require_f(e, format...) do {				\
	if (!(e))							\
		__igt_skip_check(__FILE__, __LINE__, __func__, #e, format); \
} while (0)
#define igt_require(e) igt_require_f(e, NULL)
#define igt_info(format...) igt_log(NULL, IGT_LOG_INFO, format)

#endif
