/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <exen/bug.h>
#include <exen/printk.h>

#include "test.h"

static struct test *first;
static struct test **last = &first;
static jmp_buf on_failure;
static char printed[65536];
static char returned[65536];
static size_t nr_printed;

void test_register(struct test *t)
{
	*last = t;
	last = &t->next;
}

void test_fail(const char *file, int line, const char *fmt, ...)
{
	va_list args;

	printf("# %s:%d: ", file, line);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	longjmp(on_failure, 1);
}

void test_check_str(const char *file, int line, const char *what, const char *got,
		    const char *expected)
{
	if (strcmp(got, expected) != 0)
		test_fail(file, line, "%s is \"%s\", expected \"%s\"", what, got, expected);
}

void test_check_int(const char *file, int line, const char *what, long long got, long long expected)
{
	if (got != expected)
		test_fail(file, line, "%s is %lld, expected %lld", what, got, expected);
}

/* -- what the hypervisor provides to the code under test */

void printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	nr_printed += vsnprintf(printed + nr_printed, sizeof(printed) - nr_printed, fmt, args);
	va_end(args);
	if (nr_printed >= sizeof(printed))
		abort();
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	abort();
}

const char *test_printed(void)
{
	memcpy(returned, printed, nr_printed);
	returned[nr_printed] = '\0';
	nr_printed = 0;
	return returned;
}

static bool run(const struct test *t)
{
	if (setjmp(on_failure))
		return false;
	test_setup();
	t->run();
	test_teardown();
	return true;
}

int main(int argc, char **argv)
{
	unsigned int number = 0, failed = 0;
	const struct test *t;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (t = first; t; t = t->next) {
		if (argc > 1 && !strstr(t->name, argv[1]))
			continue;
		nr_printed = 0;
		if (run(t)) {
			printf("ok %u - %s\n", ++number, t->name);
		} else {
			printf("not ok %u - %s\n", ++number, t->name);
			failed++;
		}
	}
	printf("1..%u\n", number);
	return failed || !number;
}
