/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file TEST(name) { ... } is a test, run in a process of its own (check.c); a CHECK that does not hold says
 * where, and ends it.
 */
#ifndef UNIT_CHECK_H
#define UNIT_CHECK_H

struct test {
	const char *name;
	void (*run)(void);
	struct test *next;
};

/** The suite's: what each test begins with. */
void test_set_up(void);
/** The suite's, if it has one: what must hold after each test. */
void test_tear_down(void);

void test_register(struct test *t);
/** Prints where and why, and ends the test. */
void test_fail(const char *file, int line, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 3, 4)));
/** For the macros below. */
void test_check_eq(const char *file, int line, const char *what, long long got, long long wanted);
void test_check_str(const char *file, int line, const char *what, const char *got, const char *wanted);

#define TEST(id) \
	static void id(void); \
	static struct test test_##id = { .name = #id, .run = id }; \
	__attribute__((constructor)) static void register_##id(void) \
	{ \
		test_register(&test_##id); \
	} \
	static void id(void)

#define CHECK_EQ(got, wanted) \
	test_check_eq(__FILE__, __LINE__, #got, (long long)(got), (long long)(wanted))
#define CHECK_STR(got, wanted)	test_check_str(__FILE__, __LINE__, #got, got, wanted)
#define CHECK(cond) \
	do { \
		if (!(cond)) \
			test_fail(__FILE__, __LINE__, "not true: %s", #cond); \
	} while (0)

#endif
