/* SPDX-License-Identifier: Apache-2.0 */
/** @file A small TAP harness: TEST(name) { ... } registers, CHECK ends the test on failure. */
#ifndef TEST_H
#define TEST_H

#include <stdbool.h>
#include <stdint.h>

struct test {
	const char *name;
	void (*run)(void);
	struct test *next;
};

void test_register(struct test *t);
void test_fail(const char *file, int line, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 3, 4)));
void test_check_str(const char *file, int line, const char *what, const char *got,
		    const char *expected);
void test_check_int(const char *file, int line, const char *what, long long got,
		    long long expected);

#define TEST(id) \
	static void id(void); \
	static struct test test_##id = { .name = #id, .run = id }; \
	__attribute__((constructor)) static void register_##id(void) \
	{ \
		test_register(&test_##id); \
	} \
	static void id(void)

#define CHECK(cond) \
	do { \
		if (!(cond)) \
			test_fail(__FILE__, __LINE__, "%s", #cond); \
	} while (0)
#define CHECK_STR(got, expected)	test_check_str(__FILE__, __LINE__, #got, got, expected)
#define CHECK_INT(got, expected)	test_check_int(__FILE__, __LINE__, #got, got, expected)

/** What the code under test has printed since the last call, and forgets it. */
const char *test_printed(void);
/** Runs before and after each test; the second one checks what must hold after any test. */
void test_setup(void);
void test_teardown(void);

#endif
