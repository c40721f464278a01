/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the tests, each in a process of its own, and prints TAP. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define MAX_SECONDS	60		/* that one test may take */

static struct test *first;
static struct test **last = &first;

void test_register(struct test *t)
{
	*last = t;
	last = &t->next;
}

__attribute__((weak)) void test_tear_down(void)
{
}

void test_fail(const char *file, int line, const char *fmt, ...)
{
	va_list args;

	printf("# %s:%d: ", strrchr(file, '/') + 1, line);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	_exit(1);
}

void test_check_eq(const char *file, int line, const char *what, long long got, long long wanted)
{
	if (got != wanted)
		test_fail(file, line, "%s is %lld (0x%llx), not %lld", what, got, (unsigned long long)got,
			  wanted);
}

void test_check_str(const char *file, int line, const char *what, const char *got, const char *wanted)
{
	if (strcmp(got, wanted))
		test_fail(file, line, "%s is \"%s\", not \"%s\"", what, got, wanted);
}

static bool passes(const struct test *t)
{
	const pid_t child = fork();
	int status = 1;

	if (!child) {
		alarm(MAX_SECONDS);
		test_set_up();
		t->run();
		test_tear_down();
		exit(0);		/* the leak checker's turn */
	}
	return child > 0 && waitpid(child, &status, 0) == child && !status;
}

/* Only tests whose name contains the argument, if there is one. */
int main(int argc, char **argv)
{
	unsigned int nr_failed = 0, nr_run = 0;

	for (const struct test *t = first; t; t = t->next) {
		bool ok;

		if (argc > 1 && !strstr(t->name, argv[1]))
			continue;
		ok = passes(t);
		printf("%sok %u - %s\n", ok ? "" : "not ", ++nr_run, t->name);
		fflush(stdout);
		nr_failed += !ok;
	}
	printf("1..%u\n", nr_run);
	return nr_failed || !nr_run;
}
