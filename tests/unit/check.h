/* SPDX-License-Identifier: Apache-2.0 */
/** @file Tests that register themselves and are run in processes of their own (check.c). */
#ifndef UNIT_CHECK_H
#define UNIT_CHECK_H

struct test {
	const char *name;
	void (*run)(void);
	struct test *next;
};

/** The suite's: what each test begins with. */
void test_set_up(void);
void test_register(struct test *t);
/** Prints where, and makes the running test fail. */
void test_failed(const char *file, int line, const char *what, long long got, long long wanted);

#define TEST(id) \
	static void id(void); \
	static struct test test_##id = { .name = #id, .run = id }; \
	__attribute__((constructor)) static void register_##id(void) \
	{ \
		test_register(&test_##id); \
	} \
	static void id(void)

#define CHECK_EQ(got, wanted) \
	do { \
		const long long got_ = (long long)(got), wanted_ = (long long)(wanted); \
		if (got_ != wanted_) \
			test_failed(__FILE__, __LINE__, #got, got_, wanted_); \
	} while (0)
#define CHECK(cond)	CHECK_EQ(!!(cond), 1)

#endif
